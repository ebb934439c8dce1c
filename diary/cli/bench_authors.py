"""Authors who save, upload and send over the network, and know what they were answered."""

import json
import re
import time
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http.client import HTTPConnection, HTTPException, HTTPResponse
from math import inf
from select import select as ready
from threading import Event, Thread
from urllib.parse import urlencode

from sqlalchemy import select
from sqlalchemy.orm import Session

from diary.addresses import new_uid
from diary.cli.bench_load import HOST
from diary.domain import accounts
from diary.domain.content import from_json
from diary.models import (
    Account,
    Kind,
    Person,
    Picture,
    Post,
    Revision,
    Role,
    ShownPicture,
    Status,
    WorkingCopy,
)

PASSWORD = "measured and let go"  # noqa: S105 (of accounts that last as long as a measurement)
SAVES = 6
"""How often a post is saved before it is sent."""
TRUSTED = 10
"""Every so manyeth author publishes at once."""
TIMEOUT = 60
FORM = "application/x-www-form-urlencoded"


def make_authors(session: Session, number: int) -> list[str]:
    """Accounts that can log in with PASSWORD; their user names."""
    names = [f"author-{n}" for n in range(number)]
    password_hash, now = accounts.hash_password(PASSWORD), datetime.now(UTC)
    for n, name in enumerate(names):
        session.add(
            Account(
                person=Person(uid=new_uid(), name=name, kind=Kind.RESIDENT, created_at=now),
                username=name,
                password_hash=password_hash,
                role=Role.AUTHOR,
                trusted=n % TRUSTED == 0,
                epoch=0,
                created_at=now,
                promised_at=now,
            )
        )
    return names


@dataclass(slots=True)
class Draft:
    """A post as its author was told that it is kept.

    `doubtful` is what was being saved or sent when no answer came: either is right then.
    """

    id: int
    edition: str
    text: str
    saves: int
    pictures: list[str] = field(default_factory=list)
    sent: bool = False
    doubtful: str | None = None


class NotKept(Exception):
    """An answer that tells of an error."""


