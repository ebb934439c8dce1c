"""Looking after the diary: people.

`inviting`, `people_data` and the rooms called `admin_…` have the blueprint's other views.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from flask import Response, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from diary.domain import accounts, forgetting, policy, profile
from diary.domain.errors import Invalid, LastLead, NotFound, Problem
from diary.domain.traces import report_of
from diary.models import Account, Role
from diary.queries import people as found_people
from diary.web import (  # noqa: F401 (views of the blueprint)
    admin_closing,
    admin_merging,
    admin_names,
    admin_overview,
    admin_pictures,
    admin_places,
    admin_settings,
    inviting,
    people_data,
)
from diary.web.forms import Form
from diary.web.guards import Access, access, member
from diary.web.rendering import page
from diary.web.session import now, reading, undo, writing
from diary.web.tending import blueprint, lab_options, sent_form, typed_word


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
        **_asked(row.id),
    )


@blueprint.post("/people/<int:account_id>/grown-up")
@access(Access.MODERATOR)
def grown_up(account_id: int) -> ResponseReturnValue:
    """Say that somebody is not under 18 any more: the lead of anybody, coordinators of theirs."""
    db, actor = writing(), member()
    account = accounts.looked_after(db, actor, account_id)
    profile.mark_minor(db, account, now(), minor=False, by_id=actor.account_id)
    flash(_("Saved: %(name)s.", name=account.person.name), "good")
    onward = "admin.person" if policy.administers(actor) else "devices.theirs"
    return redirect(url_for(onward, account_id=account_id), 303)


@blueprint.post("/people/<int:account_id>/forget")
@access(Access.LEAD)
def forget(account_id: int) -> ResponseReturnValue:
    """Forget somebody who has asked for it, and say what was changed."""
    account = reading().get(Account, account_id)
    done = forgetting.forget(writing(), member(), account_id, now())
    return people_data.forgotten(report_of(account.person_id if account else 0, done))


def _asked(account_id: int) -> dict[str, object]:
    """What the partials `own/_forget_asked.html` and `own/_minor.html` want to know."""
    account = reading().get_one(Account, account_id)
    return {
        "account_id": account_id,
        "forget_asked": account.forget_asked_at,
        "minor": account.person.minor,
    }
