"""The search page: what it shows, how it says that nothing is found, and what it never finds."""

import re
from dataclasses import replace
from datetime import date

import pytest
from sqlalchemy import update
from sqlalchemy.orm import Session

from diary.domain import moderation, writing
from diary.domain.accounts import actor_of
from diary.domain.content import BylineContent, PictureContent
from diary.domain.journal import show_change
from diary.domain.moderation import Verdict
from diary.domain.settings import put
from diary.domain.workflow import Step
from diary.media.storage import Storage
from diary.models import Account, Claim, Lab, Picture, SearchRow, SecondKind, Status
from diary.queries import search
from tests.builders import (
    HOUSE,
    NOW,
    WAYS,
    a_content,
    a_lead,
    a_method,
    a_picture,
    a_post,
)
from tests.conftest import Browser

ENGLISH = {"Accept-Language": "en"}
NAUGHTY = [
    '"', "*", '"*" AND', "'; DROP TABLE search; --", "NEAR(a b)", "a:b", "\x00", "<b>kör</b>",
    "-", "(", "كِتَاب", "\u202e kör", "å" * 5000, "kör " * 400, "!! & | <->", "\\",
]  # fmt: skip


def test_an_empty_query_asks_what_is_looked_for(client: Browser) -> None:
    page = client.get("/search")
    assert 'name="q"' in page.text
    assert '<meta name="robots" content="noindex">' in page.text


def test_hits_are_marked_and_everything_else_escaped(
    db: Session, alice: Account, client: Browser
) -> None:
    a_post(db, alice, title="<i>Kör</i> & kaffe", body="Vi sjöng i `<b>` integrationskören.")
    db.commit()
    page = client.get("/search?q=kör").text
    assert "&lt;i&gt;<mark>Kör</mark>&lt;/i&gt; &amp; kaffe" in page
    assert "&lt;b&gt; <mark>integrationskören</mark>." in page


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ("solen", "<mark>Solen</mark> vill inte gå ner"),
        ("fönstret", "Barnen sitter i <mark>fönstret</mark>."),
        ("stentrappan", "Text below the picture: <bdi{SV}>På <mark>stentrappan</mark></bdi>"),
        ("ladan", "Description of the picture: <bdi{SV}>En röd <mark>lada</mark></bdi>"),
        ("Karim", "Photo: <bdi{SV}><mark>Karim</mark></bdi>"),
        ("biodlare", "Written by: <bdi{SV}>Torsten, <mark>biodlare</mark></bdi>"),
        ("björkviken", "Place: <bdi{SV}><mark>Björkviken</mark></bdi>"),
        ("choirs", "Way of working: <bdi><mark>Choir</mark></bdi>"),
        ("lättsamt", "Det här är <mark>lättsamt</mark> skrivet."),
    ],
)
def test_each_field_is_found_and_shown(
    db: Session, alice: Account, lab: Lab, store: Storage, client: Browser, asked: str, said: str
) -> None:
    lab.name = "Björkviken"
    a_method(db, "kor", "Integrationskör").short_names = {"en": "Choir"}
    post = a_post(db, alice, Status.DRAFT)
    token = a_picture(db, store, post).token
    shown = PictureContent(token, "En röd lada", "På stentrappan", "Karim")
    content = a_content(
        body="Barnen sitter i fönstret.", lab="boden", methods=("kor",),
        pictures=(replace(shown, claim=Claim.NOBODY),),
        bylines=(BylineContent("Torsten", "biodlare"),),
        second_kind=SecondKind.EASY, second_lang="sv", second_body="Det här är lättsamt skrivet.",
    )  # fmt: skip
    writing.save(db, actor_of(alice), post, content, NOW)
    writing.submit(db, actor_of(alice), post, NOW, HOUSE)
    verdict = Verdict(Step.PUBLISH, post.waiting_id or 0)
    moderation.decide(db, a_lead(db), post.id, verdict, NOW, HOUSE)
    db.commit()
    page = client.get("/search", query_string={"q": asked}, headers=ENGLISH).text
    assert said.replace("{SV}", ' lang="sv" dir="ltr"') in page


def test_the_line_in_the_main_language_is_searched_in_that_language(
    db: Session, alice: Account, client: Browser
) -> None:
    put(db, {"main_language": "en"})
    show_change(db, NOW)
    a_post(db, alice, title="", body="ذهبنا إلى المكتبة", lang="ar", gist="We are studying.")
    db.commit()
    page = client.get("/search?q=study").text
    assert "are <mark>studying</mark>." in page


def test_another_main_language_makes_the_words_anew(
    db: Session, alice: Account, client: Browser
) -> None:
    a_post(db, alice, body="ذهبنا إلى المكتبة", lang="ar", gist="We are studying.")
    db.commit()
    assert "<mark>" not in client.get("/search?q=study").text
    put(db, {"main_language": "en"})
    show_change(db, NOW)
    db.commit()
    assert "are <mark>studying</mark>." in client.get("/search?q=study").text


