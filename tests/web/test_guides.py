"""What pages of places and ways of working tell: who writes it, sources, chosen pictures."""

import re
from datetime import date

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from diary.domain import forgetting, recall
from diary.domain.content import BylineContent
from diary.domain.guides import MAX_CHOSEN
from diary.domain.journal import show_change
from diary.media.storage import Storage
from diary.models import Account, Event, Lab, Method, Picture, Post, Precision, Voice, begin_writing
from tests.builders import NOW, a_lab, a_lead, a_method, a_post
from tests.conftest import Browser
from tests.web.looking_after import ENGLISH, deeds, version, wrong_fields
from tests.web.test_reading import count_queries

TOLD = {
    "name": "Nytt namn",
    "place": "Lulea",
    "colour": "red",
    "summary-sv": "En väg in.",
    "results-sv": "- Nio av tio fick arbete.",
    "partners": "Bodenbo",
    "source-0-title": "Rapporten",
    "source-0-publisher": "Allmännyttan",
    "source-0-year": "2020",
    "source-0-url": "https://example.org/rapport",
    "source-2-title": "En till",
}


@pytest.fixture
def choir(db: Session, lab: Lab) -> Method:
    """A way of working first tried in Boden."""
    method = a_method(db, "kor", "Kör")
    method.first_lab_id = lab.id
    db.commit()
    return method


@pytest.fixture
def sung(db: Session, store: Storage, alice: Account, choir: Method) -> Post:
    """A post from Boden about the choir, with three pictures."""
    post = a_post(db, alice, lab="boden", methods=("kor",), store=store, pictures=3)
    db.commit()
    return post


def tokens(db: Session, post: Post) -> list[str]:
    found = select(Picture.token).where(Picture.post_id == post.id).order_by(Picture.id)
    return list(db.scalars(found))


def shown(browser: Browser, address: str) -> list[str]:
    """The tokens of the pictures at the top of a page."""
    page = browser.get(address).text
    strip = re.search(r'<ul class="strip.*?</ul>', page, re.DOTALL)
    return re.findall(r'src="/pictures/([^/"]+)/', strip[0]) if strip else []


def choose(browser: Browser, address: str, deed: str, token: str) -> int:
    return browser.post(address, data={"deed": deed, "picture": token}).status_code


# ---------------------------------------------------------------- texts and sources


def test_a_coordinator_writes_their_place_s_page_and_keeps_what_it_is_called(
    db: Session, lab: Lab, as_coordinator: Browser, client: Browser
) -> None:
    before = version(db)
    was = (lab.name, lab.place, lab.colour, lab.short_names)
    db.commit()
    assert as_coordinator.post("/places/boden", data=TOLD).status_code == 303
    db.rollback()
    db.refresh(lab)
    assert (lab.name, lab.place, lab.colour, lab.short_names) == was
    assert lab.results == {"sv": "- Nio av tio fick arbete."}
    assert [source["title"] for source in lab.sources] == ["Rapporten", "En till"]
    assert (version(db), deeds(db)[-1]) == (before + 1, "save_lab")
    page = client.get("/labs/boden", headers=ENGLISH).text
    assert "Nio av tio fick arbete." in page
    assert 'href="https://example.org/rapport"' in page
    assert "Allmännyttan" in page


@pytest.mark.parametrize(
    ("first", "last", "told"),
    [
        ("2018", "2019", "2018–2019"),
        ("2018", "2018", "2018"),
        ("2018", "", "Since 2018"),
        ("", "2019", "Until 2019"),
        ("", "", None),
    ],
)
def test_a_place_tells_its_years(
    lab: Lab, as_coordinator: Browser, client: Browser, first: str, last: str, told: str | None
) -> None:
    sent = {**TOLD, "started": first, "ended": last}
    assert as_coordinator.post("/places/boden", data=sent).status_code == 303
    form = as_coordinator.get("/places/boden").text
    assert re.findall(r'id="(?:started|ended)".*? value="(\d*)"', form) == [first, last]
    page = client.get("/labs/boden", headers=ENGLISH).text
    found = re.search(r"<dt>When</dt><dd>(.*?)</dd>", page, re.DOTALL)
    assert (found and found[1].strip()) == told


