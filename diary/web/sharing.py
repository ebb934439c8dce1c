"""A post carried elsewhere: its code for another phone, and a sheet of A4 for the stairwell."""

from flask import Blueprint, Response, url_for
from flask.typing import ResponseReturnValue
from flask_babel import force_locale
from flask_babel import gettext as _
from markupsafe import Markup

from diary.media import qr
from diary.text.plain import direction
from diary.web.guards import Access, access
from diary.web.reading import card_at, found_at
from diary.web.rendering import LANGUAGES, absolute, page

blueprint = Blueprint("sharing", __name__)


@blueprint.get("/posts/<slug>/qr.svg")
@access(Access.PUBLIC)
def code(slug: str) -> ResponseReturnValue:
    """A post's short address as a QR code, to be held up to somebody."""
    return Response(qr.svg_file(_short_address(found_at(slug).short)), mimetype="image/svg+xml")


@blueprint.get("/posts/<slug>/poster")
@access(Access.PUBLIC)
def poster(slug: str) -> ResponseReturnValue:
    """A post as a sheet of A4 to hang on the wall; it asks to read on in every language."""
    card = card_at(slug)
    address = _short_address(card.short)
    return page(
        "reading/poster.html",
        noindex=True,
        post=card,
        code_picture=Markup(qr.svg(address)),  # noqa: S704 (drawn here)
        address=address.partition("://")[2],
        calls=[(lang, direction(lang), _in(lang)) for lang in LANGUAGES],
    )


def _short_address(short: str) -> str:
    return absolute(url_for("reading.short", short=short))


def _in(lang: str) -> str:
    with force_locale(lang):
        return _("Scan and read all of it.")
