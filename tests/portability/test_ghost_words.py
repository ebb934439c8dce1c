"""Ghost's documents as HTML."""

import json
from typing import Any

import pytest

from diary.portability.ghost_words import Unreadable, from_lexical, from_mobiledoc


def lexical_document(*children: Any) -> str:
    """A document as Ghost keeps it."""
    return json.dumps({"root": {"type": "root", "children": children}})


def lexical(*children: Any) -> str:
    return from_lexical(lexical_document(*children))


def words(text: str, bits: int = 0) -> dict[str, Any]:
    return {"type": "extended-text", "text": text, "format": bits}


def test_lexical_text_keeps_its_marks() -> None:
    paragraph = {
        "type": "paragraph",
        "children": [
            words("Vi "),
            words("sjöng", 3),
            {"type": "linebreak"},
            {"type": "link", "url": "https://example.org/?a=1&b=2", "children": [words("här")]},
        ],
    }
    assert lexical(paragraph) == (
        "<p>Vi <em><strong>sjöng</strong></em><br>"
        '<a href="https://example.org/?a=1&amp;b=2">här</a></p>'
    )


def test_lexical_headings_quotes_and_lists_within_lists() -> None:
    inner = {"type": "list", "listType": "number", "children": [item(words("två"))]}
    assert lexical(
        {"type": "extended-heading", "tag": "h2", "children": [words("Dagen")]},
        {"type": "extended-quote", "children": [words("Kom in")]},
        {"type": "list", "listType": "bullet", "children": [item(words("ett"), inner)]},
    ) == ("<h2>Dagen</h2><blockquote>Kom in</blockquote><ul><li>ett<ol><li>två</li></ol></li></ul>")


def item(*children: Any) -> dict[str, Any]:
    return {"type": "listitem", "children": children}


def test_cards_leave_what_a_reader_can_use() -> None:
    picture = {"type": "image", "src": "/p/kör.jpg", "alt": 'En "kör"', "caption": "Foto: Amal"}
    assert lexical(picture) == (
        '<figure><img src="/p/kör.jpg" alt="En &#34;kör&#34;">'
        "<figcaption>Foto: Amal</figcaption></figure>"
    )
    film = {"type": "embed", "url": "https://example.org/v", "metadata": {"title": "Filmen"}}
    assert lexical(film) == '<p><a href="https://example.org/v">Filmen</a></p>'
    assert lexical({"type": "markdown", "markdown": "*Hej*"}) == "<p><em>Hej</em></p>"
    assert lexical({"type": "signup", "header": "Bli medlem"}) == ""


def test_what_is_typed_stays_text() -> None:
    assert lexical({"type": "paragraph", "children": [words("<script>alert(1)</script>")]}) == (
        "<p>&lt;script&gt;alert(1)&lt;/script&gt;</p>"
    )
    strange = {"type": "heading", "tag": "script", "children": [words("x")]}
    assert lexical(strange) == "<p>x</p>"


def test_mobiledoc_markers_cards_and_lists() -> None:
    document = {
        "version": "0.3.1",
        "atoms": [["soft-return", "", {}]],
        "cards": [["image", {"src": "a.jpg", "caption": "Vid dörren"}], ["hr", {}]],
        "markups": [["strong"], ["a", ["href", "https://example.org"]], ["blink"]],
        "sections": [
            [1, "p", [[0, [0], 0, "Fet "], [0, [1], 2, "länk"], [1, [], 0, 0], [0, [2], 1, "ej"]]],
            [3, "ul", [[[0, [], 0, "ett"]], [[0, [], 0, "två"]]]],
            [10, 0],
            [10, 1],
            [2, "b.jpg"],
        ],
    }
    assert from_mobiledoc(json.dumps(document)) == (
        '<p><strong>Fet <a href="https://example.org">länk</a></strong><br>ej</p>'
        "<ul><li>ett</li><li>två</li></ul>"
        '<figure><img src="a.jpg" alt=""><figcaption>Vid dörren</figcaption></figure><hr>'
        '<figure><img src="b.jpg" alt=""></figure>'
    )


@pytest.mark.parametrize("text", ["", "[]", "{", '{"root": 3}', '{"sections": [[10, 4]]}'])
def test_a_damaged_document_is_named(text: str) -> None:
    with pytest.raises(Unreadable):
        from_lexical(text)
    with pytest.raises(Unreadable):
        from_mobiledoc(text)


def test_a_document_as_deep_as_a_well_ends() -> None:
    node: dict[str, Any] = words("botten")
    for _ in range(200):
        node = {"type": "quote", "children": [node]}
    assert lexical(node).count("<blockquote>") < 60
