"""Where addresses stand in the frozen site: safe names, no two in one file, links that hold."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from diary.portability.site_addresses import ELSEWHERE, Addresses, Place, relative, safe

ADDRESSES = Addresses("https://dagboken.example", "sv", ("sv", "en", "ar"))


@pytest.mark.parametrize(
    ("link", "lang", "file"),
    [
        ("/", "sv", "index.html"),
        ("/", "ar", "ar/index.html"),
        ("/en/posts/kor?x=1", "ar", "en/posts/kor/index.html"),
        ("/posts/kor?lab=boden#main", "sv", "posts/kor/index.html"),
        ("/?before=120", "en", "en/before-120.html"),
        ("/archive?method=kor&lab=boden", "sv", "archive/lab-boden-method-kor.html"),
        ("/archive/2019/03?whole=1&lab=boden", "sv", "archive/2019/03/whole-1.html"),
        ("/labs/boden/feed.atom?before=3", "en", "labs/boden/feed-before-3.atom"),
        ("/static/css/base.css?v=abc", "en", "static/css/base.css"),
        ("https://dagboken.example/posts/kor", "sv", "posts/kor/index.html"),
        ("https://dagboken.example", "sv", "index.html"),
        ("/write", "sv", "frozen/index.html"),
        ("/report/abc", "en", "en/frozen/index.html"),
    ],
)
def test_an_address_has_its_file(link: str, lang: str, file: str) -> None:
    place = ADDRESSES.place(link, lang)
    assert place is not None
    assert ADDRESSES.file(place) == file


@pytest.mark.parametrize(
    "link", ["#main", "https://example.org/posts/x", "//example.org/", "tel:1"]
)
def test_what_leads_elsewhere_stays(link: str) -> None:
    assert ADDRESSES.place(link, "sv") is None


@pytest.mark.parametrize("link", ["https://dagboken.example.org/x", "https://dagboken.example:8/"])
def test_another_host_that_begins_alike_stays(link: str) -> None:
    assert ADDRESSES.place(link, "sv") is None


@pytest.mark.parametrize(
    "name", ["con", "aux.html", "COM1", "Kör", "x" * 61, "a.", "a b", "ä", "..", "a:b"]
)
def test_names_that_a_disk_may_refuse_are_changed(name: str) -> None:
    assert safe(name) != name
    assert re.fullmatch(r"[a-z0-9][a-z0-9.-]{0,59}", safe(name))


@given(st.lists(st.text(min_size=1), min_size=2, max_size=2, unique=True))
def test_no_two_names_come_to_the_same(names: list[str]) -> None:
    one, other = map(safe, names)
    assert one.lower() != other.lower()
    assert max(len(one), len(other)) <= 60


@pytest.mark.parametrize(
    ("file", "seen_from", "link"),
    [
        ("index.html", "index.html", "index.html"),
        ("posts/a/index.html", "index.html", "posts/a/index.html"),
        ("posts/a/index.html", "posts/b/index.html", "../a/index.html"),
        ("index.html", "en/posts/b/index.html", "../../../index.html"),
        ("static/x.css", "archive/before-1.html", "../static/x.css"),
    ],
)
def test_a_link_leads_from_file_to_file(file: str, seen_from: str, link: str) -> None:
    assert relative(file, seen_from) == link


def test_a_page_that_needs_a_server_is_elsewhere() -> None:
    assert ADDRESSES.place("/settings", "en") == Place(ELSEWHERE, "en")
