"""A forgotten password: by mail if there is an address, else by the one who invited."""

from collections.abc import Iterable

from flask import Blueprint, Response, redirect, request, url_for
from flask.typing import ResponseReturnValue

from diary.domain import accounts, passwords, throttle
from diary.domain.errors import Invalid, Problem
from diary.models import Account
from diary.web.accounts import let_in
from diary.web.forms import Form
from diary.web.guards import Access, access
from diary.web.letters import language_of, letter
from diary.web.rendering import diary_site, page
from diary.web.session import (
    base_url,
    network,
    now,
    reading,
    release,
    seal,
    services,
    throttle_key,
    undo,
    unseal,
    writing,
)

blueprint = Blueprint("forgotten", __name__)

LINK = "forgotten"


@blueprint.route("/forgotten", methods=["GET", "POST"])
@access(Access.FORM)
def ask() -> ResponseReturnValue:
    """Ask for a link by mail; the answer is the same for every name, known or not."""
    mails = services().settings.mail is not None
    if request.method != "POST":
        return page("accounts/forgotten.html", mails=mails, asked="asked" in request.args)
    if mails:
        _ask(request.form.get("name", ""))
    return redirect(url_for("forgotten.ask", asked=1), 303)


def _ask(name: str) -> None:
    # All is done for strangers, too, so that they wait as long for their answer.
    account = accounts.candidate(reading(), name)
    known = [account.id, account.epoch] if account else [0, 0]
    lang = language_of(account)
    mail = letter(
        "forgotten",
        lang,
        title=diary_site().title,
        name=account.person.name if account else "",
        username=account.username if account else "",
        link=base_url() + url_for("forgotten.choose", token=seal(known, LINK)),
    )
    db = writing()
    throttle.spend(db, _key("network", network()), passwords.QUESTIONS, passwords.LASTS, now())
    whose = f"#{account.id}" if account else accounts.normal(name)
    passwords.mail_link(db, account, mail, lang, now(), _key("account", whose))


def _key(kind: str, who: str) -> str:
    return throttle_key(f"{LINK} {kind}", who)


@blueprint.route("/forgotten/<token>", methods=["GET", "POST"])
@access(Access.FORM)
def choose(token: str) -> ResponseReturnValue:
    """Choose a new password by a link from a mail; looking at it does not use it up."""
    account = accounts.find(reading(), *_sealed(token))
    if account is None:
        return page("accounts/forgotten_over.html", status_code=410)
    if request.method != "POST":
        return _form(account)
    release()
    try:
        password_hash = accounts.hash_password(request.form.get("password", ""))
    except Invalid as error:
        return _form(account, error.problems, 422)
    db = writing()
    account = accounts.find(db, *_sealed(token), to_change=True)
    if account is None:  # the same link was faster
        undo()
        return page("accounts/forgotten_over.html", status_code=410)
    passwords.choose(db, account, password_hash, now())
    return let_in(account)


def _sealed(token: str) -> tuple[int, int]:
    """The account and epoch in a link; zeros, which fit nobody, if it is over or no link."""
    found = unseal(token, LINK, seconds=int(passwords.LASTS.total_seconds()))
    return (found[0], found[1]) if isinstance(found, list) else (0, 0)


def _form(account: Account, problems: Iterable[Problem] = (), status: int = 200) -> Response:
    return page(
        "accounts/forgotten_choose.html",
        status_code=status,
        form=Form({}, problems),
        username=account.username,
        shortest=accounts.MIN_PASSWORD,
    )
