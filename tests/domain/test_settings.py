"""What the lead changes about the diary."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from diary.domain import settings
from diary.domain.accounts import actor_of
from diary.domain.errors import Invalid, NotAllowed, NotFound
from diary.domain.policy import Actor
from diary.domain.settings import LabContent, MethodContent
from diary.models import Event, Role, State
from diary.queries.site import labs, page_body, site
from tests.builders import NOW, a_lab, an_account

CHANGES: dict[str, Callable[[Session, Actor], Any]] = {
    "change_settings": lambda db, actor: settings.change(db, actor, {"title": "T"}, NOW),
    "write_page": lambda db, actor: settings.write_page(db, actor, "about", "sv", "Vi.", NOW),
    "save_lab": lambda db, actor: settings.save_lab(db, actor, LabContent("Boden"), NOW),
    "save_method": lambda db, actor: settings.save_method(db, actor, MethodContent("Kör"), NOW),
}


@pytest.fixture
def lead(db: Session) -> Actor:
    """Lea, who leads the diary."""
    return actor_of(an_account(db, "lea", Role.LEAD))


def wrong(error: pytest.ExceptionInfo[Invalid]) -> set[tuple[str, str]]:
    return {(problem.field, problem.key) for problem in error.value.problems}


@pytest.mark.parametrize("deed", CHANGES)
def test_a_change_stands_in_the_journal_and_raises_the_version(
    db: Session, lead: Actor, deed: str
) -> None:
    before = db.scalars(select(State.version)).one()
    CHANGES[deed](db, lead)
    db.flush()
    assert db.scalars(select(State.version)).one() == before + 1
    (event,) = db.scalars(select(Event))
    assert (event.action, event.actor_id) == (deed, lead.account_id)


@pytest.mark.parametrize("role", [Role.AUTHOR, Role.COORDINATOR])
@pytest.mark.parametrize("deed", CHANGES)
def test_only_the_lead_changes_the_diary(db: Session, deed: str, role: Role) -> None:
    lab = a_lab(db)
    with pytest.raises(NotAllowed):
        CHANGES[deed](db, actor_of(an_account(db, "cora", role, labs=(lab,))))


def test_settings_are_read_as_they_were_set(db: Session, lead: Actor) -> None:
    values = {"title": "Grannarna", "partners": ["A", "B"], "sentence": {"sv": "Vi."}}
    settings.change(db, lead, values, NOW)
    db.flush()
    found = site(db)
    assert (found.title, found.partners) == ("Grannarna", ("A", "B"))
    assert found.said(found.sentence, "en") == "Vi."


@pytest.mark.parametrize(
    ("values", "problem"),
    [
        ({"title": " "}, ("title", "missing")),
        ({"title": "x" * 201}, ("title", "too_long")),
        ({"funder": "A\x07"}, ("funder", "control")),
        ({"sentence": {"en": "x" * 401}}, ("sentence-en", "too_long")),
        ({"partners": ["A", "B\x00"]}, ("partners", "control")),
        ({"contact_email": "petra"}, ("contact_email", "not_an_address")),
    ],
)
def test_a_setting_that_cannot_be_kept_is_named(
    db: Session, lead: Actor, values: dict[str, Any], problem: tuple[str, str]
) -> None:
    with pytest.raises(Invalid) as error:
        settings.change(db, lead, values, NOW)
    assert wrong(error) == {problem}


def test_an_empty_page_brings_the_first_text_back(db: Session, lead: Actor) -> None:
    settings.write_page(db, lead, "about", "sv", "Vi.", NOW)
    settings.write_page(db, lead, "about", "en", "We.", NOW)
    settings.write_page(db, lead, "about", "sv", " \n", NOW)
    db.flush()
    assert (page_body(db, "about", "sv"), page_body(db, "about", "en")) == (None, "We.")
    with pytest.raises(NotFound):
        settings.write_page(db, lead, "jobs", "sv", "Vi.", NOW)


@pytest.mark.parametrize(
    ("name", "slug"), [("Lina Hage", "lina-hage"), ("Boden", "boden-2"), ("🙂", "lab")]
)
def test_a_lab_gets_a_free_address_that_stays(
    db: Session, lead: Actor, name: str, slug: str
) -> None:
    a_lab(db, "boden")
    lab = settings.save_lab(db, lead, LabContent(name), NOW)
    assert lab.slug == slug
    settings.save_lab(db, lead, LabContent("Nytt namn"), NOW, slug)
    assert (lab.slug, lab.name) == (slug, "Nytt namn")


def test_new_labs_come_last(db: Session, lead: Actor) -> None:
    for name in ("B", "A", "C"):
        settings.save_lab(db, lead, LabContent(name), NOW)
    assert [lab.name for lab in labs(db, "sv")] == ["B", "A", "C"]


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (LabContent(""), ("name", "missing")),
        (LabContent("A", colour="gold"), ("colour", "unknown_choice")),
        (LabContent("A", short_names={"ar": "\x01"}), ("short-ar", "control")),
        (LabContent("A", summaries={"sv": "x" * 401}), ("summary-sv", "too_long")),
        (LabContent("A", descriptions={"en": "x" * 100_001}), ("description-en", "too_long")),
        (LabContent("A", partners=("x" * 201,)), ("partners", "too_long")),
        (LabContent("A", started="2018-19"), ("started", "not_within")),
        (LabContent("A", started="i fjol", ended="2019"), ("started", "not_within")),
        (LabContent("A", started="2018", ended="2017"), ("ended", "not_within")),
    ],
)
def test_a_lab_that_cannot_be_kept_is_refused(
    db: Session, lead: Actor, content: LabContent, problem: tuple[str, str]
) -> None:
    with pytest.raises(Invalid) as error:
        settings.save_lab(db, lead, content, NOW)
    assert wrong(error) == {problem}


def test_a_lab_s_years_keep_the_days_known(db: Session, lead: Actor) -> None:
    lab = settings.save_lab(db, lead, LabContent("A", started="2018", ended="2019"), NOW)
    assert (lab.started, lab.ended) == (date(2018, 1, 1), date(2019, 12, 31))
    lab.started = date(2018, 8, 27)
    settings.save_lab(db, lead, LabContent("A", started="2018"), NOW, lab.slug)
    assert (lab.started, lab.ended) == (date(2018, 8, 27), None)


def test_a_method_knows_where_it_was_first_tried(db: Session, lead: Actor) -> None:
    lab = a_lab(db)
    method = settings.save_method(db, lead, MethodContent("Kör", first_lab="boden"), NOW)
    assert (method.slug, method.first_lab_id) == ("kor", lab.id)
    for unknown in ("nowhere", "a\x00"):
        with pytest.raises(Invalid) as error:
            settings.save_method(db, lead, MethodContent("Kör", first_lab=unknown), NOW)
        assert wrong(error) == {("first_lab", "unknown_lab")}


def test_what_does_not_exist_cannot_be_changed(db: Session, lead: Actor) -> None:
    with pytest.raises(NotFound):
        settings.save_lab(db, lead, LabContent("A"), NOW, "nowhere")
    with pytest.raises(NotFound):
        settings.save_method(db, lead, MethodContent("A"), NOW, "nowhere")
