"""Blurring: the picture gives way everywhere, and no backup brings it back."""

import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from diary.domain import blurring, handouts, moderation, objections, recall, writing
from diary.domain.accounts import actor_of
from diary.domain.content import from_json
from diary.domain.errors import NotAllowed, NotFound, Overtaken
from diary.domain.forgetting import drop_files
from diary.domain.moderation import Verdict
from diary.domain.objections import Asked, Terms
from diary.domain.pictures import store_files
from diary.domain.policy import Actor, House
from diary.domain.workflow import Step
from diary.media import images
from diary.media.storage import NotStored, Storage
from diary.models import (
    Account,
    Claim,
    Consent,
    Decision,
    Event,
    Lab,
    Picture,
    Post,
    Rendition,
    Role,
    State,
    Status,
    make_engine,
    make_sessions,
)
from diary.queries import cards, pictures, posts
from diary.queries.pictures import Sight
from tests.builders import HOUSE, NOW, a_lab, a_lead, a_post, an_account

LATER = datetime.now(UTC) + timedelta(hours=1)
BOX = (0.2, 0.2, 0.5, 0.5)


def blur(db: Session, store: Storage, actor: Actor, post: Post, token: str) -> Picture:
    """As the page does it: the new files, the rows, and the old files away."""
    _post, old = blurring.to_blur(db, actor, post.id, token, HOUSE)
    crops = sorted({size.crop for size in old.renditions})
    made = images.blurred(store.get(old.original_key), [BOX], crops)
    store_files(store, made)
    new, files = blurring.give_way(db, store, actor, post.id, token, made, NOW, HOUSE)
    db.flush()
    drop_files(db, store, files, LATER)
    return new


def the_picture(db: Session, post: Post) -> Picture:
    statement = select(Picture).where(Picture.post_id == post.id, Picture.recalled_at.is_(None))
    return db.scalars(statement.order_by(Picture.id).limit(1)).one()


def test_a_published_picture_gives_way(
    db: Session, store: Storage, alice: Account, lab: Lab
) -> None:
    post = a_post(db, alice, store=store, pictures=2, lab="boden")
    old, version = the_picture(db, post), db.scalars(select(State.version)).one()
    token, files = old.token, [old.original_key, *(size.key for size in old.renditions)]
    new = blur(db, store, a_lead(db), post, token)
    assert new.blurred_at == NOW
    assert pictures.sight(db, token, posts.Scope(everything=True)) is Sight.GONE
    assert pictures.sight(db, new.token, posts.NOBODY) is Sight.PUBLIC
    shown = cards.stream(db, posts.published()).posts[0].pictures
    assert shown[0].token == new.token
    assert (shown[0].alt, shown[0].caption, len(shown)) == ("Bild 0", "Text 0", 2)
    assert db.scalars(select(State.version)).one() > version
    assert post.updated_at == NOW
    named = set(db.scalars(select(Rendition.key))) | set(db.scalars(select(Picture.original_key)))
    for key in set(files) - named:  # a picture of one colour has sizes that look the same blurred
        with pytest.raises(NotStored):
            store.get(key)
    deeds = db.execute(select(Event.action, Event.picture_id, Event.reason).order_by(Event.id))
    assert [tuple(deed) for deed in deeds][-2:] == [
        ("decide_picture", new.id, "nobody"),
        ("blur", old.id, None),
    ]


def test_the_decision_is_nobody_and_the_writers_word_stays(
    db: Session, store: Storage, alice: Account, cora: Account, lab: Lab
) -> None:
    post = a_post(db, alice, Status.SUBMITTED, store=store, pictures=1, lab="boden")
    old = the_picture(db, post)
    said = db.get_one(Consent, old.id)
    said.claim = Claim.NOT_YET
    new = blur(db, store, actor_of(cora), post, old.token)
    consent = db.get_one(Consent, new.id)
    assert (consent.decision, consent.decided_by_id) == (Decision.NOBODY, cora.id)
    assert (consent.claim, consent.claimed_at) == (Claim.NOT_YET, said.claimed_at)
    moderation.decide(
        db, a_lead(db), post.id, Verdict(Step.PUBLISH, post.waiting_id or 0), NOW, HOUSE
    )
    db.flush()
    assert pictures.sight(db, new.token, posts.NOBODY) is Sight.PUBLIC


