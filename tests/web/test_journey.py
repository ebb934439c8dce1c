"""The archive: calendar, months, filters."""

import re
from datetime import date

import pytest
from sqlalchemy.orm import Session

from diary.models import Account, Lab, Voice
from tests.builders import a_method, a_post
from tests.conftest import Browser


@pytest.fixture
def two_winters(db: Session, alice: Account, lab: Lab) -> None:
    """Posts in November 2018 and January 2019; December is silent."""
    a_method(db, "kor")
    a_post(db, alice, title="November", dated=date(2018, 11, 7), lab="boden")
    a_post(db, alice, title="Januari", dated=date(2019, 1, 16), voice=Voice.LESSON)
    a_post(db, alice, title="Kören", dated=date(2019, 1, 22), lab="boden", methods=("kor",))
    db.commit()


def posts_on(client: Browser, address: str) -> list[str]:
    """The posts an archive page links to, each once, in order."""
    answer = client.get(address)
    assert answer.status_code == 200
    main = answer.text.split("<main", 1)[1]
    return list(dict.fromkeys(re.findall(r'href="/posts/([^"?#]+)', main)))


def test_an_empty_archive_is_kind(client: Browser) -> None:
    assert client.get("/archive").status_code == 200


@pytest.mark.usefixtures("two_winters")
def test_the_archive_shows_every_post_and_the_silent_month(client: Browser) -> None:
    assert set(posts_on(client, "/archive")) == {"november", "januari", "koren"}
    english = client.get("/archive", headers={"Accept-Language": "en"}).text
    assert "quiet month" in english.lower() or "silent month" in english.lower()


@pytest.mark.usefixtures("two_winters")
@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("lab=boden", ["november", "koren"]),
        ("method=kor", ["koren"]),
        ("voice=lesson", ["januari"]),
        ("kind=resident", ["november", "januari", "koren"]),
        ("kind=staff", []),
        ("lab=ingenstans", []),
        ("voice=nonsens", []),
        ("lab=boden&method=kor", ["koren"]),
    ],
)
def test_a_filter_leaves_its_part(client: Browser, query: str, found: list[str]) -> None:
    assert sorted(posts_on(client, f"/archive?{query}")) == sorted(found)


@pytest.mark.usefixtures("two_winters")
def test_a_month_is_a_chapter(client: Browser) -> None:
    assert posts_on(client, "/archive/2019/01") == ["januari", "koren"]
    assert "Vi satt ute" in client.get("/archive/2019/01?whole=1").text
    assert 'href="/archive/2018/11"' in client.get("/archive/2019/01").text


@pytest.mark.usefixtures("two_winters")
@pytest.mark.parametrize("address", ["2018/12", "2019/13", "2017", "0000/01", "2019/00"])
def test_a_month_without_posts_is_not_there(client: Browser, address: str) -> None:
    assert client.get(f"/archive/{address}").status_code == 404


@pytest.mark.usefixtures("two_winters")
def test_a_year_shows_its_posts(client: Browser) -> None:
    assert set(posts_on(client, "/archive/2019")) == {"januari", "koren"}


def test_a_filtered_list_goes_on_by_its_cursor(
    db: Session, alice: Account, lab: Lab, client: Browser
) -> None:
    for number in range(30):
        a_post(db, alice, title=f"Nummer {number}", dated=date(2019, 1, 1), lab="boden")
    db.commit()
    text = client.get("/archive?lab=boden").text
    onward = re.search(r'href="(/archive\?[^"]*after=[^"]+)"', text)
    assert onward
    rest = client.get(onward[1].replace("&amp;", "&")).text
    assert "Nummer 25" in rest


@pytest.mark.usefixtures("two_winters")
def test_posts_about_the_whole_project_can_be_chosen(client: Browser) -> None:
    assert posts_on(client, "/archive?lab=-") == ["januari"]


@pytest.mark.usefixtures("two_winters")
def test_a_filter_that_leaves_nothing_can_be_changed(client: Browser) -> None:
    assert "<select" in client.get("/archive?lab=ingenstans").text


def test_a_long_silence_is_told_by_its_number(db: Session, alice: Account, client: Browser) -> None:
    for year in (2010, 2019):
        a_post(db, alice, title=f"År {year}", dated=date(year, 1, 5))
    db.commit()
    text = client.get("/archive", headers={"Accept-Language": "en"}).text
    assert "107 quiet months" in text
    assert len(text) < 20_000


def test_a_journey_of_many_years_has_a_sheet_per_year(
    db: Session, alice: Account, client: Browser
) -> None:
    for number in range(40):
        a_post(db, alice, title=str(number), dated=date(2015 + number // 12, number % 12 + 1, 1))
    db.commit()
    text = client.get("/archive").text
    assert text.count('<table class="calendar"') == 4
    assert text.count('class="month-name"') == 40
