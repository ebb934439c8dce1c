"""Tables as CSV (RFC 4180), such that no spreadsheet takes a cell for a formula."""

import csv
from collections.abc import Iterable
from io import StringIO

_BEGINS_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def row(cells: Iterable[object]) -> str:
    """One line of a table, its end included."""
    line = StringIO()
    csv.writer(line).writerow([_harmless(cell) for cell in cells])
    return line.getvalue()


def _harmless(cell: object) -> object:
    """A text that a spreadsheet would work out gets an apostrophe, which it takes for "as is"."""
    if isinstance(cell, str) and cell.startswith(_BEGINS_FORMULA):
        return f"'{cell}"
    return cell
