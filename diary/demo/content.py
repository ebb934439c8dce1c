"""The demonstration's posts as plain values, read from the files beside this one."""

import csv
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import frontmatter
import yaml

from diary.domain.incoming import kind_of
from diary.domain.placing import LAB, METHOD, full
from diary.domain.reconstruction import Level, Trace
from diary.models import Claim, Kind, Origin, Precision, Voice

FOLDER = Path(__file__).parent / "content"
STAND_IN_DAY = date(2018, 9, 1)
"""Of the one post whose day is not known: before all others, so that it opens the journey."""


@dataclass(frozen=True, slots=True)
class Author:
    """A name as printed under a post."""

    name: str
    role: str
    kind: Kind
    real: bool
    """Whether this is a person of the real project, not a character of the examples."""


@dataclass(frozen=True, slots=True)
class Drawing:
    """A picture to be drawn: what of, and the words on it."""

    scene: str
    alt: str
    caption: str
    claim: Claim = Claim.NOBODY


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """One post of the demonstration. `key` names it for good; `slug` is its address."""

    key: str
    slug: str
    title: str
    dated: date
    precision: Precision = Precision.DAY
    lang: str = "sv"
    gist: str = ""
    lab: str = ""
    methods: tuple[str, ...] = ()
    voice: Voice | None = None
    inspired_by: str = ""
    """The file name of the example that gave the idea."""
    authors: tuple[Author, ...] = ()
    drawings: tuple[Drawing, ...] = ()
    body: str = ""
    origin: Origin = Origin.EXAMPLE
    source_url: str = ""
    seen_on: str = ""
    evidence: tuple[Trace, ...] = ()
    account: str = ""
    sent_days_ago: int = 0


def load_yaml(name: str) -> Any:
    """A content file by its name without ending."""
    return yaml.safe_load((FOLDER / f"{name}.yaml").read_text("utf-8"))


def journey() -> list[Source]:
    """All posts of the journey in order of their day, those of the register first on each day."""
    sources = [*_register(), *_examples()]
    return sorted(sources, key=lambda s: (s.dated, s.origin is Origin.EXAMPLE, s.key))


def queue() -> list[Source]:
    """The posts that wait to be read."""
    return [_example(item, item["slug"], item["body"].strip()) for item in load_yaml("queue")]


def _examples() -> Iterator[Source]:
    for path in sorted(FOLDER.glob("examples/*/*.md")):
        post = frontmatter.loads(path.read_text("utf-8"))
        yield _example(post.metadata, path.stem, post.content)


def _example(values: dict[str, Any], name: str, body: str) -> Source:
    return Source(
        key=f"example/{name}",
        slug=name[11:],
        title=values["title"] or "",
        dated=values["date"],
        lang=values["lang"],
        gist=values.get("gist") or "",
        lab=values["lab"] or "",
        methods=tuple(values["methods"]),
        voice=Voice(values["voice"]) if values["voice"] else None,
        inspired_by=values.get("inspired_by") or "",
        authors=tuple(
            Author(author["name"], author["role"], kind_of(author["role"]), real=False)
            for author in values["authors"]
        ),
        drawings=tuple(
            Drawing(
                picture["scene"],
                picture["alt"],
                picture["caption"],
                Claim(picture.get("consent", Claim.NOBODY)),
            )
            for picture in values["pictures"]
        ),
        body=body,
        account=values.get("account") or "",
        sent_days_ago=values.get("sent_days_ago", 0),
    )


def _register() -> Iterator[Source]:
    methods = {m["register_key"]: m["slug"] for m in load_yaml("methods") if "register_key" in m}
    with (FOLDER / "register.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            yield _recovered(row, methods)


def _recovered(row: dict[str, str], slugs: dict[str, str]) -> Source:
    """A post of the register: its facts, and nothing else."""
    methods = tuple(slugs.get(key, key) for key in row["methods"].split(";") if key)
    kind = kind_of(row["role"], row["organisation"])
    return Source(
        key=f"register/{row['date']}/{row['title']}",
        slug="",
        title=row["title"],
        dated=date.fromisoformat(row["date"]) if row["date"] else STAND_IN_DAY,
        precision=Precision.DAY if row["date"] else Precision.UNKNOWN,
        lab=row["lab"],
        methods=methods,
        authors=(Author(row["author"], row["role"], kind, real=True),) if row["author"] else (),
        # Whatever was seen of it, what is shown here are its facts alone.
        origin=Origin.TITLE,
        source_url=row["url"] or row["seen_on"],
        seen_on=row["seen_on"],
        evidence=(_trace(row, methods),),
    )


def _trace(row: dict[str, str], methods: Iterable[str]) -> Trace:
    """The row as `import --from pages` would have kept it, so that a page that is found fills the
    post in."""
    places = [full(LAB, row["lab"])] if row["lab"] else []
    return Trace(
        page=row["seen_on"],
        level=Level.TITLE,
        title=row["title"],
        dated=date.fromisoformat(row["date"]) if row["date"] else None,
        author=row["author"],
        role=row["role"],
        organisation=row["organisation"],
        address=row["url"],
        tags=(*places, *(full(METHOD, slug) for slug in methods)),
    )
