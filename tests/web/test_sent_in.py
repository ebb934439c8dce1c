"""What people still have of a rebuilt journey: the number, the form, and what becomes of it."""

from datetime import date
from io import BytesIO

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from diary.domain import moderation, retention, traces
from diary.domain.accounts import actor_of
from diary.domain.moderation import Verdict
from diary.domain.sent_in import tell_found
from diary.domain.settings import put
from diary.domain.workflow import Step
from diary.media.storage import Storage
from diary.models import (
    UNDATED,
    Account,
    Kind,
    Lab,
    Origin,
    Outgoing,
    Picture,
    Post,
    Precision,
    Provenance,
    Revision,
    Role,
    Sender,
    Status,
    Told,
)
from diary.queries.missing import is_found
from diary.queries.traces import find
from tests.builders import HOUSE, NOW, a_photo, a_post
from tests.conftest import Browser, Clock
from tests.web.looking_after import ENGLISH, wrong_fields

ADDRESS = "/archive/send-in"
MONTH = retention.MONTH


@pytest.fixture
def rebuilt(db: Session) -> None:
    """The lead has set how many posts the journey had."""
    put(db, {"journey_posts": 176})
    db.commit()


def send(client: Browser, *photos: bytes, **typed: str) -> TestResponse:
    files = [(BytesIO(photo), f"{n}.jpg") for n, photo in enumerate(photos)]
    data = {"body": "Vi sjöng i källaren.", "form_key": "one", **typed, "photos": files}
    return client.post(ADDRESS, data=data, headers=ENGLISH, content_type="multipart/form-data")


def kept(db: Session) -> Post:
    db.rollback()
    return db.scalars(select(Post)).one()


def came_from(db: Session, alice: Account, origin: Origin, day: date, title: str = "Ute") -> Post:
    post = a_post(db, alice, title=title, dated=day)
    post.provenance = Provenance(origin=origin)
    db.flush()
    return post


def test_the_archive_says_what_is_missing(
    db: Session, client: Browser, rebuilt: None, alice: Account
) -> None:
    came_from(db, alice, Origin.FULL, date(2019, 1, 5))
    came_from(db, alice, Origin.TEASER, date(2019, 1, 6))
    came_from(db, alice, Origin.TITLE, date(2019, 1, 7))
    came_from(db, alice, Origin.EXAMPLE, date(2019, 2, 5))
    a_post(db, alice, title="Written since", dated=date(2019, 2, 6))
    a_post(db, alice, title="And since", dated=date(2019, 4, 5))
    db.commit()
    page = client.get("/archive", headers=ENGLISH).text
    assert "Found 3 of the journey’s 176 posts, 2 of them only in part." in page
    assert "2 posts written or sent in since are not counted." in page
    assert '<p class="lede">5 posts, January 2019 to April 2019,' in page
    assert "Beside them stands 1 example post." in page
    assert f'href="{ADDRESS}"' in page
    # February and April have nothing found: a sign in the calendar and in rows; March is silent.
    assert page.count('<span class="untraced" role="img" aria-label="no trace left"') == 4
    assert "march 2019 · no trace left".lower() in page.lower()
    assert "quiet month" not in page
    year = client.get("/archive/2019", headers=ENGLISH).text
    assert year.count('<span class="untraced" role="img"') == 2
    assert '<p class="lede">5 posts. Beside them stands 1 example post.</p>' in year
    assert "5 posts, January" in client.get("/press", headers=ENGLISH).text
    chosen = client.get("/archive?kind=resident", headers=ENGLISH).text
    assert '<p class="lede">5 posts, January' in chosen
    assert "Beside them stands 1 example post." in chosen


@pytest.mark.parametrize(
    ("origins", "words"),
    [
        ([], "Found 0 of the journey’s 176 posts."),
        ([Origin.MOVED, Origin.FULL], "posts, none of them only in part."),
        ([Origin.TITLE, Origin.TEASER], "posts, all of them only in part."),
        ([Origin.TITLE, Origin.FULL], "posts, 1 of them only in part."),
    ],
)
def test_how_much_is_left_of_what_was_found(
    db: Session, client: Browser, rebuilt: None, alice: Account, origins: list[Origin], words: str
) -> None:
    for origin in origins:
        came_from(db, alice, origin, date(2019, 1, 5))
    db.commit()
    assert words in client.get("/archive", headers=ENGLISH).text


def test_more_than_there_were_is_all_of_them(db: Session, client: Browser, alice: Account) -> None:
    put(db, {"journey_posts": 1})
    for _number in range(2):
        came_from(db, alice, Origin.FULL, date(2019, 1, 5))
    db.commit()
    page = client.get("/archive", headers=ENGLISH).text
    assert "All 1 posts of the journey are found, none of them only in part." in page


