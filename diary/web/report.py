"""The funder's report: numbers drawn and in tables, the lead's words, copies handed in."""

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from flask import Blueprint, Response, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from diary.domain import report as rules
from diary.domain.errors import Invalid, NotFound, Overtaken, Problem
from diary.domain.report import Scope
from diary.models import HandedIn
from diary.queries import journey, periods, report, taxonomy
from diary.queries.periods import LONGEST, Period
from diary.queries.report import Content, Draft, Row
from diary.text import spreadsheet
from diary.web.forms import Form, line, lines, number, shifted
from diary.web.guards import Access, access, member
from diary.web.journey import cursor
from diary.web.rendering import called, diary_site, language, page
from diary.web.session import now, reading, services, today, undo, writing
from diary.web.words import KINDS, VOICES

blueprint = Blueprint("report", __name__)

MONTH_SIZE = 60
BYTE_ORDER_MARK = "\ufeff"
"""Without it Excel takes UTF-8 for something else."""


@blueprint.get("/moderation/report")
@access(Access.LEAD)
def show() -> ResponseReturnValue:
    """The numbers of a period as they are now, and what the lead adds to them."""
    try:
        return _page(_scope())
    except Invalid as error:
        return _page(Scope(_otherwise()), Form(request.args, error.problems), status=422)


@blueprint.post("/moderation/report")
@access(Access.LEAD)
def write() -> ResponseReturnValue:
    """Keep what was typed, whichever button was pressed; then do what it says."""
    scope, pressed = _scope(), request.form.get("do", "")
    typed, title = _typed(scope.period), diary_site().title
    try:
        rules.write(writing(), member(), scope, typed, now())
    except Invalid as error:
        undo()
        return _page(scope, Form(request.form, error.problems), typed, status=422)
    except Overtaken:
        undo()
        return _page(scope, Form(request.form), typed, overtaken=True, status=409)
    if pressed == "hand_in":
        copy = rules.hand_in(reading(), member(), scope, title, now())
        flash(_("Handed in. This copy stays as it is."), "good")
        return redirect(url_for(".handed_in", report_id=copy.id), 303)
    if pressed == "choose":
        return redirect(url_for(".posts", **_address(scope)), 303)
    if pressed.startswith("show") and (asked := _asked(pressed)) != _address(scope):
        return redirect(url_for(".show", **asked), 303)
    flash(_("Saved."), "good")
    return redirect(url_for(".show", **_address(scope), _anchor="add"), 303)


@blueprint.get("/moderation/report.csv")
@access(Access.LEAD)
def table() -> ResponseReturnValue:
    """The numbers of a period as they are now, as CSV."""
    scope = _scope()
    return _csv(report.content(reading(), diary_site().title, scope.period, scope.lab))


@blueprint.get("/moderation/report/<int:report_id>")
@access(Access.LEAD)
def handed_in(report_id: int) -> ResponseReturnValue:
    """A copy as it was handed in, whatever has happened since."""
    copy = _copy(report_id)
    on = copy.at.astimezone(services().settings.zone).date()
    return page("report/handed_in.html", copy=copy, on=on, **_view(report.from_json(copy)))


@blueprint.get("/moderation/report/<int:report_id>.csv")
@access(Access.LEAD)
def handed_in_table(report_id: int) -> ResponseReturnValue:
    """The numbers of a copy as it was handed in, as CSV."""
    return _csv(report.from_json(_copy(report_id)))


@blueprint.route("/moderation/report/posts", methods=["GET", "POST"])
@access(Access.LEAD)
def posts() -> ResponseReturnValue:
    """A month's posts, to choose from what the report shows."""
    scope = _scope()
    if request.method != "POST":
        return _posts_page(scope, report.draft(reading(), scope.period, scope.lab).chosen)
    chosen = _ticked(report.draft(writing(), scope.period, scope.lab))
    try:
        rules.write(reading(), member(), scope, chosen, now())
    except Invalid as error:
        undo()
        return _posts_page(scope, chosen.chosen, error.problems, 422)
    return redirect(url_for(".show", **_address(scope), _anchor="add"), 303)


# ---------------------------------------------------------------- what was asked and typed


def _scope() -> Scope:
    """The period and the lab that are asked for; raises NotFound, Invalid for one too long."""
    slug = request.values.get("lab", "")
    lab = taxonomy.lab(reading(), slug) if slug else None
    first, last = (request.values.get(name, "") for name in ("from", "to"))
    try:
        period = periods.between(first, last, _otherwise())
    except ValueError:
        raise NotFound from None
    if slug and lab is None:
        raise NotFound
    if period.is_too_long:
        raise Invalid((Problem("to", "too_many_months", {"limit": LONGEST}),))
    return Scope(period, lab)


def _otherwise() -> Period:
    """Where nothing is asked for: the whole journey, in an empty diary this month."""
    return report.whole(reading()) or periods.read(f"{today():%Y-%m}")


def _address(scope: Scope) -> dict[str, Any]:
    months = scope.period.months
    lab = scope.lab.slug if scope.lab else None
    return {"from": months[0].key, "to": months[-1].key, "lab": lab}


