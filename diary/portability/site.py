"""The frozen site: all that is public as files that any server, or none, can show.

It never makes a page: `fetch` hands it what the diary answers. What lies there already is written
again only where it tells something else; so a second run into the same folder changes little.
"""

from collections.abc import Callable, Container, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from sqlalchemy.orm import Session

from diary.media.storage import NotStored
from diary.portability import site_pages, site_search
from diary.portability.site_addresses import ELSEWHERE, START, Addresses, Place, relative
from diary.portability.source import Source
from diary.queries import frozen, site

SEEDS = (
    "/", ELSEWHERE, "/labs", "/methods", "/archive", "/archive/matrix", "/archive/beginning",
    "/search", "/feeds", "/about", "/help", "/press", "/privacy", "/accessibility", "/labs.css",
    "/feeds.opml", "/feed.atom", "/feed.rss", "/feed.json",
    "/feed/archive/1.atom", "/feed/archive/1.rss",
)  # fmt: skip
"""Where the walk through all pages begins."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What the diary answers: `leads_to` is an address, if it leads on."""

    media_type: str
    body: bytes
    leads_to: str = ""
    status: str = "200 OK"
    headers: tuple[tuple[str, str], ...] = ()


Fetch = Callable[[str, str], Answer]
"""The answer to an address in a language of the interface, as a visitor has it, frozen."""


@dataclass(slots=True)
class Written:
    """What a piece of work has come to: files from the site's root on, and addresses they name."""

    files: set[str] = field(default_factory=set)
    onward: set[str] = field(default_factory=set)
    missing: list[str] = field(default_factory=list)
    """Keys of pictures whose files are not there."""


@dataclass(slots=True)
class Site:
    """One process's part in freezing a diary into a folder."""

    source: Source
    fetch: Fetch
    root: Path
    addresses: Addresses
    title: str

    def pages(self, addresses: Iterable[str]) -> Written:
        """Freeze pages, in each language where they differ in it."""
        written = Written()
        for address in addresses:
            place = self.addresses.place(address, self.addresses.main)
            if place is None or place.address.startswith(("/pictures/", "/search/")):
                continue  # `pictures` and `words` bring them
            languages = self.addresses.languages if place.lang else ("",)
            for lang in languages:
                self._page(Place(place.address, lang), written)
        return written

    def _page(self, place: Place, written: Written) -> None:
        file = self.addresses.file(place)
        answer = self.fetch(place.address, place.lang or self.addresses.main)
        self._put(file, self._frozen(place, answer, written.onward), written)
        if place == Place("/", self.addresses.main):
            self._put(START, (self.root / file).read_bytes(), written)

    def _frozen(self, place: Place, answer: Answer, onward: set[str]) -> bytes:
        def seen(to: Place) -> None:
            onward.add(to.address)

        if answer.leads_to:
            to = self.addresses.place(answer.leads_to, place.lang)
            return self._stub(self.addresses.file(place), to or Place("/", place.lang))
        if answer.media_type == "text/html":
            return site_pages.page(answer.body.decode(), place, self.addresses, seen).encode()
        if answer.media_type == "text/css":
            return site_pages.styles(answer.body.decode(), self._font).encode()
        if place.address.startswith(("/feed", "/labs", "/methods", "/authors")):
            return site_pages.feed(answer.body.decode(), self.addresses, seen).encode()
        return answer.body

    def _font(self, name: str) -> bytes:
        return self.fetch(f"/static/fonts/{name}", self.addresses.main).body

    def _stub(self, file: str, to: Place) -> bytes:
        there = relative(self.addresses.file(to), file)
        return site_pages.stub(there, self.title, self.addresses.main).encode()

    # ------------------------------------------------------------ pictures

    def pictures(self) -> Written:
        """Every rendition of every public picture, once where several posts share it."""
        written, first = Written(), dict[str, Path]()
        for one in shown(self.source):
            self._picture(one, first, written)
        return written

    def _picture(self, one: frozen.File, first: dict[str, Path], written: Written) -> None:
        file = self.addresses.file(Place(one.address))
        if file in written.files:
            return
        path = self.root / file
        if not (path.exists() and path.stat().st_size == one.bytes):  # its name tells its content
            try:
                self._lay(path, one.key, first)
            except NotStored:
                written.missing.append(one.key)
                return
        first.setdefault(one.key, path)
        written.files.add(file)

    def _lay(self, path: Path, key: str, first: dict[str, Path]) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        if key in first:
            try:
                path.unlink(missing_ok=True)
                path.hardlink_to(first[key])
            except OSError:  # a USB stick has no links
                _write(path, first[key].read_bytes())
        else:
            _write(path, self.source.store.get(key))

    # ------------------------------------------------------------ search

    def words(self) -> Written:
        """The index of words."""
        scripts = site_search.words(self.source.sessions, self.addresses.languages)
        return self._scripts(scripts)

    def texts(self, number: int) -> Written:
        """What search shows of the posts that share a file."""
        main = self.addresses.main
        return self._scripts(site_search.texts(self.source.sessions, number, self._main_file, main))

    def _scripts(self, scripts: Iterable[tuple[str, str]]) -> Written:
        written = Written()
        for file, script in scripts:
            self._put(file, script.encode(), written)
        return written

    def _main_file(self, address: str) -> str:
        return self.addresses.file(Place(address, self.addresses.main))

    # ------------------------------------------------------------ what leads on

    def stubs(self, old: Iterable[tuple[str, str]], taken: Container[str]) -> Written:
        """For old addresses that a file can have, pages that lead on."""
        written = Written()
        for address, to in old:
            file = f"{address.strip('/')}/index.html"
            if "?" not in address and file == self._main_file(address) and file not in taken:
                self._put(file, self._stub(file, Place(to, self.addresses.main)), written)
        return written

    def _put(self, file: str, data: bytes, written: Written) -> None:
        path = self.root / file
        written.files.add(file)
        if path.is_file() and site_pages.same_but_for_the_day(path.read_bytes(), data):
            return
        path.parent.mkdir(parents=True, exist_ok=True)
        _write(path, data)


def _write(path: Path, data: bytes) -> None:
    """Write a file whole or not at all."""
    unfinished = path.with_name(f"{path.name}.unfinished")
    unfinished.write_bytes(data)
    unfinished.replace(path)


def shown(source: Source) -> Iterator[frozen.File]:
    """Every rendition of every public picture; more than once where several posts show it."""
    after: int | None = 0
    while after is not None:
        with source.sessions() as session:
            files, after = frozen.pictures(session, after)
        yield from files


def highest(session: Session) -> int:
    """The number of the last file of texts."""
    return site.present(session).sequence // frozen.DOCUMENTS
