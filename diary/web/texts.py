"""What the interface says of a post's texts: their languages, a second one, who wrote it down."""

from babel import Locale, UnknownLocaleError
from babel.dates import format_date
from flask_babel import get_locale
from flask_babel import gettext as _
from markupsafe import Markup

from diary.models import SecondKind
from diary.queries.rows import CorrectionView, PostCard
from diary.text.films import host
from diary.web.session import services
from diary.web.words import named


def language_name(code: str) -> str:
    """A language's name in the reader's language."""
    try:
        return Locale.parse(code).get_language_name(str(get_locale())) or code
    except (UnknownLocaleError, ValueError):
        return code


def second_word(post: PostCard) -> str:
    """What the second text beside a post's own is."""
    name = language_name(post.second_lang)
    if post.second_kind == SecondKind.EASY:
        return _("In easy %(language)s", language=name)
    return _("Translation into %(language)s", language=name)


def second_link(post: PostCard) -> str:
    """What the link to the second text says."""
    name = language_name(post.second_lang)
    if post.second_kind == SecondKind.EASY:
        return _("Read it in easy %(language)s", language=name)
    return _("Read the translation into %(language)s", language=name)


def written_for(post: PostCard) -> Markup:
    """Who wrote a post down for those under it; nothing where they did themselves."""
    scribe = named(post.scribe)
    names = [name for one in post.bylines if (name := named(one.name)) != scribe]
    if not post.scribe or not names:
        return Markup()
    *others, last = [Markup("<bdi>{}</bdi>").format(name) for name in names]
    listed = Markup(" ").join([Markup(", ").join(others), _("and"), last]) if others else last
    said = Markup(_("%(scribe)s wrote this for %(names)s."))  # noqa: S704 (our own words)
    return said % {"scribe": Markup("<bdi>{}</bdi>").format(scribe), "names": listed}


def corrected(one: CorrectionView) -> Markup:
    """What was wrong and is right now, with the day it was said."""
    at = one.at.astimezone(services().settings.zone).date()
    said = Markup(_("Corrected %(day)s: %(words)s"))  # noqa: S704 (our own words)
    words = Markup("<bdi>{}</bdi>").format(one.words)
    return said % {"day": format_date(at, "d MMMM y", locale=get_locale()), "words": words}


FILTERS = {
    "corrected": corrected,
    "film_host": host,
    "language_name": language_name,
    "second_word": second_word,
    "second_link": second_link,
    "written_for": written_for,
}
