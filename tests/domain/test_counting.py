"""The tally says what a recount would say, whatever was done and however."""

from collections.abc import Callable
from datetime import date
from random import Random
from typing import Any

import pytest
from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from diary.domain import counting, moderation
from diary.domain.accounts import actor_of
from diary.domain.content import BylineContent
from diary.domain.moderation import Verdict
from diary.domain.workflow import Step
from diary.models import (
    Account,
    Byline,
    Day,
    Kind,
    Lab,
    Origin,
    Post,
    Precision,
    Provenance,
    RevisionMethod,
    Role,
    Status,
    Tally,
)
from diary.queries import journey, tally
from diary.queries.plain import answer
from tests.builders import HOUSE, NOW, a_lab, a_lead, a_method, a_post

Rows = set[tuple[Any, ...]]
DAYS = [date(2019, 4, 30), date(2019, 5, 1), date(2019, 5, 17), date(2020, 1, 2)]


def rows(db: Session) -> Rows:
    """What the tally says."""
    db.expire_all()
    return {tuple(row) for table in (Tally, Day) for row in db.execute(select(table.__table__))}


def numbered(db: Session) -> list[int]:
    """The numbers of the public posts, in order of their day."""
    public = select(Post).where(Post.status == Status.PUBLISHED)
    walked = db.scalars(public.order_by(Post.dated, Post.sequence)).all()
    return [answer(db, journey.around(one.dated, one.sequence or 0)).number for one in walked]


def recounted(db: Session) -> Rows:
    """What counting everything anew says."""
    counting.count_all(db)
    return rows(db)


def published(db: Session, writer: Account, chance: Random) -> Post:
    """A public post in any of two labs or none, by a resident or somebody else."""
    bylines = (BylineContent("Amal", kind=chance.choice([Kind.RESIDENT, Kind.STAFF])),)
    lab, methods = (
        chance.choice(["boden", "portalen", ""]),
        chance.choice([("kor",), (), ("kafe", "kor")]),
    )
    return a_post(db, writer, lab=lab, methods=methods, dated=chance.choice(DAYS), bylines=bylines)


Deed = Callable[[Session, Post, Random], object]


def _withdraw(db: Session, post: Post, _chance: Random) -> None:
    if post.status is Status.PUBLISHED:
        lead = actor_of(db.scalars(select(Account).where(Account.role == Role.LEAD)).one())
        verdict = Verdict(Step.WITHDRAW, post.live_id or 0, reason="wrong_facts")
        moderation.decide(db, lead, post.id, verdict, NOW, HOUSE)


def _move(db: Session, post: Post, chance: Random) -> None:
    db.execute(update(Post).where(Post.id == post.id).values(dated=chance.choice(DAYS)))


def _to_lab(db: Session, post: Post, chance: Random) -> None:
    post.lab_id = chance.choice([None, *db.scalars(select(Lab.id))])


def _unname(db: Session, post: Post, _chance: Random) -> None:
    db.execute(delete(RevisionMethod).where(RevisionMethod.revision_id == post.live_id))


def _sign(db: Session, post: Post, _chance: Random) -> None:
    db.execute(update(Byline).where(Byline.revision_id == post.live_id).values(kind=Kind.GUEST))


def _say_where_from(db: Session, post: Post, chance: Random) -> None:
    db.merge(Provenance(post_id=post.id, origin=chance.choice([*Origin])))


def _blur_its_day(_db: Session, post: Post, _chance: Random) -> None:
    post.precision = Precision.YEAR


def _rename(db: Session, _post: Post, _chance: Random) -> None:
    db.execute(update(Lab).values(name="Nytt"))


DEEDS: list[Deed] = [
    _withdraw, _move, _to_lab, _unname, _sign, _say_where_from, _blur_its_day, _rename,
]  # fmt: skip


@pytest.mark.parametrize("seed", range(4))
def test_after_any_deeds_it_says_what_a_recount_says(
    db: Session, alice: Account, seed: int
) -> None:
    chance = Random(seed)
    for name in ("boden", "portalen"):
        a_lab(db, name)
    for name in ("kor", "kafe"):
        a_method(db, name)
    a_lead(db)
    posts = [published(db, alice, chance) for _ in range(6)]
    db.commit()
    assert rows(db)
    for _ in range(24):
        chance.choice(DEEDS)(db, chance.choice(posts), chance)
        db.commit()
        said, numbers = rows(db), numbered(db)
        assert numbers == list(range(1, len(numbers) + 1))
        assert said == recounted(db)
        db.rollback()


def test_what_is_taken_back_is_not_counted(db: Session, alice: Account) -> None:
    a_post(db, alice)
    db.commit()
    before = rows(db)
    a_post(db, alice)
    db.flush()
    db.rollback()
    assert rows(db) == before


def test_the_numbers_of_pages(db: Session, alice: Account) -> None:
    boden = a_lab(db, "boden")
    kor = a_method(db, "kor")
    resident, staff = (BylineContent("A", kind=kind) for kind in (Kind.RESIDENT, Kind.STAFF))
    for day, lab, by in ((1, "boden", resident), (3, "boden", staff), (2, "", staff)):
        a_post(db, alice, lab=lab, methods=("kor",), dated=date(2019, 5, day), bylines=(by, by))
    stub = a_post(db, alice, dated=date(2019, 7, 1), bylines=(staff,))
    db.add(Provenance(post_id=stub.id, origin=Origin.EXAMPLE))
    db.commit()
    may, july = date(2019, 5, 1), date(2019, 7, 1)
    assert tally.months(db) == {may: {"boden": 2, "": 1}, july: {"": 1}}
    assert tally.months(db, lab="boden") == {may: {"boden": 2}}
    assert tally.months(db, lab="", method="kor") == {may: {"": 1}}
    assert tally.months(db, lab="nowhere") == tally.months(db, method="nothing") == {}
    assert tally.months(db, start=july) == {july: {"": 1}}
    assert (tally.total(db), tally.by_residents(db)) == (4, 1)
    assert [db.scalar(one) for one in tally.before(may, date(2019, 5, 3))] == [0, 2]
    assert [db.scalar(one) for one in tally.before(july, july)] == [3, 0]
    assert tally.by_lab(db) == {boden.id: 2, 0: 2}
    assert tally.by_origin(db) == {Origin.WRITTEN: 3, Origin.EXAMPLE: 1}
    assert tally.traced(db, {Origin.WRITTEN}) == {may}
    assert [(one.lab_id, one.count, one.first) for one in tally.tried(db, method_id=kor.id)] == [
        (boden.id, 2, may),
        (None, 1, date(2019, 5, 2)),
    ]
