"""Looking after the diary: people and invitations.

`admin_places` and `admin_settings` have the blueprint's other views.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from flask import Response, flash, redirect, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from diary.domain import accounts, policy
from diary.domain import invitations as inviting
from diary.domain.errors import Invalid, LastLead, NotFound, Problem
from diary.models import Account, Invitation, Kind, Role
from diary.queries import people as found_people
from diary.queries import site
from diary.web import admin_places, admin_settings  # noqa: F401 (their views join the blueprint)
from diary.web.forms import Form
from diary.web.guards import Access, access, member
from diary.web.rendering import language, page
from diary.web.session import base_url, now, reading, services, undo, writing
from diary.web.tending import blueprint, lab_options, sent_form, typed, typed_word

USES = (1, 5, 10, inviting.MAX_USES)

# ---------------------------------------------------------------- people


@dataclass(frozen=True, slots=True)
class AccountRow:
    """An account as the list shows it."""

    id: int
    name: str
    byline_role: str
    username: str
    email: str
    role: str
    trusted: bool
    labs: tuple[str, ...]
    open: bool


def _account_row(account: Account) -> AccountRow:
    return AccountRow(
        id=account.id,
        name=account.person.name,
        byline_role=account.person.role,
        username=account.username,
        email=account.email or "",
        role=account.role.value,
        trusted=account.trusted,
        labs=tuple(lab.slug for lab in account.labs),
        open=account.closed_at is None,
    )


def _accounts() -> list[AccountRow]:
    return [_account_row(account) for account in found_people.accounts(reading())]


@blueprint.get("/people")
@access(Access.LEAD)
def people() -> ResponseReturnValue:
    """Everybody with an account, and what they may do."""
    return page("admin/people.html", accounts=_accounts(), labs=dict(lab_options()))


@blueprint.route("/people/<int:account_id>", methods=["GET", "POST"])
@access(Access.LEAD)
def person(account_id: int) -> ResponseReturnValue:
    """What one account may do."""
    row = next((row for row in _accounts() if row.id == account_id), None)
    if row is None:
        raise NotFound
    if request.method != "POST":
        values = {name: getattr(row, name) for name in ("role", "trusted", "labs", "open")}
        return _person_page(row, values)
    try:
        accounts.grant(writing(), member(), account_id, _rights(), now())
    except Invalid as error:
        undo()
        return _person_page(row, sent_form(), error.problems, status=422)
    except LastLead:
        undo()
        return _person_page(row, sent_form(), last_lead=True, status=409)
    flash(_("Saved: %(name)s.", name=row.name), "good")
    return redirect(url_for("admin.people"), 303)


def _rights() -> accounts.Rights:
    return accounts.Rights(
        role=typed_word(Role, "role"),
        trusted="trusted" in request.form,
        labs=tuple(request.form.getlist("labs")),
        open="open" in request.form,
    )


def _person_page(
    row: AccountRow,
    values: Mapping[str, Any],
    problems: Iterable[Problem] = (),
    *,
    last_lead: bool = False,
    status: int = 200,
) -> Response:
    return page(
        "admin/person.html",
        status_code=status,
        account=row,
        form=Form(values, problems),
        lab_options=lab_options(),
        last_lead=last_lead,
        oneself=row.id == member().account_id,
    )


# ---------------------------------------------------------------- invitations


@dataclass(frozen=True, slots=True)
class InvitationRow:
    """An invitation as the list shows it; its link is not kept anywhere."""

    id: int
    role: str
    note: str
    labs: tuple[str, ...]
    uses_left: int
    last_day: date
    over: bool


def _invitation_row(invitation: Invitation, time: datetime) -> InvitationRow:
    return InvitationRow(
        id=invitation.id,
        role=invitation.role.value,
        note=invitation.note,
        labs=tuple(lab.name for lab in invitation.labs),
        uses_left=invitation.uses_left,
        last_day=invitation.expires_at.astimezone(services().settings.zone).date(),
        over=invitation.expires_at <= time,
    )


@blueprint.route("/invitations", methods=["GET", "POST"])
@access(Access.MODERATOR)
def invitations() -> ResponseReturnValue:
    """Invite somebody, and see which invitations are still open."""
    if request.method != "POST":
        values = {"role": Role.AUTHOR.value, "kind": Kind.RESIDENT.value, "uses": "1"}
        return _invitations_page({**values, "labs": _first_choice()})
    try:
        token = inviting.invite(writing(), member(), _offer(), now())
    except Invalid as error:
        undo()
        return _invitations_page(sent_form(), error.problems, 422)
    session["invitation"] = token  # shown on the page that comes next, once
    return redirect(url_for("admin.invitations"), 303)


def _offer() -> inviting.Offer:
    uses = request.form.get("uses", "1")
    return inviting.Offer(
        role=typed_word(Role, "role"),
        kind=typed_word(Kind, "kind"),
        labs=tuple(request.form.getlist("labs")),
        uses=int(uses) if uses.isdecimal() and len(uses) < 5 else 0,
        note=typed("note"),
    )


def _first_choice() -> list[str]:
    """A coordinator of one lab need not choose it."""
    own = _own_labs()
    return [own[0][0]] if len(own) == 1 and not policy.administers(member()) else []


def _own_labs() -> list[tuple[str, str]]:
    """The labs somebody may invite to."""
    somebody = member()
    labs = site.labs(reading(), language())
    own = [lab for lab in labs if policy.administers(somebody) or lab.id in somebody.lab_ids]
    return [(lab.slug, lab.short) for lab in own]


def _invitations_page(
    values: Mapping[str, Any], problems: Iterable[Problem] = (), status: int = 200
) -> Response:
    somebody = member()
    everything = policy.administers(somebody)
    open_ones = found_people.invitations(reading(), None if everything else somebody.account_id)
    token = session.pop("invitation", None)
    return page(
        "admin/invitations.html",
        status_code=status,
        form=Form(values, problems),
        link=base_url() + url_for("joining.join", token=token) if token else "",
        invitations=[_invitation_row(invitation, now()) for invitation in open_ones],
        lab_options=_own_labs(),
        uses=[(str(number), str(number)) for number in USES],
        days=inviting.INVITATION_LASTS.days,
    )


@blueprint.post("/invitations/<int:invitation_id>/revoke")
@access(Access.MODERATOR)
def revoke(invitation_id: int) -> ResponseReturnValue:
    """Make an invitation useless from now on."""
    inviting.revoke(writing(), member(), invitation_id, now())
    flash(_("The invitation is no longer valid."), "good")
    return redirect(url_for("admin.invitations"), 303)
