"""How many public posts there are of what: kept in the transaction that changes it."""

from datetime import date

from sqlalchemy.orm import Mapped, mapped_column

from diary.models.engine import Base


class Tally(Base):
    """The public posts of one lab in one month that are alike, counted.

    Rows of `method_id` 0 count each post once, by where it comes from and whether a resident has
    signed it; the others count those that name the method, whatever their origin and writers. So
    0 stands for no lab and for whatever method, as a key may not be empty. `posts` of undated ones
    (`closely` is false: known to the year at best) stand in the month of their stand-in day, those
    whose day nobody knows in that of UNDATED.
    """

    __tablename__ = "tallies"

    month: Mapped[date] = mapped_column(primary_key=True)
    lab_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    method_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    origin: Mapped[str] = mapped_column(primary_key=True)
    resident: Mapped[bool] = mapped_column(primary_key=True)
    closely: Mapped[bool] = mapped_column(primary_key=True)
    posts: Mapped[int]
    first: Mapped[date]
    """The day of the earliest."""


class Day(Base):
    """The public posts about one day, counted: a full month is long to count."""

    __tablename__ = "days"

    dated: Mapped[date] = mapped_column(primary_key=True)
    posts: Mapped[int]
