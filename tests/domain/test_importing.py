"""Bringing posts in: once each, with places, persons and pictures, and never public by mistake."""

from dataclasses import replace
from datetime import UTC, date, datetime
from uuid import uuid4

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from diary.addresses import uid_of
from diary.domain import erasures
from diary.domain.content import Content
from diary.domain.fitting import Help, picture_uid
from diary.domain.importing import Outcome, Taken, bring_in, let_out, missing, settle_links
from diary.domain.incoming import Author, Comment, Incoming, IncomingPicture, Standing
from diary.domain.pictures import new_row, store_files
from diary.domain.placing import BadMapping, Place, Places, by_name, read, template
from diary.media.images import prepare
from diary.media.storage import Storage
from diary.models import (
    Account,
    Alias,
    Claim,
    Consent,
    Event,
    Lab,
    Outgoing,
    Person,
    Picture,
    Post,
    Provenance,
    Revision,
    RevisionLink,
    ShownPicture,
    Status,
)  # fmt: skip
from diary.queries.posts import published
from tests.builders import NOW, a_method, erased
from tests.media.builders import a_drawing, encoded

BILD = IncomingPicture(source="https://dagbok.example/2019/05/bild.jpg", alt="En tratt", credit="P")
ITEM = Incoming(
    key="wxr/dagbok.example/7",
    world="wxr/dagbok.example",
    content=Content(dated=date(2019, 5, 17), title="Provtratten", body="En tratt."),
    authors=(Author(name="Testa Provsson", role="boende i Exempelby", key="testa"),),
    addresses=("https://dagbok.example/2019/05/provtratten/", "https://dagbok.example/?p=7"),
)
HELP = Help()


def take(db: Session, item: Incoming = ITEM, help_: Help = HELP, **made: object) -> Taken:
    return bring_in(db, item, NOW, help_, **made)  # type: ignore[arg-type]


def with_files(db: Session, store: Storage, item: Incoming, help_: Help = HELP) -> Taken:
    made = {}
    for one in missing(db, item, help_):
        prepared = prepare(encoded(a_drawing((640, 480)), "JPEG"))
        store_files(store, prepared)
        made[one] = new_row(prepared)
    return bring_in(db, item, NOW, help_, made)


def newest(db: Session) -> Revision:
    return db.scalars(select(Revision).order_by(Revision.id.desc()).limit(1)).one()


def count(db: Session, kind: type) -> int:
    return db.scalar(select(func.count()).select_from(kind)) or 0


def test_a_post_waits_and_goes_out_with_its_old_time_and_no_letter(db: Session) -> None:
    item = replace(ITEM, published_at=datetime(2019, 5, 18, 9, tzinfo=UTC))
    taken = take(db, item)
    post = db.get_one(Post, taken.post_id)
    assert (taken.outcome, taken.waiting, post.status) == (Outcome.NEW, True, Status.SUBMITTED)
    assert not db.execute(published()).all()
    assert let_out(db, post.id, NOW)
    assert (post.status, post.published_at) == (Status.PUBLISHED, item.published_at)
    assert not let_out(db, post.id, NOW)
    assert count(db, Outgoing) == 0
    assert [*db.scalars(select(Event.action).order_by(Event.id))] == ["import", "let_out"]


def test_again_it_is_the_same_even_if_it_is_out(db: Session) -> None:
    taken = take(db)
    let_out(db, taken.post_id, NOW)
    before = count(db, Revision), count(db, Person), count(db, Event)
    again = take(db)
    assert (again.outcome, again.waiting) == (Outcome.SAME, False)
    assert (count(db, Revision), count(db, Person), count(db, Event)) == before


@pytest.mark.parametrize("standing", [Standing.DRAFT, Standing.SCHEDULED, Standing.CLOSED])
def test_what_was_not_public_there_says_so_and_is_not_let_out(
    db: Session, standing: Standing
) -> None:
    taken = take(db, replace(ITEM, standing=standing))
    assert not taken.waiting
    assert db.get_one(Provenance, taken.post_id).notes == {"standing": standing.value}
    assert not take(db, replace(ITEM, standing=standing)).waiting


def test_a_better_trace_of_a_post_that_is_out_waits_and_the_old_words_stay(db: Session) -> None:
    taken = take(db)
    let_out(db, taken.post_id, NOW)
    better = replace(ITEM, content=replace(ITEM.content, body="En tratt, och mer."))
    again = take(db, better)
    post = db.get_one(Post, taken.post_id)
    live = db.get_one(Revision, post.live_id)
    assert (again.outcome, post.status, live.body) == (
        Outcome.FILLED, Status.PUBLISHED, "En tratt.",
    )  # fmt: skip
    sequence = post.sequence
    assert let_out(db, post.id, NOW)
    assert (db.get_one(Revision, post.live_id).body, post.sequence) == (
        "En tratt, och mer.", sequence,
    )  # fmt: skip