def test_another_s_place_and_its_ways_are_not_theirs(
    db: Session, lab: Lab, as_coordinator: Browser
) -> None:
    other = a_lab(db, "rinkeby")
    a_method(db, "lekar").first_lab_id = other.id
    a_method(db, "alla")
    db.commit()
    for address in ("/places/rinkeby", "/ways/lekar", "/ways/alla", "/places/rinkeby/pictures"):
        assert as_coordinator.get(address).status_code == 403
        assert as_coordinator.post(address, data=TOLD).status_code == 403
    listed = as_coordinator.get("/places").text + as_coordinator.get("/ways").text
    for gone in ("/places/rinkeby", "/ways/lekar", "/ways/alla"):
        assert gone not in listed
    assert as_coordinator.post("/places", data=TOLD).status_code == 403


def test_a_coordinator_says_how_their_way_of_working_is_done(
    db: Session, choir: Method, as_coordinator: Browser, client: Browser
) -> None:
    sent = {"name": "Annat", "steps-sv": "1. Sjung.\r\n2. Fika.", "needs-sv": "- Kaffe"}
    assert as_coordinator.post("/ways/kor", data=sent).status_code == 303
    db.rollback()
    db.refresh(choir)
    assert (choir.name, choir.core, choir.first_lab is None) == ("Kör", True, False)
    assert (choir.steps, choir.needs) == ({"sv": "1. Sjung.\n2. Fika."}, {"sv": "- Kaffe"})
    page = client.get("/methods/kor").text
    assert "<li>Sjung.</li>" in page
    assert "<li>Kaffe</li>" in page
    form = as_coordinator.get("/ways/kor").text
    assert "2. Fika." in form
    assert "/ways/kor/address" not in form


@pytest.mark.parametrize("address", ["/places/boden", "/ways/kor"])
def test_sources_with_mistakes_come_back_as_typed(
    choir: Method, as_lead: Browser, address: str
) -> None:
    wrong = {
        "name": "Boden",
        "source-0-year": "förra året",
        "source-0-url": "javascript:alert(1)",
        "source-1-title": "Rapporten",
        "source-1-year": "20200",
    }
    answer = as_lead.post(address, data=wrong)
    assert answer.status_code == 422
    expected = {"source-0-title", "source-0-year", "source-0-url", "source-1-year"}
    assert wrong_fields(answer.text) == expected
    assert "javascript:alert(1)" in answer.text
    assert "from 1900 to 2099" in as_lead.post(address, data=wrong, headers=ENGLISH).text


# ---------------------------------------------------------------- pictures


@pytest.mark.parametrize(
    ("edit", "page"),
    [("/places/boden/pictures", "/labs/boden"), ("/ways/kor/pictures", "/methods/kor")],
)
def test_a_coordinator_chooses_pictures_and_their_order(
    db: Session, sung: Post, as_coordinator: Browser, client: Browser, edit: str, page: str
) -> None:
    first, second, third = tokens(db, sung)
    assert shown(client, page) == [first]  # the newest post's, while none is chosen
    before = version(db)
    db.commit()
    for _ in range(2):
        assert choose(as_coordinator, edit, "add", third) == 303
    assert choose(as_coordinator, edit, "add", second) == 303
    assert shown(client, page) == [third, second]
    assert deeds(db).count("choose_pictures") == 2
    assert version(db) > before
    choose(as_coordinator, edit, "up", second)
    choose(as_coordinator, edit, "up", second)
    assert shown(client, page) == [second, third]
    choose(as_coordinator, edit, "drop", second)
    assert shown(client, page) == [third]
    assert client.get(page).text.count(f"/pictures/{third}/") > 0


def test_a_picture_that_is_gone_falls_out_of_every_page(
    db: Session, store: Storage, sung: Post, as_lead: Browser, client: Browser
) -> None:
    first, second, third = tokens(db, sung)
    for edit in ("/places/boden/pictures", "/ways/kor/pictures"):
        for token in (third, second):
            choose(as_lead, edit, "add", token)
    db.rollback()
    begin_writing(db)
    recall.recall(db, a_lead(db), sung.id, third, NOW)
    db.commit()
    for page in ("/labs/boden", "/methods/kor"):
        assert shown(client, page) == [second]
    assert choose(as_lead, "/places/boden/pictures", "add", first) == 303
    db.rollback()
    assert db.scalar(select(Lab.pictures)) == [second, first]


