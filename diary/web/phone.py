"""On the phone: the app's manifest, the worker, the page for writing without a network, and what
other apps share into the diary."""

import hashlib
from dataclasses import replace
from functools import cache
from pathlib import Path

from flask import Blueprint, Response, current_app, flash, jsonify, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from diary.build import BUILD
from diary.domain import pictures
from diary.domain import writing as rules
from diary.domain.errors import NotFound
from diary.models import Post
from diary.text.plain import direction
from diary.web import forms
from diary.web.cache import LASTING
from diary.web.errors import sentence
from diary.web.guards import Access, access, member
from diary.web.rendering import diary_site, language, page, static
from diary.web.session import now, release, services, writing
from diary.web.taking import add, blank

blueprint = Blueprint("phone", __name__)

SCRIPT = "text/javascript"
PAPER, INK = "#faf6ee", "#26211b"
STYLES = ("css/base.css", "css/work.css", "css/write.css")
WRITING = ("write", "draft", "elsewhere", "fields", "focus", "keep", "order", "photos", "send",
           "server", "shrink", "state", "take", "upload", "words")  # fmt: skip
"""The modules of the writing page; it asks for all at once and not for one after another."""
SCRIPTS = ("offline", "draft", "elsewhere", "fields", "film", "keep", "photos", "server",
           "shrink", "state", "take", "upload", "words")  # fmt: skip
"""The modules of the page without a network."""


# ---------------------------------------------------------------- scripts


@blueprint.app_template_global()
def script(name: str) -> str:
    """Address of a module; those it imports stand beside it, so that no two versions mix."""
    return url_for("phone.module", build=BUILD, name=name)


@blueprint.app_template_global()
def writing_scripts() -> list[str]:
    """Addresses of all that the writing page runs."""
    return [script(name) for name in WRITING]


@blueprint.get("/js/<build>/<name>.js")
@access(Access.PUBLIC)
def module(build: str, name: str) -> ResponseReturnValue:
    """A module; a page that is still open may ask for an older build and gets the present one."""
    if not name.isidentifier():
        raise NotFound
    answer = Response(_code(name), mimetype=SCRIPT)
    answer.add_etag()
    answer.headers["Cache-Control"] = LASTING if build == BUILD else "no-cache"
    return answer.make_conditional(request)


@cache
def _code(name: str) -> str:
    """A module without its comments and indents: a phone on a bad network waits for each kB."""
    path = Path(current_app.static_folder or "", "js", f"{name}.js")
    if not path.is_file():
        raise NotFound
    lines = (line.strip() for line in path.read_text("utf-8").splitlines())
    return "\n".join(line for line in lines if line and not line.startswith(("//", "/**", "*")))


@blueprint.get("/worker.js")
@access(Access.PUBLIC)
def worker() -> ResponseReturnValue:
    """The worker with the files it keeps; another build or language is another worker."""
    files = [
        url_for(".offline"),
        *map(static, STYLES),
        url_for("pages.labs_css"),
        static("img/favicon.svg"),
        *(static(f"fonts/{name}.woff2") for name in _fonts()),
        *map(script, SCRIPTS),
    ]
    head = (
        f'import * as keep from "{script("keep")}";\n'
        f'const CACHE = "shell-{BUILD}-{language()}";\n'
        f'const LANGUAGE = "{language()}";\n'
        f"const FILES = {current_app.json.dumps(files)};\n"
    )
    return Response(head + _code("worker"), mimetype=SCRIPT)


def _fonts() -> tuple[str, ...]:
    """The page has the letters of the interface; book type is for reading."""
    return ("naskh",) if direction(language()) == "rtl" else ("hanken-grotesk",)


# ---------------------------------------------------------------- as an app


@blueprint.get("/manifest.webmanifest")
@access(Access.PUBLIC)
def manifest() -> ResponseReturnValue:
    """The diary as an app on the phone (W3C Web Application Manifest), photos shared into it."""
    title, lang = diary_site().title, language()
    answer = jsonify(
        id="/",
        name=title,
        short_name=title if len(title) <= 12 else _("The diary"),
        lang=lang,
        dir=direction(lang),
        start_url=url_for("writing.write"),
        scope="/",
        display="minimal-ui",
        background_color=PAPER,
        theme_color=PAPER,
        icons=[
            _icon("icon-192", "192x192", "any"),
            _icon("icon-512", "512x512", "any"),
            _icon("icon-maskable", "512x512", "maskable"),
        ],
        share_target={
            "action": url_for(".share"),
            "method": "POST",
            "enctype": "multipart/form-data",
            "params": {
                "title": "title",
                "text": "body",
                "url": "link",
                "files": [{"name": "photos", "accept": ["image/*"]}],
            },
        },
    )
    answer.mimetype = "application/manifest+json"
    return answer


def _icon(name: str, sizes: str, purpose: str) -> dict[str, str]:
    src = static(f"img/{name}.png")
    return {"src": src, "sizes": sizes, "type": "image/png", "purpose": purpose}


@blueprint.get("/write/offline")
@access(Access.PUBLIC)
def offline() -> ResponseReturnValue:
    """Where one writes without a network. The worker keeps it as visitors see it."""
    return page("phone/offline.html", noindex=True)


# ---------------------------------------------------------------- shared into the diary


@blueprint.post("/write/share")
@access(Access.MEMBER)
def share() -> ResponseReturnValue:
    """Open a draft with what another app shares (W3C Web Share Target), and no more than that:
    this is the one write that need not come from the diary's own pages."""
    # No transaction is open while pictures are made and stored.
    release()
    arrived = forms.receive(request.files.getlist("photos"), services().store)
    words = [forms.lines(request.form.get(name, "")).strip() for name in ("title", "body", "link")]
    body = "\n".join(dict.fromkeys(filter(None, words)))
    for problem in arrived.problems:
        flash(sentence(problem), "bad")
    if not (body or arrived.photos):
        return redirect(url_for("writing.write"), 303)
    return redirect(url_for("writing.edit", post_id=_draft(body, arrived).id), 303)


def _draft(body: str, arrived: forms.Arrived) -> Post:
    session, actor = writing(), member()
    post = rules.start(session, actor, replace(blank(), body=body), now(), _key(body, arrived))
    if rules.editable(post, member()):
        found = [
            pictures.already_sent(session, post, photo.sha256) or add(post, photo)
            for photo in arrived.photos
        ]
        rules.add_pictures(session, actor, post, [picture.token for picture in found], now())
    return post


def _key(body: str, arrived: forms.Arrived) -> str:
    """The same things shared twice on one day make one draft."""
    shared = [body, f"{now():%Y-%m-%d}", *(photo.sha256 for photo in arrived.photos)]
    return "share-" + hashlib.sha256("\0".join(shared).encode()).hexdigest()
