"""The folder's Markdown files: a head of YAML between two lines of dashes, then the text.

docs/format.md says what each key means.
"""

import re
from typing import Any

import yaml

from diary.queries.rows import BylineView, PictureView
from diary.queries.whole import Taken

NAME = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
"""What an address must be to name a file, too."""
_FILE = re.compile(
    r"\ufeff?---[ \t]*\r?\n(.*?)^---[ \t]*\r?\n(?:[ \t]*\r?\n)?(.*)", re.DOTALL | re.MULTILINE
)


class _Plain(yaml.SafeDumper):  # type: ignore[misc]  # the package has no types
    """Writes texts of several lines as such lines."""


def _text(dumper: yaml.SafeDumper, value: str) -> yaml.ScalarNode:
    style = "|" if "\n" in value else None
    return dumper.represent_scalar("tag:yaml.org,2002:str", value, style=style)


_Plain.add_representer(str, _text)
_Plain.ignore_aliases = lambda *_: True


class _Loader(yaml.SafeLoader):  # type: ignore[misc]  # the package has no types
    """Takes no aliases: a few lines of them would come to more than any memory holds."""

    def compose_node(self, parent: Any, index: Any) -> Any:
        if self.check_event(yaml.AliasEvent):
            raise yaml.YAMLError("There is an alias.")
        return super().compose_node(parent, index)


def dumps(head: dict[str, Any], text: str) -> str:
    """A file of a head and a text."""
    told = yaml.dump(
        head,
        Dumper=_Plain,
        sort_keys=False,
        allow_unicode=True,
        default_flow_style=False,
        width=100,
    )
    return f"---\n{told}---\n\n{text}\n"


def loads(file: str) -> tuple[dict[str, Any], str]:
    """The head and the text of a file; raises ValueError where it has none that can be read."""
    found = _FILE.fullmatch(file if file.endswith("\n") else f"{file}\n")
    if not found:
        raise ValueError("It does not begin with a head between two lines of dashes.")
    try:
        head = yaml.load(found[1], _Loader)  # noqa: S506 (a safe loader)
    except (yaml.YAMLError, RecursionError) as error:
        raise ValueError("Its head is no YAML.") from error
    if not isinstance(head, dict):
        raise ValueError("Its head holds no keys.")  # noqa: TRY004 (of a file, not of a call)
    return head, found[2].rstrip("\r\n")


def post(taken: Taken, pictures: dict[str, str]) -> str:
    """A post as a file; `pictures` are the names of its pictures' files by token."""
    card = taken.card
    told = {
        "precision": "" if card.precision == "day" else str(card.precision),
        "place": taken.place if taken.place > 1 else None,
        "gist": card.gist,
    }
    more = {
        "scribe": card.scribe,
        "pictures": [
            _picture(one, pictures[one.token], str(taken.files[one.token].uid))
            for one in card.pictures
            if one.token in pictures
        ],
        "second": _second(taken),
        "inspired_by": taken.inspired_by,
        "corrections": [{"at": one.at, "words": one.words} for one in card.corrections],
        "provenance": str(card.provenance),
        "source": card.source_url,
        "earlier": card.earlier,
        "published": card.published_at,
        "slug": "" if NAME.fullmatch(card.slug) else card.slug,
        "uid": str(card.uid),
        "short": card.short,
        "addresses": [*taken.old],
    }
    head = {
        "title": card.title,
        "date": card.dated,
        **_said(told),
        "lang": card.lang,
        "lab": card.lab.slug if card.lab else "",
        "methods": [method.slug for method in card.methods],
        "voice": str(card.voice),
        "authors": [_author(one) for one in card.bylines],
        **_said(more),
    }
    return dumps(head, taken.body)


def _said(values: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in values.items() if value not in ("", [], {}, None)}


def _author(byline: BylineView) -> dict[str, str]:
    return {"name": byline.name, "role": byline.role, "kind": str(byline.kind)}


def _picture(one: PictureView, file: str, uid: str) -> dict[str, Any]:
    focus = [one.focus_x, one.focus_y]
    return {"file": file, "alt": one.alt, "caption": one.caption} | _said(
        {
            "credit": one.credit,
            "link": one.link,
            "focus": [] if focus == [0.5, 0.5] else focus,
            "consent": "yes" if one.people else "nobody",
            "uid": uid,
        }
    )


def _second(taken: Taken) -> dict[str, str]:
    if not taken.second_body:
        return {}
    card = taken.card
    return {"kind": str(card.second_kind), "lang": card.second_lang, "text": taken.second_body}
