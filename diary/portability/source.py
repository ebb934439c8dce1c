"""What is taken along, and what was: known to all forms, and light to load."""

from dataclasses import dataclass

from sqlalchemy.orm import Session, sessionmaker

from diary.media.storage import Storage


@dataclass(frozen=True, slots=True)
class Source:
    """The diary that is taken along; `home` is its address."""

    sessions: sessionmaker[Session]
    store: Storage
    home: str


@dataclass(frozen=True, slots=True)
class Done:
    """What was written: the small files by path, and how many posts and pictures."""

    files: dict[str, bytes]
    posts: int
    pictures: int
    missing: tuple[str, ...]
    """Keys of pictures whose files are not there."""
