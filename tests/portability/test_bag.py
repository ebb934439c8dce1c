"""Signing a bag: what was damaged before is not made good."""

from pathlib import Path

import bagit
import pytest

from diary.portability import bag


def test_signed_anew_it_still_tells_what_was_damaged(tmp_path: Path) -> None:
    for name in ("a", "b", "c"):
        (tmp_path / "data").mkdir(exist_ok=True)
        (tmp_path / f"data/{name}.txt").write_text(name)
    bag.close(tmp_path, {"Contact-Name": "Petra\nLarsson", "Contact-Phone": ""})
    assert bagit.Bag(str(tmp_path)).validate()
    assert (tmp_path / "bag-info.txt").read_text() == (
        "Contact-Name: Petra Larsson\nPayload-Oxum: 3.3\n"
    )
    before = bag.state(tmp_path)
    bag.replace(tmp_path / "data/a.txt", b"another")
    (tmp_path / "data/c.txt").unlink()
    bag.sign(tmp_path, before)
    assert bagit.Bag(str(tmp_path)).validate()
    (tmp_path / "data/b.txt").write_text("x")
    before = bag.state(tmp_path)
    bag.replace(tmp_path / "data/a.txt", b"once more")
    bag.sign(tmp_path, before)
    with pytest.raises(bagit.BagValidationError, match=r"b\.txt"):
        bagit.Bag(str(tmp_path)).validate()
