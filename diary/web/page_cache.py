"""Finished pages, kept by each process in front of Flask: what is the same for all visitors.

A page is made once for each of its kinds (address, language, coding) and kept as bytes until
`state.version` or the day changes. Two steps lead to it: the request as it came, word for word,
then what those words mean. Whoever has a session, or sends anything else than a plain question for
a public page, is answered by the app as if this were not here.
"""

from collections import OrderedDict
from collections.abc import Callable, Iterable
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from threading import Event, Lock
from time import monotonic
from typing import Any

from flask import Flask
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.exceptions import HTTPException
from werkzeug.http import parse_date, parse_etags, unquote_etag
from werkzeug.wrappers import Request
from werkzeug.wsgi import ClosingIterator

from diary.models import only_reading
from diary.queries import site
from diary.web.cache import FILES, PRESENT, SHARED
from diary.web.guards import SHARED_COOKIE, Access
from diary.web.packing import ANSWERS, liked_best
from diary.web.rendering import language_of
from diary.web.session import FROZEN

Environ = dict[str, Any]
Headers = list[tuple[str, str]]
Start = Callable[..., Any]
Wsgi = Callable[[Environ, Start], Iterable[bytes]]
Finished = tuple[str, Headers, list[bytes], str]
"""Status, headers and body, as they are handed to the server, and the route."""

LOOKS_EVERY = 0.25
"""Seconds after which the version is read again; a change is to be seen within one."""
WAITS = 0.25
"""Seconds more for which others are answered while one reads the version."""
ASKED_BY = (
    *("PATH_INFO", "QUERY_STRING", "REQUEST_METHOD", "HTTP_HOST", "wsgi.url_scheme"),
    *("HTTP_ACCEPT_ENCODING", "HTTP_ACCEPT_LANGUAGE", "HTTP_COOKIE", "HTTP_SEC_FETCH_DEST"),
    *("HTTP_IF_NONE_MATCH", "HTTP_IF_MODIFIED_SINCE"),
    *("HTTP_X_FORWARDED_HOST", "HTTP_X_FORWARDED_PROTO", FROZEN),
)
"""All of a request that a public answer can depend on."""
READS = frozenset({"GET", "HEAD"})
ASKED = "diary.asked"
"""In the WSGI environment: the request as it came, before a proxy's headers were read."""
KEPT, ROUTE = "diary.kept", "diary.route"
"""In the WSGI environment afterwards: the route of a kept answer, and of another (web/watching)."""
PERSONAL = ("diary", SHARED_COOKIE, "remember_token")
"""Names of cookies that tell who or where somebody is; wherever one is read, nothing is kept."""
MEANT = frozenset("after author before kind lab lang method q raw voice whole year".split())
"""The queries of public pages; what has another one is not kept."""
TRACKERS = ("fbclid=", "gclid=", "mc_cid=", "mc_eid=", "utm_")
"""What other sites add to a link: no page of ours reads it, and each visitor has another."""
DOCUMENT = "document"
"""What a browser asks for that shows a feed to somebody (web/opened.py)."""
OF_A_BODY = frozenset({"Content-Type", "Content-Length", "Content-Encoding"})
LONGEST_QUERY, LONGEST_REQUEST = 300, 1_000
REQUESTS = 8_192
"""How many requests are known word for word, at most LONGEST_REQUEST characters each."""
OVERHEAD = 2_000
"""Bytes that a kept page takes besides its body."""
LONGEST_TURN = 0.05
"""Seconds after which a page is made beside another. Before that they are made one by one: two at
once take Python's lock from each other at every row of the database, and longer altogether."""
LONGEST_RENDER = 30
"""Seconds after which whoever waits for a page that another makes goes and makes it."""


@dataclass(frozen=True, slots=True)
class Page:
    """An answer with its body in one piece."""

    status: str
    headers: Headers
    body: bytes
    etag: str
    """Empty: not for all, and not kept."""
    dated: bool = False

    def answer(self, environ: Environ, changed_at: datetime) -> tuple[str, Headers, list[bytes]]:
        """What one request gets: all of it, its head alone, or word that nothing is new."""
        if self.etag and self._is_known(environ, changed_at):
            headers = [one for one in self.headers if one[0] not in OF_A_BODY]
            return "304 NOT MODIFIED", headers, []
        return self.status, self.headers, [] if environ["REQUEST_METHOD"] == "HEAD" else [self.body]

    def _is_known(self, environ: Environ, changed_at: datetime) -> bool:
        """RFC 9110, section 13.2.2."""
        seen = environ.get("HTTP_IF_NONE_MATCH")
        if seen:
            return parse_etags(seen).contains_weak(self.etag)
        since = parse_date(environ.get("HTTP_IF_MODIFIED_SINCE")) if self.dated else None
        return since is not None and changed_at.replace(microsecond=0) <= since


