"""The lead's own pages, the labs' colours, and what machines ask for."""

import re
from dataclasses import replace
from itertools import product
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import event, text
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from diary.app import create_app
from diary.config import Settings
from diary.domain.colours import INKS, PALETTE
from diary.domain.filling import fill
from diary.domain.settings import COLOURS, PAGES, put
from diary.models import Lab, Page
from diary.web.pages import default_text
from diary.web.rendering import LANGUAGES
from tests.builders import NOW, a_lab
from tests.conftest import Browser, browser_of

# ---------------------------------------------------------------- pages of text


@pytest.mark.parametrize(("slug", "lang"), list(product(PAGES, LANGUAGES)))
def test_every_page_has_a_first_text_in_every_language(
    client: Browser, slug: str, lang: str
) -> None:
    answer = client.get(f"/{slug}", headers={"Accept-Language": lang})
    assert answer.status_code == 200
    assert f"<h1>{default_text(slug, lang)[0]}</h1>" in answer.text
    assert not re.search(r"\{[a-z_]+\}", answer.text)


def test_the_lead_s_own_text_stands_in_its_language_alone(db: Session, client: Browser) -> None:
    db.add(Page(slug="about", lang="sv", body="Vi *heter* {title}.", changed_at=NOW))
    put(db, {"title": "Grannarna"})
    db.commit()
    swedish = client.get("/about", headers={"Accept-Language": "sv"}).text
    english = client.get("/about", headers={"Accept-Language": "en"}).text
    assert "<em>heter</em> Grannarna." in swedish
    assert "heter" not in english


def test_the_pages_name_whom_to_call(db: Session, client: Browser) -> None:
    put(db, {"contact_name": "Petra", "contact_role": "lokal ledare", "contact_phone": "0123-45"})
    db.commit()
    answer = client.get("/privacy")
    assert "Petra, lokal ledare" in answer.text
    assert "0123-45" in answer.text


@pytest.mark.parametrize(
    ("body", "facts", "filled"),
    [
        ("By {funder}.\n\nEnd.", {"funder": "Us"}, "By Us.\n\nEnd."),
        ("By {funder}.\n\nEnd.", {"funder": ""}, "End."),
        ("- {a}\n- {b}", {"a": "", "b": "2"}, "- 2"),
        ("One.\n\n## Contact\n\n- {a}\n- {b}", {"a": "", "b": ""}, "One."),
        ("## Contact\n\n- {a}\n\nCall.", {"a": ""}, "## Contact\n\n\nCall."),
        ("## Empty", {}, "## Empty"),
        ("{unknown} and {a}", {"a": "A"}, "{unknown} and A"),
        ("#tag\n{a}", {"a": "{b}", "b": "B"}, "#tag\n{b}"),
    ],
)
def test_a_line_without_its_fact_is_left_out(body: str, facts: dict[str, str], filled: str) -> None:
    assert fill(body, facts) == filled


def test_what_the_lead_has_set_cannot_become_a_script(db: Session, client: Browser) -> None:
    put(db, {"title": "<script>alert(1)</script>", "partners": ["[x](javascript:alert(1))"]})
    db.commit()
    answer = client.get("/about").text
    assert "<script>" not in answer
    assert 'href="javascript:' not in answer


def test_only_the_lead_is_shown_the_way_to_edit(
    client: Browser, as_author: Browser, as_lead: Browser
) -> None:
    address = "/settings/pages/about"
    assert address in as_lead.get("/about").text
    assert address not in as_author.get("/about").text
    assert address not in client.get("/about").text


# ---------------------------------------------------------------- the labs' colours


def test_each_lab_has_its_colour_or_one_by_its_place(db: Session, client: Browser) -> None:
    a_lab(db, "boden").position = 1
    chosen = a_lab(db, "portalen")
    chosen.position, chosen.colour = 2, "plum"
    db.commit()
    answer = client.get("/labs.css")
    assert answer.mimetype == "text/css"
    day, night = answer.text.split("@media")
    assert f".lab-boden {{ --lab: {PALETTE['blue'][0]}; --lab-ink: {INKS[0]}; }}" in day
    assert f".lab-portalen {{ --lab: {PALETTE['plum'][0]};" in day
    assert f".lab-boden {{ --lab: {PALETTE['blue'][1]}; --lab-ink: {INKS[1]}; }}" in night


