"""Imported pictures: decided many at a time, page by page, each by its own moderators."""

import re
from collections.abc import Callable

import pytest
from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from diary.addresses import new_token, new_uid
from diary.domain.pictures import add_picture
from diary.media.storage import Storage
from diary.models import (
    Account,
    Claim,
    Consent,
    Decision,
    Event,
    Lab,
    Origin,
    Picture,
    Post,
    Provenance,
    Rendition,
    Role,
)
from diary.queries import consents
from diary.queries.posts import Scope
from tests.builders import NOW, a_lab, a_post, a_prepared, an_account
from tests.conftest import Browser

ENGLISH = {"Accept-Language": "en"}
PAGE = "/moderation/pictures"


@pytest.fixture
def imported(db: Session, store: Storage, alice: Account, lab: Lab) -> Post:
    """An imported post that is out, with four pictures nobody has decided about."""
    post = a_post(db, alice, store=store, pictures=4, lab="boden")
    post.owner_id = None
    db.add(Provenance(post_id=post.id, origin=Origin.FULL))
    for consent in db.scalars(select(Consent)):
        consent.decision, consent.claim = None, Claim.UNANSWERED
    db.commit()
    return post


def decisions(db: Session) -> list[Decision | None]:
    db.rollback()
    return list(db.scalars(select(Consent.decision).order_by(Consent.picture_id)))


def tokens(db: Session) -> list[str]:
    return list(db.scalars(select(Picture.token).order_by(Picture.id)))


def test_what_is_ticked_is_decided_alike(
    db: Session, as_coordinator: Browser, client: Browser, imported: Post
) -> None:
    first, second, third, _fourth = tokens(db)
    assert "Imported pictures (4)" in as_coordinator.get("/moderation", headers=ENGLISH).text
    assert as_coordinator.get(PAGE).text.count('type="checkbox" name="picture"') == 4
    assert first not in client.get("/").text
    ticked = {"picture": [first, third], "decision": "nobody"}
    assert as_coordinator.post(PAGE, data=ticked).status_code == 303
    assert decisions(db) == [Decision.NOBODY, None, Decision.NOBODY, None]
    assert first in client.get("/").text
    yes = {"picture": [first, second], "decision": "yes", "from_whom": "Hanan", "given": "paper"}
    as_coordinator.post(PAGE, data=yes)
    assert decisions(db) == [Decision.NOBODY, Decision.YES, Decision.NOBODY, None]
    everything = {"all": "1", "shown": tokens(db), "decision": "no"}
    as_coordinator.post(PAGE, data=everything)
    assert decisions(db)[3] is Decision.NO
    deeds = db.scalars(select(Event.reason).where(Event.action == "decide_picture")).all()
    assert deeds[-4:] == ["nobody", "nobody", "yes", "no"]
    assert "All imported pictures are decided." in as_coordinator.get(PAGE, headers=ENGLISH).text


def test_nothing_ticked_and_a_wrong_day_come_back(
    db: Session, as_lead: Browser, imported: Post
) -> None:
    assert as_lead.post(PAGE, data={"decision": "nobody"}).status_code == 422
    token = tokens(db)[0]
    typed = {"picture": token, "decision": "yes", "from_whom": "Hanan", "until": "1999-01-01"}
    answer = as_lead.post(PAGE, data=typed)
    assert answer.status_code == 422
    assert 'value="Hanan"' in answer.text
    assert f'value="{token}" checked' in answer.text
    assert as_lead.post(PAGE, data={"picture": token, "decision": "hm"}).status_code == 409
    assert decisions(db) == [None] * 4


def test_each_place_has_its_own(
    db: Session, log_in: Callable[[Account], Browser], imported: Post
) -> None:
    olle = an_account(db, "olle", Role.COORDINATOR, labs=(a_lab(db, "lina-hage"),))
    db.commit()
    other = log_in(olle)
    assert tokens(db)[0] not in other.get(PAGE).text
    assert other.post(PAGE, data={"picture": tokens(db)[0], "decision": "yes"}).status_code == 404


def test_ten_thousand_are_paged(db: Session, as_lead: Browser, imported: Post) -> None:
    one = add_picture(db, imported, a_prepared("#105d7b"), NOW)
    db.flush()
    size = db.scalars(select(Rendition).where(Rendition.extension == "webp").limit(1)).one()
    numbers = range(one.id + 1, one.id + 10_001)
    kept = {"post_id": imported.id, "media_type": "image/jpeg", "width": 64, "height": 48}
    kept |= {"original_key": one.original_key, "filename": "", "created_at": NOW}
    pictures = [{**kept, "id": n, "uid": new_uid(), "token": new_token()} for n in numbers]
    db.execute(insert(Picture), pictures)
    columns = [column.key for column in Rendition.__table__.columns if column.key != "id"]
    copied = {key: getattr(size, key) for key in columns}
    db.execute(insert(Rendition), [{**copied, "picture_id": n} for n in numbers])
    said = {"claim": Claim.UNANSWERED, "claimed_at": NOW, "from_whom": ""}
    db.execute(insert(Consent), [{**said, "picture_id": n} for n in numbers])
    db.commit()
    first, after = consents.undecided(db, Scope(everything=True))
    second, further = consents.undecided(db, Scope(everything=True), after=after)
    assert (len(first), after) == (consents.A_PAGE, first[-1].id)
    assert (second[0].id, further) == (first[-1].id + 1, second[-1].id)
    page = as_lead.get(f"{PAGE}?after={one.id + 9_000}", headers=ENGLISH).text
    assert "10005 to decide about" in page
    assert page.count('type="checkbox" name="picture"') == consents.A_PAGE
    assert re.search(rf"{PAGE}\?after=\d+", page)
