"""Following by mail: asking for it, confirming by a link, changing, stopping."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from flask import Blueprint, Response, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from diary.domain import outbox, subscriptions, throttle
from diary.domain.errors import NotFound, TooManyTries
from diary.domain.subscriptions import Wish
from diary.models import Lab, Method, Pace, Person, Subscriber
from diary.queries import aliases, site, taxonomy
from diary.queries import subscriptions as subscribers
from diary.web.forms import Form, line
from diary.web.guards import Access, access
from diary.web.letters import SUBSCRIBER, chosen_language, letter
from diary.web.rendering import absolute, diary_site, language, page
from diary.web.session import (
    network,
    now,
    reading,
    seal,
    services,
    throttle_key,
    unseal,
    writing,
)

blueprint = Blueprint("subscriptions", __name__)

LINK = "subscribe"
LASTS = timedelta(days=7)
"""How long the link to confirm holds."""
ASKED, ASKED_WITHIN = 20, timedelta(hours=1)
"""How often one network may ask: it may be a whole meeting place's."""
WRITTEN_TO, WRITTEN_TO_WITHIN = 3, timedelta(days=1)
"""How often an address is sent a link, whoever asks: nobody is flooded by others."""
PARTS: dict[str, type[Lab | Method | Person]] = {"lab": Lab, "method": Method, "author": Person}


@blueprint.route("/subscribe", methods=["GET", "POST"])
@access(Access.FORM)
def subscribe() -> ResponseReturnValue:
    """Ask for letters; the answer is the same for every address, known or not."""
    if services().settings.mail is None or request.method != "POST":
        return _form(Form(request.args))
    form = request.form
    problems = tuple(subscriptions.address_problems(form.get("email", "")))
    if problems:
        return _form(Form(form, problems), 422)
    email, asked_for, lang = line(form["email"]), _named(request.values), _lang(form)
    part = _part(asked_for)
    if asked_for and part is None:
        raise NotFound  # never everything instead
    pace = _pace(form, Pace.AT_ONCE)
    named = "" if part is None else _key(part)
    link = absolute(url_for(".confirm", token=seal([email, named, pace, lang], LINK)))
    facts = {"title": diary_site().title, "what": part.name if part else "", "link": link}
    mail = letter("subscribe", lang, pace=pace, **facts)
    db = writing()
    throttle.spend(db, throttle_key(LINK, network()), ASKED, ASKED_WITHIN, now())
    try:
        whose = throttle_key(f"{LINK} address", subscriptions.mailbox_of(email))
        throttle.spend(db, whose, WRITTEN_TO, WRITTEN_TO_WITHIN, now())
        outbox.queue(db, email, *mail, lang, now())
    except TooManyTries:
        pass  # whoever asks is not told: it would say that others have asked
    return redirect(url_for(".asked"), 303)


@blueprint.get("/subscribe/asked")
@access(Access.FORM)
def asked() -> ResponseReturnValue:
    """A link is on its way."""
    return page("subscriptions/asked.html", noindex=True)


@blueprint.route("/subscribe/confirm/<token>", methods=["GET", "POST"])
@access(Access.FORM)
def confirm(token: str) -> ResponseReturnValue:
    """Confirm by a button: programs that look through mail open every link, but press nothing."""
    sealed = unseal(token, LINK, seconds=int(LASTS.total_seconds()))
    if not isinstance(sealed, list):
        return page("subscriptions/over.html", status_code=410, noindex=True)
    email, named, pace, lang = sealed
    part = _part(named)
    if named and part is None:
        return page("subscriptions/over.html", status_code=410, noindex=True, gone=True)
    wish = Wish(email, part, Pace(pace), lang)
    if request.method != "POST":
        return page("subscriptions/confirm.html", wish=wish, noindex=True, **_choices())
    db = writing()
    uid = str(subscriptions.confirm(db, wish, now()).uid)
    return redirect(url_for(".mine", token=seal(uid, SUBSCRIBER), welcome=1), 303)


