"""What the folder tells of the diary around the posts: `diary.json`, which nobody vouches for."""

import json
import re
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any
from uuid import UUID

from diary.domain.content import MAX_LINE
from diary.domain.founding import House
from diary.domain.incoming import NotReadable
from diary.domain.settings import LICENCES, MAX_TEXT
from diary.portability.files import Files, TooLarge
from diary.portability.saved import MAX_PAGE
from diary.text.films import is_web
from diary.text.plain import slug as slug_of
from diary.text.plain import tidy, tidy_line

FORMAT, VERSION = "share-stories/folder", 1
FILE, PACKAGE, GONE = "diary.json", "datapackage.json", "withdrawn.csv"
LANGUAGES = ("sv", "en", "ar")
"""Those of the interface."""
_COUNT = re.compile(r"(?P<month>\d{4}-\d\d|),(?P<posts>\d{1,6})", re.ASCII)
_LINES = ("title", "funder", "licence")


def read(files: Files) -> House | None:
    """What `diary.json` says; None where there is none. Raises NotReadable."""
    if FILE not in files.names:
        return None
    values = _json(files, FILE)
    version = values.get("version")
    if values.get("format") != FORMAT or not isinstance(version, int):
        raise NotReadable(f"{FILE} is not that of a diary's folder.")
    if version > VERSION:
        raise NotReadable(f"The folder has format {version}; this program reads up to {VERSION}.")
    try:
        return House(
            uid=_as_uid(uid(files)),
            withdrawn=_withdrawn(files),
            values=_settings(values),
            goals=[_goal(one) for one in values.get("focus_areas") or []],
            labs=[_lab(one) for one in values.get("labs") or []],
            methods=[_method(one) for one in values.get("methods") or []],
        )
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise NotReadable(f"{FILE} does not tell of places as docs/format.md has it.") from error


def uid(files: Files) -> str:
    """Which diary the folder is of, if it says so: two diaries' persons are two."""
    if PACKAGE not in files.names:
        return ""
    return _line(_json(files, PACKAGE).get("id"))


def _as_uid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


def _withdrawn(files: Files) -> dict[str, int]:
    """How many posts were taken down there, by month; what is no such row counts for nothing."""
    if GONE not in files.names:
        return {}
    try:
        lines = files.read(GONE, MAX_PAGE).decode("utf-8-sig").splitlines()
    except (ValueError, TooLarge) as error:
        raise NotReadable(f"{GONE} is damaged.") from error
    found = map(_COUNT.fullmatch, lines)
    return {one["month"]: int(one["posts"]) for one in found if one}


def _json(files: Files, name: str) -> dict[str, Any]:
    try:
        values = json.loads(files.read(name, MAX_PAGE))
    except (ValueError, RecursionError, TooLarge) as error:
        raise NotReadable(f"{name} is damaged.") from error
    if not isinstance(values, dict):
        raise NotReadable(f"{name} is damaged.")
    return values


def _settings(values: Mapping[str, Any]) -> dict[str, Any]:
    """Those of the settings that anybody can read on the pages."""
    told: dict[str, Any] = {key: _line(values.get(key)) for key in _LINES}
    told["sentence"] = _texts(values.get("sentence"))
    told["partners"] = [_line(one) for one in values.get("partners") or []]
    if values.get("main_language") in LANGUAGES:
        told["main_language"] = values["main_language"]
    address = _line(values.get("licence_url"))
    told["licence_url"] = address if is_web(address) else LICENCES.get(told["licence"], "")
    return {key: value for key, value in told.items() if value}


def _goal(one: Mapping[str, Any]) -> dict[str, Any]:
    return {"slug": _slug(one), "uid": _uid(one), "names": _texts(one.get("names"))}


def _lab(one: Mapping[str, Any]) -> dict[str, Any]:
    return {
        **_named(one),
        **{key: _texts(one.get(key)) for key in ("summaries", "descriptions", "results")},
        **{key: _line(one.get(key)) for key in ("place", "colour")},
        **{key: _day(one.get(key)) for key in ("started", "ended")},
        "sources": _sources(one),
        "partners": [_line(partner) for partner in one.get("partners") or []],
        "archived": one.get("archived") is True,
        "focus_areas": [str(area) for area in one.get("focus_areas") or []],
    }


def _method(one: Mapping[str, Any]) -> dict[str, Any]:
    return {
        **_named(one),
        **{key: _texts(one.get(key)) for key in ("descriptions", "steps", "needs")},
        "sources": _sources(one),
        "first_lab": _line(one.get("first_lab")),
        "core": one.get("core") is not False,
        "retired": one.get("retired") is True,
    }


def _sources(one: Mapping[str, Any]) -> list[dict[str, str]]:
    """Where results are published; what is no web address leads nowhere."""
    told = [
        {key: _line(source.get(key)) for key in ("title", "publisher", "year", "url")}
        for source in one.get("sources") or []
    ]
    return [
        {**source, "url": source["url"] if is_web(source["url"]) else ""}
        for source in told
        if source["title"]
    ]


def _named(one: Mapping[str, Any]) -> dict[str, Any]:
    slug = _slug(one)
    return {
        "slug": slug,
        "uid": _uid(one),
        "name": _line(one.get("name")) or slug,
        "short_names": _texts(one.get("short_names")),
    }


def _slug(one: Mapping[str, Any]) -> str:
    slug = str(one["slug"])
    if slug != slug_of(slug):
        raise ValueError(f"{slug!r} is no address.")
    return slug


def _uid(one: Mapping[str, Any]) -> UUID | None:
    return UUID(one["uid"]) if one.get("uid") else None


def _day(text: Any) -> date | None:
    return date.fromisoformat(text) if text else None


def _line(value: Any) -> str:
    return tidy_line(value, MAX_LINE) if isinstance(value, str) else ""


def _texts(values: Any) -> dict[str, str]:
    """Texts by language."""
    told: Iterable[tuple[Any, Any]] = (values or {}).items()
    return {
        _line(lang): tidy(text)[:MAX_TEXT]
        for lang, text in told
        if isinstance(text, str) and _line(lang)
    }