class Author:
    """Somebody with two devices, each of which talks to another server.

    `spent` are the seconds that each kind of deed took, `errors` what went wrong.
    """

    def __init__(self, name: str, ports: Sequence[int], photo: bytes) -> None:
        self.name = name
        self.drafts: list[Draft] = []
        self.spent: dict[str, list[float]] = defaultdict(list)
        self.errors: list[str] = []
        self._ports, self._photo = ports, photo
        self._lines: list[HTTPConnection] = []
        self._cookie = self._token = ""
        self._turn = 0

    def come_in(self) -> None:
        """Log in, as a browser does; raises NotKept, OSError and HTTPException."""
        self.hang_up()
        self._lines = [HTTPConnection(HOST, port, timeout=TIMEOUT) for port in self._ports]
        self._cookie = ""
        answer = self._post("/login", {"name": self.name, "password": PASSWORD})
        answer.read()
        self._keep_cookie(answer)
        self._lines[0].request("GET", "/write/token", headers=self._headers())
        answer = self._lines[0].getresponse()
        self._keep_cookie(answer)  # the token's other half
        self._token = _said(answer)["csrf_token"]
        for line in self._lines:
            line.close()  # servers do so while others come in; each opens again when it is used

    def _keep_cookie(self, answer: HTTPResponse) -> None:
        found = re.search(r"diary=[^;]+", answer.getheader("Set-Cookie", ""))
        if found is None:
            raise NotKept(f"{self.name} is not let in: {answer.status}")
        self._cookie = found.group()

    def hang_up(self) -> None:
        """Close what is open."""
        for line in self._lines:
            line.close()
        self._lines = []

    def write(self, enough: Event, pause: float, posts: float = inf) -> None:
        """Write so many posts, pausing between deeds; what goes wrong is noted."""
        while not enough.is_set() and len(self.drafts) < posts:
            try:
                if not self._lines:
                    self.come_in()
                for _ in self._one_post():
                    if enough.wait(pause):
                        break
            except (NotKept, OSError, HTTPException) as error:
                self.errors.append(f"{type(error).__name__}: {error}")
                self.hang_up()
                enough.wait(max(pause, 0.05))
        self.hang_up()

    def _one_post(self) -> Iterator[None]:
        """Begin, save and save, upload, save on both devices at once, send."""
        draft = self._begin()
        yield
        for number in range(SAVES):
            self._save(draft, f"{self.name} sparar för {number + 1}:e gången.")
            yield
            if number == SAVES // 2:
                self._upload(draft)
                yield
        self._save_twice(draft)
        yield
        self._send(draft)
        yield

    def _begin(self) -> Draft:
        text = f"{self.name} börjar."
        key = f"{self.name}-{time.monotonic_ns()}"
        said = self._timed("begin", "/write/live", {"form_key": key, "body": text})
        # A post and its first words are two saves.
        draft = Draft(int(said["post"]), said["edition"], text, saves=2)
        self.drafts.append(draft)
        return draft

    def _save(self, draft: Draft, text: str) -> None:
        draft.doubtful = text
        said = self._timed("save", "/write/live", self._form(draft, text))
        draft.edition, draft.text, draft.doubtful = said["edition"], text, None
        draft.saves += 1

    def _upload(self, draft: Draft) -> None:
        body, kind = _with_file({"csrf_token": self._token}, "photo", self._photo)
        began = time.monotonic()
        answer = self._post(f"/write/{draft.id}/photos", body, kind)
        draft.pictures.append(_said(answer)["token"])
        self.spent["upload"].append(time.monotonic() - began)

    def _save_twice(self, draft: Draft) -> None:
        """Both devices save at once what they began from the same edition: one must be told."""
        texts = [f"{self.name}, apparat {n}." for n in range(len(self._lines))]
        draft.doubtful = "\n".join(texts)
        for line, text in zip(map(still_open, self._lines), texts, strict=True):
            form = urlencode({**self._form(draft, text), "csrf_token": self._token}, doseq=True)
            line.request("POST", "/write/live", form, self._headers(FORM))
        kept = []
        for line, text in zip(self._lines, texts, strict=True):
            answer = line.getresponse()
            said = json.loads(answer.read() or b"{}") if answer.status in {200, 409} else {}
            if answer.status == 200:
                kept.append((text, said["edition"]))
            elif answer.status != 409:
                raise NotKept(f"{answer.status} for one of two saves")
        if len(kept) != 1:
            raise NotKept(f"{len(kept)} of two saves from one edition were kept")
        (draft.text, draft.edition), draft.doubtful = kept[0], None
        draft.saves += 1

    def _send(self, draft: Draft) -> None:
        draft.doubtful = draft.text
        claims = {f"claim-{token}": "nobody" for token in draft.pictures}
        form = {**self._form(draft, draft.text), **claims, "action": "send"}
        self._timed("send", f"/write/{draft.id}", form)
        draft.sent, draft.doubtful = True, None

    def _form(self, draft: Draft, text: str) -> dict[str, object]:
        return {
            "post": draft.id,
            "edition": draft.edition,
            "title": f"Inlägg av {self.name}",
            "body": text,
            "dated": f"{datetime.now(UTC):%Y-%m-%d}",
            "byline-name": self.name,
            "picture": draft.pictures,
        }

    def _timed(self, deed: str, path: str, form: dict[str, object]) -> dict[str, str]:
        began = time.monotonic()
        said = _said(self._post(path, {**form, "csrf_token": self._token}))
        self.spent[deed].append(time.monotonic() - began)
        return said

    def _post(self, path: str, form: dict[str, object] | bytes, kind: str = FORM) -> HTTPResponse:
        """Send a form from one device, the next from the other."""
        self._turn += 1
        line = still_open(self._lines[self._turn % len(self._lines)])
        body = form if isinstance(form, bytes) else urlencode(form, doseq=True).encode()
        line.request("POST", path, body, self._headers(kind))
        return line.getresponse()

    def _headers(self, kind: str = "") -> dict[str, str]:
        said = {"Accept": "application/json", "Sec-Fetch-Site": "same-origin"}
        return said | {"Cookie": self._cookie} | ({"Content-Type": kind} if kind else {})


