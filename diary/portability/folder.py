"""`import --from folder`: Markdown files with front matter, as the examples are written."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import frontmatter
import yaml

from diary.domain.content import MAX_BODY, MAX_LINE, Content
from diary.domain.incoming import Author, Batch, Incoming, LeftOut
from diary.models import Origin, Voice
from diary.portability import saved
from diary.portability.saved import MAX_PAGE, decoded
from diary.text.plain import tidy, tidy_line

WORLD = "folder"
_ORIGINS = {"example": Origin.EXAMPLE, "teaser": Origin.TEASER, "title": Origin.TITLE}


def read(path: Path, _lang: str) -> Batch:
    """The posts of a folder, or of one file."""
    files = saved.files(path)
    names = ((file, saved.name_of(file, path)) for file in files)
    return Batch((one for file, name in names for one in _read(file, name)), len(files))


def _read(file: Path, name: str) -> Iterator[Incoming | LeftOut]:
    """The post a file holds; what cannot be read is left out with the reason."""
    if file.suffix.lower() not in {".md", ".markdown"}:
        yield LeftOut(name, "no Markdown file")
    elif file.stat().st_size > MAX_PAGE:
        yield LeftOut(name, "larger than 5 MB")
    else:
        try:
            post = frontmatter.loads(decoded(file.read_bytes()))
            yield _incoming(name, file.stem, post.metadata, post.content)
        except (yaml.YAMLError, TypeError, ValueError, AttributeError, RecursionError):
            yield LeftOut(name, "its head cannot be read")


def _incoming(name: str, stem: str, values: dict[str, Any], body: str) -> Incoming:
    """Raises ValueError or TypeError for a head that is not as the examples' is."""
    dated = values.get("date")
    if type(dated) is not date:
        raise ValueError("There is no day.")
    lab, voice, methods = values.get("lab"), values.get("voice"), values.get("methods") or []
    return Incoming(
        key=f"{WORLD}/{name}",
        content=Content(
            dated=dated,
            title=_line(values.get("title")),
            body=tidy(body)[:MAX_BODY],
            lang=_line(values.get("lang")) or "sv",
            gist=_line(values.get("gist")),
            lab=_line(lab),
            methods=tuple(_line(method) for method in methods),
            voice=Voice(voice) if voice else None,
        ),
        authors=tuple(_author(author) for author in values.get("authors") or []),
        origin=_ORIGINS.get(str(values.get("provenance")), Origin.FULL),
        world=WORLD,
        slug=stem.removeprefix(f"{dated}-"),
    )


def _author(author: dict[str, Any]) -> Author:
    return Author(name=_line(author["name"]), role=_line(author.get("role")))


def _line(value: object) -> str:
    return tidy_line(str(value or ""), MAX_LINE)
