"""The blueprint of those who look after the diary, and how its forms are read."""

from collections.abc import Iterable, Mapping
from typing import Any, TypeVar

from flask import Blueprint, flash, request
from flask_babel import gettext as _

from diary.domain.errors import Invalid, Problem
from diary.domain.guides import MAX_SOURCES
from diary.models import Kind, Role
from diary.queries import site
from diary.web.forms import line, lines
from diary.web.rendering import language
from diary.web.session import reading

blueprint = Blueprint("admin", __name__)

Word = TypeVar("Word", Role, Kind)
Texts = Mapping[str, str]
SOURCE_PARTS = "title", "publisher", "year", "url"


def typed(name: str) -> str:
    """One line of the form as it is to be kept."""
    return line(request.form.get(name, ""))


def typed_lines(name: str) -> tuple[str, ...]:
    """A field with one thing per line."""
    each = (line(text) for text in lines(request.form.get(name, "")).split("\n"))
    return tuple(text for text in each if text)


def typed_texts(name: str, languages: Iterable[str], kept: Texts) -> dict[str, str]:
    """A text per language from fields such as `summary-sv`; `kept` holds those not asked for."""
    sent = {code: lines(request.form.get(f"{name}-{code}", "")).strip() for code in languages}
    return {code: text for code, text in {**kept, **sent}.items() if text}


def by_language(name: str, texts: Texts) -> dict[str, str]:
    """Texts as the fields that `typed_texts` reads."""
    return {f"{name}-{code}": text for code, text in texts.items()}


def typed_sources() -> tuple[dict[str, str], ...]:
    """Where results are published, from fields such as `source-0-title`; empty rows are none."""
    rows = (
        {part: typed(f"source-{number}-{part}") for part in SOURCE_PARTS}
        for number in range(MAX_SOURCES)
    )
    return tuple(row for row in rows if any(row.values()))


def by_source(sources: Iterable[Texts]) -> dict[str, str]:
    """Sources as the fields that `typed_sources` reads."""
    return {
        f"source-{number}-{part}": source[part]
        for number, source in enumerate(sources)
        for part in SOURCE_PARTS
    }


def typed_word(kind: type[Word], name: str) -> Word:
    """A word of a list; raises Invalid for one that is not in it."""
    try:
        return kind(request.form.get(name, ""))
    except ValueError as error:
        raise Invalid((Problem(name, "unknown_choice"),)) from error


def sent_form() -> dict[str, Any]:
    """Everything typed, to be shown again; the ticked labs are a list."""
    return {**request.form.to_dict(), "labs": request.form.getlist("labs")}


def lab_options() -> list[tuple[str, str]]:
    """All labs, for a field to choose from."""
    return [(lab.slug, lab.short) for lab in site.labs(reading(), language())]


def tell_address(home: str, before: str, address: str) -> None:
    """Say where something is found from now on, unless it stays where it was."""
    if address != before:
        moved = home.removesuffix(before) + address
        flash(_("The address is now %(address)s. The old one leads there.", address=moved), "good")