def test_what_is_being_written_shows_the_blurred_one(
    db: Session, store: Storage, alice: Account, lab: Lab
) -> None:
    post = a_post(db, alice, store=store, pictures=1, lab="boden")
    db.add(writing.working_copy(db, actor_of(alice), post))
    db.flush()
    new = blur(db, store, a_lead(db), post, the_picture(db, post).token)
    content = from_json(writing.working_copy(db, actor_of(alice), post).content)
    assert [one.token for one in content.pictures] == [new.token]
    assert content.pictures[0].caption == "Text 0"


def test_one_of_two_moderators_is_told(
    db: Session, store: Storage, alice: Account, cora: Account, lab: Lab
) -> None:
    post = a_post(db, alice, store=store, pictures=1, lab="boden")
    token = the_picture(db, post).token
    first = blur(db, store, actor_of(cora), post, token)
    with pytest.raises(Overtaken):
        blur(db, store, a_lead(db), post, token)
    again = blur(db, store, a_lead(db), post, first.token)
    assert the_picture(db, post).id == again.id


def test_while_one_blurs_the_other_may_have_done_so(
    db: Session, store: Storage, alice: Account, cora: Account, lab: Lab
) -> None:
    post = a_post(db, alice, store=store, pictures=1, lab="boden")
    old = the_picture(db, post)
    token, made = old.token, images.blurred(store.get(old.original_key), [BOX], [])
    first = blur(db, store, actor_of(cora), post, token)
    with pytest.raises(Overtaken):
        blurring.give_way(db, store, a_lead(db), post.id, token, made, NOW, HOUSE)
    assert the_picture(db, post).id == first.id


def test_only_who_may_publish_blurs(
    db: Session, store: Storage, alice: Account, cora: Account, lab: Lab
) -> None:
    post = a_post(db, alice, store=store, pictures=1, lab="boden")
    token = the_picture(db, post).token
    other = actor_of(an_account(db, "olle", Role.COORDINATOR, labs=(a_lab(db, "lina-hage"),)))
    for stranger in (actor_of(alice), other):
        with pytest.raises(NotFound):
            blur(db, store, stranger, post, token)
    with pytest.raises(NotFound):
        blur(db, store, a_lead(db), post, "nix")
    with pytest.raises(NotAllowed):
        blurring.to_blur(db, actor_of(cora), post.id, token, House(coordinators_publish=False))


def test_what_somebody_has_asked_about_stays_hidden_until_it_is_answered(
    db: Session, store: Storage, alice: Account, lab: Lab
) -> None:
    post = a_post(db, alice, store=store, pictures=1, lab="boden")
    old = the_picture(db, post)
    handouts.hand_out(db, "own", alice.id, [old.id], NOW)
    asked, terms = Asked(old.token, "", "", "sv"), Terms(hide=True, a_day=9, answer_days=14)
    objection = objections.ask(db, post.short, asked, NOW, terms)
    lead = a_lead(db)
    new = blur(db, store, lead, post, old.token)
    assert objection.picture_id == new.id
    assert pictures.sight(db, new.token, posts.NOBODY) is Sight.NONE
    objections.answer(db, store, lead, objection.id, NOW, away=False, words="")
    db.flush()
    assert pictures.sight(db, new.token, posts.NOBODY) is Sight.PUBLIC


@pytest.mark.sqlite_only("its backup is a copy of the file")
def test_a_backup_that_comes_back_never_shows_it_as_it_was(
    db: Session, store: Storage, alice: Account, lab: Lab, tmp_path: Path
) -> None:
    post = a_post(db, alice, store=store, pictures=1, lab="boden")
    old = the_picture(db, post)
    kept = {key: store.get(key) for key in (old.original_key, *(r.key for r in old.renditions))}
    db.commit()
    db.connection().exec_driver_sql("COMMIT")
    db.connection().exec_driver_sql(f"VACUUM INTO '{tmp_path / 'backup.db'}'")
    db.connection().exec_driver_sql("BEGIN IMMEDIATE")
    new = blur(db, store, a_lead(db), post, old.token)
    db.commit()
    assert recall.again(db, store, NOW) == ()
    assert pictures.sight(db, new.token, posts.NOBODY) is Sight.PUBLIC

    for key, data in kept.items():
        store.put(key, data, "image/webp")
    shutil.copy(tmp_path / "backup.db", tmp_path / "again.db")
    engine = make_engine(f"sqlite:///{tmp_path / 'again.db'}")
    with make_sessions(engine)() as back:
        drop_files(back, store, recall.again(back, store, NOW), LATER)
        assert pictures.sight(back, old.token, posts.NOBODY) is Sight.GONE
    engine.dispose()
