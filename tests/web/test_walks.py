"""Reading from the beginning: through all, or through what a filter lets through."""

import re
from datetime import date

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from diary.domain.journal import show_change
from diary.models import Account, Alias, Lab, Status, Voice
from tests.builders import NOW, a_lab, a_method, a_post
from tests.conftest import Browser
from tests.web.test_reading import count_queries

ENGLISH = {"Accept-Language": "en"}
TURN = re.compile(r'rel="(prev|next)[^"]*" href="([^"]+)"')


@pytest.fixture
def journey(db: Session, alice: Account, lab: Lab) -> None:
    """Five posts: three of Boden, two of which sing, one of Lina, one of the whole project."""
    a_lab(db, "lina")
    a_method(db, "kor")
    for day, title, where in (
        (1, "Ett", {"lab": "boden", "methods": ("kor",)}),
        (2, "Två", {"lab": "lina"}),
        (3, "Tre", {"lab": "boden", "voice": Voice.LESSON}),
        (3, "Fyra", {}),
        (5, "Fem", {"lab": "boden", "methods": ("kor",)}),
    ):
        a_post(db, alice, title=title, dated=date(2019, 1, day), **where)
    db.commit()


def turns(client: Browser, address: str) -> dict[str, str]:
    """Where a post's page turns to."""
    answer = client.get(address, headers=ENGLISH)
    assert answer.status_code == 200
    return {rel: to.replace("&amp;", "&") for rel, to in TURN.findall(answer.text)}


def walked(client: Browser, address: str) -> list[str]:
    """The posts from an address on, one after the other."""
    seen = []
    while address:
        seen.append(address.partition("?")[0].removeprefix("/posts/"))
        address = turns(client, address).get("next", "")
    return seen


@pytest.mark.usefixtures("journey")
@pytest.mark.parametrize(
    ("query", "slugs"),
    [
        ("", ["ett", "tva", "tre", "fyra", "fem"]),
        ("?lab=boden", ["ett", "tre", "fem"]),
        ("?method=kor", ["ett", "fem"]),
        ("?lab=-", ["fyra"]),
        ("?lab=boden&voice=lesson", ["tre"]),
        ("?kind=resident", ["ett", "tva", "tre", "fyra", "fem"]),
    ],
)
def test_each_walk_goes_from_its_beginning_to_its_end(
    client: Browser, query: str, slugs: list[str]
) -> None:
    answer = client.get(f"/archive/beginning{query}")
    assert (answer.status_code, answer.location) == (302, f"/posts/{slugs[0]}{query}")
    assert walked(client, answer.location) == slugs


@pytest.mark.usefixtures("journey")
def test_a_walk_says_where_one_is_and_how_to_leave_it(client: Browser) -> None:
    text = client.get("/posts/tre?lab=boden", headers=ENGLISH).text
    walk = text.split('class="walk', 1)[1].split("</p>", 1)[0]
    assert "Boden" in walk
    assert "2 of 3" in walk
    assert 'href="/posts/tre"' in walk
    assert 'class="walk' not in client.get("/posts/tre").text


@pytest.mark.usefixtures("journey")
def test_a_post_has_the_same_number_on_every_walk(client: Browser) -> None:
    for slug, number in (("ett", 1), ("tre", 3), ("fem", 5)):
        for walk in ("", "?lab=boden"):
            text = client.get(f"/posts/{slug}{walk}", headers=ENGLISH).text
            assert f'<div class="note number">post {number}</div>' in text


@pytest.mark.usefixtures("journey")
def test_both_ends_of_a_walk_say_so(client: Browser) -> None:
    assert "Here it begins" in client.get("/posts/ett?lab=boden", headers=ENGLISH).text
    last = client.get("/posts/fem?lab=boden", headers=ENGLISH).text
    assert "That was all from Boden – so far." in last
    assert 'href="/archive?lab=boden"' in last
    assert "That was the whole journey" in client.get("/posts/fem", headers=ENGLISH).text
    assert "That was" not in client.get("/posts/tre?lab=boden", headers=ENGLISH).text


@pytest.mark.usefixtures("journey")
@pytest.mark.parametrize("query", ["lab=lina", "lab=nowhere", "voice=nonsense", "kind=staff"])
def test_a_post_that_is_not_on_the_walk_leads_to_its_own_page(client: Browser, query: str) -> None:
    answer = client.get(f"/posts/tre?{query}")
    assert (answer.status_code, answer.location) == (302, "/posts/tre")


@pytest.mark.usefixtures("journey")
def test_a_walk_by_an_old_address_leads_to_the_present_one(db: Session, client: Browser) -> None:
    boden = db.scalars(select(Lab).where(Lab.slug == "boden")).one()
    db.add(Alias(kind="lab", slug="norr", target_id=boden.id))
    db.commit()
    answer = client.get("/posts/tre?lab=norr")
    assert (answer.status_code, answer.location) == (301, "/posts/tre?lab=boden")


@pytest.mark.usefixtures("journey")
def test_search_engines_know_a_post_by_one_address(client: Browser) -> None:
    text = client.get("/posts/tre?lab=boden").text
    assert '<link rel="canonical" href="http://localhost/posts/tre">' in text
    onward = re.findall(r'<a[^>]*href="/posts/[^"]*\?lab=boden"[^>]*>', text)
    assert onward
    assert all("nofollow" in link for link in onward)
    assert "Disallow: /posts/*?\n" in client.get("/robots.txt").text
    assert "?lab=" not in client.get("/sitemap.xml").text


def test_a_walk_without_a_post_leads_to_the_archive(client: Browser) -> None:
    answer = client.get("/archive/beginning?lab=boden")
    assert (answer.status_code, answer.location) == (302, "/archive?lab=boden")


@pytest.mark.usefixtures("journey")
def test_what_is_taken_down_is_walked_past(db: Session, alice: Account, client: Browser) -> None:
    a_post(db, alice, Status.WITHDRAWN, title="Borta", dated=date(2019, 1, 2), lab="boden")
    db.commit()
    assert walked(client, "/posts/ett?lab=boden") == ["ett", "tre", "fem"]
    assert "1 of 3" in client.get("/posts/ett?lab=boden", headers=ENGLISH).text


@pytest.mark.usefixtures("journey")
def test_a_walk_s_page_takes_as_many_queries_however_long_it_is(
    db: Session, alice: Account, client: Browser
) -> None:
    counts = []
    for batch in (5, 20):
        for number in range(batch):
            day = date(2019, 1, 3 + number % 3)
            a_post(db, alice, title=f"{batch} {number}", dated=day, lab="boden")
        show_change(db, NOW)  # no card is known from before
        db.commit()
        counts.append(count_queries(client, "/posts/tre?lab=boden"))
    assert counts[0] == counts[1] <= 24
