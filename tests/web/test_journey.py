"""The archive: calendar, months, filters."""

import re
from datetime import date

import pytest
from sqlalchemy.orm import Session

from diary.domain import report
from diary.domain.accounts import actor_of
from diary.domain.report import Scope
from diary.domain.settings import put
from diary.media.storage import Storage
from diary.models import Account, Lab, Origin, Precision, Provenance, Role, Voice
from diary.queries import calendar
from diary.queries.periods import Period
from diary.queries.report import Draft
from tests.builders import NOW, a_method, a_post, an_account
from tests.conftest import Browser
from tests.web.test_reading import count_queries

ENGLISH = {"Accept-Language": "en"}


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
    page = client.get("/archive", headers=ENGLISH).text
    assert "The journey begins with the first post." in page
    assert "<svg" not in page


@pytest.mark.usefixtures("two_winters")
def test_the_archive_shows_every_post_and_the_silent_month(client: Browser) -> None:
    assert set(posts_on(client, "/archive")) == {"november", "januari", "koren"}
    english = client.get("/archive", headers=ENGLISH).text
    assert "December 2018 · quiet month" in english


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
    assert [text.count('class="door"'), rest.count('class="door"')] == [2, 0]


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
    text = client.get("/archive", headers=ENGLISH).text
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


@pytest.mark.usefixtures("two_winters")
def test_a_silent_month_says_why(db: Session, client: Browser) -> None:
    actor = actor_of(an_account(db, "lea", Role.LEAD))
    year = Scope(Period(date(2018, 1, 1), date(2018, 12, 31)))
    report.write(db, actor, year, Draft(reasons={"2018-12": "<b>Flytt</b>"}), NOW)
    db.commit()
    for address in ("/archive", "/archive/2018"):
        assert ("&lt;b&gt;Flytt" in client.get(address).text) == (address == "/archive")
    assert "Flytt" not in client.get("/archive?lab=boden").text


@pytest.mark.usefixtures("two_winters")
def test_the_doors_lead_to_the_beginning_and_to_search(client: Browser) -> None:
    doors = re.findall(r'class="door" href="([^"]+)"', client.get("/archive").text)
    assert doors == ["/posts/november", "/search"]
    doors = re.findall(r'class="door" href="([^"]+)"', client.get("/archive?method=kor").text)
    assert doors[0] == "/posts/koren?method=kor"


@pytest.mark.usefixtures("two_winters")
def test_the_sentence_counts(client: Browser) -> None:
    text = client.get("/archive", headers=ENGLISH).text
    sentence = text.split('class="lede">')[1].split("</p>")[0]
    words = (
        "3 posts, November 2018 to January 2019, from one place, 3 of them written by residents."
    )
    assert sentence == words


@pytest.mark.usefixtures("two_winters")
def test_each_square_is_a_link_with_a_name(client: Browser) -> None:
    table = client.get("/archive").text.split("<table")[1].split("</table>")[0]
    squares = re.findall(
        r'<a class="square lab-(\w+)" href="([^"]+)"><title>([^<]+)</title>', table
    )
    assert squares == [
        ("boden", "/posts/november", "7 november 2018: November"),
        ("boden", "/posts/koren", "22 januari 2019: Kören"),
        ("none", "/posts/januari", "16 januari 2019: Januari"),
    ]


@pytest.mark.usefixtures("two_winters")
def test_what_is_undated_comes_last_and_in_no_month(
    db: Session, alice: Account, client: Browser
) -> None:
    a_post(db, alice, title="Någon gång", dated=date(2018, 11, 1), precision=Precision.UNKNOWN)
    db.commit()
    english = {"Accept-Language": "en"}
    archive = client.get("/archive", headers=english).text
    assert '<p class="lede">4 posts, November 2018 to January 2019,' in archive
    assert 'href="/archive/undated">Without a date</a>' in archive
    assert 'class="door" href="/posts/november"' in archive
    assert posts_on(client, "/archive/2018/11") == ["november"]
    assert posts_on(client, "/archive/undated") == ["nagon-gang"]
    for address in ("/archive/2019/01", "/archive/2019"):
        assert re.search(r'rel="next" href="/archive/undated"', client.get(address).text)
    assert re.search(r'rel="next" href="/posts/nagon-gang"', client.get("/posts/koren").text)
    last = client.get("/posts/nagon-gang", headers=english).text
    assert "post 4" in last.lower()
    for address in ("/archive/9999", "/archive/9999/01"):
        assert client.get(address).status_code == 404
    assert "9999" not in client.get("/sitemap.xml").text
    assert "9999" not in client.get("/search?q=satt").text


@pytest.mark.usefixtures("two_winters")
def test_nothing_undated_has_no_page(client: Browser) -> None:
    assert client.get("/archive/undated").status_code == 404
    assert "/archive/undated" not in client.get("/archive").text


