"""A kept web archive (WACZ) of the diary's without some of its pictures."""

import re
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from urllib.parse import unquote, urlsplit

from diary.portability.kept_site import Cleaner, named
from diary.portability.kept_words import Scripts
from diary.portability.wacz import Reader, Record, Writer, rfc3339

_FEEDS = {"application/atom+xml", "application/rss+xml"}


def take_out(path: Path, tokens: frozenset[str], now: datetime) -> bool:
    """Write it anew if it has one of these pictures, and say so; one record at a time is held.

    Raises BadZipFile, KeyError or ValueError for one that is not the diary's own.
    """
    reader = Reader(path)
    if not tokens or not any(_has(one, named(tokens)) for one in reader.records()):
        return False
    said: dict[str, set[str]] = {}
    cleaner = Cleaner(named(tokens))
    for one in reader.records():
        if one.media_type == "text/html":
            _cleaned(one, cleaner)
            said[_file(one)] = cleaner.unsaid()
    scripts = Scripts({_file(one): one.body.decode() for one in _scripts(reader)}, said)
    unfinished = path.with_name(f"{path.name}.unfinished")
    about = {**reader.about, "modified": rfc3339(now)}
    with unfinished.open("wb") as file:
        writer = Writer(file, about, reader.made)
        for one in reader.records():
            if not _gone(one, named(tokens)):
                changed = scripts.changed.get(_file(one))
                body = changed.encode() if changed is not None else _cleaned(one, cleaner)
                writer.put(Record(one.url, one.status, one.headers, body, one.title))
        writer.close()
    unfinished.replace(path)
    return True


def _scripts(reader: Reader) -> Iterator[Record]:
    return (one for one in reader.records() if _file(one).startswith("search/"))


def _file(one: Record) -> str:
    """The path of a record, as the scripts of search are called."""
    return unquote(urlsplit(one.url).path).strip("/")


def _gone(one: Record, named: re.Pattern[str]) -> bool:
    return bool(named.search(one.url))


def _has(one: Record, named: re.Pattern[str]) -> bool:
    is_text = one.media_type == "text/html" or one.media_type in _FEEDS or "json" in one.media_type
    return _gone(one, named) or (is_text and bool(named.search(one.body.decode())))


def _cleaned(one: Record, cleaner: Cleaner) -> bytes:
    if not _has(one, cleaner.named):
        return one.body
    text = one.body.decode()
    if one.media_type == "text/html":
        return cleaner.html(text).encode()
    return (cleaner.xml if one.media_type in _FEEDS else cleaner.json)(text).encode()
