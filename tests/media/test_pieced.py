"""A long file in pieces: the same bytes from any place on, and room left for people's pictures."""

import hashlib
import io

import pytest

from diary.media import pieced
from diary.media.pieced import PieceReader, Pieces, PieceWriter
from diary.media.storage import LocalStorage, NotStored, Storage, StorageFull

DATA = bytes(range(256)) * 5


@pytest.fixture(autouse=True)
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pieced, "PIECE", 100)


def written(store: Storage, data: bytes = DATA, step: int = 7) -> Pieces:
    writer = PieceWriter(store, "downloads/1.a", "text/plain")
    for at in range(0, len(data), step):
        writer.write(data[at : at + step])
    return writer.finish()


@pytest.mark.parametrize("step", [1, 99, 100, 101, 2_000])
def test_what_was_written_is_read(store: Storage, step: int) -> None:
    pieces = written(store, step=step)
    assert (pieces.size, pieces.sha256) == (len(DATA), hashlib.sha256(DATA).hexdigest())
    assert len(pieces.keys) == 13
    assert io.BufferedReader(PieceReader(store, pieces), 33).read() == DATA


def test_it_is_read_from_any_place(store: Storage) -> None:
    reader = io.BufferedReader(PieceReader(store, written(store)), 10)
    for at in (0, 99, 100, 555, len(DATA) - 1, len(DATA)):
        reader.seek(at)
        assert reader.read(150) == DATA[at : at + 150]
    assert reader.seek(-3, io.SEEK_END) == len(DATA) - 3
    assert reader.read() == DATA[-3:]


def test_an_empty_one_is_empty(store: Storage) -> None:
    assert PieceReader(store, written(store, b"")).read() == b""


def test_a_piece_that_has_gone_is_missed(store: Storage) -> None:
    pieces = written(store)
    store.delete(pieces.keys[1])
    with pytest.raises(NotStored):
        PieceReader(store, pieces).read()


def test_room_is_left_for_others(store: LocalStorage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pieced, "LEAVE_FREE", 10**18)
    with pytest.raises(StorageFull):
        written(store)
    assert not list(store.keys("downloads/"))