def test_only_what_readers_see_there_can_be_chosen(
    db: Session, store: Storage, sung: Post, alice: Account, as_lead: Browser
) -> None:
    a_lab(db, "rinkeby")
    elsewhere = a_post(db, alice, lab="rinkeby", store=store, pictures=1)
    hidden = tokens(db, sung)[0]
    db.scalars(select(Picture).where(Picture.token == hidden)).one().hidden_at = NOW
    (other,) = tokens(db, elsewhere)
    db.commit()
    for token in (other, hidden, "nosuch", ""):
        assert choose(as_lead, "/places/boden/pictures", "add", token) == 409
    assert not db.scalars(select(Event).where(Event.action == "choose_pictures")).all()


def test_a_page_takes_so_many_pictures_and_no_more(
    db: Session, store: Storage, alice: Account, choir: Method, as_lead: Browser
) -> None:
    post = a_post(db, alice, lab="boden", store=store, pictures=MAX_CHOSEN + 1)
    db.commit()
    *fitting, last = tokens(db, post)
    for token in fitting:
        choose(as_lead, "/places/boden/pictures", "add", token)
    sent = {"deed": "add", "picture": last}
    answer = as_lead.post("/places/boden/pictures", data=sent, headers=ENGLISH)
    assert answer.status_code == 422
    assert f"{MAX_CHOSEN} pictures are enough" in answer.text
    assert len(shown(as_lead, "/labs/boden")) == MAX_CHOSEN


def test_merged_into_another_its_pictures_come_last(
    db: Session, sung: Post, lab: Lab, store: Storage, alice: Account, as_lead: Browser
) -> None:
    norr = a_lab(db, "norr")
    there = a_post(db, alice, lab="norr", store=store, pictures=1)
    mine, theirs = tokens(db, sung)[0], tokens(db, there)[0]
    db.commit()
    choose(as_lead, "/places/boden/pictures", "add", mine)
    choose(as_lead, "/places/norr/pictures", "add", theirs)
    as_lead.post("/merge/lab", data={"gone": lab.id, "into": norr.id})
    assert shown(as_lead, "/labs/norr") == [theirs, mine]


# ---------------------------------------------------------------- lists, lessons, contacts


def test_lists_show_a_picture_of_each_page(
    db: Session, sung: Post, as_lead: Browser, client: Browser
) -> None:
    first, _, third = tokens(db, sung)
    for address in ("/labs", "/methods"):
        assert f"/pictures/{first}/" in client.get(address).text
    for edit in ("/places/boden/pictures", "/ways/kor/pictures"):
        choose(as_lead, edit, "add", third)
    for address in ("/labs", "/methods"):
        page = client.get(address).text
        assert f"/pictures/{third}/" in page
        assert f"/pictures/{first}/" not in page


def test_a_picture_leads_one_page_of_a_list_if_others_have_more(
    db: Session, store: Storage, alice: Account, client: Browser
) -> None:
    a_method(db, "kor")
    a_method(db, "mat")
    of_both = a_post(db, alice, methods=("kor", "mat"), store=store, pictures=2)
    db.commit()
    page = client.get("/methods").text
    leading = re.findall(r'<img src="/pictures/([^/"]+)/', page)
    assert leading == tokens(db, of_both)


def test_lists_take_as_many_queries_however_many_pages(
    db: Session, store: Storage, alice: Account, sung: Post, client: Browser
) -> None:
    lab = db.scalars(select(Lab)).one()
    lab.pictures = tokens(db, sung)[1:]
    db.commit()
    few = [count_queries(client, address) for address in ("/labs", "/methods")]
    for place, way in (("norr", "mat"), ("hagen", "cafe")):
        a_lab(db, place)
        a_method(db, way)
        a_post(db, alice, lab=place, methods=(way,), store=store, pictures=1)
    db.commit()
    assert [count_queries(client, address) for address in ("/labs", "/methods")] == few


def test_empty_lists_say_so(client: Browser) -> None:
    assert "There is no place yet." in client.get("/labs", headers=ENGLISH).text
    assert "There is no way of working yet." in client.get("/methods", headers=ENGLISH).text