class Kept:
    """What is kept for one version of one diary on one day, of `limit` bytes at most."""

    present: site.Present

    def __init__(self, label: object, limit: int) -> None:
        self.label = label
        self.requests: dict[object, Finished] = {}
        self._pages: OrderedDict[object, Page] = OrderedDict()
        self._limit, self._size, self._lock = limit, 0, Lock()

    def get(self, key: object) -> Page | None:
        """The page for a key; it goes last of those that are kept now."""
        with self._lock:
            page = self._pages.get(key)
            if page is not None:
                self._pages.move_to_end(key)
            return page

    def has(self, key: object) -> bool:
        """Whether there is a page for a key."""
        return key in self._pages

    def put(self, key: object, page: Page) -> None:
        """Keep a page; where there is no room, those that were longest not asked for go.

        An eighth goes at once. Requests are forgotten with them, so that what is in demand is
        asked for here once more and stays.
        """
        weight = len(page.body) + OVERHEAD
        if weight > self._limit // 8:
            return
        with self._lock:
            if key in self._pages:
                return
            self._pages[key] = page
            self._size += weight
            if self._size > self._limit:
                while self._size > self._limit * 7 // 8:
                    _key, gone = self._pages.popitem(last=False)
                    self._size -= len(gone.body) + OVERHEAD
                self.requests.clear()

    def remember(self, asked: tuple[Any, ...], answer: Finished) -> None:
        """Know a request word for word from now on."""
        if sum(len(word) for word in asked if word) > LONGEST_REQUEST:
            return
        if len(self.requests) >= REQUESTS:
            self.requests.clear()
        self.requests[asked] = answer


