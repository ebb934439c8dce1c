"""Yeses that stand: filed, used for pictures, taken back with all that hangs on them."""

from dataclasses import replace
from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from diary.domain import consents, standing
from diary.domain.accounts import actor_of
from diary.domain.consents import Ruling
from diary.domain.due import release_due
from diary.domain.errors import Invalid, NotFound, Overtaken
from diary.domain.policy import Actor
from diary.domain.standing import Yes
from diary.media.storage import Storage
from diary.models import (
    Account,
    Consent,
    Decision,
    Event,
    Given,
    Lab,
    Picture,
    Post,
    Role,
    StandingConsent,
    State,
    Use,
)
from diary.queries import consents as found
from diary.queries import pictures, posts
from diary.queries.pictures import Sight
from tests.builders import HOUSE, NOW, a_lab, a_lead, a_post, an_account

ZONE = ZoneInfo("Europe/Stockholm")
TODAY = NOW.date()
LAST = TODAY + timedelta(days=60)
YES = Yes("Fatima", "", "boden", Given.PAPER, Use.PRESS, LAST)


def filed(db: Session, actor: Actor, yes: Yes = YES) -> StandingConsent:
    return standing.file(db, actor, yes, NOW, ZONE)


def decide(db: Session, post: Post, standing_id: int) -> Picture:
    """Decide about a post's first picture by a standing yes."""
    picture = db.scalars(select(Picture).where(Picture.post_id == post.id).limit(1)).one()
    ruling = Ruling(Decision.YES, standing_id=standing_id)
    consents.rule(db, a_lead(db), post.id, picture.token, ruling, NOW, HOUSE, ZONE)
    db.flush()
    return picture


def is_public(db: Session, picture: Picture) -> bool:
    return pictures.sight(db, picture.token, posts.NOBODY) is Sight.PUBLIC


@pytest.fixture
def post(db: Session, store: Storage, alice: Account, lab: Lab) -> Post:
    """A post from Boden that is out, with a picture."""
    return a_post(db, alice, store=store, pictures=1, lab="boden")


def test_it_fills_a_decision(db: Session, cora: Account, post: Post) -> None:
    one = filed(db, actor_of(cora), replace(YES, guardian="Hanan"))
    consent = db.get_one(Consent, decide(db, post, one.id).id)
    assert (consent.from_whom, consent.given, consent.use) == (
        "Fatima (Hanan)",
        Given.PAPER,
        Use.PRESS,
    )
    assert (consent.until, consent.standing_id) == (LAST, one.id)
    assert [shown.pictures for shown in found.standing(db, posts.Scope(True), TODAY, "sv")] == [1]


def test_taken_back_all_its_pictures_go(db: Session, cora: Account, post: Post) -> None:
    one = filed(db, actor_of(cora))
    picture = decide(db, post, one.id)
    version = db.scalars(select(State.version)).one()
    assert is_public(db, picture)
    for _twice in range(2):
        standing.withdraw(db, actor_of(cora), one.id, NOW, ZONE)
        db.flush()
    assert not is_public(db, picture)
    assert post.updated_at == NOW
    assert db.scalars(select(State.version)).one() == version + 1
    deeds = db.scalars(select(Event.action).order_by(Event.id)).all()
    assert deeds[-2:] == ["withdraw_consent", "end_consent"]
    with pytest.raises(Overtaken):
        decide(db, post, one.id)


def test_with_its_last_day_its_pictures_go_by_themselves(
    db: Session, cora: Account, post: Post
) -> None:
    picture = decide(db, post, filed(db, actor_of(cora)).id)
    release_due(db, NOW + timedelta(days=60), ZONE)
    db.flush()
    assert is_public(db, picture)
    release_due(db, NOW + timedelta(days=61), ZONE)
    db.flush()
    assert not is_public(db, picture)
    db.refresh(picture)
    assert db.get_one(Post, picture.post_id, populate_existing=True).updated_at == NOW + timedelta(
        days=61
    )


def test_another_decision_lets_go_of_it(db: Session, cora: Account, post: Post) -> None:
    one = filed(db, actor_of(cora))
    picture = decide(db, post, one.id)
    nobody = Ruling(Decision.NOBODY)
    consents.rule(db, a_lead(db), post.id, picture.token, nobody, NOW, HOUSE, ZONE)
    standing.withdraw(db, actor_of(cora), one.id, NOW, ZONE)
    db.flush()
    assert is_public(db, picture)


def test_a_form_counts_once_its_signed_paper_is_filed(
    db: Session, cora: Account, post: Post
) -> None:
    actor, lab_id = actor_of(cora), post.lab_id
    one = filed(db, actor, replace(YES, given=Given.FORM))
    assert found.for_lab(db, lab_id, TODAY, "sv") == ()
    with pytest.raises(Overtaken):
        decide(db, post, one.id)
    assert standing.file_paper(db, actor, one.uid, "papers/a.jpg", "image/jpeg", NOW) == ()
    assert [yes.id for yes in found.for_lab(db, lab_id, TODAY, "sv")] == [one.id]
    decide(db, post, one.id)
    again = standing.file_paper(db, actor, one.uid, "papers/b.jpg", "image/jpeg", NOW)
    assert again == ("papers/a.jpg",)
    assert standing.remove_paper(db, actor, one.id, NOW) == ("papers/b.jpg",)
    assert standing.remove_paper(db, actor, one.id, NOW) == ()


def test_everybody_keeps_those_of_their_own_labs(
    db: Session, cora: Account, alice: Account, post: Post
) -> None:
    other_lab = a_lab(db, "lina-hage")
    olle = actor_of(an_account(db, "olle", Role.COORDINATOR, labs=(other_lab,)))
    one, whole = filed(db, actor_of(cora)), filed(db, a_lead(db), replace(YES, lab=""))
    for stranger in (olle, actor_of(alice)):
        with pytest.raises(Invalid):
            filed(db, stranger)
        with pytest.raises(NotFound):
            standing.withdraw(db, stranger, one.id, NOW, ZONE)
        with pytest.raises(NotFound):
            standing.kept(db, stranger, one.uid)
    with pytest.raises(Invalid):
        filed(db, actor_of(cora), replace(YES, lab=""))
    assert found.standing(db, posts.Scope(lab_ids=(other_lab.id,)), TODAY, "sv") == ()
    assert [yes.id for yes in found.for_lab(db, other_lab.id, TODAY, "sv")] == [whole.id]
    elsewhere = filed(db, olle, replace(YES, lab="lina-hage"))
    with pytest.raises(NotFound):
        decide(db, post, elsewhere.id)


def test_what_is_missing_is_named(db: Session, cora: Account, lab: Lab) -> None:
    with pytest.raises(Invalid) as error:
        filed(db, actor_of(cora), Yes("", "", "boden", None, Use.DIARY, None))
    assert [problem.field for problem in error.value.problems] == ["name", "given", "until"]
    with pytest.raises(Invalid):
        filed(db, actor_of(cora), replace(YES, until=TODAY - timedelta(days=1)))
    with pytest.raises(Invalid):
        filed(db, actor_of(cora), replace(YES, lab="nix"))
