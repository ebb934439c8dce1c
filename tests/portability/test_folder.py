"""A folder of Markdown files that strangers wrote."""

from pathlib import Path

import pytest

from diary.domain.incoming import Incoming, LeftOut
from diary.portability.folder import read
from diary.portability.pictures import NoPicture


def one(tmp_path: Path, head: str) -> Incoming | LeftOut:
    """What is read of a file with these keys above its text."""
    (tmp_path / "a.md").write_text(f"---\ndate: 2019-05-17\n{head}\n---\n\nOrd\n", "utf-8")
    (found,) = read(tmp_path, "sv").found
    return found


@pytest.mark.parametrize(
    "head", ["place: .inf", "authors: 3", "uid: x", "voice: loud", "date: soon", "pictures: [3]"]
)
def test_a_head_that_is_not_as_it_is_written_down_is_left_out(tmp_path: Path, head: str) -> None:
    assert one(tmp_path, head) == LeftOut("a.md", "its head cannot be read")


def test_a_focus_that_is_no_number_is_one_all_the_same(tmp_path: Path) -> None:
    found = one(tmp_path, "pictures: [{file: a.jpg, focus: [.nan, -3]}]")
    assert isinstance(found, Incoming)
    assert (found.pictures[0].focus_x, found.pictures[0].focus_y) == (1.0, 0.0)


@pytest.mark.parametrize("file", ["../secret.jpg", "/etc/hostname", "in/../../secret.jpg"])
def test_no_picture_outside_the_folder_is_read(tmp_path: Path, file: str) -> None:
    (tmp_path / "secret.jpg").write_bytes(b"secret")
    (tmp_path / "in").mkdir()
    found = one(tmp_path / "in", f"pictures: [{{file: {file}}}]")
    assert isinstance(found, Incoming)
    read_file = found.pictures[0].read
    assert read_file
    with pytest.raises(NoPicture):
        read_file()
