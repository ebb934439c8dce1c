"""Pages: what every template is handed, the filters, and the reader's language."""

import hashlib
from collections.abc import Callable, Mapping
from datetime import date
from functools import cache, lru_cache
from html import escape
from pathlib import Path
from typing import Any, TypeVar

from babel.dates import format_date
from flask import Flask, Response, current_app, g, make_response, render_template, request, url_for
from flask_babel import Babel, get_locale, get_translations
from flask_babel import gettext as _
from flask_babel import lazy_gettext as lazy
from markupsafe import Markup
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.datastructures import LanguageAccept
from werkzeug.http import parse_accept_header
from werkzeug.wrappers import Request
from werkzeug.wrappers import Response as WsgiResponse

from diary.addresses import picture_path
from diary.domain import policy
from diary.queries import moderation, people, readings, site
from diary.queries.rows import LabRef, PictureView, PostCard, RenditionView
from diary.text.markdown import render as render_markdown
from diary.text.plain import direction
from diary.web import texts
from diary.web.fragments import Fragments
from diary.web.guards import IDLE, WRITER, Access, access_of, actor, ask_nobody, on_shared
from diary.web.packing import LONGEST_WISH
from diary.web.session import base_url, frozen, keep_cookie, reading, release, seal, services

LANGUAGES = {"sv": "Svenska", "en": "English", "ar": "العربية"}
LANGUAGE_COOKIE = "language"
Answer = TypeVar("Answer")


babel = Babel()


def language() -> str:
    """The interface language of this request's answer."""
    return language_of(request)


def language_of(asked: Request) -> str:
    """The language picked by hand, else the browser's, else the diary's main one."""
    picked = asked.cookies.get(LANGUAGE_COOKIE, "")
    if picked in LANGUAGES:
        return picked
    return _wished(asked.headers.get("Accept-Language", "")[:LONGEST_WISH])


@lru_cache(maxsize=200)
def _wished(accepted: str) -> str:
    wished = parse_accept_header(accepted, LanguageAccept)
    known = (tag.partition("-")[0].lower() for tag, weight in wished if weight)
    return next((tag for tag in known if tag in LANGUAGES), "sv")


def remember_language(answer: WsgiResponse, picked: str) -> None:
    """Set the only cookie a visitor can ever get: the language picked by hand."""
    if picked in LANGUAGES:
        keep_cookie(answer, LANGUAGE_COOKIE, picked)


def diary_site() -> site.Site:
    """The lead's settings, read once per request."""
    if "site" not in g:
        g.site = _settled("site", lambda: site.site(reading()))
    found: site.Site = g.site
    return found


_of_version: list[tuple[object, dict[object, Any]]] = [(None, {})]
"""A diary at its present version, and what its visitors were told."""


def _settled(name: object, ask: Callable[[], Answer]) -> Answer:
    """What visitors are told on every page, asked once for each version.

    Members are told what stands in the database: what visitors do not see raises no version.
    """
    if "version" not in g:
        return ask()
    at = services().sessions, g.version
    known, answers = _of_version[0]
    if known != at:
        answers = {}
        _of_version[0] = at, answers
    if name not in answers:
        answers[name] = ask()
    found: Answer = answers[name]
    return found


CALLED = {
    "lab": lazy("Place"),
    "labs": lazy("Places"),
    "method": lazy("Way of working"),
    "methods": lazy("Ways of working"),
}


def called(kind: str) -> str:
    """What one lab or method, or all of them, are called in the reader's language."""
    own: Mapping[str, str] = getattr(diary_site(), f"{kind}_called")
    return own.get(language()) or str(CALLED[kind])


def house() -> policy.House:
    """What the lead has decided about who publishes, the main language and the time zone."""
    site, zone = diary_site(), services().settings.zone
    return policy.House(
        coordinators_publish=site.coordinators_publish,
        own_posts=site.own_posts,
        main_language=site.main_language,
        zone=zone,
        ended=site.ended_at is not None,
    )


def page(template: str, *, status_code: int = 200, **context: Any) -> Response:
    """Render a page; the reading transaction ends before that."""
    try:
        context = {**_chrome(), "canonical": canonical(status_code), **context}
    except SQLAlchemyError:
        if status_code < 500:
            raise
        context = {**_bare_chrome(), **context}
    release()
    return make_response(render_template(template, **context), status_code)


