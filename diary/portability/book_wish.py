"""What a book or a wall sheet is asked for."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import Select

from diary.models import Post, Revision
from diary.queries.journey import EVERYTHING, Filters, filtered, inside

WIDTHS = {"a3": 297, "a4": 210}
"""The papers of a wall sheet, and how many millimetres wide they are."""


@dataclass(frozen=True, slots=True)
class Wish:
    """Which part of the journey is wanted: days from `start` up to, not including, `end`.

    Its chapters are by `month` or by `lab`; it speaks the diary's main language unless told.
    """

    filters: Filters = EVERYTHING
    start: date = date.min
    end: date = date.max
    by: str = "month"
    lang: str = ""

    @property
    def chosen(self) -> Select[Post, Revision]:
        """Its posts."""
        return inside(filtered(self.filters), self.start, self.end)
