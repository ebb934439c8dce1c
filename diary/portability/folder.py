"""`import --from folder`: Markdown files with a head, as the examples are written and as the diary
itself writes them (docs/format.md); a folder of them, a zip or one alone."""

import posixpath
import re
from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime
from functools import partial
from pathlib import Path
from typing import Any
from uuid import UUID

from diary.addresses import post_path
from diary.domain.content import MAX_BODY, MAX_LINE, Content
from diary.domain.incoming import Author, Batch, Incoming, IncomingPicture, LeftOut, NotReadable
from diary.media.images import MAX_BYTES, moved
from diary.models import Claim, Kind, Origin, Precision, SecondKind, Voice
from diary.portability import files as stored
from diary.portability import heads, house
from diary.portability.files import Files, TooLarge
from diary.portability.pictures import NoPicture
from diary.portability.saved import MAX_PAGE, decoded
from diary.text.films import is_web
from diary.text.plain import slug as slug_of
from diary.text.plain import tidy, tidy_line

WORLD = "folder"
_DAY = re.compile(r"^\d{4}-\d\d-\d\d-")
_SUFFIXES = (".md", ".markdown")


def read(path: Path, lang: str) -> Batch:
    """The posts of a folder, of a zip of one, or of one file. Raises NotReadable."""
    files = stored.opened(path)
    of = house.uid(files) if house.FILE in files.names else ""
    within = "posts/" if house.FILE in files.names else ""
    names = [
        name for name in files.names
        if name.lower().endswith(_SUFFIXES) and name.startswith(within)
    ]  # fmt: skip
    if not names:
        raise NotReadable(f"There is no post (a file that ends with .md) in {path.name}.")
    world = f"{WORLD}/{of}" if of else WORLD
    found = (_read(files, name, world, lang) for name in names)
    return Batch(found, len(names), house=house.read(files))


def _read(files: Files, name: str, world: str, lang: str) -> Incoming | LeftOut:
    """The post a file holds; what cannot be read is left out with the reason."""
    try:
        head, text = heads.loads(decoded(files.read(name, MAX_PAGE)))
        return _incoming(files, name, world, lang, head, text)
    except TooLarge:
        return LeftOut(name, "larger than 5 MB")
    except NotReadable as error:
        return LeftOut(name, str(error))
    except (TypeError, ValueError, AttributeError, KeyError, OverflowError, RecursionError):
        return LeftOut(name, "its head cannot be read")


def _incoming(
    files: Files, name: str, world: str, lang: str, head: dict[str, Any], text: str
) -> Incoming:
    """Raises ValueError, TypeError, AttributeError or KeyError for a head that is not as it is
    written down."""
    dated, uid = head.get("date"), head.get("uid")
    if type(dated) is not date:
        raise ValueError("There is no day.")
    stem = posixpath.basename(name).rpartition(".")[0]
    # Those of one day come out in the order of their keys.
    place = int(head.get("place") or 1)
    return Incoming(
        key=f"{world}/{dated}/{place:04}/{UUID(uid)}" if uid else f"{WORLD}/{name}",
        world=world,
        content=_content(head, text, dated, lang),
        authors=tuple(_author(author) for author in head.get("authors") or []),
        pictures=tuple(_pictures(files, posixpath.dirname(name), head.get("pictures") or [])),
        origin=Origin(head.get("provenance") or Origin.MOVED),
        source_url=_line(head.get("source")),
        slug=slug_of(_line(head.get("slug")) or stem.removeprefix(f"{dated}-")),
        addresses=tuple(_line(one) for one in head.get("addresses") or []),
        published_at=_moment(head.get("published")),
        uid=UUID(uid) if uid else None,
        short=slug_of(_line(head.get("short"))),
        earlier=_line(head.get("earlier")),
        corrections=tuple(_corrections(head.get("corrections") or [])),
    )


def _content(head: dict[str, Any], text: str, dated: date, lang: str) -> Content:
    second = head.get("second") or {}
    return Content(
        dated=dated,
        title=_line(head.get("title")),
        body=text,
        lang=_line(head.get("lang")) or lang,
        lang_chosen=bool(head.get("lang")),
        gist=_line(head.get("gist")),
        second_kind=SecondKind(second["kind"]) if second else None,
        second_lang=_line(second.get("lang")),
        second_lang_chosen=bool(second.get("lang")),
        second_body=tidy(str(second.get("text") or ""))[:MAX_BODY],
        scribe=_line(head.get("scribe")),
        precision=Precision(head.get("precision") or Precision.DAY),
        lab=_line(head.get("lab")),
        methods=tuple(_line(method) for method in head.get("methods") or []),
        voice=Voice(head["voice"]) if head.get("voice") else None,
        inspired_by=_named(head.get("inspired_by")),
    )


def _named(name: object) -> str:
    """The address of a post by the name of its file, with its day or without."""
    slug = slug_of(_DAY.sub("", _line(name).removeprefix("post:")))
    return post_path(slug) if slug else ""


def _author(author: dict[str, Any]) -> Author:
    kind = Kind(author["kind"]) if author.get("kind") else None
    return Author(name=_line(author["name"]), role=_line(author.get("role")), kind=kind)


def _pictures(
    files: Files, folder: str, pictures: Iterable[dict[str, Any]]
) -> Iterator[IncomingPicture]:
    """Those that have a file; of the examples' the scenes are only told."""
    for one in pictures:
        if not one.get("file"):
            continue
        path = posixpath.normpath(posixpath.join(folder, str(one["file"])))
        x, y = one.get("focus") or (0.5, 0.5)
        yield IncomingPicture(
            source=path,
            alt=str(one.get("alt") or ""),
            caption=str(one.get("caption") or ""),
            credit=_line(one.get("credit")),
            link=_address(one.get("link")),
            focus_x=max(0.0, min(1.0, float(x))),  # in this order no number (NaN) is one, too
            focus_y=max(0.0, min(1.0, float(y))),
            claim=_claim(one.get("consent")),
            uid=UUID(one["uid"]) if one.get("uid") else None,
            read=partial(_picture, files, path),
            prepare=moved,
        )


def _picture(files: Files, path: str) -> bytes:
    try:
        return files.read(path, MAX_BYTES)
    except KeyError:
        raise NoPicture("not in the folder") from None
    except TooLarge:
        raise NoPicture(f"larger than {MAX_BYTES // 1024**2} MB") from None
    except NotReadable as error:
        raise NoPicture(str(error)) from error


def _claim(said: Any) -> Claim:
    """What the folder says of the people in a picture; the lead decides."""
    return Claim(said) if said in set(Claim) else Claim.UNANSWERED


def _corrections(corrections: Iterable[dict[str, Any]]) -> Iterator[tuple[datetime, str]]:
    for one in corrections:
        at, words = _moment(one.get("at")), _line(one.get("words"))
        if at and words:
            yield at, words


def _moment(value: object) -> datetime | None:
    if not isinstance(value, datetime):
        return None
    return value if value.tzinfo else value.replace(tzinfo=UTC)


def _address(value: object) -> str:
    address = str(value or "").strip()
    return address if is_web(address) else ""


def _line(value: object) -> str:
    return tidy_line(str(value or ""), MAX_LINE)