def page_once(template: str, **context: Any) -> Response:
    """The same, once for all visitors: it hangs on address, context and `key` alone."""
    if (known := key()) is None:
        return page(template, **context)
    if "canonical" not in context:
        context["canonical"] = canonical()

    def make() -> str:
        told = {**_chrome(), **context}
        release()
        return render_template(template, **told)

    fragments: Any = current_app.jinja_env.extensions[Fragments.identifier]
    made_of = known, template, request.full_path, *context.items()
    return make_response(fragments.whole(made_of, make))


def key() -> tuple[Any, ...] | None:
    """What a page or a part of one hangs on besides what it tells of (web/fragments.py); None for
    whoever is logged in."""
    if "version" not in g or actor() is not None:
        return None
    lang = language()
    said = _settled(f"key {lang}", lambda: repr((diary_site(), _labs(lang))))
    return said, lang, frozen(), request.root_path, base_url()


def _labs(lang: str) -> tuple[LabRef, ...]:
    return _settled(lang, lambda: site.labs(reading(), lang))


def canonical(status_code: int = 200) -> str:
    """The address that a public page is known by, without what pages through it or filters it.

    A frozen page has none: it may stand anywhere.
    """
    public = access_of(request.endpoint) is Access.PUBLIC
    if status_code != 200 or not public or frozen():
        return ""
    return absolute(address(str(request.endpoint), **(request.view_args or {})))


def _chrome() -> dict[str, Any]:
    somebody = actor()
    settings = diary_site()
    lang = language()
    user = somebody and {
        "name": somebody.name,
        "may_moderate": policy.moderates(somebody),
        "administers": policy.administers(somebody),
        "waiting": moderation.count_waiting(reading(), policy.scope(somebody))
        if policy.moderates(somebody)
        else 0,
        "back": people.count_back(reading(), somebody.account_id),
        "asked": readings.count_waiting(reading(), somebody.account_id),
        "account": somebody.account_id,
        "on_shared": on_shared(),
        "idle": int(IDLE.total_seconds()),
        WRITER: seal(somebody.account_id, WRITER) if on_shared() else "",
    }
    return {
        "site": SiteView(settings, _labs(lang)),
        "user": user,
        "lang": lang,
        "dir": direction(lang),
    }


def _bare_chrome() -> dict[str, Any]:
    """When even the database fails, its error page still has the diary's look."""
    ask_nobody()
    lang = language()
    g.site = site.Site()
    view = SiteView(g.site, ())
    return {"site": view, "user": None, "lang": lang, "dir": direction(lang)}


class SiteView:
    """The diary as templates see it: the lead's settings in the reader's language."""

    def __init__(self, settings: site.Site, labs: tuple[Any, ...]) -> None:
        self._settings = settings
        self.labs = labs
        self.demo = services().settings.demo
        self.frozen = frozen()
        ended, zone = settings.ended_at, services().settings.zone
        self.ended = ended and ended.astimezone(zone).date()
        mails = services().settings.mail is not None
        self.mails = mails and not (self.frozen or self.ended)
        self.languages = tuple(LANGUAGES.items())
        self.key = key()
        self.sentence = in_words(settings.sentence)
        self.summary = settings.said(settings.sentence, language())

    def __getattr__(self, name: str) -> Any:
        return getattr(self._settings, name)


def in_language(texts: Mapping[str, str]) -> Markup:
    """A Markdown text kept per language, as HTML in the reader's, else marked as what it is."""
    return _marked("div", *_said(texts, one_way))


def in_words(texts: Mapping[str, str]) -> Markup:
    """A plain text kept per language, in the reader's, else marked as what it is."""
    return _marked("span", *_said(texts, escape))


def one_way(body: str) -> str:
    """The HTML of a body in one language: no foreign name ahead may turn a paragraph around."""
    return render_markdown(body).replace(' dir="auto"', "")


def _said(texts: Mapping[str, str], as_html: Callable[[str], str]) -> tuple[Markup, str]:
    """A text's HTML and language: the reader's, else the main one, else any."""
    wished = (language(), diary_site().main_language, *texts) if texts else ()
    lang = next((lang for lang in wished if texts.get(lang)), "")
    return Markup(as_html(texts.get(lang, ""))), lang  # noqa: S704 (sanitised or escaped)


def _marked(tag: str, html: Markup, lang: str) -> Markup:
    if not html or lang == language():
        return html
    start = Markup('<{} lang="{}" dir="{}">').format(tag, lang, direction(lang))
    return start + html + Markup("</{}>").format(tag)


# ---------------------------------------------------------------- filters


