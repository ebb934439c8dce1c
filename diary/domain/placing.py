"""Where tags and authors from elsewhere have their place here: by a mapping file, else by name."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import yaml

from diary.domain.incoming import Author
from diary.text.names import fold

MAX_MAPPING = 1_000_000
"""Characters of a mapping file."""
LAB, METHOD = "lab", "method"


def full(kind: str, slug: str) -> str:
    """A tag that means the lab or method of a slug, and no other."""
    return f"{kind}/{slug}"


class BadMapping(Exception):
    """The mapping file cannot be used; the message says where and how to mend it."""


@dataclass(frozen=True, slots=True)
class Place:
    """A lab or a method that tags may lead to, and all it is called."""

    kind: str
    slug: str
    names: tuple[str, ...]

    @property
    def full(self) -> str:
        """How a mapping file names it beyond doubt."""
        return full(self.kind, self.slug)


@dataclass(frozen=True, slots=True)
class Placed:
    """Where a post belongs, and which of its tags have found no place."""

    lab: str
    methods: tuple[str, ...]
    lost: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Places:
    """Places by tag, persons by author; tags and names are compared without case and accents.

    A tag that leads to None was given no place on purpose and is not lost.
    """

    tags: Mapping[str, Place | None] = field(default_factory=dict)
    persons: Mapping[str, int] = field(default_factory=dict)

    def place(self, tags: Iterable[str]) -> Placed:
        """What a post's tags come to. Only one lab has room: the first."""
        lab, methods, lost = "", [], []
        for tag in tags:
            place = self.tags.get(fold(tag))
            if place is None:
                lost += [] if fold(tag) in self.tags else [tag]
            elif place.kind == METHOD:
                methods.append(place.slug)
            elif lab in {"", place.slug}:
                lab = place.slug
            else:
                lost.append(tag)
        return Placed(lab, tuple(dict.fromkeys(methods)), tuple(dict.fromkeys(lost)))

    def person(self, author: Author) -> int | None:
        """The person here that the mapping file names for an author."""
        known = (self.persons.get(fold(name)) for name in (author.key, author.name) if name)
        return next((person_id for person_id in known if person_id is not None), None)


def by_name(places: Iterable[Place]) -> dict[str, Place | None]:
    """Tags that are called just as a place here; two places of one name have none by it."""
    found: dict[str, Place | None] = {}
    for place in places:
        for name in {fold(word) for word in (place.full, place.slug, *place.names)} - {""}:
            found[name] = place if name not in found else None
    return {name: place for name, place in found.items() if place}


def read(text: str, places: Iterable[Place], persons: Mapping[str, tuple[int, ...]]) -> Places:
    """A mapping file (YAML: `tags` and `authors`); `persons` are ids by folded name and by uid.

    Raises BadMapping.
    """
    known = tuple(places)
    values = _values(text)
    tags = by_name(known)
    for tag, wanted in values["tags"].items():
        tags[fold(tag)] = _place(tag, wanted, known) if wanted else None
    authors = {
        fold(author): _person(author, wanted, persons)
        for author, wanted in values["authors"].items()
        if wanted
    }
    return Places(tags, authors)


def _values(text: str) -> dict[str, dict[str, str]]:
    if len(text) > MAX_MAPPING:
        raise BadMapping(f"The mapping file has more than {MAX_MAPPING:,} characters.")
    try:
        values: Any = yaml.safe_load(text) or {}
    except (yaml.YAMLError, RecursionError, ValueError) as error:
        raise BadMapping(f"The mapping file is no YAML: {error}") from error
    if not isinstance(values, dict) or set(values) - {"tags", "authors"}:
        raise BadMapping("The mapping file has two parts, `tags:` and `authors:`, and no other.")
    parts = {name: values.get(name) or {} for name in ("tags", "authors")}
    for name, part in parts.items():
        # A few aliases within lists would come to more than any memory holds.
        if not isinstance(part, dict) or any(isinstance(one, dict | list) for one in part.values()):
            raise BadMapping(f"Under `{name}:` each line is what it is there, a colon, what here.")
    return {
        name: {str(there): str(here or "").strip() for there, here in part.items()}
        for name, part in parts.items()
    }


def _place(tag: str, wanted: str, known: Iterable[Place]) -> Place:
    found = [place for place in known if wanted in {place.slug, place.full}]
    if not found:
        raise BadMapping(f"“{tag}” is to lead to “{wanted}”, but no place or method here has that.")
    if len(found) > 1:
        both = " or ".join(place.full for place in found)
        raise BadMapping(f"“{tag}” is to lead to “{wanted}”: say {both}.")
    return found[0]


def _person(author: str, wanted: str, persons: Mapping[str, tuple[int, ...]]) -> int:
    found = persons.get(wanted) or persons.get(fold(wanted)) or ()
    if not found:
        raise BadMapping(f"“{author}” is to be “{wanted}”, but nobody here is called so.")
    if len(found) > 1:
        raise BadMapping(f"“{author}” is to be “{wanted}”, but {len(found)} here are: say the uid.")
    return found[0]


def template(places: Places, tags: Mapping[str, int], authors: Mapping[str, int]) -> str:
    """A mapping file to fill in: all tags and authors found, with how many posts have them."""
    lines = ["# What tags are here: the slug of a place or a way of working, or nothing.", "tags:"]
    for tag, count in tags.items():
        place = places.tags.get(fold(tag))
        lines.append(f"  {_quoted(tag)}: {place.full if place else ''}  # {count}")
    lines += ["# Who authors are here: a name or uid of somebody who is here already, or nothing"]
    lines += ["# for somebody new.", "authors:"]
    lines += [f"  {_quoted(author)}:  # {count}" for author, count in authors.items()]
    return "\n".join(lines)


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)  # YAML 1.2 takes any JSON string