def test_a_way_of_working_quotes_what_was_learnt_and_nothing_else(
    db: Session, alice: Account, choir: Method, client: Browser
) -> None:
    for voice in Voice:
        a_post(db, alice, lab="boden", methods=("kor",), title=f"Om {voice}", voice=voice)
    db.commit()
    learnt = client.get("/methods/kor").text.partition('<section class="text learnt">')[2]
    quoted = re.findall(r"Om (\w+)", learnt.partition("</section>")[0])
    assert quoted == ["lesson", "insight"]
    printed = re.findall(r'<span class="on-paper">.*?(/p/\w+)', learnt)
    assert [client.get(short).status_code for short in printed] == [301, 301]


def test_a_way_of_working_leads_to_its_posts_from_each_place_it_was_tried_in(
    db: Session, alice: Account, choir: Method, client: Browser
) -> None:
    a_lab(db, "norr")
    page = client.get("/methods/kor", headers=ENGLISH).text
    assert "/archive?lab=" not in page
    assert re.search(r'href="/labs/boden">Boden</a></b> <span>first tried here</span>', page)
    for place, day in (("norr", 2), ("boden", 1)):
        a_post(db, alice, lab=place, methods=("kor",), dated=date(2019, 1, day))
    db.commit()
    page = client.get("/methods/kor").text
    leading = re.findall(r'href="(/archive\?lab=[^"]*)"', page)
    assert leading == [f"/archive?lab={lab}&amp;method=kor" for lab in ("boden", "norr")]
    assert 'href="/archive/beginning?method=kor"' in page
    for address in ("/methods/kor", "/labs/boden"):
        assert 'href="/archive/matrix"' in client.get(address).text


def test_only_coordinators_with_a_page_of_their_own_are_named(
    db: Session, lab: Lab, cora: Account, client: Browser
) -> None:
    cora.person.name, cora.person.role = "Coraline", "processledare"
    db.commit()
    assert "Coraline" not in client.get("/labs/boden").text
    begin_writing(db)
    cora.person.slug = "cora"
    show_change(db, NOW)
    db.commit()
    assert 'href="/authors/cora"' in client.get("/labs/boden").text
    begin_writing(db)
    cora.closed_at = NOW
    show_change(db, NOW)
    db.commit()
    assert "Coraline" not in client.get("/labs/boden").text


def test_whoever_was_forgotten_is_not_among_those_who_write(
    db: Session, store: Storage, alice: Account, lab: Lab, client: Browser
) -> None:
    mine = BylineContent("Alice", person_id=alice.person_id)
    a_post(db, alice, lab="boden", bylines=(mine, BylineContent("Petra")))
    db.commit()
    assert writers(client) == ["Alice", "Petra"]
    begin_writing(db)
    forgetting.forget_person(db, alice.person, NOW)
    db.commit()
    assert writers(client) == ["Petra"]


def writers(browser: Browser) -> list[str]:
    """The names below "Who writes" on Boden's page."""
    people = browser.get("/labs/boden").text.partition('<ul class="people')[2].partition("</ul>")[0]
    return sorted(re.findall(r"<li><bdi>([^<]*)</bdi>", people))


# ---------------------------------------------------------------- what happened when


def test_a_place_tells_its_beginnings_and_its_silences(
    db: Session, alice: Account, choir: Method, client: Browser
) -> None:
    a_method(db, "mat", "Mat")
    a_post(db, alice, lab="boden", dated=date(2018, 11, 5))
    a_post(db, alice, lab="boden", methods=("kor",), dated=date(2018, 12, 3))
    a_post(db, alice, lab="boden", methods=("kor", "mat"), dated=date(2019, 3, 1))
    db.commit()
    page = client.get("/labs/boden", headers=ENGLISH).text
    told = page.partition("What happened when")[2].partition("</ol>")[0]
    marks = re.findall(r"<li.*?</li>", told, re.DOTALL)
    assert [" ".join(re.sub("<[^>]+>", " ", mark).split()) for mark in marks] == [
        "November 2018 The first post.",
        "December 2018 Begins: Kör",
        "January 2019 – February 2019 Quiet months",
        "March 2019 Begins: Mat",
    ]
    leading = re.findall(r'href="/archive\?([^"]*)"', told)
    assert leading == [f"lab=boden&amp;method={way}" for way in ("kor", "mat")]


def test_a_place_without_dated_posts_has_no_such_list(
    db: Session, alice: Account, lab: Lab, client: Browser
) -> None:
    a_post(db, alice, lab="boden", precision=Precision.YEAR)
    db.commit()
    assert "What happened when" not in client.get("/labs/boden", headers=ENGLISH).text