def test_words_that_somebody_has_edited_are_never_written_over(db: Session, alice: Account) -> None:
    taken = take(db)
    newest(db).made_by_id = alice.id
    better = replace(ITEM, content=replace(ITEM.content, body="Annat."))
    assert take(db, better).outcome is Outcome.LEFT
    assert newest(db).body == "En tratt."
    assert not let_out(db, taken.post_id, NOW)


def test_one_key_is_one_person_and_another_world_has_its_own(db: Session) -> None:
    take(db)
    take(db, replace(ITEM, key="wxr/dagbok.example/8"))
    namesake = replace(ITEM.authors[0], key="testa2")
    take(db, replace(ITEM, key="wxr/dagbok.example/9", authors=(namesake,)))
    take(db, replace(ITEM, key="ghost/annan/1", world="ghost/annan"))
    assert [*db.scalars(select(Person.name))] == ["Testa Provsson"] * 3


def test_who_was_merged_stays_merged_and_who_is_a_minor_keeps_the_first_name(
    db: Session,
) -> None:
    take(db)
    mine = db.scalars(select(Person).where(Person.name == "Testa Provsson")).one()
    kept = Person(uid=uuid4(), name="Testa P.", created_at=NOW, minor=True)
    db.add(kept)
    db.flush()
    mine.merged_into_id = kept.id
    item = replace(ITEM, key="wxr/dagbok.example/8")
    take(db, item)
    (byline,) = newest(db).bylines
    assert (byline.person_id, byline.name) == (kept.id, "Testa")
    assert take(db, item).outcome is Outcome.SAME


def test_old_addresses_lead_on_and_the_first_to_come_has_one(db: Session) -> None:
    taken = take(db)
    for slug in ("2019/05/provtratten", "?p=7"):
        assert db.get_one(Alias, ("post", slug)).target_id == taken.post_id
    other = take(db, replace(ITEM, key="wxr/dagbok.example/8"))
    assert other.led_away == ITEM.addresses


@pytest.mark.parametrize("address", ["javascript:alert(1)", "https://[", "/2019/provtratten"])
def test_what_is_no_address_of_the_web_is_never_linked(db: Session, address: str) -> None:
    taken = take(db, replace(ITEM, source_url=address))
    assert db.get_one(Provenance, taken.post_id).source_url == ""


def test_comments_are_kept_beside_the_post(db: Session) -> None:
    comment = Comment(name="En läsare", words="Fint!\0", at=NOW)
    taken = take(db, replace(ITEM, comments=(comment,)))
    (kept,) = db.get_one(Provenance, taken.post_id).notes["comments"]
    assert kept == {"name": "En läsare", "words": "Fint!", "at": NOW.isoformat()}


def test_a_post_written_here_is_never_taken_for_one_from_elsewhere(
    db: Session, alice: Account
) -> None:
    post = db.get_one(Post, take(db).post_id)
    db.delete(db.get_one(Provenance, post.id))
    db.flush()
    db.expire(post)
    assert take(db, replace(ITEM, key="other", uid=post.uid)).outcome is Outcome.LEFT


def test_what_a_text_links_to_and_was_inspired_by_is_known_once_all_is_out(db: Session) -> None:
    body = "Som [kören](post:korens-dag)."
    later = replace(ITEM, key="a/2", slug="korens-dag", addresses=())
    content = replace(ITEM.content, body=body, inspired_by="/posts/korens-dag")
    taken, other = take(db, replace(ITEM, content=content)), take(db, later)
    for one in (other, taken):
        let_out(db, one.post_id, NOW, one.inspired_by)
    settle_links(db, [taken.post_id, other.post_id])
    live = db.get_one(Post, taken.post_id).live_id
    assert [*db.scalars(select(RevisionLink.post_id).where(RevisionLink.revision_id == live))] == [
        other.post_id
    ]
    assert db.get_one(Revision, live).inspired_by_id == other.post_id
    assert take(db, replace(ITEM, content=content)).outcome is Outcome.SAME


# ---------------------------------------------------------------- pictures


def test_a_picture_comes_in_once_and_waits_for_a_decision(db: Session, store: Storage) -> None:
    item = replace(ITEM, pictures=(BILD,))
    taken = with_files(db, store, item)
    picture = db.scalars(select(Picture)).one()
    consent = db.get_one(Consent, picture.id)
    shown = db.scalars(select(ShownPicture)).one()
    assert (consent.claim, consent.decision) == (Claim.UNANSWERED, None)
    assert (shown.alt, shown.credit, picture.uid) == ("En tratt", "P", picture_uid(item, BILD))
    assert store.exists(picture.original_key)
    assert missing(db, item, HELP) == ()
    assert with_files(db, store, item).outcome is Outcome.SAME
    assert taken.outcome is Outcome.NEW


