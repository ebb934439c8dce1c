"""`diary report`: the numbers of the funder's report, as lines or as a table."""

from collections.abc import Iterable
from datetime import UTC, datetime

import click
from sqlalchemy.orm import Session

from diary.cli.engines import open_engine
from diary.config import load
from diary.domain.upgrade import upgrade
from diary.models import Lab, make_sessions
from diary.queries import periods, site, taxonomy
from diary.queries import report as queries
from diary.queries.periods import LONGEST, Period
from diary.queries.report import Content, Row
from diary.text import spreadsheet


@click.command()
@click.option("--from", "first", default="", metavar="MONTH", help="The first month.")
@click.option("--to", "last", default="", metavar="MONTH", help="The last month.")
@click.option("--lab", "slug", default="", help="Slug of a place; else all of them.")
@click.option("--csv", "as_csv", is_flag=True, help="As CSV, by month, quarter and year.")
def report(first: str, last: str, slug: str, *, as_csv: bool) -> None:
    """Print what has been written: posts, writers, places, ways of working, goals.

    MONTH is a month (2019-05), a quarter (2019-Q2) or a year (2019); without any, it is the whole
    journey. Posts count by the day they are about. The status is 1 if no post is out yet.
    """
    engine = open_engine(load())
    upgrade(engine, datetime.now(UTC))
    with make_sessions(engine)() as session:
        whole = queries.whole(session)
        if whole is None:
            click.echo("No post is out yet.", err=True)
            raise SystemExit(1)
        period, lab = _period(first, last, whole), _lab(session, slug)
        settings = site.site(session)
        content = queries.content(session, settings.title, period, lab)
    lines = _csv(content) if as_csv else _lines(content)
    for line in lines:
        click.echo(line, nl=not as_csv)


def _period(first: str, last: str, whole: Period) -> Period:
    try:
        period = periods.between(first, last, whole)
    except ValueError as error:
        raise click.BadParameter(
            f"{error} Write it like 2019-05, 2019-Q2 or 2019.", param_hint="--from/--to"
        ) from error
    if period.is_too_long:
        raise click.BadParameter(
            f"a report holds at most {LONGEST} months.", param_hint="--from/--to"
        )
    return period


def _lab(session: Session, slug: str) -> Lab | None:
    lab = taxonomy.lab(session, slug) if slug else None
    if slug and lab is None:
        raise click.BadParameter(f"there is no place {slug}; name one by slug.", param_hint="--lab")
    return lab


def _csv(content: Content) -> Iterable[str]:
    return (spreadsheet.row(cells) for cells in queries.table(content, _name_of))


def _name_of(_group: str, row: Row) -> str:
    return row.named()


def _lines(content: Content) -> Iterable[str]:
    """A heading per group, and a line per row with its number in the whole period."""
    period = content.numbers.period
    yield f"{content.title}: {period.first:%Y-%m} to {period.last:%Y-%m}"
    for group, rows in content.numbers.groups.items():
        if rows:
            yield f"\n{group.replace('_', ' ')}"
        for row in rows:
            yield f"{row.total:7}  {row.named() or '–'}"
    silent = [f"{one.month:%Y-%m}" for one in content.silences]
    if silent:
        yield f"\nsilent months\n         {', '.join(silent)}"
