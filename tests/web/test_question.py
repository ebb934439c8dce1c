"""The question of the week: whose it is, where it stands, and what is likely done in a place."""

from collections.abc import Callable

import pytest
from sqlalchemy import event, select
from sqlalchemy.orm import Session

from diary.models import Account, Event, Lab, Role
from diary.queries import taxonomy
from tests.builders import a_lab, a_method, a_post, an_account
from tests.conftest import Browser


def asked(db: Session, lab: Lab) -> dict[str, str]:
    db.rollback()
    db.refresh(lab)
    return lab.questions


def deeds(db: Session) -> int:
    return len(db.scalars(select(Event).where(Event.action == "ask_question")).all())


def test_a_coordinator_asks_in_each_language(
    db: Session, lab: Lab, as_coordinator: Browser
) -> None:
    typed = {"question-boden-sv": " Vem hjälpte dig? ", "question-boden-en": "Who helped you?"}
    assert as_coordinator.post("/question", data=typed).status_code == 303
    assert asked(db, lab) == {"sv": "Vem hjälpte dig?", "en": "Who helped you?"}
    assert deeds(db) == 1
    assert "Vem hjälpte dig?" in as_coordinator.get("/question").text


def test_an_empty_field_takes_the_question_away(
    db: Session, lab: Lab, as_coordinator: Browser
) -> None:
    lab.questions = {"sv": "Vem hjälpte dig?", "en": "Who helped you?"}
    db.commit()
    as_coordinator.post("/question", data={"question-boden-sv": "  "})
    assert asked(db, lab) == {"en": "Who helped you?"}


def test_the_same_again_is_no_deed(db: Session, lab: Lab, as_coordinator: Browser) -> None:
    for _ in range(2):
        as_coordinator.post("/question", data={"question-boden-sv": "Vem hjälpte dig?"})
    assert deeds(db) == 1


def test_a_question_that_is_too_long_is_kept_in_its_field(
    db: Session, lab: Lab, as_coordinator: Browser
) -> None:
    long = "Vem?" * 60
    answer = as_coordinator.post("/question", data={"question-boden-sv": long})
    assert answer.status_code == 422
    assert long in answer.text
    assert "question-boden-sv-wrong" in answer.text
    assert asked(db, lab) == {}


def test_everybody_asks_for_their_own_places_only(
    db: Session, lab: Lab, as_coordinator: Browser, as_lead: Browser, as_author: Browser
) -> None:
    other = a_lab(db, "portalen")
    db.commit()
    typed = {"question-portalen-sv": "Vad är nytt?"}
    assert "question-portalen-sv" not in as_coordinator.get("/question").text
    as_coordinator.post("/question", data=typed)
    assert asked(db, other) == {}
    assert as_author.post("/question", data=typed).status_code == 403
    as_lead.post("/question", data=typed)
    assert asked(db, other) == {"sv": "Vad är nytt?"}


def test_a_coordinator_without_a_place_is_told_whom_to_ask(
    log_in: Callable[[Account], Browser], db: Session
) -> None:
    account = an_account(db, "carl", Role.COORDINATOR)
    db.commit()
    answer = log_in(account).get("/question")
    assert answer.status_code == 200
    assert "<form class" not in answer.text.split("<main")[1]


def test_the_question_is_shown_in_ones_language_else_in_any(db: Session, lab: Lab) -> None:
    lab.questions = {"sv": "Vem hjälpte dig?", "en": ""}
    db.flush()
    assert taxonomy.weekly_question(db, "boden", "sv") == "Vem hjälpte dig?"
    assert taxonomy.weekly_question(db, "boden", "ar") == "Vem hjälpte dig?"
    assert taxonomy.weekly_question(db, "", "sv") == ""
    lab.questions = {}
    db.flush()
    assert taxonomy.weekly_question(db, "boden", "sv") == ""


def test_it_stands_above_the_field(
    db: Session, lab: Lab, alice: Account, as_author: Browser
) -> None:
    lab.questions = {"sv": "Vem hjälpte dig?"}
    alice.person.lab_id = lab.id
    db.merge(alice)
    db.commit()
    text = as_author.get("/write").text
    assert text.index("Vem hjälpte dig?") < text.index("<textarea")


# ---------------------------------------------------------------- what is likely done there


@pytest.fixture
def ways(db: Session) -> list[str]:
    """Eight ways of working, the last one not among the core ones."""
    names = [f"w{number}" for number in range(8)]
    for number, name in enumerate(names):
        method = a_method(db, name)
        method.position, method.core = number, number < 7
    db.flush()
    return names


def likely(db: Session, slug: str = "boden") -> list[str]:
    return [ref.slug for ref in taxonomy.likely_methods(db, slug, "sv")]


def test_without_posts_the_core_ones_come_in_order(db: Session, lab: Lab, ways: list[str]) -> None:
    assert likely(db) == ways[:6]
    assert likely(db, "") == ways[:6]


def test_what_a_place_does_most_comes_first(
    db: Session, lab: Lab, alice: Account, ways: list[str]
) -> None:
    a_lab(db, "portalen")
    for methods in (("w7",), ("w7", "w5"), ("w3",)):
        a_post(db, alice, lab="boden", methods=methods)
    for _ in range(4):
        a_post(db, alice, lab="portalen", methods=("w6",))
    assert likely(db)[:3] == ["w7", "w3", "w5"]
    assert len(likely(db)) == 6
    assert likely(db, "portalen")[0] == "w6"


def test_it_takes_one_query(db: Session, lab: Lab, ways: list[str]) -> None:
    seen: list[str] = []
    engine = db.get_bind()
    event.listen(engine, "before_cursor_execute", lambda *args: seen.append(args[2]))
    likely(db)
    assert len(seen) == 1
