"""What is in the public store, and what is to be there: the renditions readers may see now."""

from sqlalchemy import Select, exists, func, select
from sqlalchemy.orm import Session

from diary.models import Consent, Picture, Post, PublicFile, Rendition, ShownPicture
from diary.queries.posts import NOT_TAKEN_AWAY, PUBLIC, SAID_YES

COPY = (PublicFile.rendition_id == Rendition.id, PublicFile.stamp == Rendition.stamp)

# Only pictures that are public: asked from the picture, so that each is looked at once.
_SHOWN = exists().where(
    ShownPicture.picture_id == Picture.id, ShownPicture.revision_id == Post.live_id, PUBLIC
)


def _public() -> Select[int]:
    return (
        select(Rendition.id)
        .join(Picture, Rendition.picture_id == Picture.id)
        .join(Consent, Consent.picture_id == Picture.id)
        .where(SAID_YES, *NOT_TAKEN_AWAY, _SHOWN)
    )


def missing() -> Select[int]:
    """The renditions that are public and of which no copy is there."""
    return _public().where(~exists().where(*COPY, PublicFile.there))


def gone() -> Select[str]:
    """The keys of copies that are not to be there any more."""
    wanted = _public().where(*COPY).correlate(PublicFile)
    return select(PublicFile.key).where(~wanted.exists())


def too_many(session: Session) -> int:
    """How many copies still lie there that are not public any more."""
    return session.scalar(select(func.count()).select_from(gone().subquery())) or 0
