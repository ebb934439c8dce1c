"""A frozen site's folder: what it says of itself, what goes from it, what a server is told."""

import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from itertools import chain
from pathlib import Path
from string import Template
from urllib.parse import quote

from diary.portability.site_addresses import START

HEAD = "frozen.json"
FORMAT = "share-stories-site"
README = Path(__file__).with_name("site_readme.txt")


@dataclass(frozen=True, slots=True)
class Head:
    """What a frozen site says of itself; `state` tells whether the diary says something else now.

    `files` are all that were made, by their paths: others in the folder are left alone.
    """

    state: str
    home: str
    day: str
    posts: int
    pictures: int
    files: tuple[str, ...]
    missing: tuple[str, ...]
    format: str = FORMAT
    version: int = 1

    def stands(self, root: Path) -> bool:
        """Whether all of it lies there."""
        return all((root / file).is_file() for file in self.files)


def head(root: Path) -> Head | None:
    """What the frozen site in a folder says of itself; None if there is none."""
    try:
        found = json.loads((root / HEAD).read_text("utf-8"))
    except (OSError, ValueError):
        return None
    if not isinstance(found, dict) or found.get("format") != FORMAT:
        return None
    found |= {name: tuple(found[name]) for name in ("files", "missing")}
    if any(file.startswith("/") or ".." in file.split("/") for file in found["files"]):
        return None  # what it lists is removed one day: nothing but what lies within
    return Head(**found)


def finish(root: Path, new: Head, before: Head | None) -> None:
    """Remove what the site no longer has, and write what it says of itself.

    In its own folders that is all else: a run that was broken off tells nobody what it wrote.
    """
    kept, old = set(new.files), before.files if before else ()
    folders = {file.partition("/")[0] for file in (*new.files, *old) if "/" in file}
    there = (path for folder in folders for path in (root / folder).rglob("*") if path.is_file())
    found = (path.relative_to(root).as_posix() for path in there)
    for file in {file for file in chain(old, found) if file not in kept}:
        (root / file).unlink(missing_ok=True)
        for folder in (root / file).parents:
            if folder == root or any(folder.iterdir()):
                break
            folder.rmdir()
    text = json.dumps(asdict(new), ensure_ascii=False, indent=0)
    (root / HEAD).write_text(text + "\n", "utf-8")


def readme(title: str, home: str) -> bytes:
    """What to do with the folder, in plain words; for Windows, too, hence the line ends."""
    words = {"title": title, "home": home, "start": START}
    text = Template(README.read_text("utf-8")).substitute(words)
    return text.replace("\n", "\r\n").encode()


# ---------------------------------------------------------------- rules for servers


def nginx(old: Sequence[tuple[str, str]]) -> str:
    """Rules to include in nginx's `http` part."""
    lines = "".join(
        f"    {_quoted(at)} {_quoted(f'{to}/')};\n" for address, to in old for at in _both(address)
    )
    return (
        "# Old addresses of this site. Include it inside http { }, and write in the site's own\n"
        "# server { }:  if ($frozen_site) { return 301 $frozen_site; }\n"
        "map_hash_bucket_size 1024;\nmap_hash_max_size 65536;\n"
        "map $request_uri $frozen_site {\n"
        f'    default "";\n{lines}}}\n'
        "# Inside server { }, so that feeds are told as what they are:\n"
        "#   location ~ \\.atom$ { default_type application/atom+xml; }\n"
        "#   location ~ \\.rss$ { default_type application/rss+xml; }\n"
    )


def apache(old: Iterable[tuple[str, str]]) -> str:
    """Rules for Apache: to include in a virtual host, or as `.htaccess` in the site's folder."""
    lines = ["# Old addresses of this site, and what its feeds are.", "RewriteEngine On"]
    lines += ["AddType application/atom+xml .atom", "AddType application/rss+xml .rss"]
    for address, to in old:
        path, _, query = address.partition("?")
        matched = re.escape(path.strip("/"))
        if query:
            lines.append(f'RewriteCond %{{QUERY_STRING}} "^{re.escape(quote(query, safe="=&"))}$"')
            lines.append(f'RewriteRule "^/?{matched}$" "{to}/?" [R=301,L]')
        else:
            lines.append(f'RedirectMatch 301 "^/{matched}/?$" "{to}/"')
    return "\n".join(lines) + "\n"


def _both(address: str) -> Iterable[str]:
    address = quote(address, safe="/?=&")
    return (address,) if "?" in address else (address.rstrip("/"), f"{address.rstrip('/')}/")


def _quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'
