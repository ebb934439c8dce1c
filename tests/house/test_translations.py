"""The interface is whole in every language, says nothing in a language it was not told, and its
Swedish is short and plain."""

import io
import re
from collections.abc import Iterable, Sequence
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.frontend import parse_mapping_cfg
from babel.messages.pofile import read_po

from diary.web.rendering import LANGUAGES

ROOT = Path(__file__).parents[2]
TRANSLATED = sorted(set(LANGUAGES) - {"en"})  # message ids are the English sentences
PLACEHOLDER = re.compile(r"%\(\w+\)s")
PAGES = sorted(
    set(ROOT.glob("diary/defaults/pages/*.sv.md")) - {ROOT / "diary/defaults/pages/foreword.sv.md"}
)
"""But for the foreword, of which only the lead has words."""
WORD = re.compile(r"[^\W\d_]+")
SENTENCE = re.compile(r"[.:!?]+(?=\s|$)|\n")
EASY, BEARABLE = 30, 40  # LIX: below 30 reads like a children's book, below 40 like a story


@pytest.fixture(scope="module")
def used() -> Catalog:
    """Every sentence that code and templates ask for."""
    with (ROOT / "babel.cfg").open() as file:
        methods, options = parse_mapping_cfg(file)
    keywords = {"_": None, "gettext": None, "ngettext": (1, 2), "lazy": None, "lazy_gettext": None}
    catalog = Catalog()
    found = extract_from_dir(
        ROOT,
        methods,
        options,
        keywords,
        directory_filter=lambda d: not Path(d).name.startswith("."),
    )
    for _, _, message, _, _ in found:
        catalog.add(message)
    return catalog


def translated(language: str) -> Catalog:
    """A language's catalogue."""
    path = ROOT / f"diary/translations/{language}/LC_MESSAGES/messages.po"
    return read_po(io.BytesIO(path.read_bytes()), locale=language)


def forms(string: str | Sequence[str] | None) -> tuple[str, ...]:
    """A translation's singular and plurals."""
    return (string,) if isinstance(string, str) else tuple(string or ())


@pytest.mark.parametrize("language", TRANSLATED)
def test_every_sentence_is_translated(used: Catalog, language: str) -> None:
    catalog = translated(language)
    missing = [
        message.id
        for message in used
        if message.id
        and not ((found := catalog.get(message.id)) and found.string and all(forms(found.string)))
    ]
    assert missing == []


@pytest.mark.parametrize("language", TRANSLATED)
def test_no_translation_is_left_over(used: Catalog, language: str) -> None:
    left = [m.id for m in translated(language) if m.id and used.get(m.id) is None]
    assert left == []


@pytest.mark.parametrize("language", TRANSLATED)
def test_translations_keep_their_placeholders(language: str) -> None:
    for message in translated(language):
        if not message.id:
            continue
        wanted = set(PLACEHOLDER.findall(" ".join(forms(message.id))))
        assert "fuzzy" not in message.flags, message.id
        for form in forms(message.string):
            assert set(PLACEHOLDER.findall(form)) <= wanted, message.id
        said = set(PLACEHOLDER.findall(" ".join(forms(message.string))))
        assert said == wanted, message.id


# ---------------------------------------------------------------- plain Swedish


def lix(text: str) -> float:
    """Björnsson's readability index: words per sentence and, in per cent, words over six letters.

    A line ends a sentence too; what is filled in and where links lead count for nothing.
    """
    text = re.sub(r"%\(\w+\)s|\{\w+\}|\]\([^)]*\)", " ", text)
    sentences = [found for part in SENTENCE.split(text) if (found := WORD.findall(part))]
    words = [word for sentence in sentences for word in sentence]
    return len(words) / len(sentences) + 100 * sum(len(word) > 6 for word in words) / len(words)


def swedish() -> Iterable[str]:
    """Every text of the Swedish interface that is long enough to be measured."""
    texts = (form for message in translated("sv") if message.id for form in forms(message.string))
    return [text for text in texts if len(WORD.findall(text)) >= 10]


def test_the_measure_itself() -> None:
    assert lix("Vi skriver om vardagen. Alla får läsa!") == 3.5 + 100 * 2 / 7


def test_swedish_sentences_are_plain() -> None:
    assert {text: lix(text) for text in swedish() if lix(text) >= BEARABLE} == {}
    assert lix("\n".join(swedish())) < EASY


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_swedish_pages_are_plain(page: Path) -> None:
    assert lix(page.read_text().split("---", 2)[2]) < EASY
