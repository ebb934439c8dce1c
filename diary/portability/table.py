"""The posts as a table for whoever counts: what they are, never who wrote them.

Described by a Data Package (datapackage.org, version 2.0), which spreadsheets, R and Python read.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from diary.addresses import post_path
from diary.queries.site import Site
from diary.queries.whole import Taken
from diary.text import spreadsheet
from diary.text.plain import as_text

BYTE_ORDER_MARK = "\ufeff"
"""Without it Excel takes UTF-8 for something else."""
BETWEEN = ";"
"""What stands between several values in one cell."""
PROFILE = "https://datapackage.org/profiles/2.0/datapackage.json"


def lazy(sentence: str) -> str:
    """Marks a sentence for the translators: the page says it in the reader's language."""
    return sentence


@dataclass(frozen=True, slots=True)
class Field:
    """A column: its name, what kind of value it holds, and what that means."""

    name: str
    kind: str
    meaning: str


FIELDS = (
    Field("uid", "string", lazy("What the post is called for good, here and in other diaries.")),
    Field("address", "string", lazy("Where it stands.")),
    Field("title", "string", lazy("Its title; empty if it has none.")),
    Field("date", "date", lazy("The day it is about; empty if nobody knows it.")),
    Field("precision", "string", lazy("How exactly that day is known: day, month, year, unknown.")),
    Field("published", "datetime", lazy("When it was first public, in UTC.")),
    Field("lab", "string", lazy("The place it comes from; empty: the whole project.")),
    Field("methods", "list", lazy("The ways of working in it.")),
    Field(
        "voice",
        "string",
        lazy("What kind of post it is: experience, thought, analysis, insight, lesson."),
    ),
    Field(
        "writers",
        "list",
        lazy("Who wrote it, as kinds: resident, staff, partner, researcher, guest. No names."),
    ),
    Field("language", "string", lazy("The language of its text (BCP 47).")),
    Field("second_language", "string", lazy("The language of a second text beside it.")),
    Field("second_kind", "string", lazy("What that text is: translation or easy.")),
    Field(
        "provenance",
        "string",
        lazy("How it got here: written, moved, recovered (full, teaser, title), or example."),
    ),
    Field("words", "integer", lazy("How many words its text has.")),
    Field("pictures", "integer", lazy("How many pictures are shown with it.")),
)
WITHDRAWN = (
    Field("month", "string", lazy("The month they were about; empty: not known.")),
    Field("posts", "integer", lazy("How many were public and are not any more.")),
)


def row(taken: Taken, home: str) -> dict[str, Any]:
    """A post as a row, column by column."""
    card = taken.card
    return {
        "uid": str(card.uid),
        "address": home + post_path(card.slug),
        "title": card.title,
        "date": "" if card.precision == "unknown" else card.dated.isoformat(),
        "precision": card.precision,
        "published": f"{card.published_at:%Y-%m-%dT%H:%M:%SZ}" if card.published_at else "",
        "lab": card.lab.slug if card.lab else "",
        "methods": [method.slug for method in card.methods],
        "voice": card.voice,
        "writers": [byline.kind for byline in card.bylines],
        "language": card.lang,
        "second_language": card.second_lang if card.second_html else "",
        "second_kind": card.second_kind if card.second_html else "",
        "provenance": card.provenance,
        "words": len(as_text(card.html).split()),
        "pictures": len(card.pictures),
    }


class Table:
    """Rows gathered one after another, written out at the end; a few hundred bytes each."""

    def __init__(self, home: str) -> None:
        self._home = home
        self._csv = [BYTE_ORDER_MARK + spreadsheet.row(field.name for field in FIELDS)]
        self._json: list[str] = []
        self.days: list[date] = []
        """The first and the last day."""

    def add(self, taken: Taken) -> None:
        """Take a post in; they come in order of their day."""
        values = row(taken, self._home)
        self._csv.append(spreadsheet.row(_cell(value) for value in values.values()))
        self._json.append(json.dumps(values, ensure_ascii=False))
        if values["date"]:
            self.days = [*self.days[:1], taken.card.dated]

    def __len__(self) -> int:
        return len(self._json)

    def csv(self) -> bytes:
        """The rows as CSV (RFC 4180) in UTF-8."""
        return "".join(self._csv).encode()

    def json(self) -> bytes:
        """The rows as an array of objects (RFC 8259), one on a line."""
        return ("[\n" + ",\n".join(self._json) + "\n]\n").encode()


def _cell(value: Any) -> Any:
    return BETWEEN.join(value) if isinstance(value, list) else value


def withdrawn(counts: Mapping[str, int]) -> bytes:
    """How many posts were taken down, per month, as CSV."""
    rows: list[Iterable[object]] = [[field.name for field in WITHDRAWN], *counts.items()]
    return (BYTE_ORDER_MARK + "".join(map(spreadsheet.row, rows))).encode()


def package(site: Site, uid: UUID, home: str, days: list[date]) -> bytes:
    """What the tables are, for programs: a Data Package's descriptor."""
    about = {
        "$schema": PROFILE,
        "name": "diary",
        "id": str(uid),
        "title": site.title,
        "homepage": home,
        "licenses": [{"title": site.licence, "path": site.licence_url}] if site.licence else [],
        "contributors": [{"title": site.title, "roles": ["publisher"]}],
        "temporal": {"start": str(days[0]), "end": str(days[-1])} if days else {},
        "resources": [
            _resource("posts", "csv", FIELDS),
            _resource("posts-as-json", "json", FIELDS),
            _resource("withdrawn", "csv", WITHDRAWN),
        ],
    }
    told = {key: value for key, value in about.items() if value}
    return (json.dumps(told, ensure_ascii=False, indent=2) + "\n").encode()


def _resource(name: str, form: str, fields: Iterable[Field]) -> dict[str, Any]:
    return {
        "name": name,
        "path": f"{name.partition('-')[0]}.{form}",
        "format": form,
        "mediatype": {"csv": "text/csv", "json": "application/json"}[form],
        "encoding": "utf-8",
        "schema": {
            "fields": [_described(field, form) for field in fields],
            "missingValues": [""],
        },
    }


def _described(field: Field, form: str) -> dict[str, str]:
    """A field of the schema; an array where JSON has one, a list in one cell where CSV has it."""
    told = {"name": field.name, "type": field.kind, "description": field.meaning}
    if field.kind == "list":
        told |= {"type": "array"} if form == "json" else {"delimiter": BETWEEN}
    return told