def test_a_living_diary_shows_none_of_it(db: Session, client: Browser, alice: Account) -> None:
    came_from(db, alice, Origin.FULL, date(2019, 1, 5))
    a_post(db, alice, dated=date(2019, 3, 5))
    db.commit()
    page = client.get("/archive", headers=ENGLISH).text
    assert "Found" not in page
    assert ADDRESS not in page
    assert "no trace left" not in page
    assert "quiet month" in page
    assert client.get(ADDRESS).status_code == 404
    assert client.get(f"{ADDRESS}/thanks").status_code == 404
    assert send(client).status_code == 404
    assert db.scalar(select(func.count()).select_from(Post)) == 2


def test_it_waits_to_be_read_with_all_that_was_typed(
    db: Session, client: Browser, rebuilt: None, lab: Lab
) -> None:
    form = client.get(ADDRESS, headers=ENGLISH)
    assert form.headers["Cache-Control"] == "private, no-store"
    assert "Set-Cookie" not in form.headers
    answer = send(
        client, a_photo(), a_photo("#ffffff"), dated="2019-05-04", lab="boden", name="Zahra",
        contact="070-123 45 67",
    )  # fmt: skip
    assert answer.status_code == 303
    assert "Set-Cookie" not in answer.headers
    assert "It has come." in client.get(answer.location, headers=ENGLISH).text
    post = kept(db)
    revision = db.get_one(Revision, post.waiting_id)
    assert (post.status, post.owner_id, post.dated) == (Status.SUBMITTED, None, date(2019, 5, 4))
    assert (revision.body, revision.lang) == ("Vi sjöng i källaren.", "sv")
    assert revision.lab is not None
    assert [(one.name, one.kind) for one in revision.bylines] == [("Zahra", Kind.GUEST)]
    assert db.scalar(select(func.count()).select_from(Picture)) == 2
    assert db.scalars(select(Sender.contact)).one() == "070-123 45 67"
    assert "källaren" not in client.get("/").text
    assert "<mark>" not in client.get("/search?q=källaren").text


def test_sent_twice_it_is_one_post(db: Session, client: Browser, rebuilt: None) -> None:
    assert send(client, a_photo()).location == send(client, a_photo()).location
    kept(db)
    assert db.scalar(select(func.count()).select_from(Picture)) == 1


def test_a_picture_alone_is_enough_and_its_day_need_not_be_known(
    db: Session, client: Browser, rebuilt: None
) -> None:
    assert send(client, a_photo(), body="").status_code == 303
    post = kept(db)
    assert (post.precision, post.dated) == (Precision.UNKNOWN, UNDATED)
    assert db.get_one(Revision, post.waiting_id).heading == "Without a date"


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"body": ""}, "body"),
        ({"dated": "igår"}, "dated"),
        ({"dated": "2999-01-01"}, "dated"),
        ({"name": "x" * 81}, "name"),
        ({"contact": "x" * 201}, "contact"),
        ({"body": "x" * 100_001}, "body"),
        ({"lab": "nix"}, "lab"),
    ],
)
def test_what_cannot_be_is_said_and_nothing_typed_is_lost(
    db: Session, client: Browser, rebuilt: None, lab: Lab, typed: dict[str, str], field: str
) -> None:
    answer = send(client, **{"contact": "hos@example.org", "name": "Zahra", **typed})
    assert answer.status_code == 422
    assert wrong_fields(answer.text) == {field}
    page = answer.text
    assert "hos@example.org" in page or field == "contact"
    assert "Zahra" in page or field == "name"
    assert 'name="form_key" value="one"' in page
    assert db.scalar(select(func.count()).select_from(Post)) == 0


def test_a_key_with_controls_is_kept_without_them(
    db: Session, client: Browser, rebuilt: None
) -> None:
    assert send(client, form_key="a\0b").status_code == 303
    db.rollback()
    assert db.scalars(select(Sender.form_key)).one() == "ab"  # PostgreSQL takes no NUL


def test_a_file_that_is_no_picture_is_named(db: Session, client: Browser, rebuilt: None) -> None:
    answer = send(client, a_photo(), b"no picture")
    assert answer.status_code == 422
    assert "1.jpg" in answer.text
    assert "Vi sjöng i källaren." in answer.text
    assert db.scalar(select(func.count()).select_from(Post)) == 0


def test_one_network_may_send_so_much_an_hour(
    db: Session, client: Browser, rebuilt: None, clock: Clock
) -> None:
    answers = [send(client, form_key=f"{n}").status_code for n in range(11)]
    assert answers == [303] * 10 + [429]
    clock.pass_by(hours=1)
    assert send(client, form_key="later").status_code == 303


