"""The funder's report: what the lead adds to its numbers, and the copy that is handed in."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from diary.addresses import new_uid
from diary.domain import policy
from diary.domain.content import line_problems, text_problems
from diary.domain.errors import Invalid, NotAllowed, Overtaken, Problem
from diary.domain.journal import locked_state, record, show_change
from diary.domain.policy import Actor
from diary.models import HandedIn, Lab, Report
from diary.queries import report as queries
from diary.queries.periods import Period
from diary.queries.report import Draft

MAX_COMMENT = 10_000
MAX_REASON = 200
MAX_EXAMPLES = 5


@dataclass(frozen=True, slots=True)
class Scope:
    """What a report is about: a period, and a lab or all of them."""

    period: Period
    lab: Lab | None = None


def write(session: Session, actor: Actor, scope: Scope, draft: Draft, now: datetime) -> None:
    """Keep what a lead has written, over the edition it began from.

    Raises NotAllowed, Invalid per field (`comment`, `reason-<month>`, `examples`), Overtaken if
    somebody else has saved meanwhile.
    """
    locked_state(session)
    if not policy.administers(actor):
        raise NotAllowed
    wrong = tuple(_problems(draft))
    if wrong:
        raise Invalid(wrong)
    kept = _kept(session, scope)
    if kept.edition != draft.edition:
        raise Overtaken
    reasons = {month: reason for month, reason in draft.reasons.items() if reason}
    written = (draft.comment, reasons, list(draft.chosen))
    if written == (kept.comment, kept.reasons, kept.chosen):
        return
    if scope.lab is None and kept.reasons != reasons:
        show_change(session, now)  # the archive says why a month is silent
    kept.comment, kept.reasons, kept.chosen = written
    kept.edition, kept.changed_at = kept.edition + 1, now
    session.add(kept)
    record(session, "write_report", now, actor_id=actor.account_id)


def hand_in(session: Session, actor: Actor, scope: Scope, title: str, now: datetime) -> HandedIn:
    """Freeze a copy of a report as it stands; pressed twice, it is the same copy.

    It holds numbers, titles and addresses and the lead's words, no picture and no name.
    """
    locked_state(session)
    if not policy.administers(actor):
        raise NotAllowed
    content = queries.to_json(queries.content(session, title, scope.period, scope.lab))
    last = next(iter(queries.handed_in(session)), None)
    if last and (last.first, last.last, last.content) == (
        scope.period.first,
        scope.period.last,
        content,
    ):
        return last
    copy = HandedIn(
        uid=new_uid(),
        at=now,
        by_id=actor.account_id,
        first=scope.period.first,
        last=scope.period.last,
        content=content,
    )
    session.add(copy)
    session.flush()
    record(session, "hand_in", now, actor_id=actor.account_id, subject_id=copy.id)
    return copy


def _kept(session: Session, scope: Scope) -> Report:
    """The row of a report, a new one if nothing was written yet."""
    lab_id = None if scope.lab is None else scope.lab.id
    first, last = scope.period.first, scope.period.last
    statement = select(Report).where(Report.first == first, Report.last == last)
    of_lab = Report.lab_id.is_(None) if lab_id is None else Report.lab_id == lab_id
    found = session.scalar(statement.where(of_lab))
    return found or Report(
        first=first, last=last, lab_id=lab_id, edition=0, comment="", reasons={}, chosen=[]
    )


def _problems(draft: Draft) -> Iterable[Problem]:
    yield from text_problems("comment", draft.comment, MAX_COMMENT)
    for month, reason in draft.reasons.items():
        yield from line_problems(f"reason-{month}", reason, MAX_REASON)
    if len(draft.chosen) > MAX_EXAMPLES:
        yield Problem("examples", "too_many_examples", {"limit": MAX_EXAMPLES})
