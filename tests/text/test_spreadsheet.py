"""Tables as CSV."""

import csv

import pytest

from diary.text import spreadsheet


def test_a_row_is_read_back() -> None:
    assert next(csv.reader([spreadsheet.row(['Boden, "norra"', 3, None])])) == [
        'Boden, "norra"',
        "3",
        "",
    ]
    assert spreadsheet.row(["a"]) == "a\r\n"


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1"])
def test_no_text_is_a_formula(text: str) -> None:
    assert next(csv.reader([spreadsheet.row([text])], strict=True))[0].startswith("'")


def test_a_number_stays_one() -> None:
    assert spreadsheet.row([-1, 2]) == "-1,2\r\n"
