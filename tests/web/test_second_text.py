"""Beside a post's own words: a second text, a line in the main language, films, who wrote it."""

import json
import re
from typing import Any

import pytest
from lxml import html as lxml_html
from sqlalchemy import select
from sqlalchemy.orm import Session

from diary.domain import moderation, writing
from diary.domain.accounts import actor_of
from diary.domain.content import BylineContent, PictureContent
from diary.domain.moderation import Verdict
from diary.domain.workflow import Step
from diary.media.storage import Storage
from diary.models import Account, Claim, Lab, Person, Post, Revision, SecondKind, Status
from tests.builders import HOUSE, NOW, a_content, a_lead, a_picture, a_post
from tests.conftest import Browser
from tests.web.filling_in import content, posts, send

ARABIC = "جلسنا في الخارج حتى الساعة الحادية عشرة وتحدثنا عن المدرسة."
BESIDE: dict[str, Any] = {
    "title": "مساء طويل",
    "body": ARABIC,
    "lang": "ar",
    "gist": "En lång kväll ute.",
    "second_kind": SecondKind.EASY,
    "second_lang": "sv",
    "second_body": "Vi satt ute. <script>alert(1)</script> Det var *sent*.",
}


def page_of(browser: Browser, post: Post, lang: str = "sv") -> Any:
    browser.set_cookie("language", lang)
    return lxml_html.fromstring(browser.get(f"/posts/{post.slug}").text)


@pytest.fixture
def post(db: Session, alice: Account, lab: Lab) -> Post:
    """An Arabic post with easy Swedish beside it."""
    post = a_post(db, alice, lab="boden", **BESIDE)
    db.commit()
    return post


def test_both_texts_are_marked_as_what_they_are(post: Post, client: Browser) -> None:
    page = page_of(client, post, "en")
    assert [h.text for h in page.find_class("which")] == [
        "The original, in Arabic",
        "In easy Swedish",
    ]
    own, second = page.find_class("text")
    assert (own.get("lang"), own.get("dir")) == ("ar", "rtl")
    assert (second.get("lang"), second.get("dir")) == ("sv", "ltr")
    assert page.find_class("to-second")[0].find("a").get("href") == "#second-text"
    assert page.get_element_by_id("second-text") is not None


def test_a_second_text_is_as_clean_as_the_first(post: Post, client: Browser) -> None:
    text = client.get(f"/posts/{post.slug}").text
    assert "<script>alert" not in text
    assert "&lt;script&gt;alert(1)&lt;/script&gt; Det var <em>sent</em>." in text


@pytest.mark.parametrize(
    ("kind", "lang", "body"),
    [
        (SecondKind.EASY, "sv", ""),
        (SecondKind.EASY, "sv", " \n"),
        (None, "sv", "Vi satt ute."),
    ],
)
def test_nothing_is_shown_where_there_is_no_second_text(
    db: Session, alice: Account, client: Browser, kind: SecondKind | None, lang: str, body: str
) -> None:
    post = a_post(db, alice, second_kind=kind, second_lang=lang, second_body=body)
    db.commit()
    page = page_of(client, post)
    assert not page.find_class("which")
    assert not page.find_class("to-second")
    for kind_of in ("atom", "rss", "json"):
        assert "På lätt" not in client.get(f"/feed.{kind_of}").text


def test_a_translation_says_so(db: Session, alice: Account, client: Browser) -> None:
    translated: dict[str, Any] = {
        "second_kind": SecondKind.TRANSLATION,
        "second_lang": "ar",
        "second_body": ARABIC,
    }
    post = a_post(db, alice, **translated)
    db.commit()
    page = page_of(client, post, "en")
    assert page.find_class("which")[1].text == "Translation into Arabic"
    assert page.find_class("to-second")[0].text_content().strip() == (
        "Read the translation into Arabic"
    )
    assert page.find_class("text")[1].get("dir") == "rtl"


def test_feeds_carry_the_second_text_after_the_first(post: Post, client: Browser) -> None:
    (item,) = json.loads(client.get("/feed.json").text)["items"]
    whole = item["content_html"]
    assert whole.index(ARABIC) < whole.index("<h2") < whole.index("Vi satt ute.")
    assert '<div lang="sv" dir="ltr"><p dir="auto">Vi satt ute.' in whole
    assert re.search(r'<h2 lang="sv" dir="ltr">.*</h2>', whole)
    assert item["summary"] == "En lång kväll ute."
    assert '<p class="p-summary" lang="sv" dir="ltr"><em>En lång kväll ute.</em></p>' in whole
    for kind in ("atom", "rss"):
        text = client.get(f"/feed.{kind}").text
        assert text.index(ARABIC) < text.index("Vi satt ute.")
    assert '<entry xml:lang="ar">' in client.get("/feed.atom").text


