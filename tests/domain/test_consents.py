"""Whether a picture may be shown: the writer's word, the moderator's decision, and their times."""

from dataclasses import replace
from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from diary.domain import moderation, writing
from diary.domain.accounts import actor_of
from diary.domain.consents import Ruling, rule
from diary.domain.content import from_json
from diary.domain.errors import Invalid, NotAllowed, NotFound
from diary.domain.moderation import Verdict
from diary.domain.policy import Actor
from diary.domain.workflow import Step
from diary.media.storage import Storage
from diary.models import (
    Account,
    Claim,
    Consent,
    Decision,
    Event,
    Given,
    Lab,
    Picture,
    Post,
    Role,
    State,
    Status,
    Use,
)
from diary.queries import cards, pictures, posts
from diary.queries import moderation as moderation_queries
from diary.queries.pictures import Sight
from tests.builders import HOUSE, NOW, a_lab, a_lead, a_post, an_account

ZONE = ZoneInfo("Europe/Stockholm")
YES = Ruling(Decision.YES, "Amal", Given.PAPER, Use.PRESS, NOW.date() + timedelta(days=30))


def claim(db: Session, actor: Actor, post: Post, *claims: Claim) -> None:
    """The writer's answers, one a picture, as autosave brings them."""
    content = from_json(writing.working_copy(db, actor, post).content)
    answered = zip(content.pictures, claims, strict=True)
    said = content.with_pictures(replace(one, claim=answer) for one, answer in answered)
    writing.save(db, actor, post, said, NOW)


def sent(db: Session, store: Storage, account: Account, *claims: Claim) -> Post:
    """A post that waits, with a picture for each claim."""
    post = a_post(db, account, Status.DRAFT, store=store, pictures=len(claims), lab="boden")
    claim(db, actor_of(account), post, *claims)
    writing.submit(db, actor_of(account), post, NOW, HOUSE)
    return post


def publish(db: Session, post: Post) -> None:
    verdict = Verdict(Step.PUBLISH, post.waiting_id or 0)
    moderation.decide(db, a_lead(db), post.id, verdict, NOW, HOUSE)
    db.flush()


def tokens(db: Session, post: Post) -> list[str]:
    statement = select(Picture.token).where(Picture.post_id == post.id).order_by(Picture.id)
    return list(db.scalars(statement))


def shown(db: Session, post: Post) -> list[str]:
    """The tokens readers see, by both ways that lead to a picture."""
    db.flush()
    shown = cards.stream(db, posts.published()).posts
    seen = [picture.token for card in shown if card.id == post.id for picture in card.pictures]
    for token in tokens(db, post):
        is_public = pictures.sight(db, token, posts.NOBODY) is Sight.PUBLIC
        assert is_public == (token in seen)
    return seen


def decide(db: Session, actor: Actor, post: Post, token: str, ruling: Ruling) -> None:
    rule(db, actor, post.id, token, ruling, NOW, HOUSE, ZONE)


def test_publishing_goes_by_the_writers_word_and_by_nothing_less(
    db: Session, store: Storage, alice: Account, lab: Lab
) -> None:
    post = sent(db, store, alice, *Claim)
    publish(db, post)
    by_claim = dict(zip(Claim, tokens(db, post), strict=True))
    assert shown(db, post) == [by_claim[Claim.NOBODY], by_claim[Claim.YES]]
    decided = db.scalars(select(Event).where(Event.action == "decide_picture")).all()
    assert [event.reason for event in decided] == ["nobody", "yes", "no", "no", "no"]
    assert {event.actor_id for event in decided} == {a_lead(db).account_id}


def test_what_was_decided_before_stays_when_it_is_published(
    db: Session, store: Storage, alice: Account, lab: Lab
) -> None:
    post = sent(db, store, alice, Claim.NOT_YET, Claim.YES)
    asked, doubted = tokens(db, post)
    decide(db, a_lead(db), post, asked, YES)
    decide(db, a_lead(db), post, doubted, Ruling(Decision.NO))
    publish(db, post)
    assert shown(db, post) == [asked]
    consent = db.scalars(select(Consent).join(Picture).where(Picture.token == asked)).one()
    said = Ruling(Decision.YES, consent.from_whom, consent.given, consent.use, consent.until)
    assert said == YES


