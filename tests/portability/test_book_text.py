"""A post's HTML in a book: well-formed, its headings in order, its links leading on."""

from typing import Any

import pytest
from lxml import etree

from diary.portability.book_text import as_nodes, as_xhtml, leads, parsed, without
from diary.text.markdown import render

HOME = "https://diary.example.org"
LED = leads({"kor": "#p-kor", "abc234": "#p-kor"}, HOME)


@pytest.mark.parametrize(
    ("address", "to"),
    [
        ("/posts/kor", "#p-kor"),
        ("/p/abc234", "#p-kor"),
        (f"{HOME}/posts/kor", "#p-kor"),
        ("/posts/other", f"{HOME}/posts/other"),
        ("/labs/boden", f"{HOME}/labs/boden"),
        ("https://example.com/posts/kor", "https://example.com/posts/kor"),
        ("//example.com/posts/kor", "//example.com/posts/kor"),
        ("mailto:amal@example.org", "mailto:amal@example.org"),
    ],
)
def test_a_link_leads_on_in_the_book_where_it_can(address: str, to: str) -> None:
    assert LED(address) == to


BODY = "En rad\nmed brott & tecken <3\n\n---\n\n# Ett\n\n### Tre\n\n- punkt\n\n> citat **fet**"


def test_xhtml_is_well_formed_and_keeps_every_word() -> None:
    xhtml = as_xhtml(parsed(render(BODY), LED), 3)
    root = etree.fromstring(f"<div>{xhtml}</div>")
    assert [one.tag for one in root.iter("h2", "h3", "h4")] == ["h3", "h4"]
    assert "".join(root.itertext()).split() == (
        "En rad med brott & tecken <3 Ett Tre punkt citat fet".split()
    )


def test_nodes_say_the_same() -> None:
    nodes = as_nodes(parsed(render(BODY), LED), 3)
    assert "".join(words(nodes)).split() == (
        "En rad med brott & tecken <3 Ett Tre punkt citat fet".split()
    )
    assert [one["level"] for one in nodes if isinstance(one, dict) and one["t"] == "h"] == [3, 4]


def words(nodes: list[Any]) -> list[str]:
    found = (words(one["c"]) if isinstance(one, dict) else [one] for one in nodes)
    return [word for some in found for word in some]


def test_each_paragraph_has_its_own_direction() -> None:
    nodes = as_nodes(parsed(render("Hej\n\nمرحبا"), LED), 3)
    assert [one["dir"] for one in nodes if isinstance(one, dict)] == ["ltr", "rtl"]


def test_first_words_are_not_said_twice() -> None:
    assert without('<p dir="auto">Det &amp; det. Och så.</p>', "Det & det.") == (
        '<p dir="auto">Och så.</p>'
    )
    assert without("<p><b>Det</b> är</p>", "Det är") is None
    assert without("<ul><li>Det</li></ul>", "Det") is None
