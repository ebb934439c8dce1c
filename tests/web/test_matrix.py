"""The page of the matrix: a table whose numbers lead on, and stories drawn above it."""

import re
from datetime import date
from xml.etree import ElementTree as ET

import pytest
from sqlalchemy.orm import Session

from diary.addresses import short_path
from diary.domain.journal import show_change
from diary.models import Account, Precision
from tests.builders import NOW, a_lab, a_method, a_post
from tests.conftest import Browser

ENGLISH = {"Accept-Language": "en"}
SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture
def travelled(db: Session, alice: Account) -> None:
    """A choir that went from Boden to Norrköping, as a post says, and was seen in a third place."""
    for slug, name in (("boden", "Boden"), ("norrkoping", "Norrköping"), ("hagen", "Lina <Hage>")):
        a_lab(db, slug, name)
    a_method(db, "kor", "Kören")
    a_method(db, "cafe", "Caféet")
    first = a_post(db, alice, lab="boden", methods=("kor",), dated=date(2018, 12, 6))
    for day in (4, 12):
        a_post(
            db,
            alice,
            lab="norrkoping",
            methods=("kor",),
            dated=date(2019, 9, day),
            title="En lånad kör",
            inspired_by=short_path(first.short),
        )
    a_post(db, alice, lab="hagen", methods=("kor",), dated=date(2019, 11, 4))
    a_post(db, alice, lab="", methods=("kor",), precision=Precision.UNKNOWN)
    db.commit()


def drawings(page: str) -> list[ET.Element]:
    found = re.findall(r'<svg viewBox="0 0 360.*?</svg>', page, re.DOTALL)
    return [ET.fromstring(one.replace("<svg ", f'<svg xmlns="{SVG[1:-1]}" ')) for one in found]  # noqa: S314


@pytest.mark.usefixtures("travelled")
def test_each_number_leads_to_its_posts_and_their_feed(client: Browser) -> None:
    page = client.get("/archive/matrix").text
    cells = re.findall(r'href="(/archive\?lab=[^"]*)".*?<b>(\d+)</b>', page, re.DOTALL)
    assert [(address.replace("&amp;", "&"), count) for address, count in cells] == [
        ("/archive?lab=boden&method=kor", "1"),
        ("/archive?lab=norrkoping&method=kor", "2"),
        ("/archive?lab=hagen&method=kor", "1"),
        ("/archive?lab=-&method=kor", "1"),
    ]
    assert '<th scope="row"' in page
    assert '<th scope="col"' in page
    listed = client.get(cells[1][0].replace("&amp;", "&")).text
    assert "/archive/feed.atom?lab=norrkoping&amp;method=kor" in listed
    assert listed.count("En lånad kör</") >= 2


@pytest.mark.usefixtures("travelled")
def test_a_line_is_drawn_through_only_where_a_post_says_so(client: Browser) -> None:
    page = client.get("/archive/matrix", headers=ENGLISH).text
    (drawing,) = drawings(page)
    kinds = [(one.get("class") or "").split() for one in drawing.iter(f"{SVG}path")]
    assert sum("inspired" in kind for kind in kinds) == 1
    assert sum("seen" in kind for kind in kinds) == 1
    assert sum("head" in kind for kind in kinds) == 1
    words = " ".join(re.sub(r"<[^>]*>", "", page).split())
    assert "Norrköping writes that the idea came from Boden: En lånad kör (4 September" in words
    assert "2019), inspired by Solen vill inte gå ner" in words
    assert drawing.find(f"{SVG}title") is not None
    assert drawing.find(f"{SVG}desc") is not None
    assert "Lina &lt;Hage&gt;" in page


@pytest.mark.usefixtures("travelled")
def test_time_runs_the_way_the_page_is_read(client: Browser) -> None:
    left = _places(client.get("/archive/matrix").text)
    page = client.get("/archive/matrix", headers={"Accept-Language": "ar"}).text
    assert 'dir="rtl"' in page
    assert [round(360 - x, 1) for x in left] == _places(page)


def _places(page: str) -> list[float]:
    (drawing,) = drawings(page)
    return [float(one.get("cx") or 0) for one in drawing.iter(f"{SVG}circle")]


def test_without_posts_and_methods_it_says_so(client: Browser, db: Session, alice: Account) -> None:
    a_post(db, alice)
    db.commit()
    page = client.get("/archive/matrix", headers=ENGLISH).text
    assert "No post names a way of working yet." in page
    assert "<table" not in page
    assert "<svg viewBox" not in page


def test_one_place_alone_has_a_table_and_no_story(
    client: Browser, db: Session, alice: Account
) -> None:
    a_lab(db, "boden")
    way, other = a_method(db, "kor"), a_method(db, "cafe", "Caféet")
    a_post(db, alice, lab="boden", methods=("kor",))
    db.commit()
    page = client.get("/archive/matrix").text
    assert "<table" in page
    assert "<svg viewBox" not in page
    assert "Caféet" in page
    way.retired_at, other.retired_at = NOW, NOW
    show_change(db, NOW)
    db.commit()
    page = client.get("/archive/matrix").text
    assert "Kor" in page
    assert "Caféet" not in page


def test_what_is_no_longer_used_stays_where_it_was_tried(
    client: Browser, db: Session, alice: Account
) -> None:
    lab = a_lab(db, "boden", "Boden")
    a_method(db, "kor")
    a_post(db, alice, lab="boden", methods=("kor",))
    lab.archived_at = NOW
    db.commit()
    assert "/archive?lab=boden&amp;method=kor" in client.get("/archive/matrix").text


def test_many_places_and_long_names_are_all_there(
    client: Browser, db: Session, alice: Account
) -> None:
    for number in range(12):
        a_lab(db, f"plats-{number}", f"Platsen med det långa namnet nummer {number}")
    ways = [a_method(db, f"satt-{number}", f"Arbetssätt {number}").slug for number in range(12)]
    for number in range(12):
        day = date(2010 + number, 1, 31)
        a_post(db, alice, lab=f"plats-{number}", methods=tuple(ways), dated=day)
    db.commit()
    page = client.get("/archive/matrix").text
    assert len(drawings(page)) == 12
    assert page.count("<b>1</b>") == 144
    years = [one.text for one in drawings(page)[0].findall(f"{SVG}g[@class='years']/{SVG}text")]
    assert 2 <= len(years) <= 6
