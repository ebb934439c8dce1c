"""Personal cards: one's own, coming in by one, and those a coordinator hands out."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from flask import Blueprint, Response, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from markupsafe import Markup

from diary.domain import cards as rules
from diary.domain import codes
from diary.domain.errors import NotFound
from diary.media import qr
from diary.models import Account, Card
from diary.queries import people, site
from diary.queries.rows import LabRef
from diary.web import guessing
from diary.web.accounts import let_in, oneself, where_to
from diary.web.devices import card_read
from diary.web.forms import number
from diary.web.guards import Access, access, actor, member, shared_device
from diary.web.joining import WELCOME
from diary.web.rendering import diary_site, language, page
from diary.web.session import base_url, now, reading, release, services, undo, writing

blueprint = Blueprint("cards", __name__)

Labs = dict[int, LabRef]
ON_A_SHEET = 10


@dataclass(frozen=True, slots=True)
class CardView:
    """A card as it is shown and printed."""

    name: str
    role: str
    place: str
    lab: str
    code: str
    pin: str
    link: str
    address: str

    @property
    def picture(self) -> Markup:
        """Its QR code; drawn as the page is, when no transaction is open."""
        return Markup(qr.svg(self.link))  # noqa: S704 (drawn here)


def _labs() -> Labs:
    return {lab.id: lab for lab in site.labs(reading(), language())}


def _view(account: Account, card: Card, labs: Labs | None = None) -> CardView:
    secret, person = services().settings.secret_key, account.person
    lab = (_labs() if labs is None else labs).get(person.lab_id or 0)
    code = rules.code(card.uid, secret)
    link = base_url() + url_for("cards.card", code=code)
    return CardView(
        name=person.name,
        role=account.role.value,
        place=lab.short if lab else "",
        lab=lab.slug if lab else "none",
        code=codes.in_groups(code),
        pin=codes.pin_of(secret, card.uid),
        link=link,
        address=(base_url() + url_for("cards.by_code")).partition("://")[2],
    )


# ---------------------------------------------------------------- one's own


@blueprint.route("/me/card", methods=["GET", "POST"])
@access(Access.MEMBER)
def own() -> ResponseReturnValue:
    """One's own card; a new one makes the old one worthless."""
    if request.method == "POST":
        db = writing()
        account = oneself(db)
        rules.issue(db, account, now(), services().settings.secret_key, by_id=account.id)
        flash(_("Here is your new card. The old one is worth nothing any more."), "good")
        return redirect(url_for("cards.own"), 303)
    account = oneself(reading())
    found = rules.of(reading(), account.id)
    view = _view(account, found) if found else None
    return page(
        "joining/own_card.html",
        card=view,
        onward=url_for(WELCOME[account.role]),
        ways=_ways_to_send(view) if view else {},
    )


def _ways_to_send(view: CardView) -> dict[str, str]:
    """Links that open the phone's own programs (RFC 5724, RFC 6068)."""
    words = quote(
        _("My card for %(title)s: %(link)s", title=diary_site().title, link=view.link), safe=""
    )
    return {
        # iPhones read what follows an ampersand, others what follows a question mark.
        "sms": f"sms:?&body={words}",
        "mail": f"mailto:?subject={quote(diary_site().title, safe='')}&body={words}",
    }


@blueprint.get("/me/card.png")
@access(Access.MEMBER)
def picture() -> ResponseReturnValue:
    """One's own card as a picture to keep among one's photos."""
    account = oneself(reading())
    found = rules.of(reading(), account.id)
    if found is None:
        raise NotFound
    view = _view(account, found)
    lines = tuple(filter(None, (view.place, view.code, view.pin, view.address)))
    face = qr.CardFace(diary_site().title, view.name, lines, view.link)
    release()
    answer = Response(qr.card_png(face), mimetype="image/png")
    answer.headers.set("Content-Disposition", "attachment", filename="card.png")
    return answer


# ---------------------------------------------------------------- coming in


@blueprint.route("/card", methods=["GET", "POST"])
@access(Access.FORM)
def by_code() -> ResponseReturnValue:
    """Type the code of a card, and be in."""
    if actor() is not None:
        return page("joining/here.html")
    if request.method != "POST":
        return guessing.ask()
    typed = request.form.get("code", "")
    if rules.holder(reading(), typed, services().settings.secret_key) is None:
        return guessing.ask()
    return _come_in(typed)