class PageCache:
    """The WSGI application around the app's own.

    `behind` puts something around a WSGI application that reads what a proxy says: whom a request
    is for is known only after that.
    """

    def __init__(self, app: Flask, megabytes: int, behind: Callable[[Wsgi], Wsgi]) -> None:
        self._app = app
        self._make: Wsgi = app.wsgi_app
        self._limit = megabytes * 1024**2
        self._by_meaning = behind(self._meant)
        self._kept: Kept | None = None
        self._until, self._looking = 0.0, Lock()
        self._being_made: dict[object, Event] = {}
        self._turn = Lock()

    def __call__(self, environ: Environ, start: Start) -> Iterable[bytes]:
        """Answer a request: by its words if they are known, else by what they mean."""
        asked, kept = tuple(map(environ.get, ASKED_BY)), self._kept
        found = kept and kept.requests.get(asked)
        if found and (monotonic() < self._until or self._present() is kept):
            environ[KEPT] = found[3]
            start(found[0], found[1])
            return found[2]
        environ[ASKED] = asked
        try:
            return self._by_meaning(environ, start)
        finally:
            if environ["REQUEST_METHOD"] not in READS:
                self._until = 0.0  # what was written here is shown here at once

    def _present(self) -> Kept | None:
        """What is kept for the present version; None while something is due or nothing is known.

        One looks; the others go on with what was true a moment ago, but not for long.
        """
        if monotonic() < self._until:
            return self._kept
        wait = self._kept is None or monotonic() > self._until + WAITS
        if not self._looking.acquire(blocking=wait):
            return self._kept
        try:
            if monotonic() >= self._until:
                self._look()
            return self._kept
        finally:
            self._looking.release()

    def _look(self) -> None:
        services = self._app.extensions["diary"]
        # It holds from before it was asked for, and only once it is known: else who comes meanwhile
        # would get what was true when somebody last looked, however long ago.
        until = monotonic() + (0 if self._app.testing else LOOKS_EVERY)
        try:
            with only_reading(services.sessions) as session:
                present = site.present(session)
        except SQLAlchemyError:  # the app says so, in its own words
            self._kept, self._until = None, monotonic() + LOOKS_EVERY
            return
        now = services.clock()
        if present.due is not None and present.due <= now:  # the app lets it out: a new version
            self._kept, self._until = None, 0.0
            return
        label = services, present.version, now.astimezone(services.settings.zone).date()
        kept = self._kept
        if kept is None or kept.label != label:
            kept = Kept(label, self._limit)
        kept.present = present  # when something is due changes without a version
        self._kept, self._until = kept, until

    def _meant(self, environ: Environ, start: Start) -> Iterable[bytes]:
        asked, key = environ.pop(ASKED), self._key(environ)
        kept = self._present() if key else None
        if key is None or kept is None:
            return self._make(environ, start)
        route = str(key[-1])
        environ[KEPT if kept.has(key) else ROUTE] = route
        answer = *self._page(kept, key, environ).answer(environ, kept.present.changed_at), route
        if kept.has(key):
            kept.remember(asked, answer)
        start(answer[0], answer[1])
        return answer[2]

    def _key(self, environ: Environ) -> tuple[object, ...] | None:
        """What a request means; None if the app alone may answer it."""
        cookies, query = environ.get("HTTP_COOKIE", ""), _without_trackers(environ)
        if environ["REQUEST_METHOD"] not in READS or FROZEN in environ or query is None:
            return None
        if any(name in cookies for name in PERSONAL):
            return None
        asked = Request(environ)
        asked.trusted_hosts = self._app.config["TRUSTED_HOSTS"]
        try:
            home = asked.scheme, asked.host
            rule, _args = self._app.url_map.bind("").match(asked.path, "GET", return_rule=True)
        except HTTPException:  # another host, no such address, or one that leads on
            return None
        endpoint = rule.endpoint
        view = self._app.view_functions[endpoint]
        if getattr(view, "access", None) is not Access.PUBLIC or endpoint in FILES:
            return None
        looked_at = endpoint.startswith("feeds.") and environ.get("HTTP_SEC_FETCH_DEST") == DOCUMENT
        coding = liked_best(environ.get("HTTP_ACCEPT_ENCODING", ""), ANSWERS)
        return home, asked.path, query, language_of(asked), coding, looked_at, rule.rule

    def _page(self, kept: Kept, key: object, environ: Environ) -> Page:
        """The page for a key, which one makes while the others wait."""
        page = kept.get(key)
        if page is not None:
            return page
        if not self._limit:
            return self._made(environ)
        mine = Event()
        other = self._being_made.setdefault((kept, key), mine)
        if other is not mine:
            other.wait(LONGEST_RENDER)
            page = kept.get(key)
            return self._made(environ) if page is None else page
        try:
            page = kept.get(key) or self._made(environ)  # another may have just made it
            if page.etag:
                kept.put(key, page)
            return page
        finally:
            del self._being_made[kept, key]
            mine.set()

    def _made(self, environ: Environ) -> Page:
        """What the app answers to somebody who has seen nothing yet."""
        query = _without_trackers(environ) or ""
        asked = {**environ, "REQUEST_METHOD": "GET", "QUERY_STRING": query}
        for condition in ("HTTP_IF_NONE_MATCH", "HTTP_IF_MODIFIED_SINCE"):
            asked.pop(condition, None)
        said: list[Any] = []
        mine = self._turn.acquire(timeout=LONGEST_TURN)
        try:
            kept = self._present()  # not what was true before it waited
            asked[PRESENT] = kept and kept.present
            made = ClosingIterator(self._make(asked, lambda *told: said.extend(told)))
            with closing(made) as chunks:
                body = b"".join(chunks)
        finally:
            if mine:
                self._turn.release()
        status, headers = said[:2]
        named = {name.lower(): value for name, value in headers}
        for_all = SHARED in asked and "set-cookie" not in named
        etag = unquote_etag(named["etag"])[0] if for_all else ""
        return Page(status, headers, body, etag, "last-modified" in named)


def _without_trackers(environ: Environ) -> str | None:
    """The query as far as pages read it; None if there is more in it than they know."""
    query = environ.get("QUERY_STRING", "")
    parts = [part for part in query.split("&") if part and not part.startswith(TRACKERS)]
    known = all(part.partition("=")[0] in MEANT for part in parts)
    return "&".join(parts) if known and len(query) <= LONGEST_QUERY else None
