"""176 posts with 313 photographs of 6 megapixels come in, by both processors, in little memory."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import suppress
from functools import cache
from multiprocessing import get_context
from pathlib import Path

import click
import pytest
from PIL import Image, ImageChops
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from diary.cli.bench_load import family, kilobytes
from diary.demo.drawing import draw
from diary.models import Picture, Post, Rendition, Status, make_engine
from tests.cli.test_commands import diary, environment

pytestmark = pytest.mark.drill
POSTS, PHOTOS = 176, int(os.environ.get("PHOTOS", "313"))
SIZE = (3000, 2000)
MB = 500
"""Of memory, all processes together; and about what the photographs weigh."""
KEPT = 6
"""An original's sizes and pieces: 3:2 is cut to 4:3."""


@cache
def materials() -> tuple[Image.Image, Image.Image]:
    """A scene, and a camera's noise."""
    noise = Image.effect_noise(SIZE, 26).convert("RGB")
    return draw("market", "boden", "").convert("RGB").resize(SIZE), noise


def a_photograph(job: tuple[Path, int]) -> None:
    """A file of its own."""
    path, number = job
    scene, noise = materials()
    noisy = ImageChops.add(scene, ImageChops.offset(noise, 7 * number), 2)
    noisy.save(path, "JPEG", quality=82)


def an_export(folder: Path) -> None:
    """A folder of Markdown files with pictures beside them."""
    posts: list[list[str]] = [[] for _ in range(POSTS)]
    for number in range(PHOTOS):
        posts[number % POSTS].append(f"bild-{number}.jpg")
    for number, pictures in enumerate(posts):
        day = f"20{18 + number % 3}-{1 + number % 12:02}-{1 + number % 28:02}"
        shown = "".join(f"- file: {name}\n" for name in pictures)
        head = f"title: Inlägg {number}\ndate: {day}\npictures:\n{shown}"
        text = f"---\n{head}---\nSå var det.\n"
        (folder / f"{number}.md").write_text(text)
    jobs = [(folder / f"bild-{number}.jpg", number) for number in range(PHOTOS)]
    with ProcessPoolExecutor(os.cpu_count(), get_context("spawn")) as pool:
        list(pool.map(a_photograph, jobs, chunksize=8))


def processor_seconds(pid: int) -> float:
    """What a process has used so far, as Linux tells it."""
    with suppress(OSError):
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
    return 0.0


def watched(process: "subprocess.Popen[bytes]") -> Iterator[tuple[int, dict[int, float]]]:
    """Again and again: the kilobytes of all its processes, and the seconds of each."""
    while process.poll() is None:
        pids = [*family(process.pid)]
        yield sum(map(kilobytes, pids)), {pid: processor_seconds(pid) for pid in pids}
        time.sleep(0.5)


def test_all_come_in_with_every_size(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    source, folder = tmp_path / "source", tmp_path / "diary"
    source.mkdir()
    folder.mkdir()
    an_export(source)
    weight = sum(path.stat().st_size for path in source.glob("*.jpg")) / 1024**2
    assert diary(folder, "upgrade").returncode == 0
    began, most, spent = time.monotonic(), 0, dict[int, float]()
    command = [sys.executable, "-m", "diary", "import", str(source), "--from", "folder"]
    with subprocess.Popen(
        [*command, "--publish"], env=environment(folder), cwd=tmp_path, stdout=subprocess.DEVNULL
    ) as process:
        for kilobytes_now, seconds in watched(process):
            most, spent = max(most, kilobytes_now), spent | seconds
    took = time.monotonic() - began
    with capsys.disabled():
        used = " ".join(f"{one:.0f}" for one in sorted(spent.values(), reverse=True))
        click.echo(
            f"\n{weight:.0f} MB in {took:.0f} s, {most // 1024} MB; processor seconds: {used}"
        )
    assert process.returncode == 0
    assert most < MB * 1024
    busiest = sorted(spent.values())[-2:]
    assert busiest[0] > busiest[1] / 2, "one process has done nearly all"
    engine = make_engine(f"sqlite:///{folder / 'diary.db'}")
    with Session(engine) as session:
        out = select(func.count()).select_from(Post).where(Post.status == Status.PUBLISHED)
        assert session.scalar(out) == POSTS
        assert session.scalar(select(func.count()).select_from(Picture)) == PHOTOS
        assert session.scalar(select(func.count()).select_from(Rendition)) == KEPT * PHOTOS
    engine.dispose()
    assert diary(folder, "check").returncode == 0