def _asked(pressed: str) -> dict[str, Any]:
    """Another time or place to show: a year, as in `show:2019`, or what was chosen above."""
    form, year = request.form, pressed.partition(":")[2]
    first, last = (year or form.get(f"show-{name}", "") for name in ("from", "to"))
    return {"from": first, "to": last, "lab": form.get("show-lab") or None}


def _typed(period: Period) -> Draft:
    """What the lead has typed, after the button that moves an example: `<uid>:up`."""
    form = request.form
    chosen = tuple(dict.fromkeys(form.getlist("example")))
    pressed, _colon, way = form.get("do", "").rpartition(":")
    moved = next((uid for uid in chosen if uid == pressed), None)
    names = {month.key: f"reason-{month.key}" for month in period.months}
    return Draft(
        number(form.get("edition", "")) or 0,
        lines(form.get("comment", "")).strip(),
        {month: line(form[name]) for month, name in names.items() if name in form},
        report.only_uids(shifted(chosen, moved, way)),
    )


def _ticked(draft: Draft) -> Draft:
    """What was chosen before, but for what was unticked; and what was ticked now."""
    shown, ticked = set(request.form.getlist("shown")), request.form.getlist("example")
    stay = [uid for uid in draft.chosen if uid not in shown or uid in ticked]
    return replace(draft, chosen=report.only_uids(dict.fromkeys([*stay, *ticked])))


def _copy(report_id: int) -> HandedIn:
    copy = reading().get(HandedIn, report_id)
    if copy is None:
        raise NotFound
    return copy


# ---------------------------------------------------------------- pages


def _page(
    scope: Scope,
    form: Form | None = None,
    typed: Draft | None = None,
    *,
    overtaken: bool = False,
    status: int = 200,
) -> Response:
    session, period = reading(), scope.period
    kept = report.draft(session, period, scope.lab)
    draft, whole = typed or kept, report.whole(session)
    found = report.content(session, diary_site().title, period, scope.lab)
    values = {
        "comment": draft.comment,
        "from": _address(scope)["from"],
        "to": _address(scope)["to"],
    }
    reasons = {f"reason-{month}": reason for month, reason in draft.reasons.items()}
    return page(
        "report/report.html",
        status_code=status,
        form=form or Form({**values, **reasons}),
        edition=kept.edition,
        overtaken=overtaken,
        chosen=report.examples(session, period, scope.lab, draft.chosen),
        whole=whole,
        years=_years(whole or period),
        address=_address(scope),
        copies=[(copy, report.from_json(copy).lab) for copy in report.handed_in(session)],
        **_view(found),
    )


def _years(whole: Period) -> list[Period]:
    """The years that can be chosen, from the first post's to this one."""
    last = max(whole.last.year, today().year)
    return [periods.read(str(year)) for year in range(whole.first.year, last + 1)]


def _view(content: Content) -> dict[str, Any]:
    """A report as its template shows it, live or frozen."""
    return {
        "report": content,
        "numbers": content.numbers,
        "period": content.numbers.period,
        "name_of": _name_of,
        "headings": _headings(),
    }


def _headings() -> dict[str, str]:
    return {
        "posts": _("Posts"),
        "writers": _("Who wrote"),
        "first_time": _("Who wrote for the first time"),
        "labs": called("labs"),
        "methods": called("methods"),
        "voices": _("Kind of post"),
        "goals": _("Goals"),
    }


def _name_of(group: str, row: Row) -> str:
    """What a group's row is called."""
    if group in {"writers", "first_time"}:
        return str(KINDS[row.key]) if row.key else _("all together")
    if group == "voices":
        return str(VOICES[row.key]) if row.key else _("Not said")
    if group == "posts":
        return _("Posts")
    return row.named(language(), diary_site().main_language) if row.key else _("The whole project")


def _posts_page(
    scope: Scope, chosen: Iterable[str], problems: Iterable[Problem] = (), status: int = 200
) -> Response:
    """The posts of one month, page by page."""
    counts = report.numbers(reading(), scope.period, scope.lab).groups["posts"][0].counts
    months = [month for month in scope.period.months if counts.get(month.key)]
    asked = request.values.get("month", "")
    month = next((one for one in months if one.key == asked), months[0] if months else None)
    part = journey.walk(
        reading(),
        report.posts_of(Period(month.first, month.last) if month else scope.period, scope.lab),
        after=cursor(request.values.get("after")),
        size=MONTH_SIZE,
        lang=language(),
    )
    onward: dict[str, Any] = {**_address(scope), "month": month and month.key, "after": part.after}
    return page(
        "report/posts.html",
        status_code=status,
        months=months,
        month=month,
        posts=part.posts,
        chosen=set(chosen),
        form=Form({}, problems),
        address=_address(scope),
        older=url_for(".posts", **onward) if part.after else None,
    )


def _csv(content: Content) -> Response:
    period = content.numbers.period
    rows = "".join(spreadsheet.row(cells) for cells in report.table(content, _name_of))
    answer = Response(BYTE_ORDER_MARK + rows, mimetype="text/csv")
    name = f"report-{period.first:%Y-%m}-{period.last:%Y-%m}.csv"
    answer.headers.set("Content-Disposition", "attachment", filename=name)
    return answer