@pytest.mark.parametrize("address", ["/", "/labs/boden", "/posts/{slug}"])
def test_the_line_in_the_main_language_stands_where_the_post_does(
    post: Post, client: Browser, address: str
) -> None:
    assert "En lång kväll ute." in client.get(address.format(slug=post.slug)).text


def test_a_post_in_the_main_language_needs_no_line(
    db: Session, alice: Account, client: Browser
) -> None:
    post = a_post(db, alice, gist="Samma sak igen.")
    db.commit()
    client.set_cookie("language", "en")
    assert "Samma sak igen." not in client.get("/").text.split("<main")[1]
    assert "Samma sak igen." not in client.get(f"/posts/{post.slug}").text.split("<main")[1]
    assert "<em>Samma" not in client.get("/feed.json").text


def test_a_moderator_reads_both_texts(
    db: Session, alice: Account, lab: Lab, as_coordinator: Browser
) -> None:
    post = a_post(db, alice, Status.SUBMITTED, lab="boden", scribe="Petra", **BESIDE)
    db.commit()
    as_coordinator.set_cookie("language", "en")
    text = as_coordinator.get(f"/moderation/{post.id}").text
    assert "In easy Swedish" in text
    assert "Vi satt ute." in text
    assert re.sub("</?bdi>", "", text).count("Petra wrote this for Amal.") == 1


# ---------------------------------------------------------------- writing


def test_a_second_text_is_written_and_comes_back(as_author: Browser, db: Session) -> None:
    send(as_author, body=ARABIC, lang="", second_kind="easy", second_lang="", second_body="Vi satt")
    (post,) = posts(db)
    written = content(db, post)
    assert (written.lang, written.lang_chosen) == ("ar", False)
    assert (written.second_kind, written.second_lang) == (SecondKind.EASY, "sv")
    as_author.set_cookie("language", "en")
    text = as_author.get(f"/write/{post.id}?look=1").text
    assert "Guess it (العربية)" in text
    assert "Guess it (Svenska)" in text
    assert re.search(r'value="easy" checked', text)
    assert "Vi satt</textarea>" in text
    assert "In easy Swedish" in text.split('id="look"')[1]


def test_a_new_post_has_no_second_text(as_author: Browser) -> None:
    text = as_author.get("/write").text
    assert re.search(r'name="second_kind" value="" checked', text)
    assert '<details class="second-text">' in text


def test_words_without_a_kind_are_kept_and_asked_about(as_author: Browser, db: Session) -> None:
    answer = send(as_author, second_kind="", second_body="Vi satt ute.", action="send")
    assert answer.status_code == 422
    assert "second_kind-wrong" in answer.text
    assert "Vi satt ute.</textarea>" in answer.text
    assert content(db, posts(db)[0]).second_body == "Vi satt ute."


# ---------------------------------------------------------------- films


@pytest.fixture
def still(db: Session, alice: Account, store: Storage) -> Post:
    """A post with one picture that stands for a film."""
    actor = actor_of(alice)
    post = writing.start(db, actor, a_content(), NOW)
    shown = PictureContent(
        a_picture(db, store, post).token,
        alt="Kören",
        link="https://www.vimeo.com/1?a=1&b=2",
        claim=Claim.NOBODY,
    )
    writing.save(db, actor, post, a_content(pictures=(shown,)), NOW)
    writing.submit(db, actor, post, NOW, HOUSE)
    verdict = Verdict(Step.PUBLISH, post.waiting_id or 0)
    moderation.decide(db, a_lead(db), post.id, verdict, NOW, HOUSE)
    db.commit()
    return post


def test_a_picture_that_stands_for_a_film_leads_there(still: Post, client: Browser) -> None:
    text = client.get(f"/posts/{still.slug}").text
    assert (
        '<p class="film"><a href="https://www.vimeo.com/1?a=1&amp;b=2" '
        'rel="nofollow ugc noopener">vimeo.com</a></p>'
    ) in text
    assert not re.search(r"<(iframe|video|embed|object)", text)
    assert "with-film" in client.get("/").text


