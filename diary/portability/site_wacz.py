"""What of the diary goes into a web archive: all that the frozen site has, as the diary answers it.

Pages stand at their own addresses. In another language than the main one, which the diary answers
at the same address by what the browser asks for, they stand below that language, as in the frozen
site: no replay can ask what a browser speaks.
"""

import re
from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from html import unescape
from urllib.parse import urljoin

from diary.portability import site_pages, site_search
from diary.portability.site import SEEDS, Answer, Fetch, highest, shown
from diary.portability.site_addresses import Addresses, Place
from diary.portability.source import Source
from diary.portability.wacz import Record, Writer
from diary.queries import frozen

_TITLE = re.compile("<title>(.*?)</title>", re.DOTALL)
_URL = re.compile(r"""url\(["']?([^"')]+)""")
_FEEDS = ("/feed", "/labs/", "/methods/", "/authors/")
SCRIPT = (("Content-Type", "text/javascript; charset=utf-8"),)


@dataclass(slots=True)
class Recording:
    """Asks a diary for all that is public, and keeps the answers."""

    source: Source
    fetch: Fetch
    archive: Writer
    addresses: Addresses
    goes_on: Callable[[], object]
    """Called after each piece of work; may raise."""
    missing: list[str] = field(default_factory=list)
    """Keys of pictures whose files are not there."""
    _known: set[Place] = field(default_factory=set)
    _waiting: deque[tuple[Place, str]] = field(default_factory=deque)
    """Places with their addresses, which have a stamp where a static file's content stands."""

    def everything(self) -> None:
        """Pages as they name each other, pictures, what search needs, and old addresses."""
        for address in SEEDS:
            self._find(address, self.addresses.main)
        while self._waiting:
            self._record(*self._waiting.popleft())
            self.goes_on()
        self._pictures()
        self._search()
        with self.source.sessions() as session:
            old = sorted(frozen.old_addresses(session))
        for address, _ in old:
            self._put(address, self.fetch(address, self.addresses.main))
            self.goes_on()

    def _find(self, link: str, lang: str) -> Place | None:
        """Where a link leads; it is recorded in time, and a page in all languages."""
        to = self.addresses.place(link, lang)
        if to is None or to.address.startswith(("/pictures/", "/search/")):
            return to
        for place in (
            [Place(to.address, one) for one in self.addresses.languages] if to.lang else [to]
        ):
            if place not in self._known:
                self._known.add(place)
                address = link.removeprefix(self.addresses.home).partition("#")[0]
                self._waiting.append((place, place.address if place.lang else address))
        return to

    def _record(self, place: Place, address: str) -> None:
        answer = self.fetch(address, place.lang or self.addresses.main)
        if answer.media_type == "text/html":
            answer = self._page(place, answer)
        elif answer.media_type == "text/css":
            for link in _URL.findall(answer.body.decode()):
                self._find(urljoin(address, link), "")
        elif place.address.startswith(_FEEDS):
            site_pages.feed(answer.body.decode(), self.addresses, self._found)
        self._put(self._standing(place, address), answer)

    def _found(self, place: Place) -> None:
        self._find(place.address, place.lang)

    def _page(self, place: Place, answer: Answer) -> Answer:
        """With links that lead where something stands: what is not public any more, a form or a
        filter leads where it does in the frozen site."""

        def link(address: str) -> str:
            to = self._find(address, place.lang)
            if to is None or not to.lang:
                return address
            home = self.addresses.home if address.startswith(self.addresses.home) else ""
            _, sign, fragment = address.partition("#")
            return home + self._standing(to, to.address) + sign + fragment

        page = site_pages.turned(answer.body.decode(), link)
        headers = tuple(
            (name, link(value) if name == "Location" else value) for name, value in answer.headers
        )
        return Answer(answer.media_type, page.encode(), "", answer.status, headers)

    def _standing(self, place: Place, address: str) -> str:
        return address if place.lang in {"", self.addresses.main} else f"/{place.lang}{address}"

    def _put(self, address: str, answer: Answer) -> None:
        title = ""
        if answer.media_type == "text/html" and answer.status.startswith("200"):
            found = _TITLE.search(answer.body.decode())
            title = unescape(found[1]).strip() if found else address
        url = self.addresses.home + address
        self.archive.put(Record(url, answer.status, answer.headers, answer.body, title))

    def _pictures(self) -> None:
        seen = set[str]()
        for one in shown(self.source):
            if one.address in seen:
                continue
            seen.add(one.address)
            answer = self.fetch(one.address, self.addresses.main)
            if answer.status.startswith("200"):
                self._put(one.address, answer)
            else:
                self.missing.append(one.key)
            self.goes_on()

    def _search(self) -> None:
        sessions, main = self.source.sessions, self.addresses.main
        self._scripts(site_search.words(sessions, self.addresses.languages))
        with sessions() as session:
            last = highest(session)
        for number in range(last + 1):
            self._scripts(site_search.texts(sessions, number, lambda path: path[1:], main))

    def _scripts(self, scripts: Iterable[tuple[str, str]]) -> None:
        for file, script in scripts:
            self._put(f"/{file}", Answer("text/javascript", script.encode(), headers=SCRIPT))
            self.goes_on()
