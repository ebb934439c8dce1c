"""A link checker for a site on the disk."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import unquote, urlsplit

from lxml import etree, html

PARSER = html.HTMLParser(encoding="utf-8")


@dataclass
class Walked:
    """What a walk from link to link found: files by their paths, and links that lead nowhere."""

    reached: set[str] = field(default_factory=set)
    dead: list[tuple[str, str]] = field(default_factory=list)
    outward: set[str] = field(default_factory=set)


def walk(root: Path, home: str, start: str = "START.html") -> Walked:
    """Follow every link of every page and feed, from `start` on; feeds name `home`."""
    walked, waiting = Walked(), [start]
    while waiting:
        file = waiting.pop()
        if file in walked.reached:
            continue
        walked.reached.add(file)
        for link in links(root / file, home):
            to = target(root, root / file, link, home)
            if to is None:
                walked.outward.add(link)
            elif not to.is_file():
                walked.dead.append((file, link))
            else:
                waiting.append(to.relative_to(root).as_posix())
    return walked


def target(root: Path, file: Path, link: str, home: str) -> Path | None:
    """The file that a link leads to; None for one that leads out of the site."""
    if link.startswith(home):
        there = root / unquote(urlsplit(link).path).strip("/")
        return there / "index.html" if there.is_dir() else there
    parts = urlsplit(link)
    if parts.scheme or parts.netloc:
        return None
    return (file.parent / unquote(parts.path)).resolve() if parts.path else file


def links(file: Path, home: str) -> Iterator[str]:
    """The links of a page or a feed; other files have none."""
    if file.suffix == ".html":
        yield from _of_page(file)
    elif file.suffix in {".atom", ".rss", ".opml"}:
        for element in etree.parse(file).iter():
            for name in ("href", "url", "xmlUrl", "htmlUrl"):
                if (link := element.get(name)) and link.startswith((home, "http")):
                    yield link
            if element.tag == "link" and element.text:
                yield element.text


def _of_page(file: Path) -> Iterator[str]:
    for element in html.parse(file, PARSER).getroot().iter(etree.Element):
        for name in ("href", "src", "action"):
            if (link := element.get(name)) is not None:
                yield link
        yield from (one.split()[0] for one in (element.get("srcset") or "").split(",") if one)
        if element.get("http-equiv") == "refresh":
            yield element.get("content").partition("url=")[2]