def test_feeds_link_to_the_film_below_its_picture(still: Post, client: Browser) -> None:
    (item,) = json.loads(client.get("/feed.json").text)["items"]
    film = '<p class="film"><a href="https://www.vimeo.com/1?a=1&amp;b=2">▶ vimeo.com</a></p>'
    assert f"</figure>{film}" in item["content_html"]


def test_no_page_with_a_film_loads_anything_from_elsewhere(
    db: Session, alice: Account, client: Browser
) -> None:
    post = a_post(db, alice, body="Hej!\n\nhttps://youtu.be/abc")
    db.commit()
    text = client.get(f"/posts/{post.slug}").text
    assert '<p class="film"><a rel="nofollow ugc noopener" href="https://youtu.be/abc">' in text
    assert not re.search(r'src(?:set)?="(?:https?:)?//(?!localhost)', text)


# ---------------------------------------------------------------- written for somebody


def known(db: Session, name: str) -> list[Person]:
    return list(db.scalars(select(Person).where(Person.name == name)))


def test_who_wrote_it_down_is_said_below_the_names(
    db: Session, alice: Account, client: Browser
) -> None:
    two = (BylineContent("Fatima", "granne"), BylineContent("Yusuf"))
    post = a_post(db, alice, scribe="Petra <3", bylines=two)
    db.commit()
    said = "Petra &lt;3 wrote this for Fatima and Yusuf."
    client.set_cookie("language", "en")
    assert said in re.sub("</?bdi>", "", client.get(f"/posts/{post.slug}").text)
    (item,) = json.loads(client.get("/feed.json").text)["items"]
    assert "Petra &lt;3" in item["content_html"].split("<footer>")[1]


@pytest.mark.parametrize("bylines", [(), (BylineContent("Petra"),)])
def test_nobody_is_said_to_have_written_for_themselves(
    db: Session, alice: Account, client: Browser, bylines: tuple[BylineContent, ...]
) -> None:
    post = a_post(db, alice, scribe="Petra", bylines=bylines)
    db.commit()
    client.set_cookie("language", "en")
    assert "wrote this for" not in client.get(f"/posts/{post.slug}").text


def test_a_coordinator_writes_for_somebody_of_their_place(
    db: Session, alice: Account, cora: Account, lab: Lab, as_coordinator: Browser
) -> None:
    a_post(db, alice, lab="boden", bylines=(BylineContent("Fatima", "granne"),))
    a_post(db, alice, bylines=(BylineContent("Noor", "gäst"),))
    db.commit()
    (fatima,), (noor,) = known(db, "Fatima"), known(db, "Noor")
    page = as_coordinator.get("/write").text
    assert re.search(rf'<option value="{fatima.id}">Fatima, granne · Boden</option>', page)
    assert f'<option value="{noor.id}">' not in page
    own = {"byline-name": "Cora", "byline-role": "", "byline-person": str(cora.person_id)}
    send(as_coordinator, scribe="Somebody else", known=str(fatima.id), **own)
    written = content(db, posts(db)[-1])
    assert written.scribe == "Cora"
    assert [(one.name, one.person_id) for one in written.bylines] == [("Fatima", fatima.id)]
    send(as_coordinator, scribe="1", known=str(noor.id), form_key="two", **own)
    assert [one.name for one in content(db, posts(db)[-1]).bylines] == ["Cora"]
    assert len(known(db, "Fatima")) == 1


def test_the_lead_may_write_for_anybody_and_authors_for_themselves(
    db: Session, alice: Account, as_lead: Browser, as_author: Browser
) -> None:
    a_post(db, alice, bylines=(BylineContent("Noor", "gäst"),))
    db.commit()
    (noor,) = known(db, "Noor")
    assert f'<option value="{noor.id}">Noor, gäst</option>' in as_lead.get("/write").text
    assert 'name="scribe"' not in as_author.get("/write").text
    send(as_author, scribe="1", known=str(noor.id))
    written = content(db, posts(db)[-1])
    assert written.scribe == ""
    assert noor.id not in {one.person_id for one in written.bylines}


def test_what_was_taken_down_for_somebody_is_in_the_revision(
    db: Session, alice: Account, cora: Account, lab: Lab, as_coordinator: Browser
) -> None:
    a_post(db, alice, lab="boden", bylines=(BylineContent("Fatima", "granne"),))
    db.commit()
    (fatima,) = known(db, "Fatima")
    send(as_coordinator, scribe="1", known=str(fatima.id), lab="boden", action="send")
    revision = db.get_one(Revision, posts(db)[-1].waiting_id or 0)
    assert revision.scribe == "Cora"
    assert [one.person_id for one in revision.bylines] == [fatima.id]
