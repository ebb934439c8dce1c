"""What the lead decides about the diary as a whole, and the texts of its pages."""

from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

from flask import Response, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from markupsafe import Markup

from diary.domain import settings as rules
from diary.domain.errors import Invalid, NotFound, Problem
from diary.models import Post
from diary.queries import cards, posts, site
from diary.text.plain import has_control
from diary.web.forms import Form, lines, number
from diary.web.guards import Access, access, member
from diary.web.pages import as_html, default_text
from diary.web.rendering import LANGUAGES, diary_site, language, page
from diary.web.session import base_url, now, reading, undo, writing
from diary.web.tending import blueprint, by_language, typed, typed_lines, typed_texts

LINES = (
    *("title", "contact_name", "contact_role", "contact_phone", "contact_email"),
    *("press_name", "press_phone", "press_email"),
    *("controller", "protection_officer", "funder"),
)
TICKS = ("coordinators_publish", "own_posts", "hide_on_request")
BY_LANGUAGE = ("sentence", *rules.CALLED)
NUMBERS = ("guardian_age", *rules.RANGES)
CHOICES = ("licence", "main_language", *NUMBERS)


@blueprint.route("/settings", methods=["GET", "POST"])
@access(Access.LEAD)
def settings() -> ResponseReturnValue:
    """What the diary is called, who answers for it, and who publishes."""
    if request.method != "POST":
        return _settings_page(_settings_values())
    values = _wished_settings()
    chosen = _uid_at(request.form.get("chosen", ""))
    if chosen is None:
        return _settings_page(request.form, no_such_post=True, status=422)
    try:
        rules.change(writing(), member(), {**values, "chosen": chosen}, now())
    except Invalid as error:
        undo()
        return _settings_page(request.form, error.problems, status=422)
    flash(_("Saved."), "good")
    return redirect(url_for("admin.settings"), 303)


def _wished_settings() -> dict[str, Any]:
    present = diary_site()
    licence = request.form.get("licence", "")
    known = {present.licence: present.licence_url, **rules.LICENCES, "": ""}
    main = request.form.get("main_language", "")
    return {
        **{name: typed(name) for name in LINES},
        **{name: name in request.form for name in TICKS},
        **{name: _number(name, getattr(present, name)) for name in NUMBERS},
        **{name: typed_texts(name, LANGUAGES, getattr(present, name)) for name in BY_LANGUAGE},
        "partners": list(typed_lines("partners")),
        "licence": licence if licence in known else present.licence,
        "licence_url": known.get(licence, present.licence_url),
        "main_language": main if main in LANGUAGES else present.main_language,
    }


def _number(name: str, present: int) -> int:
    """A typed whole number; -1, which the rules refuse, for anything else."""
    typed_in = number(request.form.get(name, str(present)), 9999)
    return -1 if typed_in is None else typed_in


def _uid_at(address: str) -> str | None:
    """The uid of the published post at an address, "" for none wanted, None for none there."""
    if not address.strip():
        return ""
    *_before, kind, last = ["", *urlsplit(address.strip()).path.rstrip("/").split("/")]
    if has_control(last):
        return None
    slug = posts.slug_of(reading(), last) if kind == "p" else last
    found = cards.at(reading(), slug or "", language())
    return str(found.uid) if found else None


def _settings_values() -> dict[str, Any]:
    present = diary_site()
    return {
        **{name: getattr(present, name) for name in (*LINES, *TICKS, *CHOICES)},
        **_in_fields(present),
        "partners": "\n".join(present.partners),
        "chosen": _address_of(present.chosen) if present.chosen else "",
    }


def _in_fields(present: site.Site) -> dict[str, str]:
    fields: dict[str, str] = {}
    for name in BY_LANGUAGE:
        fields |= by_language(name, getattr(present, name))
    return fields


def _address_of(uid: str) -> str:
    """The address of the published post with a uid, if it still is published."""
    found = posts.published().with_only_columns(Post.slug).where(Post.uid == UUID(uid))
    slug = reading().scalar(found)
    return base_url() + url_for("reading.post", slug=slug) if slug else ""


def _settings_page(
    values: Mapping[str, Any],
    problems: Iterable[Problem] = (),
    *,
    no_such_post: bool = False,
    status: int = 200,
) -> Response:
    licences = dict.fromkeys([diary_site().licence, *rules.LICENCES])
    return page(
        "admin/settings.html",
        status_code=status,
        form=Form(values, problems),
        no_such_post=no_such_post,
        licences=[(name, name) for name in licences if name],
        text_languages=LANGUAGES,
        pages=[(slug, default_text(slug, language())[0]) for slug in rules.TEXTS],
    )


# ---------------------------------------------------------------- pages of text


@blueprint.route(
    "/settings/pages/<slug>", methods=["GET", "POST"], defaults={"lang": None}, endpoint="page"
)
@blueprint.route("/settings/pages/<slug>/<lang>", methods=["GET", "POST"], endpoint="page")
@access(Access.LEAD)
def page_text(slug: str, lang: str | None) -> ResponseReturnValue:
    """A page's text in one language, with a preview; an empty one brings the first text back."""
    lang = lang or language()
    if slug not in rules.TEXTS or lang not in LANGUAGES:
        raise NotFound
    if request.method != "POST":
        present = site.page_body(reading(), slug, lang)
        return _page_page(slug, lang, present or default_text(slug, lang)[1])
    body = lines(request.form.get("body", ""))
    if "preview" in request.form:
        return _page_page(slug, lang, body, preview=as_html(body))
    return _keep_page(slug, lang, body)


def _keep_page(slug: str, lang: str, body: str) -> ResponseReturnValue:
    changed = body.strip() != default_text(slug, lang)[1].strip()
    try:
        rules.write_page(writing(), member(), slug, lang, body if changed else "", now())
    except Invalid as error:
        undo()
        return _page_page(slug, lang, body, error.problems, status=422)
    flash(_("Saved."), "good")
    return redirect(url_for("admin.page", slug=slug, lang=lang), 303)


def _page_page(
    slug: str,
    lang: str,
    body: str,
    problems: Iterable[Problem] = (),
    *,
    preview: Markup | None = None,
    status: int = 200,
) -> Response:
    return page(
        "admin/page.html",
        status_code=status,
        slug=slug,
        in_book=slug == rules.FOREWORD,
        title=default_text(slug, lang)[0],
        text_lang=lang,
        form=Form({"body": body}, problems),
        preview=preview,
        own=site.page_body(reading(), slug, lang) is not None,
    )
