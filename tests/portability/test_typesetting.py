"""What Typst cannot set is said in a sentence, and nothing is left hanging."""

import pytest

from diary.portability import typesetting
from diary.portability.typesetting import NotSet, bench


def test_what_typst_finds_wrong_is_told() -> None:
    with bench() as table, pytest.raises(NotSet, match=r"could not set it: .*cover\.json"):
        table.draw("cover.typ", 20)  # which reads data that nobody has put there


def test_one_that_hangs_is_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(typesetting, "LONGEST", 0.01)
    with bench() as table, pytest.raises(NotSet, match="not ready after"):
        table.draw("cover.typ", 20)
