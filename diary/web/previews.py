"""Cards that other programs show for a link to the diary: of a post, a place, or the whole.

Drawn anew whenever they are asked for, from what is public then: nothing is kept that a recall
would have to find. Who has a card already gets 304.
"""

import hashlib
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, Response, request, url_for
from flask.typing import ResponseReturnValue

from diary.domain.colours import INKS, PALETTE, colours
from diary.media import preview
from diary.media.preview import Look, drawable
from diary.media.storage import NotStored
from diary.models import Lab, Method
from diary.queries import pictures, site, taxonomy
from diary.queries.rows import LabRef, MethodRef, PictureView, PostCard, lab_ref, method_ref
from diary.text.plain import direction
from diary.web.guards import Access, access
from diary.web.moved import led_on
from diary.web.pictures import OF_PEOPLE
from diary.web.reading import card_at
from diary.web.rendering import SiteView, absolute, diary_site, language
from diary.web.session import reading, release, services

blueprint = Blueprint("previews", __name__)

PLAIN = ("#26211b", "#faf6ee")
"""Ground and words of what belongs to no place: the page's ink and paper."""


@dataclass(frozen=True, slots=True)
class Preview:
    """A card before it is drawn; `path` is its address without the stamp."""

    path: str
    look: Look
    picture: PictureView | None = None
    alt: str = ""

    @property
    def stamp(self) -> str:
        """Changes whenever the card does."""
        shown = self.picture
        seen = shown and (shown.jpeg.stamp, shown.focus_x, shown.focus_y)
        parts = repr((preview.RECIPE, self.look, seen))
        return hashlib.sha256(parts.encode(errors="replace")).hexdigest()[:12]

    @property
    def address(self) -> str:
        """Where others fetch it."""
        return absolute(f"{self.path}/card-{self.stamp}.jpg")


@blueprint.app_template_global()
def preview_of(diary: Any, thing: Any = None) -> Preview:
    """The card of a post, a lab or a method, or of the diary itself; `diary` is a `SiteView`."""
    if isinstance(thing, PostCard):
        return _of_post(diary, thing)
    if thing is None:
        return Preview(url_for("pages.about"), _look(diary, diary.title, None), alt=diary.title)
    room = "lab" if hasattr(thing, "colour") else "method"
    look = _look(diary, thing.name, thing if room == "lab" else None)
    return Preview(url_for(f"reading.{room}", slug=thing.slug), look, alt=thing.name)


def _of_post(diary: Any, post: PostCard) -> Preview:
    words, lang = post.heading, post.lang
    if post.gist and not drawable(words):
        words, lang = post.gist, diary.main_language
    return Preview(
        url_for("reading.post", slug=post.slug),
        _look(diary, words, post.lab, lang, post.lab.name if post.lab else ""),
        post.picture,
        (post.picture and post.picture.alt) or post.heading,
    )


def _look(
    diary: Any, words: str, lab: LabRef | None, lang: str | None = None, place: str = ""
) -> Look:
    lang = lang or diary.main_language
    name = colours(diary.labs).get(lab.slug, lab.colour) if lab else ""
    fill, ink = (PALETTE[name][0], INKS[0]) if name in PALETTE else PLAIN
    title = diary.title if words != diary.title else ""
    return Look(words, lang, direction(lang) == "rtl", place, title, fill, ink)


# ---------------------------------------------------------------- the files


@blueprint.get("/posts/<slug>/card-<stamp>.jpg")
@access(Access.FORM)
def of_post(slug: str, **_stamp: str) -> ResponseReturnValue:
    """A post's card; an old stamp gets the present one, without a picture that is not public."""
    return _answer(card_at(slug))


@blueprint.get("/labs/<slug>/card-<stamp>.jpg")
@access(Access.FORM)
def of_lab(slug: str, **_stamp: str) -> ResponseReturnValue:
    """A place's card: its name in its colour."""
    found = taxonomy.lab(reading(), slug)
    return _answer(lab_ref(found, language())) if found else led_on(Lab, slug)


@blueprint.get("/methods/<slug>/card-<stamp>.jpg")
@access(Access.FORM)
def of_method(slug: str, **_stamp: str) -> ResponseReturnValue:
    """A way of working's card: its name."""
    found = taxonomy.method(reading(), slug)
    return _answer(method_ref(found, language())) if found else led_on(Method, slug)


@blueprint.get("/about/card-<stamp>.jpg")
@access(Access.FORM)
def of_diary(**_stamp: str) -> ResponseReturnValue:
    """The diary's own card, for all other pages."""
    return _answer(None)


def _answer(thing: PostCard | LabRef | MethodRef | None) -> Response:
    diary = SiteView(diary_site(), site.labs(reading(), language()))
    card = preview_of(diary, thing)
    response = Response(mimetype="image/jpeg")
    response.set_etag(card.stamp)
    response.headers["Cache-Control"] = "public, max-age=86400"
    response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    if card.picture and card.picture.people:
        response.headers["X-Robots-Tag"] = OF_PEOPLE
    if request.if_none_match.contains(card.stamp):
        response.status_code = 304
    else:
        response.set_data(_drawn(card))
    return response


def _drawn(card: Preview) -> bytes:
    shown, data = card.picture, b""
    if shown is None:
        release()
        return preview.draw(card.look)
    found = pictures.rendition(reading(), shown.token, shown.jpeg.width, "jpg")
    release()
    with suppress(NotStored):
        data = services().store.get(found.key) if found else b""
    return preview.draw(card.look, data, (shown.focus_x, shown.focus_y))
