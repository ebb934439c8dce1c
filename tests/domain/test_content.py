"""What somebody is writing: kept as it is, and checked field by field."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from diary.domain.content import (
    EARLIEST,
    MAX_BODY,
    MAX_BYLINES,
    MAX_LINE,
    MAX_PICTURES,
    BylineContent,
    Content,
    PictureContent,
    from_json,
    problems,
    same,
    to_json,
)
from diary.models import Claim, Kind, Precision, SecondKind, Voice

TODAY = date(2020, 2, 7)
SOUND = Content(dated=TODAY, title="Solen", body="Vi satt ute.", lab="boden", methods=("kor",))

text = st.text(max_size=30)
contents = st.builds(
    Content,
    dated=st.dates(),
    title=text,
    body=text,
    gist=text,
    second_kind=st.none() | st.sampled_from(SecondKind),
    second_lang=text,
    second_lang_chosen=st.booleans(),
    second_body=text,
    scribe=text,
    lab=text,
    lang=st.sampled_from(["sv", "ar"]),
    lang_chosen=st.booleans(),
    precision=st.sampled_from(Precision),
    methods=st.lists(text, max_size=3).map(tuple),
    voice=st.none() | st.sampled_from(Voice),
    bylines=st.lists(
        st.builds(BylineContent, text, text, st.sampled_from(Kind), st.none() | st.integers()),
        max_size=3,
    ).map(tuple),
    pictures=st.lists(
        st.builds(PictureContent, text, text, text, text, text, st.sampled_from(Claim)), max_size=3
    ).map(tuple),
)


@given(contents)
def test_a_working_copy_gives_back_what_was_written(content: Content) -> None:
    assert from_json(to_json(content)) == content


def keys(content: Content) -> list[tuple[str, str]]:
    found = problems(content, today=TODAY, labs={"boden"}, methods={"kor"})
    return [(problem.field, problem.key) for problem in found]


def test_a_sound_content_has_no_problems() -> None:
    assert keys(SOUND) == []


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        ({"title": "x" * (MAX_LINE + 1)}, ("title", "too_long")),
        ({"title": "två\nrader"}, ("title", "control")),
        ({"gist": "\x00"}, ("gist", "control")),
        ({"body": "x" * (MAX_BODY + 1)}, ("body", "too_long")),
        ({"body": "a\x1bb"}, ("body", "control")),
        ({"dated": date(2020, 2, 8)}, ("dated", "future")),
        ({"dated": EARLIEST - timedelta(days=1)}, ("dated", "too_early")),
        ({"lab": "atlantis"}, ("lab", "unknown_lab")),
        ({"methods": ("kor", "trolleri")}, ("methods", "unknown_method")),
        ({"bylines": (BylineContent("", "granne"),)}, ("bylines", "missing")),
        ({"bylines": (BylineContent("A"),) * (MAX_BYLINES + 1)}, ("bylines", "too_many")),
        ({"pictures": (PictureContent("t", alt="\x07"),)}, ("alt-t", "control")),
        ({"pictures": (PictureContent("t", caption="x" * 1001),)}, ("caption-t", "too_long")),
        ({"pictures": (PictureContent("t", link="min film"),)}, ("link-t", "not_a_link")),
        ({"pictures": (PictureContent("t", link="ftp://a.se/f"),)}, ("link-t", "not_a_link")),
        ({"second_body": "We sat outside."}, ("second_kind", "second_kind_missing")),
        ({"second_body": "\x00", "second_kind": SecondKind.EASY}, ("second_body", "control")),
    ],
)
def test_each_problem_is_named_with_its_field(
    change: dict[str, Any], problem: tuple[str, str]
) -> None:
    assert keys(replace(SOUND, **change)) == [problem]


@pytest.mark.parametrize(
    "change",
    [
        {"title": "x" * MAX_LINE},
        {"body": "x" * MAX_BODY},
        {"body": "rad\nrad\tsteg"},
        {"lab": ""},
        {"dated": EARLIEST},
        {"second_kind": SecondKind.EASY},
        {"pictures": (PictureContent("t", link="https://vimeo.com/1"),)},
        {"pictures": tuple(PictureContent(str(n), alt="rad\nrad") for n in range(MAX_PICTURES))},
    ],
)
def test_what_just_fits(change: dict[str, Any]) -> None:
    assert keys(replace(SOUND, **change)) == []


def test_one_picture_too_many() -> None:
    many = tuple(PictureContent(str(n)) for n in range(MAX_PICTURES + 1))
    assert keys(replace(SOUND, pictures=many)) == [("photos", "too_many_pictures")]


@pytest.mark.parametrize("blank", [{}, {"title": " ", "body": "\n \n"}])
def test_nothing_to_show_is_empty(blank: dict[str, Any]) -> None:
    assert Content(dated=TODAY, **blank).is_empty
    assert not Content(dated=TODAY, pictures=(PictureContent("t"),)).is_empty


@given(contents, contents)
def test_contents_are_the_same_if_a_reader_sees_no_difference(one: Content, other: Content) -> None:
    known = tuple(replace(byline, person_id=5) for byline in one.bylines)
    assert same(one, replace(one, bylines=known))
    assert same(one, replace(one, lang_chosen=True, second_lang_chosen=False))
    assert not same(one, replace(one, second_body=one.second_body + "!"))
    assert not same(one, replace(one, title=one.title + "!"))
    assert same(one, other) == same(other, one)
