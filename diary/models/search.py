"""The words by which published posts are found."""

from datetime import date

from sqlalchemy import ForeignKey, Text
from sqlalchemy.orm import Mapped, mapped_column

from diary.models.engine import Base


class SearchRow(Base):
    """What one published post is found by: the marked words of `text.stem.marked`.

    SQLite's FTS5 table `search_fts` and PostgreSQL's column `vector` (both made by the migration)
    are kept from it by the database itself and hold the same words.
    """

    __tablename__ = "search"

    sequence: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    post_id: Mapped[int] = mapped_column(ForeignKey("posts.id"), unique=True)
    recipe: Mapped[int]
    words: Mapped[str] = mapped_column(Text)
    month: Mapped[date]
    lab_id: Mapped[int]
    """Where the tally has counted the post."""
