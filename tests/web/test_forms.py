"""Reading forms: what is typed stays, what is not asked stays, nothing is put upon others."""

from dataclasses import replace
from datetime import date
from hashlib import sha256
from io import BytesIO

import pytest
from hypothesis import given
from hypothesis import strategies as st
from werkzeug.datastructures import FileStorage, MultiDict

from diary.domain.content import BylineContent, Content, PictureContent
from diary.media.images import MAX_BYTES
from diary.media.storage import Storage
from diary.models import Claim, Kind, Precision, SecondKind
from diary.web import forms
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


# ---------------------------------------------------------------- languages, a second text

ARABIC = "جلسنا في الخارج حتى الساعة الحادية عشرة وتحدثنا عن المدرسة."
ENGLISH = "We sat outside until eleven and talked about the school."
HANAN = Author(person_id=3, moderates=False, language="ar", main="sv")


def test_a_language_is_guessed_until_it_is_chosen() -> None:
    guessed = read(form(lang="", body=ARABIC), BASE, ALICE).content
    assert (guessed.lang, guessed.lang_chosen) == ("ar", False)
    assert read(form(lang="", body=ENGLISH), guessed, ALICE).content.lang == "en"
    chosen = read(form(lang="fa", body=ARABIC), guessed, ALICE).content
    assert (chosen.lang, chosen.lang_chosen) == ("fa", True)
    later = read(MultiDict({"dated": "2019-05-01", "body": ENGLISH}), chosen, ALICE).content
    assert (later.lang, later.lang_chosen) == ("fa", True)
    assert read(form(lang="", body=ENGLISH), later, ALICE).content.lang == "en"


def test_a_short_text_is_in_the_interfaces_language() -> None:
    assert read(form(lang="", body="OK!"), BASE, HANAN).content.lang == "ar"
    assert read(form(lang="", body="مرحبا"), BASE, ALICE).content.lang == "ar"


def test_a_second_text_has_a_language_of_its_own() -> None:
    asked = {"lang": "", "body": ARABIC, "second_kind": "translation", "second_lang": ""}
    content = read(form(**asked, second_body=ENGLISH), BASE, HANAN).content
    assert (content.lang, content.second_lang) == ("ar", "en")
    assert content.second_kind is SecondKind.TRANSLATION
    assert content.second_body == ENGLISH
    short = read(form(**asked, second_body="Vi ses"), BASE, HANAN).content
    assert (short.second_lang, short.second_lang_chosen) == ("sv", False)


def test_what_is_not_asked_of_a_second_text_stays() -> None:
    base = replace(BASE, second_kind=SecondKind.EASY, second_lang="sv", second_body="Vi satt.")
    base = replace(base, second_lang_chosen=True)
    content = read(form(), base, ALICE).content
    assert (content.second_kind, content.second_lang) == (SecondKind.EASY, "sv")
    assert content.second_body == "Vi satt."
    assert read(form(second_kind="", second_body=""), base, ALICE).content.second_kind is None


@pytest.mark.parametrize("field", ["second_lang"])
def test_unknown_languages_of_a_second_text_are_told(field: str) -> None:
    written = read(form(**{field: "klingon"}), BASE, ALICE)
    assert [(p.field, p.key) for p in written.problems] == [(field, "unknown_choice")]


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        (" https://youtu.be/a ", "https://youtu.be/a"),
        ("youtu.be/a", "https://youtu.be/a"),
        ("vår film", "vår film"),
    ],
)
def test_a_picture_can_stand_for_a_film(typed: str, kept: str) -> None:
    content = read(form(picture="a", **{"link-a": typed}), BASE, ALICE).content
    assert content.pictures[0].link == kept


# ---------------------------------------------------------------- writing for somebody

FATIMA = BylineContent("Fatima", "granne", Kind.RESIDENT, 9)
PETRA = Author(person_id=1, moderates=True, name="Petra", known={"9": FATIMA})
OWN = {"byline-name": "Petra", "byline-role": "", "byline-person": "1"}
ALONE = replace(BASE, bylines=(BylineContent("Petra", person_id=1),))


def test_a_moderator_writes_for_somebody_known() -> None:
    content = read(form(scribe="anything", known="9", **OWN), ALONE, PETRA).content
    assert content.scribe == "Petra"
    assert content.bylines == (FATIMA,)
    again = form(scribe="1", known="9", **OWN)
    assert read(again, content, PETRA).content.bylines == (FATIMA,)
    undone = read(form(known="9", **OWN), content, PETRA).content
    assert names(undone) == [("Petra", 1), ("Fatima", 9)]


def test_the_own_name_stays_while_nobody_else_is_named() -> None:
    content = read(form(scribe="1", **OWN), ALONE, PETRA).content
    assert names(content) == [("Petra", 1)]
    assert content.scribe == "Petra"


def test_writing_for_somebody_can_be_undone() -> None:
    content = replace(ALONE, scribe="Petra")
    assert read(form(**OWN), content, PETRA).content.scribe == ""


def test_only_who_is_known_to_a_moderator_can_be_chosen() -> None:
    assert names(read(form(known="8", **OWN), ALONE, PETRA).content) == [("Petra", 1)]
    author = replace(ALICE, name="Alice", known={})
    content = read(form(scribe="1", known="9", **OWN), ALONE, author).content
    assert (content.scribe, names(content)) == ("", [("Petra", 1)])


# ---------------------------------------------------------------- small buttons


@given(st.text())
def test_a_body_is_kept_but_for_the_ends_of_its_lines(body: str) -> None:
    sent = body.replace("\n", "\r\n")
    assert lines(sent) == sent.replace("\r\n", "\n")


words = st.text(max_size=20)


FIELDS = [
    *("title", "body", "gist", "lab", "dated", "lang", "voice", "scribe", "known"),
    *("second_kind", "second_lang", "second_body"),
]


@given(st.dictionaries(st.sampled_from(FIELDS), words))
def test_no_form_makes_reading_fail(values: dict[str, str]) -> None:
    content = read(MultiDict(values), BASE, CORA).content
    assert content.dated == BASE.dated or "dated" in values


# ---------------------------------------------------------------- pictures


def file(data: bytes, name: str = "bild.jpg") -> FileStorage:
    return FileStorage(BytesIO(data), filename=name)


def test_files_are_in_the_store_when_a_form_has_been_received(store: Storage) -> None:
    (photo,) = receive([file(a_photo())], store).photos
    assert (photo.name, photo.sha256) == ("bild.jpg", sha256(a_photo()).hexdigest())
    assert sum(1 for _ in store.keys("originals/")) == 1
    assert sum(1 for _ in store.keys("renditions/")) >= 2


def test_a_field_left_empty_is_no_file(store: Storage) -> None:
    assert receive([file(b"", "")], store).photos == ()


def test_a_file_over_the_limit_is_refused_by_name(store: Storage) -> None:
    (problem,) = receive([file(a_photo() + bytes(MAX_BYTES), "stor.jpg")], store).problems
    assert (problem.key, problem.facts) == ("too_many_bytes", {"name": "stor.jpg"})
    assert list(store.keys()) == []


@pytest.mark.parametrize(
    ("text", "found"),
    [("0", 0), ("007", 7), ("2147483647", 2**31 - 1), ("2147483648", None), ("9" * 5_000, None),
     ("", None), ("-1", None), ("1.5", None), ("²", None), ("٤", None), (" 1", None)],
)  # fmt: skip
def test_a_number_is_read_within_its_bounds(text: str, found: int | None) -> None:
    assert forms.number(text) == found
