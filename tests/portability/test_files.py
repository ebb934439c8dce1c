"""Files of a folder or a zip: what is damaged is said, and nothing stops an import."""

import zipfile
from pathlib import Path

import pytest

from diary.domain.incoming import NotReadable
from diary.portability.files import TooLarge, opened


def packed(path: Path, how: int) -> Path:
    with zipfile.ZipFile(path, "w", how) as archive:
        archive.writestr("a.md", "Hej på er alla " * 500)
    return path


@pytest.mark.parametrize("how", [zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_a_damaged_file_in_a_zip_is_said_to_be_one(tmp_path: Path, how: int) -> None:
    path = packed(tmp_path / "a.zip", how)
    assert len(opened(path).read("a.md", 10_000)) == 8_000
    data = bytearray(path.read_bytes())
    data[34:60] = b"\xff" * 26  # right behind its name
    path.write_bytes(data)
    with pytest.raises(NotReadable, match="damaged"):
        opened(path).read("a.md", 10_000)


def test_no_more_is_unpacked_than_asked_for(tmp_path: Path) -> None:
    with pytest.raises(TooLarge):
        opened(packed(tmp_path / "a.zip", zipfile.ZIP_DEFLATED)).read("a.md", 100)


@pytest.mark.parametrize("zipped", [True, False])
def test_what_is_not_there_is_no_key(tmp_path: Path, *, zipped: bool) -> None:
    (tmp_path / "b.md").write_text("Hej", "utf-8")
    path = packed(tmp_path / "a.zip", zipfile.ZIP_STORED) if zipped else tmp_path
    with pytest.raises(KeyError):
        opened(path).read("../b.md", 100)
