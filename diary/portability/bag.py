"""Bags: a folder with checksums, as archives take them in (BagIt 1.0, RFC 8493)."""

import hashlib
import json
from collections.abc import Container, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path

from diary.text.plain import tidy_line

DECLARATION = "bagit.txt"
INFO, PAYLOAD = "bag-info.txt", "data"
ALGORITHM = "sha512"
_SAID = "BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n"
_LONGEST = 2000


def close(bag: Path, about: Mapping[str, str]) -> None:
    """Make a bag of a folder whose payload lies in `data`; what is said of it has one line each."""
    said = {name: tidy_line(words, _LONGEST) for name, words in about.items()}
    lines = [f"{name}: {words}\n" for name, words in said.items() if words]
    (bag / DECLARATION).write_text(_SAID, "utf-8")
    (bag / INFO).write_text("".join([*lines, "Payload-Oxum: 0.0\n"]), "utf-8")
    for name in ("manifest", "tagmanifest"):
        (bag / f"{name}-{ALGORITHM}.txt").touch()
    sign(bag)


UNSIGNED = ".unsigned.json"
"""In a bag: how its payload was before somebody began to write it anew, until it is signed."""
State = dict[str, tuple[int, ...]]
"""What changes for a file, by its path in the bag, as soon as it is written anew."""


def state(bag: Path) -> State:
    """Of all files of the payload, as they are now."""
    found = ((file, file.stat()) for file in files(bag / PAYLOAD))
    return {
        file.relative_to(bag).as_posix(): (of.st_ino, of.st_mtime_ns, of.st_size)
        for file, of in found
    }


@contextmanager
def changing(bag: Path) -> Iterator[None]:
    """While files of the payload are written anew; then it is signed, if any was.

    Broken off, the next time goes on from what was before the first.
    """
    marker = bag / UNSIGNED
    if marker.is_file():
        said: dict[str, list[int]] = json.loads(marker.read_text("utf-8"))
        before: State = {name: tuple(at) for name, at in said.items()}
    else:
        before = state(bag)
        with suppress(OSError):  # where this cannot be written, nothing else will be
            replace(marker, json.dumps(before).encode())
    yield
    if state(bag) != before:
        sign(bag, before)
    marker.unlink(missing_ok=True)


def sign(bag: Path, before: State | None = None) -> None:
    """Write a bag's manifests anew, those it has (sections 2.1.3, 2.2.1 and 2.2.2).

    What has not been touched since `before` keeps its checksums: what was damaged stays so.
    """
    payload = state(bag)
    untouched = {name for name, at in payload.items() if before and before.get(name) == at}
    size = sum((bag / name).stat().st_size for name in payload)
    info = bag / INFO
    if info.is_file():
        lines = (
            f"Payload-Oxum: {size}.{len(payload)}" if line.startswith("Payload-Oxum:") else line
            for line in info.read_text("utf-8").splitlines()
        )  # fmt: skip
        replace(info, "".join(f"{line}\n" for line in lines).encode())
    for manifest in bag.glob("manifest-*.txt"):
        replace(manifest, _manifest(bag, manifest.stem, payload, untouched))
    for manifest in bag.glob("tagmanifest-*.txt"):
        tags = sorted(file.name for file in bag.iterdir() if file.is_file())
        own = [name for name in tags if not name.startswith((".", "tagmanifest-"))]
        replace(manifest, _manifest(bag, manifest.stem, own))


def _manifest(
    bag: Path, stem: str, names: Iterable[str], untouched: Container[str] = frozenset()
) -> bytes:
    old = (line.split(maxsplit=1) for line in (bag / f"{stem}.txt").read_text("utf-8").splitlines())
    said = {written: digest for digest, written in old}
    lines = []
    for name in names:
        written = name.replace("%", "%25").replace("\n", "%0A").replace("\r", "%0D")
        kept = said.get(written) if name in untouched else None
        lines.append(f"{kept or _digest(bag / name, stem)}  {written}\n")
    return "".join(lines).encode()


def _digest(path: Path, stem: str) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, stem.rpartition("-")[2]).hexdigest()


def files(root: Path) -> Iterator[Path]:
    """All files below a folder, in order; links are not followed."""
    return (file for file in sorted(root.rglob("*")) if file.is_file() and not file.is_symlink())


def replace(file: Path, data: bytes) -> None:
    """Write a file whole or not at all."""
    unfinished = file.with_name(f"{file.name}.unfinished")
    unfinished.write_bytes(data)
    unfinished.replace(file)