@blueprint.route("/card/<code>", methods=["GET", "POST"])
@access(Access.FORM)
def card(code: str) -> ResponseReturnValue:
    """Come in by a card; looking at this page uses nothing and signs nobody in."""
    secret, somebody = services().settings.secret_key, actor()
    holder = rules.holder(reading(), code, secret)
    if holder is None:
        return guessing.wrong(code)
    if shared_device() is not None:
        return card_read(codes.normal(code))
    if somebody and somebody.account_id == holder.id:
        return redirect(where_to(), 303)
    if somebody is None and request.method == "POST":
        return _come_in(code)
    return page("joining/card.html", holder=holder.person.name)


def _come_in(code: str) -> ResponseReturnValue:
    if shared_device() is not None:
        return card_read(codes.normal(code))
    db, secret = writing(), services().settings.secret_key
    holder = rules.holder(db, code, secret)
    if holder is None:  # renewed this very moment
        undo()
        return guessing.wrong(code)
    rules.use(db, holder.id, now(), secret)
    return let_in(holder)


# ---------------------------------------------------------------- handing them out


@dataclass(frozen=True, slots=True)
class Holder:
    """Somebody whose card one may hand out."""

    id: int
    name: str
    role: str
    place: str
    has_card: bool


def _holders() -> list[Account]:
    """The open accounts whose cards are this person's to hand out."""
    somebody = member()
    return [
        account
        for account in people.accounts(reading())
        if account.closed_at is None and rules.hands(somebody, account)
    ]


@blueprint.get("/cards")
@access(Access.MODERATOR)
def listing() -> ResponseReturnValue:
    """Everybody whose card one may hand out."""
    labs = _labs()
    with_card = people.with_card(reading())
    holders = [
        Holder(
            account.id,
            account.person.name,
            account.person.role,
            labs[account.person.lab_id].short if account.person.lab_id in labs else "",
            account.id in with_card,
        )
        for account in _holders()
    ]
    return page("joining/cards.html", holders=holders)


@blueprint.get("/cards/<int:account_id>")
@access(Access.MODERATOR)
def show(account_id: int) -> ResponseReturnValue:
    """Somebody's card, to be handed to them."""
    account = rules.held(reading(), member(), account_id)
    found = rules.of(reading(), account.id)
    return page(
        "joining/handed_card.html",
        account_id=account.id,
        name=account.person.name,
        card=_view(account, found) if found else None,
    )


@blueprint.post("/cards/<int:account_id>")
@access(Access.MODERATOR)
def renew(account_id: int) -> ResponseReturnValue:
    """Give somebody a new card."""
    db, secret = writing(), services().settings.secret_key
    account = rules.held(db, member(), account_id)
    rules.issue(db, account, now(), secret, by_id=member().account_id)
    flash(_("A new card for %(name)s. An earlier one is worth nothing.", name=account.person.name))
    return redirect(url_for("cards.show", account_id=account_id), 303)


@blueprint.route("/cards/sheet", methods=["GET", "POST"])
@access(Access.MODERATOR)
def sheet() -> ResponseReturnValue:
    """Cards of several people on A4, to be cut; sent, it makes those that are missing first."""
    wanted = {found for who in request.values.getlist("who") if (found := number(who))}
    if request.method == "POST":
        db, secret = writing(), services().settings.secret_key
        chosen = [account for account in _holders() if account.id in wanted]
        have = rules.held_by(db, wanted)
        for account in chosen:
            if account.id not in have:
                rules.issue(db, account, now(), secret, by_id=member().account_id)
        return redirect(url_for("cards.sheet", who=sorted(wanted)), 303)
    return page("joining/sheet.html", **_sheet(wanted))


def _sheet(wanted: set[int]) -> dict[str, Any]:
    chosen = [account for account in _holders() if account.id in wanted]
    have, labs = rules.held_by(reading(), wanted), _labs()
    views = [_view(one, have[one.id], labs) for one in chosen if one.id in have]
    return {
        "sheets": [views[at : at + ON_A_SHEET] for at in range(0, len(views), ON_A_SHEET)],
        "without": [one.person.name for one in chosen if one.id not in have],
        "wanted": sorted(account.id for account in chosen),
    }