@blueprint.route("/subscribe/me/<token>", methods=["GET", "POST"])
@access(Access.FORM)
def mine(token: str) -> ResponseReturnValue:
    """What somebody gets, and how often; by the link in each letter."""
    if request.method != "POST":
        found = _subscriber(token)
        if found is None:
            return page("subscriptions/stopped.html", noindex=True)
        return page(
            "subscriptions/mine.html",
            one=found,
            followed=subscribers.followed(reading(), found.id),
            token=token,
            noindex=True,
            **_choices(),
        )
    form = request.form
    kept = {int(one) for one in form.getlist("kept") if one.isdecimal()}
    writing()
    if found := _subscriber(token, to_change=True):
        subscriptions.change(reading(), found, _pace(form, found.pace), _lang(form), kept)
        if not found.subscriptions:
            subscriptions.stop(reading(), found, now())
    return redirect(url_for(".mine", token=token, saved=1), 303)


@blueprint.route("/unsubscribe/<token>", methods=["GET", "POST"])
@access(Access.FORM)
def stop(token: str) -> ResponseReturnValue:
    """Stop all letters: by a button, or by one press in a mail program (RFC 8058).

    Such a program comes from anywhere and without a cookie; the token is proof enough.
    """
    if request.method == "POST":
        writing()
        if found := _subscriber(token, to_change=True):
            subscriptions.stop(reading(), found, now())
        return page("subscriptions/stopped.html", noindex=True)
    if _subscriber(token) is None:
        return page("subscriptions/stopped.html", noindex=True)
    return page("subscriptions/stop.html", token=token, noindex=True)


def _subscriber(token: str, *, to_change: bool = False) -> Subscriber | None:
    uid = unseal(token, SUBSCRIBER)
    if not isinstance(uid, str):
        return None
    find = subscriptions.locked if to_change else subscribers.subscriber
    return find(reading(), UUID(uid))


def _form(form: Form, status: int = 200) -> Response:
    values = request.values
    chosen = _named(values)
    return page(
        "subscriptions/form.html",
        status_code=status,
        form=form,
        chosen=chosen,
        what=_part(chosen),
        noindex=True,
        **_choices(),
    )


def _choices() -> dict[str, Any]:
    """How often, and what, in the reader's language."""
    lang = language()
    parts = [(f"lab:{one.slug}", one.name) for one in site.labs(reading(), lang)]
    parts += [(f"method:{one.slug}", one.name) for one in site.methods(reading(), lang)]
    return {
        "paces": [
            (Pace.AT_ONCE, _("At once")),
            (Pace.DAILY, _("Once a day")),
            (Pace.WEEKLY, _("Once a week")),
        ],
        "parts": [("", _("Everything")), *parts],
    }


def _named(values: Any) -> str:
    """What a form names: a place, a way of working, an author, or nothing for everything."""
    short = (f"{kind}:{values[kind]}" for kind in PARTS if values.get(kind))
    return values["part"] if "part" in values else next(short, "")


def _part(named: str) -> Lab | Method | Person | None:
    """The place, way of working or author that something names, also by an old address."""
    kind, _sign, slug = named.partition(":")
    if kind not in PARTS or not slug:
        return None
    find = {"lab": taxonomy.lab, "method": taxonomy.method, "author": taxonomy.person_at}[kind]
    found = find(reading(), slug) or aliases.target(reading(), PARTS[kind], slug)
    return found if found is not None and found.slug else None


def _key(part: Lab | Method | Person) -> str:
    kind = next(name for name, table in PARTS.items() if isinstance(part, table))
    return f"{kind}:{part.slug}"


def _pace(form: Any, otherwise: Pace) -> Pace:
    chosen = form.get("pace")
    return Pace(chosen) if chosen in set(Pace) else otherwise


def _lang(form: Any) -> str:
    return chosen_language(form.get("lang", "") or language())
