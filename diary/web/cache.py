"""Answers to visitors: 304 where nothing has changed, and compressed where it helps."""

import hashlib
from contextlib import suppress

from flask import Flask, Response, g, request, session
from flask.typing import ResponseReturnValue
from sqlalchemy.exc import OperationalError

from diary.build import BUILD
from diary.domain import due
from diary.models import begin_writing
from diary.queries import cards, site
from diary.web.calls import letters_due, queue_called, queue_reminders, reminders
from diary.web.guards import Access, access_of, actor
from diary.web.opened import is_feed, opened
from diary.web.packing import ANSWERS, coding, packed, packed_file
from diary.web.packing import FILES as FILE_PACKERS
from diary.web.rendering import language, stamp_of
from diary.web.session import A_YEAR, base_url, now, reading, services, today

Shown = tuple[object, int, str]
"""Which diary, at which version, at which address."""
COMPRESSIBLE = ("text/", "application/", "image/svg")
FILES = frozenset({"static", "phone.module"})
"""The program's own files: the same for all, and packed once."""
DAILY = frozenset({"journey.archive"})
"""They show something else each day, though nobody has changed anything."""
PROBES = frozenset({"pages.healthz", "pages.readyz"})
"""They answer even where there is no database."""
SHARED = "diary.shared"
"""Set in the WSGI environment of an answer that is the same for all (web/page_cache.py)."""
PRESENT = "diary.present"
"""In the WSGI environment of what the page cache has made: the state that it has just read."""
LASTING = f"public, max-age={A_YEAR.total_seconds():.0f}, immutable"
SMALLEST = 500
"""Bytes below which compression does not pay."""


def release_what_is_due() -> None:
    """Let out what was scheduled and take away what has ended, before anybody reads the version.

    A transaction of its own: visitors write nothing else. A full disk hinders no reading.
    """
    if request.endpoint in FILES | PROBES:
        return
    g.present = request.environ.get(PRESENT) or site.present(reading())
    at = g.present.due
    if at is None or at > now():
        return
    letters, mails, zone = letters_due(), reminders(), services().settings.zone
    with suppress(OperationalError), services().sessions() as db:
        begin_writing(db)
        queue_called(db, due.release_due(db, now(), zone), letters)
        queue_reminders(db, due.end_soon(db, now(), zone), mails)
        db.commit()
        g.present = site.present(reading())


def answer_unchanged() -> ResponseReturnValue | None:
    """304 for a visitor who has the present version already (RFC 9110, section 13.1.2)."""
    if request.endpoint in FILES or access_of(request.endpoint) is not Access.PUBLIC:
        return None
    if request.method not in {"GET", "HEAD"}:
        return None
    if not _same_for_all() and actor() is not None:
        return None
    g.version = g.present.version
    cards.remember(reading(), (services().sessions, g.present.cards_since))
    if request.if_none_match.contains(_etag()):
        return Response(status=304)
    since = request.if_modified_since
    dated = _same_for_all() and not request.if_none_match
    if dated and since and g.present.changed_at.replace(microsecond=0) <= since:
        # Only feeds say when they were changed, so only their readers ask.
        return Response(status=304)
    return None


_contents: dict[str, tuple[Shown, str]] = {}
"""By document, the version for which it was last made and the digest of what was said then.

There are as many as there are archive documents; a process of its own has to make each once.
"""


def tag_by_content(response: Response) -> None:
    """Let an answer that is the same for all be known by its own bytes, not by the version.

    What is said elsewhere in the diary does not change its ETag; while nothing does change, 304 is
    answered without making it.
    """
    _contents[_document()] = _shown(), hashlib.sha256(response.get_data()).hexdigest()
    g.pop("etag", None)


def _document() -> str:
    """What was asked for, however it was written: `/feed/archive/01.atom` is `…/1.atom`."""
    return f"{request.endpoint} {request.view_args}"


def _shown() -> Shown:
    return services().sessions, g.version, base_url()


def _etag() -> str:
    if "etag" not in g:
        g.etag = _made_etag()
    etag: str = g.etag
    return etag


def _made_etag() -> str:
    known, content = _contents.get(_document(), (None, ""))
    if not _same_for_all() or known != _shown():
        content = f"{g.version}:{BUILD}:{'' if _same_for_all() else language()}"
    if request.endpoint in DAILY:
        content += f":{today()}"
    parts = f"{content}:{coding(ANSWERS)}"
    return hashlib.sha256(parts.encode()).hexdigest()[:20]


def _same_for_all() -> bool:
    """A feed speaks the diary's main language, whoever fetches it; a page the reader's."""
    return is_feed() and not opened()


def finish(response: Response) -> Response:
    """Say how long an answer holds, and compress it for visitors.

    Pages of members are not compressed: they carry both secrets and what others have written.
    """
    public = "version" in g and response.status_code in {200, 304}
    if public:
        request.environ[SHARED] = True
        response.set_etag(_etag())
        if request.if_none_match.contains(_etag()):  # what was made is what they have
            response.status_code = 304
            response.set_data(b"")
        reader = () if _same_for_all() else ("Accept-Language", "Cookie")
        response.vary.update(["Accept-Encoding", *reader])
    if is_feed():
        response.vary.add("Sec-Fetch-Dest")
    if request.endpoint in FILES:
        return _pack_static(response)
    if "Cache-Control" not in response.headers:
        response.headers["Cache-Control"] = "no-cache" if public else "private, no-store"
    chosen = coding(ANSWERS)
    if public and chosen in ANSWERS and _worth_packing(response):
        response.set_data(packed(response.get_data(), chosen))
        response.content_encoding = chosen
    return response


def same_without_cookie(response: Response) -> Response:
    """The guards have looked at the session; where that changed nothing, no cache is told of it."""
    if _same_for_all() and not session.modified:
        session.accessed = False  # else Flask adds `Vary: Cookie`
    return response


def _pack_static(response: Response) -> Response:
    """Style sheets and scripts, compressed once: a phone on a bad network waits for each kB.

    Under the hash of its content a file is the same for ever.
    """
    if request.endpoint == "static" and response.status_code in {200, 206, 304}:
        named = request.args.get("v") == stamp_of(str((request.view_args or {})["filename"]))
        response.headers["Cache-Control"] = LASTING if named else "public, max-age=86400"
    response.vary.add("Accept-Encoding")
    response.direct_passthrough = False
    chosen = coding(FILE_PACKERS)
    if chosen in FILE_PACKERS and _worth_packing(response) and not request.range:
        response.set_data(packed_file(response.get_data(), chosen))
        response.content_encoding = chosen
        etag, _weak = response.get_etag()
        response.set_etag(etag or "", weak=True)  # the codings of one file (RFC 9110, 8.8.1)
    return response


def _worth_packing(response: Response) -> bool:
    return (
        response.status_code == 200
        and not response.direct_passthrough
        and not response.content_encoding
        and (response.mimetype or "").startswith(COMPRESSIBLE)
        and len(response.get_data()) >= SMALLEST
    )


def present() -> site.Present:
    """What was true of the diary when this request began."""
    known: site.Present = g.present
    return known


def init_app(app: Flask) -> None:
    """Ask before each view, finish after it."""
    app.before_request(release_what_is_due)
    app.before_request(answer_unchanged)
    app.after_request(finish)