def still_open(line: HTTPConnection) -> HTTPConnection:
    """The connection; it opens anew if the server has closed it in a long pause, as in browsers."""
    if line.sock and ready([line.sock], [], [], 0)[0]:
        line.close()  # nothing was asked, so what can be read is its end
    return line


def _said(answer: HTTPResponse) -> dict[str, str]:
    """What an answer to a script says; raises NotKept if it tells of an error."""
    body = answer.read()
    if answer.status not in {200, 201}:
        raise NotKept(f"{answer.status}: {body[:200].decode(errors='replace')}")
    said: dict[str, str] = json.loads(body)
    return said


def _with_file(form: dict[str, str], name: str, data: bytes) -> tuple[bytes, str]:
    """A form with a file in it (RFC 7578), and what it is called."""
    edge = "edge-of-a-part"
    head = 'Content-Disposition: form-data; name="{}"'
    parts = [f"--{edge}\r\n{head.format(key)}\r\n\r\n{form[key]}\r\n" for key in form]
    parts.append(f'--{edge}\r\n{head.format(name)}; filename="bild.jpg"\r\n\r\n')
    body = "".join(parts).encode() + data + f"\r\n--{edge}--\r\n".encode()
    return body, f"multipart/form-data; boundary={edge}"


def write_together(
    authors: Sequence[Author], enough: Event, pause: float, posts: float = inf
) -> list[Thread]:
    """Let all write so many posts at once, or until it is enough."""
    threads = [Thread(target=author.write, args=(enough, pause, posts)) for author in authors]
    for thread in threads:
        thread.start()
    return threads


# ---------------------------------------------------------------- what became of it


def lost(session: Session, drafts: Sequence[Draft]) -> list[str]:
    """In what the database differs from what the authors were answered; empty if in nothing."""
    return [f"post {draft.id}: {fault}" for draft in drafts for fault in _faults(session, draft)]


def _faults(session: Session, draft: Draft) -> Iterator[str]:
    post = session.get(Post, draft.id)
    if post is None:
        yield "is not there"
        return
    copy = session.scalar(select(WorkingCopy).where(WorkingCopy.post_id == post.id))
    revision = session.get(Revision, post.waiting_id or post.live_id or 0)
    doubts = draft.doubtful is not None
    if draft.sent or (doubts and copy is None):
        if revision is None or post.status not in {Status.SUBMITTED, Status.PUBLISHED}:
            yield "was sent and is not"
        else:
            yield from _differences(draft, revision.body, _shown(session, revision))
        return
    if copy is None:
        yield "has lost its working copy"
        return
    content = from_json(copy.content)
    yield from _differences(draft, content.body, {one.token for one in content.pictures})
    if not draft.saves <= copy.version <= draft.saves + doubts:
        yield f"is at version {copy.version} after {draft.saves} saves"


def _shown(session: Session, revision: Revision) -> set[str]:
    shown = select(Picture.token).join(ShownPicture, ShownPicture.picture_id == Picture.id)
    return {*session.scalars(shown.where(ShownPicture.revision_id == revision.id))}


def _differences(draft: Draft, body: str, pictures: set[str]) -> Iterator[str]:
    if body not in {draft.text, *(draft.doubtful or draft.text).split("\n")}:
        yield f"holds {body!r}, answered was {draft.text!r}"
    if not {*draft.pictures} <= pictures:
        yield "has lost a picture"
