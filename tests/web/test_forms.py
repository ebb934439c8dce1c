"""Reading forms: what is typed stays, what is not asked stays, nothing is put upon others."""

from datetime import date
from io import BytesIO

import pytest
from hypothesis import given
from hypothesis import strategies as st
from werkzeug.datastructures import FileStorage, MultiDict

from diary.domain.content import BylineContent, Content, PictureContent
from diary.media.images import MAX_BYTES
from diary.media.storage import Storage
from diary.models import Claim, Kind, Precision
from diary.web.forms import Author, lines, moved, read, receive
from tests.builders import a_photo

ALICE = Author(person_id=1, moderates=False)
CORA = Author(person_id=2, moderates=True)
BASE = Content(
    dated=date(2019, 5, 1),
    precision=Precision.MONTH,
    bylines=(BylineContent("Alice", "granne", Kind.RESIDENT, 1), BylineContent("Ali", person_id=7)),
    pictures=(PictureContent("a", alt="Före", claim=Claim.YES, focus_x=0.2),),
)


def form(**values: str | list[str]) -> MultiDict[str, str]:
    return MultiDict({"dated": "2019-05-01", "lang": "sv", **values})


def names(content: Content) -> list[tuple[str, int | None]]:
    return [(byline.name, byline.person_id) for byline in content.bylines]


def test_what_a_form_does_not_ask_stays() -> None:
    content = read(form(picture="a"), BASE, ALICE).content
    assert content.precision is Precision.MONTH
    assert content.pictures[0].focus_x == 0.2
    assert content.pictures[0].claim is Claim.YES


def test_a_day_chosen_is_known_to_the_day() -> None:
    assert read(form(dated="2019-05-02"), BASE, ALICE).content.precision is Precision.DAY


@pytest.mark.parametrize("typed", ["", "i går", "2019-02-30", "17/5 2019", "٢٠١٩"])
def test_a_day_that_is_none_is_told_and_kept_as_typed(typed: str) -> None:
    written = read(form(dated=typed), BASE, ALICE)
    assert [problem.key for problem in written.problems] == ["not_a_day"]
    assert written.typed == {"dated": typed}


@pytest.mark.parametrize("field", ["lang", "voice"])
def test_unknown_choices_are_told(field: str) -> None:
    written = read(form(**{field: "klingon"}), BASE, CORA)
    assert [(problem.field, problem.key) for problem in written.problems] == [
        (field, "unknown_choice")
    ]


def row(name: str, person: str) -> dict[str, str | list[str]]:
    return {"byline-name": name, "byline-role": "", "byline-person": person}


def test_one_may_call_oneself_anew_but_nobody_else() -> None:
    assert names(read(form(**row("A.", "1")), BASE, ALICE).content) == [("A.", 1)]
    assert names(read(form(**row("Al", "7")), BASE, ALICE).content) == [("Al", None)]


def test_a_person_is_taken_from_what_was_there_only() -> None:
    assert names(read(form(**row("Ali", "7")), BASE, ALICE).content) == [("Ali", 7)]
    assert names(read(form(**row("Ali", "8")), BASE, ALICE).content) == [("Ali", None)]
    twice = form(**{key: [str(value)] * 2 for key, value in row("Ali", "7").items()})
    assert names(read(twice, BASE, ALICE).content) == [("Ali", 7), ("Ali", None)]


def test_kinds_are_asked_of_moderators_only() -> None:
    asked = form(**row("Eva", ""), **{"byline-kind": "partner"})
    assert read(asked, BASE, CORA).content.bylines[0].kind is Kind.PARTNER
    assert read(asked, BASE, ALICE).content.bylines[0].kind is Kind.RESIDENT


def test_an_empty_row_is_no_name() -> None:
    assert names(read(form(**row("  ", "")), BASE, ALICE).content) == []


ORDERS = {
    "b:up": "bac",
    "b:down": "acb",
    "a:up": "abc",
    "c:down": "abc",
    "b:away": "ac",
    "x:up": "abc",
}


@pytest.mark.parametrize("order", [*ORDERS, "", "up", "byline-9:up"])
def test_small_buttons_move_pictures(order: str) -> None:
    content = Content(dated=date(2019, 5, 1), pictures=tuple(map(PictureContent, "abc")))
    shown = "".join(picture.token for picture in moved(content, order).pictures)
    assert shown == ORDERS.get(order, "abc")


def test_small_buttons_move_names() -> None:
    assert names(moved(BASE, "byline-1:up")) == [("Ali", 7), ("Alice", 1)]


@given(st.text())
def test_a_body_is_kept_but_for_the_ends_of_its_lines(body: str) -> None:
    sent = body.replace("\n", "\r\n")
    assert lines(sent) == sent.replace("\r\n", "\n")


words = st.text(max_size=20)


@given(st.dictionaries(st.sampled_from(["title", "gist", "lab", "dated", "lang", "voice"]), words))
def test_no_form_makes_reading_fail(values: dict[str, str]) -> None:
    content = read(MultiDict(values), BASE, CORA).content
    assert content.dated == BASE.dated or "dated" in values


# ---------------------------------------------------------------- pictures


def file(data: bytes, name: str = "bild.jpg") -> FileStorage:
    return FileStorage(BytesIO(data), filename=name)


def test_files_are_in_the_store_when_a_form_has_been_received(store: Storage) -> None:
    arrived = receive([file(a_photo())], store)
    assert [name for name, _prepared in arrived.prepared] == ["bild.jpg"]
    assert sum(1 for _ in store.keys("originals/")) == 1
    assert sum(1 for _ in store.keys("renditions/")) >= 2


def test_a_field_left_empty_is_no_file(store: Storage) -> None:
    assert receive([file(b"", "")], store).prepared == ()


def test_a_file_over_the_limit_is_refused_by_name(store: Storage) -> None:
    (problem,) = receive([file(b"\xff\xd8" + bytes(MAX_BYTES), "stor.jpg")], store).problems
    assert (problem.key, problem.facts) == ("too_many_bytes", {"name": "stor.jpg"})
    assert list(store.keys()) == []
