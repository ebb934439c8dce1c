"""Each way the rules can say no. What that means in HTTP or on a command line is decided there."""

import dataclasses
from dataclasses import dataclass


class DiaryError(Exception):
    """Base of all refusals."""


class InUse(Exception):
    """Somebody else holds the database that is to be upgraded; no visitor ever meets this."""


class OtherKey(Exception):
    """This server's secret key is not the one of the diary's other servers."""


class NotFound(DiaryError):
    """There is no such thing, or not for this person."""


class NotAllowed(DiaryError):
    """This person may not do that."""


class OwnDeviceOnly(DiaryError):
    """Somebody asks on a shared device for what is done on one of one's own."""


class NotPossible(DiaryError):
    """A post in this status cannot take that step."""


class Overtaken(DiaryError):
    """Somebody else was first: another revision waits, or the working copy has moved on."""


class NotRead(DiaryError):
    """Nobody who reads a post's language has read it."""


class LastLead(DiaryError):
    """The last lead would lock themselves out."""


class InvitationOver(DiaryError):
    """The invitation was used up, revoked or has expired."""


class Ended(DiaryError):
    """The journey has ended: nothing new is written or let out."""


@dataclass
class PostsWait(DiaryError):
    """The journey is not to end while posts wait to be read."""

    number: int


@dataclass
class TooManyTries(DiaryError):
    """Somebody guesses; `seconds` until the next try."""

    seconds: int


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong with one field: a key that the edge turns into a sentence, with its facts."""

    field: str
    key: str
    facts: dict[str, str | int] = dataclasses.field(default_factory=dict)


@dataclass
class Invalid(DiaryError):
    """Something typed cannot be taken as it is."""

    problems: tuple[Problem, ...]
