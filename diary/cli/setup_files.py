"""The files of `diary setup`: made of its answers, and written without harm to others' words."""

import hashlib
import json
import os
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from tempfile import mkstemp
from urllib.parse import urlsplit

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from diary.cli.setup_answers import NONE, Known

TEMPLATES = Path(__file__).resolve().parent.parent / "defaults" / "server"
FOLDER = "server"
"""Beside `.env`."""
UNITS = ("diary.service", "diary-backup.service", "diary-backup.timer")
SITES = {"nginx": "nginx.conf", "caddy": "Caddyfile"}
INSTALL = "install.sh"
KEPT = "answers.json"
"""What `.env` does not hold, and the digests of the files as they were written."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where the diary is, and what of it is set already."""

    folder: Path
    """That of `.env`."""
    instance: Path
    store: Path | None
    """The folder of its pictures, if they are in one."""
    was_here: bool
    """It was begun without a word on where it is: naming its folder would move its pictures."""
    proxies: str

    @property
    def writes(self) -> list[Path]:
        """The folders that the program writes."""
        apart = self.store and not self.store.is_relative_to(self.instance)
        return [self.instance, self.store] if self.store and apart else [self.instance]


def env_lines(known: Known, place: Place) -> dict[str, str]:
    """What `.env` is to say; empty values are taken out."""
    mail = known["mail"] != NONE
    return {
        "DIARY_BASE_URL": known["address"],
        **({} if place.was_here else {"DIARY_INSTANCE": str(place.instance)}),
        "DIARY_PROXIES": place.proxies,
        "DIARY_MAIL_URL": known["mail"] if mail else "",
        "DIARY_MAIL_FROM": known["sender"] if mail else "",
        "PORT": known["port"],
    }


def merged(before: str, lines: Mapping[str, str]) -> str:
    """The words of `.env` with these settings; whatever else stands there stays."""
    left = dict(lines)
    kept = []
    for line in before.splitlines():
        named = re.match(r"\s*(?:export\s+)?(\w+)\s*=", line)
        if named is None or named[1] not in lines:
            kept.append(line)
        elif value := left.pop(named[1], ""):
            kept.append(_setting(named[1], value))
    kept += [_setting(name, value) for name, value in left.items() if value]
    return "\n".join(kept) + "\n"


def _setting(name: str, value: str) -> str:
    quoted = value.replace("\\", "\\\\").replace("'", "\\'")
    return f"{name}='{quoted}'"


def server_files(known: Known, place: Place, user: str) -> dict[str, str]:
    """The files for the server, by name; `user` is who runs this."""
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        undefined=StrictUndefined,
        autoescape=False,  # noqa: S701 (no HTML; what goes in was checked letter by letter)
        keep_trailing_newline=True,
    )
    words = _words(known, place, user)
    names = [*UNITS, *([SITES[known["proxy"]]] if known["proxy"] in SITES else []), INSTALL]
    return {name: environment.get_template(name).render(words) for name in names}


def _words(known: Known, place: Place, user: str) -> dict[str, object]:
    apart = not Path(known["backup"]).is_relative_to(place.instance)
    parts = urlsplit(known["address"])
    return {
        **known,
        "host": parts.hostname,
        "given_port": parts.port,
        "folder": place.folder,
        "program": place.folder / ".venv/bin/diary",
        "writes": [*place.writes, *([known["backup"]] if apart else [])],
        "owned": [*place.writes, place.folder / ".env", place.folder / FOLDER],
        "other_user": known["user"] != user,
        "backup_apart": apart,
    }


def recall_answers(folder: Path) -> dict[str, str]:
    """What was answered the last time, but for what `.env` holds."""
    return dict(_kept(folder).get("answers", {}))


def keep_answers(folder: Path, known: Known, digests: Mapping[str, str]) -> None:
    """Keep what the next run starts from."""
    answers = {name: known[name] for name in ("letter", "proxy", "user", "backup")}
    words = json.dumps({"answers": answers, "written": dict(digests)}, indent=2)
    write(folder / KEPT, words + "\n", 0o600)


def _kept(folder: Path) -> dict[str, dict[str, str]]:
    try:
        found = json.loads((folder / KEPT).read_text())
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def write_server_files(
    folder: Path, files: Mapping[str, str], may_replace: Callable[[Path], bool]
) -> dict[str, str]:
    """Write the files; the digests of those that are as written here.

    One that somebody has changed, or made, stays unless `may_replace` says so: then the new words
    stand beside it, in `NAME.new`.
    """
    folder.mkdir(exist_ok=True)
    digests = _kept(folder).get("written", {})
    for name, words in files.items():
        path = folder / name
        there = path.read_text() if path.exists() else None
        strange = there is not None and there != words and digest(there) != digests.get(name)
        if strange and not may_replace(path):
            write(path.with_name(f"{name}.new"), words, 0o644)
            continue
        write(path, words, 0o644)
        digests = {**digests, name: digest(words)}
    return digests


def digest(words: str) -> str:
    """How a file's words are known again."""
    return hashlib.sha256(words.encode()).hexdigest()


def write(path: Path, words: str, mode: int) -> None:
    """Write a file whole or not at all; nobody reads it before it has its mode."""
    descriptor, name = mkstemp(dir=path.parent)
    with os.fdopen(descriptor, "w") as file:
        file.write(words)
    Path(name).chmod(mode)
    Path(name).replace(path)