def test_more_labs_than_colours_begin_anew(db: Session, client: Browser) -> None:
    for number in range(len(COLOURS) + 1):
        a_lab(db, f"lab{number}").position = number
    db.commit()
    text = client.get("/labs.css").text
    assert f".lab-lab{len(COLOURS)} {{ --lab: {PALETTE[COLOURS[0]][0]};" in text


def test_the_colours_answer_with_304_until_something_changes(client: Browser, lab: Lab) -> None:
    etag = client.get("/labs.css").headers["ETag"]
    assert client.get("/labs.css", headers={"If-None-Match": etag}).status_code == 304


def luminance(colour: str) -> float:
    """WCAG 2.2, relative luminance."""
    channels = (int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5))
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    """WCAG 2.2, contrast ratio."""
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def papers(app: Flask) -> list[list[str]]:
    """What base.css prints on: paper and leaf, by day and by night."""
    css = Path(app.root_path, "static/css/base.css").read_text()
    pattern = r"--paper: (#\w{6}); --leaf: (#\w{6});"
    return [list(found) for found in re.findall(pattern, css)]


@pytest.mark.parametrize("name", COLOURS)
def test_each_colour_reads_on_both_papers_and_carries_its_ink(app: Flask, name: str) -> None:
    day, night = papers(app)
    for colour, ink, grounds in zip(PALETTE[name], INKS, (day, night), strict=True):
        assert min(contrast(colour, ground) for ground in (*grounds, ink)) >= 4.5


# ---------------------------------------------------------------- for machines


def test_a_real_diary_is_open_to_search_engines_but_for_members_pages(client: Browser) -> None:
    text = client.get("/robots.txt").text
    assert "Disallow: /write\n" in text
    assert "Disallow: /me$\n" in text
    assert "Disallow: /\n" not in text
    assert "Sitemap: http://localhost/sitemap.xml" in text


def test_the_demonstration_is_closed_to_search_engines(settings: Settings) -> None:
    client = create_app(replace(settings, demo=True)).test_client()
    assert client.get("/robots.txt").text == "User-agent: *\nDisallow: /\n"


def test_healthz_asks_no_database(app: Flask, client: Browser) -> None:
    asked: list[str] = []
    engine = app.extensions["diary"].sessions.kw["bind"]
    event.listen(engine, "before_cursor_execute", lambda *args: asked.append(args[2]))
    answer = client.get("/healthz")
    assert (answer.status_code, answer.text) == (200, "ok\n")
    assert asked == []


def test_readyz_knows_a_database_behind_the_program(db: Session, client: Browser) -> None:
    assert client.get("/readyz").status_code == 200
    db.execute(text("UPDATE alembic_version SET version_num = '0000'"))
    db.commit()
    assert client.get("/readyz").status_code == 503


@pytest.fixture
def without(settings: Settings) -> Browser:
    """Somebody who asks a diary whose database cannot be reached."""
    away = f"sqlite:///{settings.instance}/nowhere/diary.db"
    return browser_of(create_app(replace(settings, database_url=away)))


def test_readyz_knows_a_database_that_cannot_be_reached(without: Browser) -> None:
    assert without.get("/readyz").status_code == 503
    assert without.get("/healthz").status_code == 200


def test_pages_say_when_a_database_cannot_be_reached(without: Browser) -> None:
    answer = without.get("/", headers={"Accept-Language": "en"})
    assert answer.status_code == 503
    assert "The diary cannot be reached just now" in answer.text
    assert answer.headers["Retry-After"] == "60"
    assert answer.headers["Cache-Control"] == "no-store"


def test_whoever_is_logged_in_is_told_so_too(
    as_lead: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    def silent(*_args: object) -> None:
        raise OperationalError("SELECT", {}, Exception("closed"), connection_invalidated=True)

    monkeypatch.setattr("diary.web.guards.devices.signed_in", silent)
    for answer in (as_lead.get("/mine"), as_lead.post("/write")):
        assert answer.status_code == 503
        assert answer.headers["Retry-After"] == "60"
        assert "<h1>" in answer.text
    monkeypatch.undo()
    assert as_lead.get("/mine").status_code == 200


def test_a_database_that_falls_silent_is_away_for_a_while(
    client: Browser, db: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    def silent(_session: Session) -> None:
        raise OperationalError("SELECT", {}, Exception("closed"), connection_invalidated=True)

    monkeypatch.setattr("diary.web.reading.taxonomy.labs_in_use", silent)
    assert client.get("/labs").status_code == 503
