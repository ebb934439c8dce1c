"""`diary export --as book` and `--as sheet`: the journey as EPUB and PDF, a month for the wall."""

from collections.abc import Callable, Mapping
from datetime import date, timedelta
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click
from click import option

from diary.cli.downloads import clock
from diary.models import UNDATED
from diary.portability import book_epub, book_pdf, wall_sheet
from diary.portability.book import Book, Made, Wish, gather
from diary.portability.typesetting import NotSet
from diary.portability.wall_sheet import WIDTHS
from diary.portability.whole import Done, Source
from diary.queries.journey import Filters, beside, month_bounds
from diary.text.plain import slug

if TYPE_CHECKING:
    from diary.cli.export import Order

Command = TypeVar("Command", bound=Callable[..., Any])
FORMS = {".epub": book_epub.write, ".pdf": book_pdf.write}
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
    suffixes = {"book": {"", *FORMS}, "sheet": {"", ".pdf"}}
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


def write_book(order: "Order") -> Done:
    """An EPUB or a PDF by the goal's suffix; both in a folder where it has none."""
    book = _gathered(order, read_wish(order.wished))
    if suffix := order.goal.suffix.lower():
        return _written(order, book, {"": FORMS[suffix]})
    return _written(order, book, FORMS)


def settled(diary: Source, kind: str, wished: Mapping[str, str]) -> dict[str, str]:
    """What is asked for, a sheet's month in any case; raises BadParameter."""
    wish, month = read_wish(wished), wished["month"]
    if kind == "sheet" and not month:
        with diary.sessions() as session:
            last, _ = beside(session, UNDATED, date.max, wish.chosen)
        month = f"{last:%Y-%m}" if last else ""
    return {**wished, "month": month}


def write_sheet(order: "Order") -> Done:
    """A PDF on the paper that was asked for; on each of them where the goal has no suffix."""
    wished = order.wished
    book = _gathered(order, read_wish(wished))
    if order.goal.suffix:
        return _written(order, book, {"": partial(wall_sheet.write, wished["paper"] or "a3")})
    papers = {
        f"-{wished['month']}-{paper}.pdf": partial(wall_sheet.write, paper) for paper in WIDTHS
    }
    return _written(order, book, papers)


def _gathered(order: "Order", wish: Wish) -> Book:
    today = clock().astimezone(order.settings.zone).date()
    book = gather(order.diary, wish, today)
    if not book.chapters:
        raise click.ClickException("No public post is in it. Nothing was written.")
    return book


def _written(order: "Order", book: Book, forms: Mapping[str, Callable[..., Made]]) -> Done:
    """Each form by the ending of its name; the one without an ending is the goal itself."""
    told, made = order.goes_on, list[Made]()
    if "" not in forms:
        order.path.mkdir()
    for ending, write in forms.items():
        name = f"{slug(book.title, 60) or 'diary'}{ending}"
        path = order.path / name if ending else order.path
        try:
            made.append(write(book, order.diary.store, path, clock(), told))
        except NotSet as error:
            raise click.ClickException(f"{error} Nothing was written.") from error
        told = _once
    missing = dict.fromkeys(key for one in made for key in one.missing)
    if lacking := max(one.lacking for one in made):
        click.echo(f"{lacking} characters that no font has are left out of the PDF.", err=True)
    return Done({}, len(list(book.entries)), made[0].pictures, tuple(missing))


def _once() -> None:
    """The second form of a book counts no posts."""
