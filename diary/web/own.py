"""One's own account: who one is here, what others see of it, taking everything out, leaving."""

from collections.abc import Iterable, Mapping

from flask import Blueprint, Response, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import force_locale
from flask_babel import gettext as _
from flask_login import current_user

from diary.domain import accounts, devices, forgetting, handouts, policy, profile, throttle
from diary.domain.errors import Invalid, Problem
from diary.models import Device
from diary.portability import takeout
from diary.web.accounts import begin, oneself, tries_of
from diary.web.forms import Form, line
from diary.web.guards import Access, access, member, on_shared, own_device_only
from diary.web.parcels import as_zip
from diary.web.rendering import (
    LANGUAGES,
    absolute,
    diary_site,
    language,
    page,
    remember_language,
)
from diary.web.session import now, reading, release, undo, writing

blueprint = Blueprint("own", __name__)


@blueprint.route("/me", methods=["GET", "POST"])
@access(Access.MEMBER)
def me() -> ResponseReturnValue:
    """One's own name, address, language and password."""
    if request.method != "POST":
        return _me_page()
    if not {"password", "present", "email"}.isdisjoint(request.form):
        own_device_only()
    change = _change_password if "password" in request.form else _change_profile
    try:
        return change()
    except Invalid as error:
        undo()
        return _me_page(request.form, error.problems, 422)


def _change_profile() -> ResponseReturnValue:
    typed = {name: line(request.form.get(name, "")) for name in ("name", "byline_role", "email")}
    chosen = request.form.get("language", "")
    if chosen and chosen not in LANGUAGES:
        raise Invalid((Problem("language", "unknown_choice"),))
    db = writing()
    account = oneself(db)
    if on_shared():
        typed["email"] = account.email or ""  # not asked there
    wanted = accounts.Profile(**typed, language=chosen or None)
    accounts.change_profile(db, account, wanted, now())
    with force_locale(chosen or language()):
        flash(_("Saved."), "good")
    answer = redirect(url_for("own.me"), 303)
    remember_language(answer, chosen)
    return answer


def _change_password() -> ResponseReturnValue:
    """Choose a new password, or a first one: only who has one is asked for it."""
    account = oneself(reading())
    tries, stored = tries_of(account.username, account), account.password_hash
    throttle.check(reading(), tries.keys, now())
    release()
    password_hash = accounts.hash_password(request.form.get("password", ""))
    if stored and not accounts.verify(stored, request.form.get("present", "")):
        answer = _me_page({}, (Problem("present", "wrong_password"),), 422)
        throttle.failed(writing(), tries.keys, now())
        return answer
    db = writing()
    throttle.succeeded(db, tries.keys, tries.account, now())
    account = oneself(db)
    accounts.set_password(db, account, password_hash, now())
    devices.revoke_others(db, account.id, current_user.device_id, now())
    begin(account, db.get_one(Device, current_user.device_id))
    flash(_("You have a new password. Everywhere else you are logged out."), "good")
    return redirect(url_for("own.me"), 303)


def _me_page(
    typed: Mapping[str, str] | None = None, problems: Iterable[Problem] = (), status: int = 200
) -> Response:
    account = oneself(reading())
    person = account.person
    values = {
        "name": person.name,
        "byline_role": person.role,
        "email": account.email or "",
        "language": account.language or "",
    }
    return page(
        "accounts/me.html",
        status_code=status,
        form=Form({**values, **(typed or {})}, problems),
        username=account.username,
        has_password=account.password_hash is not None,
        shortest=accounts.MIN_PASSWORD,
        languages=tuple(LANGUAGES.items()),
        needs_password=policy.needs_password(account.role),
        page_about=person.slug,
        minor=person.minor,
        asked=account.forget_asked_at,
    )


# ---------------------------------------------------------------- what others see


@blueprint.post("/me/page")
@access(Access.MEMBER)
def page_about() -> ResponseReturnValue:
    """Ask for a page about oneself, or take it away."""
    db = writing()
    try:
        if request.form.get("action") == "close":
            profile.close_page(db, oneself(db), now())
            flash(_("The page about you is gone."), "good")
        else:
            grown_up = bool(request.form.get("grown_up"))
            profile.open_page(db, oneself(db), now(), grown_up=grown_up)
            flash(_("There is a page about you now."), "good")
    except Invalid as error:
        undo()
        return _me_page({}, error.problems, 422)
    return redirect(url_for(".me", _anchor="page"), 303)


@blueprint.post("/me/minor")
@access(Access.MEMBER)
def minor() -> ResponseReturnValue:
    """Say that one is under 18; only somebody who looks after the place lifts it."""
    db = writing()
    profile.mark_minor(db, oneself(db), now(), minor=True, by_id=member().account_id)
    flash(_("Saved. Only your first name is shown, and there is no page about you."), "good")
    return redirect(url_for(".me", _anchor="page"), 303)


# ---------------------------------------------------------------- taking everything out


@blueprint.post("/me/take-out")
@access(Access.MEMBER)
def take_out() -> ResponseReturnValue:
    """All of one's own as a zip file."""
    parcel = takeout.gather(reading(), oneself(reading()).person_id, absolute)
    readme = _readme()
    handouts.hand_out(writing(), "own", member().account_id, parcel.pictures, now())
    return as_zip(parcel, readme)


def _readme() -> str:
    """What is in the zip, for whoever opens it."""
    said = (
        _("This is all you have written in “%(title)s”.", title=diary_site().title),
        _("Each post has a folder of its own, named by its day and its first words."),
        _(
            "post.md: the words, with facts about them at the top. "
            "Any text program opens it. changes.md: what you changed and did not send yet."
        ),
        _("picture-1.jpg and so on: your pictures, as they are kept here."),
        _("talk.json: what you were asked about your posts, and what you answered."),
        _("account.json: what the diary knows about you."),
    )
    return "\r\n\r\n".join(said) + "\r\n"


# ---------------------------------------------------------------- being forgotten


@blueprint.route("/me/forget", methods=["GET", "POST"])
@access(Access.MEMBER)
def forget_me() -> ResponseReturnValue:
    """What goes and what stays; asking for it, and taking that back."""
    if request.method != "POST":
        account = oneself(reading())
        last = accounts.is_last_lead(reading(), account)
        return page("own/forget.html", asked=account.forget_asked_at, last=last)
    db = writing()
    if request.form.get("action") == "stay":
        forgetting.stay(db, oneself(db), now())
        flash(_("Good that you stay. Nothing has changed."), "good")
    else:
        forgetting.ask(db, oneself(db), now())
        flash(_("You have asked to be forgotten. Until it is done you can take it back."), "good")
    return redirect(url_for(".forget_me"), 303)