def test_a_moderator_reads_it_and_is_told_who_sent_it(
    db: Session, client: Browser, as_lead: Browser, rebuilt: None, lea: Account
) -> None:
    lead = db.get_one(Account, lea.id)
    lead.email, lead.told = "lea@example.org", Told.AT_ONCE
    db.commit()
    send(client, contact="070-123 45 67")
    post = kept(db)
    assert "har skickat" in db.scalars(select(Outgoing.body)).one()
    page = as_lead.get(f"/moderation/{post.id}", headers=ENGLISH).text
    assert "Sent in by somebody without an account." in page
    assert "070-123 45 67" in page
    events = as_lead.get("/moderation/events", headers=ENGLISH).text
    assert "sent something in" in events
    verdict = Verdict(Step.PUBLISH, post.waiting_id or 0)
    moderation.decide(db, actor_of(lead), post.id, verdict, NOW, HOUSE)
    db.commit()
    public = client.get("/").text
    assert "källaren" in public
    assert "070-123" not in client.get(f"/posts/{kept(db).slug}").text


@pytest.mark.parametrize("said", [False, True])
def test_it_counts_as_found_where_the_moderator_says_so(
    db: Session, client: Browser, as_lead: Browser, rebuilt: None, said: bool
) -> None:
    send(client)
    post = kept(db)
    asked = "It is one of the journey’s 176 posts"
    page = f"/moderation/{post.id}"
    assert asked in as_lead.get(page, headers=ENGLISH).text
    typed = {"step": "publish", "revision_id": str(post.waiting_id), "found_asked": "1"}
    as_lead.post(f"{page}/decide", data=typed | ({"found": "1"} if said else {}))
    archive = client.get("/archive", headers=ENGLISH).text
    assert ("Found 1 of" in archive, "1 post written or sent in" in archive) == (said, not said)
    assert ("Recovered" in client.get(f"/posts/{kept(db).slug}", headers=ENGLISH).text) == said


def test_nobody_says_of_an_import_or_in_a_living_diary_what_was_found(
    db: Session, client: Browser, rebuilt: None, alice: Account
) -> None:
    imported = came_from(db, alice, Origin.EXAMPLE, date(2019, 1, 5))
    written = a_post(db, alice)
    assert [is_found(db, post.id) for post in (imported, written)] == [None, False]
    for found in (True, False):
        for post in (imported, written):
            tell_found(db, post, found)
        assert is_found(db, written.id) is found
    assert db.get_one(Provenance, imported.id).origin is Origin.EXAMPLE
    put(db, {"journey_posts": 0})
    assert is_found(db, written.id) is None


def test_sent_back_it_is_put_away_and_goes_in_the_end(
    db: Session, client: Browser, rebuilt: None, store: Storage, lea: Account
) -> None:
    send(client, a_photo(), contact="070-123 45 67")
    post = kept(db)
    verdict = Verdict(Step.RETURN, post.waiting_id or 0, words="Det är reklam.")
    moderation.decide(db, actor_of(db.get_one(Account, lea.id)), post.id, verdict, NOW, HOUSE)
    db.commit()
    retention.tidy(db, NOW + 23 * MONTH)
    db.commit()
    kept(db)
    assert retention.tidy(db, NOW + 25 * MONTH)  # the keys of its pictures' files
    db.commit()
    assert db.scalar(select(func.count()).select_from(Post)) == 0
    assert db.scalar(select(func.count()).select_from(Sender)) == 0


def test_how_to_reach_somebody_is_kept_as_long_as_a_request(
    db: Session, client: Browser, rebuilt: None, lea: Account
) -> None:
    send(client, contact="070-123 45 67")
    post = kept(db)
    retention.tidy(db, NOW + 13 * MONTH)
    assert db.scalars(select(Sender.contact)).one()  # it waits still
    verdict = Verdict(Step.PUBLISH, post.waiting_id or 0)
    moderation.decide(db, actor_of(db.get_one(Account, lea.id)), post.id, verdict, NOW, HOUSE)
    retention.tidy(db, NOW + 11 * MONTH)
    assert db.scalars(select(Sender.contact)).one()
    retention.tidy(db, NOW + 13 * MONTH)
    assert db.scalars(select(Sender)).all() == []
    kept(db)


def test_who_sent_something_in_is_found_and_forgotten(
    db: Session, client: Browser, rebuilt: None, store: Storage, lea: Account
) -> None:
    send(client, contact="070-123 45 67")
    kept(db)
    chosen = find(db, "070-123 45 67")
    assert [one.kind for one in chosen] == ["sender"]
    lead = actor_of(db.get_one(Account, lea.id))
    assert lead.role is Role.LEAD
    traces.forget(db, lead, chosen, "070-123 45 67", NOW)
    db.commit()
    assert db.scalars(select(Sender.contact)).one() == ""
