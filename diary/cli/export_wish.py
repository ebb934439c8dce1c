"""What `diary export` is asked for beside a form: of a book which part, of a sheet which month."""

from collections.abc import Callable, Mapping
from datetime import date, timedelta
from pathlib import Path
from typing import Any, TypeVar

import click
from click import option

from diary.models import UNDATED
from diary.portability.book_wish import WIDTHS, Wish
from diary.portability.source import Source
from diary.queries.journey import Filters, beside, month_bounds

Command = TypeVar("Command", bound=Callable[..., Any])
OPTIONS = (
    option("--lab", default="", metavar="SLUG", help="Book, sheet: of this lab only."),
    option("--method", default="", metavar="SLUG", help="Book, sheet: with this method only."),
    option("--from", "start", default="", metavar="DAY", help="Book: from this day or month."),
    option("--until", "end", default="", metavar="DAY", help="Book: to the end of this one."),
    option("--by", default="", type=click.Choice(["", "month", "lab"]), help="Book: its chapters."),
    option("--month", default="", metavar="MONTH", help="Sheet: which; else the last with posts."),
    option("--paper", default="", type=click.Choice(["", *WIDTHS]), help="Sheet: else a3."),
    option(
        "--lang",
        default="",
        type=click.Choice(["", "sv", "en", "ar"]),
        help="Book, sheet: what it speaks; else the diary’s main language.",
    ),
)
NAMES = {"start": "from", "end": "until"}
"""Options that Python has other names for."""
ASKS = {
    "book": {"lab", "method", "start", "end", "by", "lang"},
    "sheet": {"lab", "method", "month", "paper", "lang"},
}


def wishes(command: Command) -> Command:
    """Give a command the options of books and sheets."""
    for one in reversed(OPTIONS):
        command = one(command)
    return command


def ensure_fits(kind: str, path: Path, wished: Mapping[str, str]) -> None:
    """Raises UsageError for what does not belong to a form, before anything is read."""
    if strange := {name for name, value in wished.items() if value} - ASKS.get(kind, set()):
        names = ", ".join(f"--{NAMES.get(one, one)}" for one in sorted(strange))
        raise click.UsageError(f"{names} is nothing for --as {kind}.")
    suffixes = {"book": {"", ".epub", ".pdf"}, "sheet": {"", ".pdf"}}
    if path.suffix.lower() not in suffixes.get(kind, {path.suffix.lower()}):
        endings = " or ".join(sorted(suffixes[kind] - {""}))
        raise click.UsageError(f"A {kind} ends with {endings}; without that it is a folder of all.")


def read_wish(wished: Mapping[str, str]) -> Wish:
    """What the options ask for; raises BadParameter."""
    return Wish(
        Filters(lab=wished["lab"], method=wished["method"]),
        _day(wished["start"] or wished["month"], "--from/--month", date.min)[0],
        _day(wished["end"] or wished["month"], "--until/--month", date.max)[1],
        wished["by"] or "month",
        wished["lang"],
    )


def _day(typed: str, option: str, otherwise: date) -> tuple[date, date]:
    """The first day of what was typed, and the day after its last."""
    if not typed:
        return otherwise, otherwise
    try:
        if len(typed) == 7:
            return month_bounds(int(typed[:4]), int(typed[5:]))
        day = date.fromisoformat(typed)
    except ValueError:
        said = "Write it like 2019-05 or 2019-05-17."
        raise click.BadParameter(said, param_hint=option) from None
    return day, day + timedelta(days=1)


def settled(diary: Source, kind: str, wished: Mapping[str, str]) -> dict[str, str]:
    """What is asked for, a sheet's month in any case; raises BadParameter."""
    wish, month = read_wish(wished), wished["month"]
    if kind == "sheet" and not month:
        with diary.sessions() as session:
            last, _ = beside(session, UNDATED, date.max, wish.chosen)
        month = f"{last:%Y-%m}" if last else ""
    return {**wished, "month": month}
