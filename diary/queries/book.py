"""What a book needs of its posts besides their cards."""

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from diary.models import Byline, Lab, Picture, Rendition, ShownPicture
from diary.queries.rows import LabRef, lab_ref


@dataclass(frozen=True, slots=True)
class Signed:
    """Who signed a revision, and as whom: two people of one name are two."""

    revision_id: int
    person_id: int
    name: str
    role: str


def signed(session: Session, revisions: Collection[int]) -> list[Signed]:
    """The names under revisions; whoever was forgotten has none."""
    statement = (
        select(Byline.revision_id, Byline.person_id, Byline.name, Byline.role)
        .where(Byline.revision_id.in_(revisions), Byline.name != "")
        .order_by(Byline.revision_id, Byline.position)
    )
    return [Signed(*row) for row in session.execute(statement)]


def jpegs(session: Session, revisions: Collection[int]) -> dict[str, str]:
    """The keys of the JPEGs of what revisions show, by the pictures' tokens."""
    statement = (
        select(Picture.token, Rendition.key)
        .join(Rendition, Rendition.picture_id == Picture.id)
        .join(ShownPicture, ShownPicture.picture_id == Picture.id)
        .where(ShownPicture.revision_id.in_(revisions), Rendition.extension == "jpg")
    )
    return {token: key for token, key in session.execute(statement)}  # noqa: C416 (typed rows)


def labs(session: Session, lang: str) -> tuple[LabRef, ...]:
    """All labs in the lead's order, those that were put away too: their posts stay."""
    found = session.scalars(select(Lab).order_by(Lab.position, Lab.id))
    return tuple(lab_ref(lab, lang) for lab in found)


def summaries(session: Session, lang: str) -> dict[str, str]:
    """What labs say of themselves in a language, by their slugs."""
    rows = session.execute(select(Lab.slug, Lab.summaries))
    return {slug: texts.get(lang, "") for slug, texts in rows}