def test_a_picture_that_was_missing_comes_later_and_none_is_lost_without_the_folder(
    db: Session, store: Storage
) -> None:
    item = replace(ITEM, pictures=(BILD,))
    take(db, item)
    assert newest(db).pictures == []
    assert with_files(db, store, item).outcome is Outcome.FILLED
    assert take(db, item).outcome is Outcome.SAME
    assert len(newest(db).pictures) == 1


def test_what_was_taken_away_here_for_good_does_not_come_back(db: Session, store: Storage) -> None:
    person = "wxr/dagbok.example/person/testa"
    item = replace(ITEM, pictures=(BILD,), evidence=[{"page": "x", "level": 3, "title": "x"}])
    erased(store, "picture", picture_uid(item, BILD), NOW)
    erased(store, "person", uid_of(person), NOW)
    listed = erasures.lines(store)
    gone = {*erasures.uids(listed, "picture"), *erasures.uids(listed, "person")}
    taken = with_files(db, store, item, Help(erased=gone))
    assert (count(db, Picture), count(db, Person), newest(db).bylines) == (0, 0, [])
    assert db.get_one(Provenance, taken.post_id).evidence == []
    assert with_files(db, store, item, Help(erased=gone)).outcome is Outcome.SAME


# ---------------------------------------------------------------- places

BODEN = Place("lab", "boden", ("BIS i Boden", "Boden"))
PORTALEN = Place("lab", "portalen", ("Portalen",))
KOR = Place("method", "integrationskor", ("Integrationskör",))
BOTH = Place("method", "portalen", ("Att öppna portalen",))


def test_tags_called_as_a_place_find_it_and_the_second_place_has_no_room(
    db: Session, lab: Lab
) -> None:
    a_method(db, "integrationskor", "Integrationskör")
    tags = ("BODEN", "integrationskör", "Nyheter", "Portalen", "Nyheter")
    places = Places(by_name([BODEN, PORTALEN, KOR]))
    taken = take(db, replace(ITEM, tags=tags), Help(places=places))
    assert taken.lost == ("Nyheter", "Portalen")
    revision = newest(db)
    assert (revision.lab, [m.slug for m in revision.methods]) == (lab, ["integrationskor"])
    assert db.get_one(Provenance, taken.post_id).notes == {"tags": ["Nyheter", "Portalen"]}


def test_a_mapping_file_says_what_tags_and_authors_are_here() -> None:
    persons = {"anna ek": (3,), "bo": (4, 5)}
    tags = "tags:\n  Kör: integrationskor\n  Nyheter:\n  Norrköping: lab/portalen\n"
    text = f"{tags}authors:\n  a: Anna Ek\n"
    places = read(text, [BODEN, PORTALEN, KOR, BOTH], persons)
    placed = places.place(["kör", "Nyheter", "norrköping", "Annat", "Boden"])
    assert (placed.lab, placed.methods, placed.lost) == (
        "portalen", ("integrationskor",), ("Annat", "Boden"),
    )  # fmt: skip
    assert places.person(Author(name="Annan", key="A")) == 3
    assert places.person(Author(name="Anna Ek")) is None  # a name alone joins nobody


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("tags: [", "no YAML"),
        ("labs: {}", "two parts"),
        ("tags: [a, b]", "each line"),
        ("tags: {a: &a [x, x], b: [*a, *a]}", "each line"),
        ("tags: " + "[" * 5_000, "no YAML"),
        ("#" * 1_000_001, "more than 1,000,000"),
        ("tags: {Kör: nowhere}", "no place or method here"),
        ("tags: {Kör: portalen}", "say lab/portalen or method/portalen"),
        ("authors: {a: Ingen}", "nobody here is called so"),
        ("authors: {a: Bo}", "2 here are: say the uid"),
    ],
)
def test_a_mapping_file_that_cannot_be_used_says_how_to_mend_it(text: str, says: str) -> None:
    with pytest.raises(BadMapping, match=says):
        read(text, [PORTALEN, KOR, BOTH], {"bo": (4, 5)})


def test_the_template_of_a_dry_run_can_be_given_back() -> None:
    places = Places(by_name([BODEN, KOR]))
    text = template(places, {'Kör: "a"': 3, "Boden": 2}, {"testa": 5})
    again = read(text, [BODEN, KOR], {})
    assert again.place(["Boden"]).lab == "boden"
    assert again.place(['Kör: "a"']).lost == ()
