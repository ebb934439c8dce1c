"""Who adds what to the report, and when a copy is another one."""

from dataclasses import replace

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from diary.domain import report as rules
from diary.domain.accounts import actor_of
from diary.domain.errors import Invalid, NotAllowed, Overtaken
from diary.domain.report import Scope
from diary.models import Account, Event, Lab, Report
from diary.queries import periods, site
from diary.queries import report as queries
from diary.queries.report import Draft
from tests.builders import NOW, a_post

YEAR = Scope(periods.read("2019"))


def test_only_a_lead_writes_and_hands_in(db: Session, cora: Account, lab: Lab) -> None:
    actor, scope = actor_of(cora), replace(YEAR, lab=lab)
    with pytest.raises(NotAllowed):
        rules.write(db, actor, scope, Draft(comment="Mitt"), NOW)
    with pytest.raises(NotAllowed):
        rules.hand_in(db, actor, scope, "Dagboken", NOW)


@pytest.mark.parametrize(
    ("draft", "field"),
    [
        (Draft(comment="x" * 10_001), "comment"),
        (Draft(comment="\x00"), "comment"),
        (Draft(reasons={"2019-07": "x" * 201}), "reason-2019-07"),
        (Draft(chosen=tuple("123456")), "examples"),
    ],
)
def test_what_cannot_be_kept(db: Session, lea: Account, draft: Draft, field: str) -> None:
    with pytest.raises(Invalid) as refused:
        rules.write(db, actor_of(lea), YEAR, draft, NOW)
    assert [problem.field for problem in refused.value.problems] == [field]


def test_a_place_and_all_places_have_words_of_their_own(
    db: Session, lea: Account, lab: Lab
) -> None:
    actor, boden = actor_of(lea), replace(YEAR, lab=lab)
    rules.write(db, actor, YEAR, Draft(comment="Alla"), NOW)
    rules.write(db, actor, boden, Draft(comment="Boden"), NOW)
    assert queries.draft(db, YEAR.period, None).comment == "Alla"
    assert queries.draft(db, YEAR.period, lab).comment == "Boden"


def test_saving_the_same_is_no_change(db: Session, lea: Account) -> None:
    actor = actor_of(lea)
    rules.write(db, actor, YEAR, Draft(), NOW)
    assert db.scalar(select(Report)) is None
    for edition in (0, 1, 1):
        rules.write(db, actor, YEAR, Draft(edition, "Ord"), NOW)
    written = select(func.count()).where(Event.action == "write_report")
    assert db.scalar(written) == 1
    with pytest.raises(Overtaken):
        rules.write(db, actor, YEAR, Draft(0, "Andra ord"), NOW)


def test_another_post_makes_another_copy(db: Session, lea: Account, alice: Account) -> None:
    actor = actor_of(lea)
    first = rules.hand_in(db, actor, YEAR, "Dagboken", NOW)
    assert rules.hand_in(db, actor, YEAR, "Dagboken", NOW) is first
    a_post(db, alice)
    second = rules.hand_in(db, actor, YEAR, "Dagboken", NOW)
    totals = [queries.from_json(one).numbers.groups["posts"][0].total for one in (first, second)]
    assert totals == [0, 1]


def test_only_why_all_places_were_silent_changes_what_visitors_see(
    db: Session, lea: Account, lab: Lab
) -> None:
    actor, boden = actor_of(lea), replace(YEAR, lab=lab)
    before = site.present(db).version
    rules.write(db, actor, boden, Draft(reasons={"2019-07": "Semester"}), NOW)
    rules.write(db, actor, YEAR, Draft(comment="Ord"), NOW)
    assert site.present(db).version == before
    rules.write(db, actor, YEAR, Draft(1, "Ord", {"2019-07": "Flytt"}), NOW)
    assert site.present(db).version == before + 1
    assert queries.reasons(db) == {"2019-07": "Flytt"}
