"""Inviting: links and posters to join by."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from babel.dates import format_date
from flask import Response, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import force_locale
from flask_babel import gettext as _
from flask_babel import lazy_gettext as lazy
from markupsafe import Markup

from diary.domain import codes, policy
from diary.domain import invitations as rules
from diary.domain.errors import Invalid, Problem
from diary.media import qr
from diary.models import Invitation, Kind, Role
from diary.queries import people as found_people
from diary.queries import site
from diary.queries.rows import lab_ref
from diary.text.plain import direction
from diary.web.forms import Form, number
from diary.web.guards import Access, access, member
from diary.web.rendering import LANGUAGES, diary_site, language, page
from diary.web.session import base_url, now, reading, services, undo, writing
from diary.web.tending import blueprint, sent_form, typed, typed_word

USES = (1, 10, 30, 100, rules.MAX_USES)
LASTING = {
    str(rules.LASTING[0].days): lazy("2 weeks"),
    str(rules.LASTING[1].days): lazy("3 months"),
    str(rules.LASTING[2].days): lazy("a year"),
}


@dataclass(frozen=True, slots=True)
class InvitationRow:
    """An invitation as the lead's pages show it; one from before there were codes has none."""

    id: int
    role: str
    note: str
    labs: tuple[str, ...]
    lab: str
    """Slug of the first place."""
    uses_left: int
    joined: int
    last_day: date
    over: bool
    code: str
    link: str


def _row(invitation: Invitation, time: datetime) -> InvitationRow:
    settings = services().settings
    code = rules.code(invitation.uid, settings.secret_key) if invitation.uid else ""
    ends = invitation.expires_at.astimezone(settings.zone)
    return InvitationRow(
        id=invitation.id,
        role=invitation.role.value,
        note=invitation.note,
        labs=tuple(lab_ref(lab, language()).short for lab in invitation.labs),
        lab=invitation.labs[0].slug if invitation.labs else "",
        uses_left=invitation.uses_left,
        joined=invitation.joined,
        last_day=(ends - timedelta(days=1)).date(),  # the last day that it holds to its end
        over=not rules.is_open(invitation, time),
        code=codes.in_groups(code) if code else "",
        link=base_url() + url_for("joining.join", code=code) if code else "",
    )


@blueprint.route("/invitations", methods=["GET", "POST"])
@access(Access.MODERATOR)
def invitations() -> ResponseReturnValue:
    """Invite somebody, and see which invitations are still open."""
    if request.method != "POST":
        return _list_page({**_DEFAULTS, "labs": _first_choice()})
    try:
        secret = services().settings.secret_key
        made = rules.invite(writing(), member(), _offer(), now(), secret)
    except Invalid as error:
        undo()
        return _list_page(sent_form(), error.problems, 422)
    return redirect(url_for("admin.invitation", invitation_id=made.id), 303)


_DEFAULTS = {
    "role": Role.AUTHOR.value,
    "kind": Kind.RESIDENT.value,
    "uses": "1",
    "lasts": str(rules.INVITATION_LASTS.days),
}


def _offer() -> rules.Offer:
    lasts = request.form.get("lasts", _DEFAULTS["lasts"])
    return rules.Offer(
        role=typed_word(Role, "role"),
        kind=typed_word(Kind, "kind"),
        labs=tuple(request.form.getlist("labs")),
        uses=number(request.form.get("uses", "1")) or 0,
        note=typed("note"),
        lasts=timedelta(days=number(lasts, 9_999) or 0),
    )


def _first_choice() -> list[str]:
    """A coordinator of one lab need not choose it."""
    own = _own_labs()
    return [own[0][0]] if len(own) == 1 and not policy.administers(member()) else []


def _own_labs() -> list[tuple[str, str]]:
    """The labs somebody may invite to."""
    somebody = member()
    labs = site.labs(reading(), language())
    own = [lab for lab in labs if policy.invites(somebody, Role.AUTHOR, {lab.id})]
    return [(lab.slug, lab.short) for lab in own]


def _list_page(
    values: Mapping[str, Any], problems: Iterable[Problem] = (), status: int = 200
) -> Response:
    somebody = member()
    everything = policy.administers(somebody)
    open_ones = found_people.invitations(reading(), None if everything else somebody.account_id)
    return page(
        "admin/invitations.html",
        status_code=status,
        form=Form(values, problems),
        invitations=[_row(invitation, now()) for invitation in open_ones],
        lab_options=_own_labs(),
        uses=[(str(number), str(number)) for number in USES],
        lasting=list(LASTING.items()),
    )


@blueprint.get("/invitations/<int:invitation_id>")
@access(Access.MODERATOR)
def invitation(invitation_id: int) -> ResponseReturnValue:
    """One invitation: its link and its code, to be shown again whenever they are needed."""
    found = rules.own(reading(), member(), invitation_id)
    return page("admin/invitation.html", one=_row(found, now()))


@blueprint.post("/invitations/<int:invitation_id>/revoke")
@access(Access.MODERATOR)
def revoke(invitation_id: int) -> ResponseReturnValue:
    """Make an invitation useless from now on."""
    rules.revoke(writing(), member(), invitation_id, now())
    flash(_("The invitation is no longer valid."), "good")
    return redirect(url_for("admin.invitations"), 303)


# ---------------------------------------------------------------- the poster


@dataclass(frozen=True, slots=True)
class Greeting:
    """What a poster says in one language."""

    lang: str
    dir: str
    sentence: str
    steps: str
    or_type: str
    holds: str


@blueprint.get("/invitations/<int:invitation_id>/poster")
@access(Access.MODERATOR)
def poster(invitation_id: int) -> ResponseReturnValue:
    """An invitation as a sheet of A4 to hang on the wall."""
    found = rules.own(reading(), member(), invitation_id)
    one = _row(found, now())
    if one.over or not one.code:
        return redirect(url_for("admin.invitation", invitation_id=one.id), 303)
    asked = request.args.getlist("lang")
    spoken = [code for code in LANGUAGES if code in asked] or list(LANGUAGES)
    return page(
        "admin/poster.html",
        one=one,
        greetings=[_greeting(code, one) for code in spoken],
        form=Form({"lang": spoken}),
        language_options=list(LANGUAGES.items()),
        code_picture=Markup(qr.svg(one.link)),  # noqa: S704 (drawn here)
        address=(base_url() + url_for("joining.by_code")).partition("://")[2],
    )


def _greeting(code: str, one: InvitationRow) -> Greeting:
    settings = diary_site()
    with force_locale(code):
        until = format_date(one.last_day, "d MMMM y", locale=code)
        return Greeting(
            lang=code,
            dir=direction(code),
            sentence=settings.sentence.get(code, ""),
            steps=_("Scan, choose a name, write."),
            or_type=_("No camera? Open the address and type the code."),
            holds=_("Holds until %(day)s.", day=until),
        )