def test_no_later_claim_makes_a_picture_public(
    db: Session, store: Storage, alice: Account, lab: Lab
) -> None:
    post = sent(db, store, alice, Claim.NOT_YET)
    publish(db, post)
    claim(db, actor_of(alice), post, Claim.YES)
    assert shown(db, post) == []
    writing.submit(db, actor_of(alice), post, NOW, HOUSE)
    assert shown(db, post) == []


def test_what_stayed_out_is_let_out_when_its_writer_has_asked_since(
    db: Session, store: Storage, alice: Account, lab: Lab
) -> None:
    post = sent(db, store, alice, Claim.NOT_YET)
    publish(db, post)
    consent = db.scalars(select(Consent)).one()
    claim(db, actor_of(alice), post, Claim.YES)
    consent.claimed_at = NOW + timedelta(days=1)
    writing.submit(db, actor_of(alice), post, NOW, HOUSE)
    assert shown(db, post) == []
    assert moderation_queries.claims(db, post.waiting_id or 0)[tokens(db, post)[0]].sign == "yes"
    publish(db, post)
    assert shown(db, post) == tokens(db, post)


def test_a_trusted_writers_word_holds_until_a_moderator_decides(
    db: Session, store: Storage, alice: Account, lab: Lab
) -> None:
    alice.trusted = True
    post = sent(db, store, alice, Claim.YES, Claim.UNKNOWN)
    told, unknown = tokens(db, post)
    assert post.status is Status.PUBLISHED
    assert shown(db, post) == [told]
    decide(db, a_lead(db), post, told, Ruling(Decision.NO))
    decide(db, a_lead(db), post, unknown, Ruling(Decision.NOBODY))
    assert shown(db, post) == [unknown]


def test_a_decision_about_what_is_out_tells_readers(
    db: Session, store: Storage, alice: Account, lab: Lab
) -> None:
    post = sent(db, store, alice, Claim.YES)
    publish(db, post)
    before = db.scalars(select(State.version)).one()
    decide(db, a_lead(db), post, tokens(db, post)[0], Ruling(Decision.NO))
    assert db.scalars(select(State.version)).one() == before + 1
    assert db.scalars(select(State.due)).one() is None
    decide(db, a_lead(db), post, tokens(db, post)[0], YES)
    assert db.scalars(select(State.due)).one() is not None
    assert shown(db, post) == tokens(db, post)


def test_a_yes_that_has_ended_holds_again_when_it_is_given_anew(
    db: Session, store: Storage, alice: Account, lab: Lab
) -> None:
    post = sent(db, store, alice, Claim.YES)
    publish(db, post)
    consent = db.scalars(select(Consent)).one()
    consent.withdrawn_at = NOW
    assert shown(db, post) == []
    decide(db, a_lead(db), post, tokens(db, post)[0], YES)
    assert shown(db, post) == tokens(db, post)


def test_only_who_may_publish_decides(
    db: Session, store: Storage, alice: Account, cora: Account, lab: Lab
) -> None:
    post = sent(db, store, alice, Claim.YES)
    (token,) = tokens(db, post)
    other = actor_of(an_account(db, "olle", Role.COORDINATOR, labs=(a_lab(db, "lina-hage"),)))
    for stranger in (actor_of(alice), other):
        with pytest.raises(NotFound):
            decide(db, stranger, post, token, YES)
    decide(db, actor_of(cora), post, token, YES)
    reads_only = replace(HOUSE, coordinators_publish=False)
    with pytest.raises(NotAllowed):
        rule(db, actor_of(cora), post.id, token, YES, NOW, reads_only, ZONE)
    with pytest.raises(NotFound):
        decide(db, a_lead(db), post, "nix", YES)


def test_a_yes_cannot_end_before_it_begins(
    db: Session, store: Storage, alice: Account, lab: Lab
) -> None:
    post = sent(db, store, alice, Claim.YES)
    yesterday = replace(YES, until=NOW.date() - timedelta(days=1))
    with pytest.raises(Invalid):
        decide(db, a_lead(db), post, tokens(db, post)[0], yesterday)
    long = replace(YES, from_whom="a" * 201)
    with pytest.raises(Invalid):
        decide(db, a_lead(db), post, tokens(db, post)[0], long)