def day(value: date, precision: str = "day") -> str:
    """A date in words, as exactly as it is known."""
    if precision == "unknown":
        return _("undated")
    pattern = {"month": "LLLL y", "year": "y"}.get(precision, "d MMMM y")
    return _dated(value, pattern, locale=language())


_dated = lru_cache(maxsize=2000)(format_date)
"""Babel takes longer for a day than a template for the rest of a line."""


def when(post: PostCard) -> str:
    """The day a post is about, in words."""
    return day(post.dated, post.precision)


def _pattern(pattern: str) -> Any:
    return lambda value: _dated(value, pattern, locale=language())


def src(picture: PictureView, width: int) -> str:
    """Address of the smallest rendition for pages that is at least so many pixels wide."""
    sizes = picture.webp
    return _address(picture, next((r for r in sizes if r.width >= width), sizes[-1]))


def srcset(picture: PictureView) -> str:
    """All renditions for pages, as `srcset` wants them."""
    return ", ".join(f"{_address(picture, r)} {r.width}w" for r in picture.webp)


def card(picture: PictureView) -> str:
    """Address of the JPEG, which every program that makes previews can read."""
    return _address(picture, picture.jpeg)


def absolute(path: str) -> str:
    """A path as an address that holds outside the diary too; an address as it is."""
    return base_url() + path if path.startswith("/") else path


def first_words_large(html: str, heading: str) -> Markup:
    """The text of a post without a title, its first words marked: they stand for the title."""
    opening, tag, rest = str(html).partition(">")
    words = escape(heading.removesuffix("…"), quote=False)
    if not opening.startswith("<p") or not rest.startswith(words):
        return Markup(html)  # noqa: S704 (sanitised when it was made)
    rest = f'<span class="first-words">{words}</span>{rest.removeprefix(words)}'
    return Markup(opening + tag + rest)  # noqa: S704 (as above)


def _address(picture: PictureView, rendition: Any) -> str:
    return picture_address(picture.token, rendition)


def picture_address(token: str, r: RenditionView) -> str:
    """Where readers fetch a rendition: the public store if it is there, else the diary's path."""
    path = picture_path(token, r.width, r.stamp, r.extension, r.crop)
    outside = services().settings.pictures_url if r.outside else None
    return f"{outside}{path}" if outside else path


_catalogues: dict[str, Any] = {}


def _catalogue() -> Any:
    """The translations of the reader's language; flask-babel looks for them anew at each word."""
    locale = get_locale()
    if locale is None:
        return get_translations()
    found = _catalogues.get(locale.language)
    if found is None:
        found = _catalogues[locale.language] = get_translations()
    return found


def address(endpoint: str, **values: Any) -> str:
    """Flask's `url_for` for templates: the path to a view, worked out once for all pages."""
    if endpoint.startswith("."):
        endpoint = f"{request.blueprint}{endpoint}"
    return _path_to(request.root_path, endpoint, *values.items())


@lru_cache(maxsize=10_000, typed=True)
def _path_to(_root: str, endpoint: str, *values: tuple[str, Any]) -> str:
    return url_for(endpoint, **dict(values))


def static(filename: str) -> str:
    """Address of a static file with its content's hash, so that an old one is never shown."""
    return address("static", filename=filename, v=stamp_of(filename))


def stamp_of(filename: str) -> str:
    """The start of a static file's hash."""
    return _stamp(current_app.static_folder or "", filename)


@cache
def _stamp(folder: str, filename: str) -> str:
    return hashlib.sha256(Path(folder, filename).read_bytes()).hexdigest()[:12]


def init_app(app: Flask) -> None:
    """Give templates their filters and the languages their catalogues."""
    babel.init_app(app, default_locale="sv", locale_selector=language)
    app.jinja_env.add_extension(Fragments)
    app.jinja_env.trim_blocks = True
    app.jinja_env.lstrip_blocks = True
    app.jinja_env.globals.update(static=static, absolute=absolute, called=called, url_for=address)
    app.jinja_env.install_gettext_callables(  # type: ignore[attr-defined]
        gettext=lambda words: _catalogue().ugettext(words),
        ngettext=lambda one, many, count: _catalogue().ungettext(one, many, count),
        newstyle=True,
    )
    app.jinja_env.filters.update(
        day=day,
        when=when,
        day_number=_pattern("d"),
        month_short=_pattern("LLL"),
        weekday_short=_pattern("ccc"),
        month_name=_pattern("LLLL"),
        year=_pattern("y"),
        src=src,
        srcset=srcset,
        card=card,
        first_words_large=first_words_large,
        direction=direction,
        **texts.FILTERS,
    )
