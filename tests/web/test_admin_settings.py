"""The lead's settings and pages."""

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from diary.domain.settings import LICENCES
from diary.models import Account, Page
from diary.queries.site import site
from diary.web.pages import default_text
from tests.builders import NOW, a_post
from tests.conftest import Browser
from tests.web.looking_after import ENGLISH, deeds, wrong_fields

SETTINGS = {
    "title": "Grannarnas dagbok",
    "sentence-sv": "Vi som bor här skriver.",
    "sentence-en": "We who live here write.",
    "main_language": "sv",
    "contact_name": "Petra",
    "contact_phone": "0123-45 67 89",
    "contact_email": "petra@example.org",
    "partners": "Bodenbo\nRöda korset",
    "funder": "Vinnova",
    "licence": "CC0 1.0",
    "own_posts": "1",
    "guardian_age": "13",
}


def test_the_settings_show_on_the_first_page(
    db: Session, as_lead: Browser, client: Browser
) -> None:
    assert as_lead.post("/settings", data=SETTINGS).status_code == 303
    text = client.get("/", headers=ENGLISH).text
    for word in ("Grannarnas dagbok", "We who live here write.", "Petra", "Röda korset", "Vinnova"):
        assert word in text
    kept = site(db)
    assert kept.licence_url == LICENCES["CC0 1.0"]
    assert (kept.coordinators_publish, kept.own_posts) == (False, True)
    assert "change_settings" in deeds(db)


def test_places_and_ways_are_called_as_the_lead_says(as_lead: Browser, client: Browser) -> None:
    called = {"labs_called-en": "Labs", "methods_called-sv": "Metoder"}
    assert as_lead.post("/settings", data={**SETTINGS, **called}).status_code == 303
    for address, english, swedish in (
        ("/labs", "Labs", "Platser"),
        ("/methods", "Ways of working", "Metoder"),
    ):
        assert f"<h1>{english}</h1>" in client.get(address, headers=ENGLISH).text
        assert f"<h1>{swedish}</h1>" in client.get(address).text
    answer = as_lead.post("/settings", data={**SETTINGS, "lab_called-sv": "x" * 41})
    assert answer.status_code == 422


def test_the_settings_form_sent_as_it_comes_changes_nothing(
    db: Session, alice: Account, as_lead: Browser
) -> None:
    post = a_post(db, alice, title="Vald")
    db.commit()
    sent = {**SETTINGS, "chosen": f"http://localhost/posts/{post.slug}"}
    as_lead.post("/settings", data=sent)
    before = site(db)
    db.commit()
    text = as_lead.get("/settings").text
    assert f'value="http://localhost/posts/{post.slug}"' in text
    as_lead.post("/settings", data=sent)
    assert site(db) == before
    assert before.chosen == str(post.uid)


@pytest.mark.parametrize("form", ["/posts/{slug}", "{slug}", "https://x.example/p/{short}?a#b"])
def test_the_chosen_post_is_found_by_any_of_its_addresses(
    db: Session, alice: Account, as_lead: Browser, form: str
) -> None:
    post = a_post(db, alice)
    db.commit()
    address = form.format(slug=post.slug, short=post.short)
    assert as_lead.post("/settings", data={**SETTINGS, "chosen": address}).status_code == 303
    assert site(db).chosen == str(post.uid)


def test_settings_with_mistakes_come_back_as_typed(db: Session, as_lead: Browser) -> None:
    wrong = {"title": "", "contact_email": "ingen", "sentence-en": "x\x03"}
    answer = as_lead.post("/settings", data={**SETTINGS, **wrong})
    assert answer.status_code == 422
    assert wrong_fields(answer.text) == set(wrong)
    assert 'value="0123-45 67 89"' in answer.text
    assert site(db).contact_name == ""


@pytest.mark.parametrize("address", ["/posts/nowhere", "/p/x", "a\x00b"])
def test_an_unknown_post_cannot_be_chosen(as_lead: Browser, address: str) -> None:
    answer = as_lead.post("/settings", data={**SETTINGS, "chosen": address})
    assert answer.status_code == 422
    assert wrong_fields(answer.text) == {"chosen"}
    assert 'value="Grannarnas dagbok"' in answer.text


def test_an_unknown_licence_or_language_keeps_the_present_one(
    db: Session, as_lead: Browser
) -> None:
    as_lead.post("/settings", data={**SETTINGS, "licence": "mine", "main_language": "xx"})
    assert (site(db).licence, site(db).main_language) == ("CC BY 4.0", "sv")


# ---------------------------------------------------------------- pages of text

ABOUT = "/settings/pages/about/sv"


def test_a_page_is_looked_at_first_and_then_saved(
    db: Session, as_lead: Browser, client: Browser
) -> None:
    preview = as_lead.post(ABOUT, data={"body": "Vi *heter* {title}.", "preview": "1"})
    assert preview.status_code == 200
    assert "<em>heter</em> Dagboken" in preview.text
    assert "Vi *heter* {title}." in preview.text
    assert db.scalars(select(Page)).all() == []
    db.commit()
    assert as_lead.post(ABOUT, data={"body": "Vi *heter* {title}."}).status_code == 303
    assert "<em>heter</em>" in client.get("/about").text
    assert "write_page" in deeds(db)


@pytest.mark.parametrize("body", ["", " \r\n", default_text("about", "sv")[1]])
def test_an_empty_or_unchanged_page_has_the_first_text(
    db: Session, as_lead: Browser, client: Browser, body: str
) -> None:
    db.add(Page(slug="about", lang="sv", body="Eget.", changed_at=NOW))
    db.commit()
    assert "Eget." in as_lead.get(ABOUT).text
    assert as_lead.post(ABOUT, data={"body": body}).status_code == 303
    assert db.scalars(select(Page)).all() == []
    assert "Eget." not in client.get("/about").text


@pytest.mark.parametrize("body", ["Ett \x00 tecken", "x" * 100_001])
def test_a_page_that_cannot_be_kept_comes_back(as_lead: Browser, body: str) -> None:
    answer = as_lead.post(ABOUT, data={"body": body})
    assert answer.status_code == 422
    assert wrong_fields(answer.text) == {"body"}


def test_a_page_is_edited_in_languages_there_are(as_lead: Browser) -> None:
    assert as_lead.get("/settings/pages/about/en").status_code == 200
    assert as_lead.get("/settings/pages/about/xx").status_code == 404


@pytest.mark.parametrize("age", ["", "-1", "26", "130", "fifteen"])
def test_an_age_that_is_none_comes_back(db: Session, as_lead: Browser, age: str) -> None:
    answer = as_lead.post("/settings", data={**SETTINGS, "guardian_age": age}, headers=ENGLISH)
    assert answer.status_code == 422
    assert "Write an age in years" in answer.text
    assert site(db).guardian_age == 15


def test_the_writing_page_names_the_age_of_the_diary(as_lead: Browser) -> None:
    as_lead.post("/settings", data=SETTINGS)
    assert "Under 13 years" in as_lead.get("/write", headers=ENGLISH).text
