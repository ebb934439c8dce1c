"""The interface is whole in every language, and says nothing in a language it was not told."""

import io
import re
from collections.abc import Sequence
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