def test_facets_count_the_hits_and_lead_on(
    db: Session, alice: Account, lab: Lab, client: Browser
) -> None:
    a_method(db, "kor", "Integrationskör")
    for number in range(3):
        a_post(db, alice, title=f"Fika {number}", lab="boden" if number else "",
               dated=date(2018 + number, 5, 1), methods=("kor",) if number else ())  # fmt: skip
    a_post(db, alice, title="Coffee", body="Fika in English", lang="en", dated=date(2020, 5, 1))
    a_post(db, alice, title="Annat", lab="boden")
    db.commit()
    with_count = r'<a href="[^"]*{}"><bdi>{}</bdi></a> <span class="note">{}</span>'
    page = client.get("/search?q=fika", headers=ENGLISH).text
    for address, name, count in [
        ("lab=boden", "Boden", 2), ("lab=-", "The whole project", 2), ("year=2020", "2020", 2),
        ("lang=sv", "Svenska", 3), ("lang=en", "English", 1),
    ]:  # fmt: skip
        assert re.search(with_count.format(address, name, count), page), name
    chosen = client.get("/search?q=fika&lab=boden", headers=ENGLISH).text
    assert "2 posts" in chosen
    assert 'href="/search?q=fika" aria-current="true"' in chosen


def test_past_a_thousand_hits_the_count_says_so(
    db: Session, alice: Account, client: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(search, "COUNTED", 3)
    for number in range(4):
        a_post(db, alice, title=f"Fika {number}", dated=date(2018 + number // 2, 5, 1))
    db.commit()
    page = client.get("/search?q=fika", headers=ENGLISH).text
    assert "More than 1,000 posts" in page
    assert '<span class="note">2+</span>' in page


def test_a_browser_is_told_of_the_feeds_of_a_search(
    db: Session, alice: Account, lab: Lab, client: Browser
) -> None:
    a_post(db, alice, title="Kör & kaffe", lab="boden")
    db.commit()
    page = client.get("/search?q=kör&lab=boden").text
    for kind in ("atom", "rss", "json"):
        assert f'href="/search/feed.{kind}?q=k%C3%B6r&amp;lab=boden"' in page


def test_a_word_in_quotes_is_taken_as_it_is_written(
    db: Session, alice: Account, client: Browser
) -> None:
    a_post(db, alice, title="Kören sjunger")
    a_post(db, alice, title="En kör till")
    db.commit()
    page = client.get("/search", query_string={"q": '"kör"'}).text
    assert "En <mark>kör</mark> till" in page
    assert "<mark>Kören" not in page


@pytest.mark.parametrize("status", sorted(WAYS.keys() - {Status.PUBLISHED}))
def test_nothing_unpublished_is_found(
    db: Session, alice: Account, client: Browser, status: Status
) -> None:
    a_post(db, alice, status, title="Hemlig granne")
    db.commit()
    assert "Hemlig" not in client.get("/search?q=granne").text
    assert db.query(SearchRow).count() == 0


def test_words_of_a_hidden_picture_go_with_it(
    db: Session, alice: Account, lea: Account, store, client: Browser
) -> None:
    post = a_post(db, alice, store=store, pictures=1)
    db.commit()
    row = db.query(SearchRow).filter_by(post_id=post.id).one()
    assert "2bild" in row.words.split()
    db.execute(update(Picture).values(hidden_at=post.published_at))
    db.commit()
    db.expire_all()
    row = db.query(SearchRow).filter_by(post_id=post.id).one()
    assert "2bild" not in row.words.split()


def test_a_method_is_found_by_its_new_name(db: Session, alice: Account, client: Browser) -> None:
    method = a_method(db, "kor", "Integrationskör")
    a_post(db, alice, methods=("kor",))
    db.commit()
    method.name = "Sånggrupp"
    db.commit()
    assert "Solen vill" in client.get("/search?q=sånggrupp").text
    assert "Solen vill" not in client.get("/search?q=integrationskör").text


def test_nothing_found_offers_words_that_stand_there(
    db: Session, alice: Account, client: Browser
) -> None:
    a_post(db, alice, title="Integrationskören")
    db.commit()
    page = client.get("/search?q=integrationskörn").text
    assert 'href="/search?q=integrationsk%C3%B6ren"' in page
    assert 'href="/labs"' in page


@pytest.mark.parametrize(
    ("asked", "helps"),
    [
        ("q=sol&year=2018", ["Without the filter: sol, 1 post"]),
        ('q="sol uppgång"', ["Without quotes: sol uppgång, 1 post"]),
        ("q=uppg", ["What begins like this: uppg*, 2 posts"]),
        ("q=uppg*&year=2018", ["Without the filter: uppg*, 2 posts"]),
        ("q=sol kväll", ["Only this word: sol, 1 post", "Only this word: kväll, 1 post"]),
        ("q=sol xyzzy", ["Only this word: sol, 1 post"]),
        ("q=kvällz", ["This word does stand there: kväll, 1 post"]),
        ("q=xyzzy", []),
    ],
)
def test_nothing_found_says_what_would_be_and_how_much(
    db: Session, alice: Account, client: Browser, asked: str, helps: list[str]
) -> None:
    a_post(db, alice, title="Uppgång för en sol", body="Så fin.")
    a_post(db, alice, title="Kväll utan uppgång", body="Så mörk.")
    db.commit()
    page = client.get(f"/search?{asked}", headers=ENGLISH).text
    assert "Nothing found." in page
    found = re.findall(
        r'<li>([^:<]+): <a href="([^"]+)"><bdi>([^<]+)</bdi></a> <span class="note">([^<]+)<', page
    )
    assert [f"{said}: {words}, {count}" for said, _, words, count in found] == helps
    for _, address, _, count in found:
        there = client.get(address.replace("&amp;", "&"), headers=ENGLISH).text
        assert f'role="status">{count}' in there


def test_the_names_that_stand_below_posts_are_a_facet(
    db: Session, alice: Account, client: Browser
) -> None:
    for name in ("Amal", "Amal", "Zahra & co"):
        a_post(db, alice, title="Fika", bylines=(BylineContent(name),))
    hidden = a_post(db, alice, Status.SUBMITTED, title="Fika", bylines=(BylineContent("Mona"),))
    db.commit()
    page = client.get("/search?q=fika", headers=ENGLISH).text
    assert re.findall(r'author=([^"]+)"><bdi>([^<]+)</bdi></a> <span class="note">(\d)', page) == [
        ("Amal", "Amal", "2"), ("Zahra+%26+co", "Zahra &amp; co", "1"),
    ]  # fmt: skip
    assert "1 post ·" in client.get("/search?q=fika&author=Zahra+%26+co", headers=ENGLISH).text
    assert hidden.slug is None
    assert "Nothing found" in client.get("/search?q=fika&author=Mona", headers=ENGLISH).text


def test_first_words_that_stand_for_a_title_are_not_said_twice(
    db: Session, alice: Account, client: Browser
) -> None:
    a_post(db, alice, title="", body="Vi sjöng i källaren till sent. Sedan kom fikat.")
    db.commit()
    for word, marked in (("källaren", "<p>Sedan kom fikat.</p>"), ("fikat", "Sedan kom <mark>")):
        page = client.get(f"/search?q={word}").text.split("</form>")[-1]
        assert page.count("Vi sjöng") == 1
        assert marked in page
    whole = client.get("/archive/2019/05?whole=1").text
    assert whole.count("Vi sjöng") == 2
    assert '<h2 class="unseen">Vi sjöng' in whole
    assert '<span class="first-words">Vi sjöng i källaren till sent.</span> Sedan' in whole


def test_filters_stay_in_the_address_and_hits_go_on_by_value(
    db: Session, alice: Account, lab: Lab, client: Browser
) -> None:
    for number in range(23):
        a_post(db, alice, title=f"Kör {number}", lab="boden" if number else "")
    db.commit()
    page = client.get("/search?q=kör").text
    assert "q=k%C3%B6r&amp;lab=boden" in page
    assert "q=k%C3%B6r&amp;after=1.4" in page
    rest = client.get("/search?q=kör&after=1.4").text
    assert [f"<mark>Kör</mark> {n}<" in rest for n in (3, 2, 1, 0)] == [False, True, True, True]
    assert "<mark>Kör</mark> 0<" not in client.get("/search?q=kör&lab=boden&after=1.4").text


def test_a_search_has_feeds(db: Session, alice: Account, client: Browser) -> None:
    a_post(db, alice, title="Körkväll")
    a_post(db, alice, title="Annat")
    db.commit()
    for kind in ("atom", "rss", "json"):
        feed = client.get(f"/search/feed.{kind}?q=kör").text
        assert "Körkväll" in feed
        assert "Annat" not in feed
    assert client.get("/search/feed.atom").status_code == 404


@pytest.mark.parametrize("asked", NAUGHTY)
def test_whatever_is_asked_is_answered(
    db: Session, alice: Account, client: Browser, asked: str
) -> None:
    a_post(db, alice, title="Kör")
    db.commit()
    for address in ("/search", "/search/feed.atom"):
        query = {"q": asked, "after": asked[:9], "year": "9999999", "voice": "x", "author": "x"}
        assert client.get(address, query_string=query).status_code in {200, 404}
        assert client.get(address, query_string={"q": asked}).status_code in {200, 404}