def test_a_journey_without_any_day_is_drawn(db: Session, alice: Account, client: Browser) -> None:
    a_post(db, alice, precision=Precision.UNKNOWN)
    db.commit()
    assert posts_on(client, "/archive") == ["solen-vill-inte-ga-ner"]


@pytest.mark.usefixtures("two_winters")
def test_years_turn_to_the_years_beside(client: Browser) -> None:
    assert re.search(r'rel="next" href="/archive/2019"', client.get("/archive/2018").text)
    assert 'rel="prev"' not in client.get("/archive/2018").text


@pytest.mark.usefixtures("two_winters")
def test_a_filtered_month_keeps_its_filter(client: Browser) -> None:
    text = client.get("/archive/2019/01?lab=boden").text
    assert posts_on(client, "/archive/2019/01?lab=boden") == ["koren"]
    assert 'href="/posts/koren?lab=boden"' in text
    assert re.search(r'rel="prev" href="/archive/2018/11\?lab=boden"', text)
    assert 'href="/archive/2019/01?lab=boden&amp;whole=1"' in text
    assert client.get("/archive/2019/01?lab=lina").status_code == 404


def test_a_month_on_one_page_shows_all_pictures(
    db: Session, alice: Account, store: Storage, client: Browser
) -> None:
    a_post(db, alice, store=store, pictures=3)
    db.commit()
    whole = client.get("/archive/2019/05?whole=1").text
    assert whole.count("<figure") == 3
    assert 'href="/archive/2019/05"' in whole


def test_too_many_posts_are_drawn_as_blocks_that_lead_to_their_month(
    db: Session, alice: Account, lab: Lab, client: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(calendar, "MOST_SQUARES", 3)
    for _ in range(4):
        a_post(db, alice, lab="boden")
    db.commit()
    text = client.get("/archive", headers=ENGLISH).text
    assert 'class="square ' not in text
    blocks = re.findall(r'class="block[^"]*" href="([^"]+)"><title>([^<]+)</title>', text)
    assert blocks == [("/archive/2019/05?lab=boden", "May 2019, Boden: 4 posts")] * 2


def test_the_archive_takes_as_many_queries_however_many_posts(
    db: Session, alice: Account, store: Storage, client: Browser
) -> None:
    counts = []
    for batch in (2, 20):
        for number in range(batch):
            day = date(2019, 1 + number % 12, 1)
            a_post(db, alice, store=store, pictures=1, title=f"{batch} {number}", dated=day)
        db.commit()
        counts.append(count_queries(client, "/archive"))
    assert counts[0] == counts[1] <= 17


@pytest.mark.usefixtures("two_winters")
def test_a_place_no_longer_in_use_keeps_its_part(db: Session, lab: Lab, client: Browser) -> None:
    lab.archived_at = NOW
    db.commit()
    assert set(posts_on(client, "/archive")) == {"november", "januari", "koren"}
    chosen = client.get("/archive?lab=boden").text
    assert '<option value="boden" selected>' in chosen
    assert "<bdi>Boden</bdi>" in client.get("/search?q=november&lab=boden").text


def test_only_a_month_without_any_trace_is_called_so(
    db: Session, alice: Account, lab: Lab, client: Browser
) -> None:
    put(db, {"journey_posts": 176})
    for month, place in ((1, "boden"), (2, ""), (3, "boden"), (5, "boden")):
        post = a_post(db, alice, title=str(month), dated=date(2019, month, 1), lab=place)
        post.provenance = Provenance(origin=Origin.FULL)
    db.commit()
    boden = client.get("/archive?lab=boden", headers=ENGLISH).text
    assert "February 2019 · quiet month" in boden
    assert "no trace left" not in boden
    assert "April 2019 · no trace left" in client.get("/archive", headers=ENGLISH).text


def test_a_long_time_without_traces_is_told_as_that(
    db: Session, alice: Account, client: Browser
) -> None:
    put(db, {"journey_posts": 176})
    for year in (2010, 2019):
        a_post(db, alice, title=f"År {year}", dated=date(year, 1, 5))
    db.commit()
    assert "107 months without a trace" in client.get("/archive", headers=ENGLISH).text


def test_the_signs_are_explained_wherever_they_are_drawn(
    db: Session, alice: Account, client: Browser
) -> None:
    whole, beginning = a_post(db, alice), a_post(db, alice, title="Bara början")
    db.commit()
    pages = "/archive", "/archive/2019"
    assert not any('class="legend' in client.get(page).text for page in pages)
    beginning.provenance = Provenance(origin=Origin.TEASER)
    db.commit()
    assert whole.provenance is None
    for page in pages:
        assert "only its beginning was found" in client.get(page, headers=ENGLISH).text
