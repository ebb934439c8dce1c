"""Going through another diary's feed: where it is found, and which of its documents have changed.

The newest document is asked for first and last (RFC 5005, section 4; RFC 9110, section 13.1.2): if
it has not changed in between, all that was read on the way belongs together.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from tempfile import TemporaryFile
from typing import IO, Protocol, Self
from urllib.parse import urlsplit

from diary.portability.feed_documents import LONGEST_WALK, Unreadable
from diary.portability.fetching import Answer, NotFetched, door
from diary.portability.html_markdown import parsed
from diary.portability.mirror_entries import Sheet, sheet
from diary.text.films import is_web, joined

MAX_WALK = 1024**3
"""Bytes of all documents of a feed: some 200,000 posts."""
Ask = Callable[[str, str], Answer]
"""What stands at an address, unless it still has this ETag; raises NotFetched."""


class Known(Protocol):
    """A document as it was last brought in whole."""

    etag: str
    onward: list[str]


@dataclass(frozen=True, slots=True)
class Step:
    """A document on the way; `at` is where it lies among what was read, None if it is as known."""

    address: str
    etag: str
    older: tuple[str, ...]
    at: tuple[int, int] | None


class Walk:
    """The documents of a feed that are older than its newest, from the oldest on."""

    def __init__(self) -> None:
        self._file: IO[bytes] = TemporaryFile()  # noqa: SIM115 (it lives as long as the walk)
        self.steps: list[Step] = []

    def __enter__(self) -> Self:
        """To be closed at the end."""
        return self

    def __exit__(self, *_: object) -> None:
        """The file goes."""
        self._file.close()

    def go(self, older: tuple[str, ...], known: Mapping[str, Known], ask: Ask) -> None:
        """Read what has changed; raises NotFetched and Unreadable, and keeps what came before."""
        waiting, seen = [*older], set[str]()
        while waiting and len(seen) < LONGEST_WALK:
            address = waiting.pop()
            if address in seen:
                continue
            seen.add(address)
            here = known.get(address)
            answer = ask(address, here.etag if here else "")
            if answer.data is None and here:
                step = Step(address, here.etag, tuple(here.onward), None)
            else:
                data = answer.data or b""
                step = Step(address, answer.etag, sheet(data, address).older, self._keep(data))
            self.steps.insert(0, step)
            waiting += step.older

    def _keep(self, data: bytes) -> tuple[int, int]:
        at = self._file.seek(0, 2)
        if at > MAX_WALK:
            raise Unreadable(f"All its documents are larger than {MAX_WALK // 1024**2} MB.")
        self._file.write(data)
        return at, len(data)

    def read(self, step: Step) -> Sheet:
        """A document that has changed."""
        at, length = step.at or (0, 0)
        self._file.seek(at)
        return sheet(self._file.read(length), step.address)


def find(address: str, ask: Ask) -> tuple[Sheet, str]:
    """The head of the Atom feed at an address or named by the page there, and where it stands.

    Raises NotFetched, Unreadable.
    """
    data = ask(address, "").data or b""
    try:
        found = sheet(data, address)
    except Unreadable:
        address = next(_named_by(data, address), "")
        if not address:
            raise Unreadable("The page there names no Atom feed.") from None
        found = sheet(ask(address, "").data or b"", address)
    own = found.itself
    same_door = is_web(own) and door(urlsplit(own)) == door(urlsplit(address))
    return found, own if same_door else address


def _named_by(page: bytes, address: str) -> Iterator[str]:
    root = parsed(page.decode("utf-8", "replace"))
    for link in root.iter("link") if root is not None else ():
        if link.get("type") == "application/atom+xml" and "alternate" in link.get("rel", ""):
            yield joined(address, link.get("href", ""))


def is_gone(address: str, ask: Ask) -> bool:
    """Whether a page that was public is no longer: nothing else, such as a fault, counts."""
    return status(address, ask) in {404, 410}


def status(address: str, ask: Ask) -> int:
    """What an address answers; 0 where nothing does."""
    try:
        ask(address, "")
    except NotFetched as error:
        return error.status
    return 200
