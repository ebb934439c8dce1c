"""A long file in a store of whole objects: in pieces, so that no more than one is in memory."""

import hashlib
import io
from dataclasses import dataclass, field
from typing import Any

from diary.media.storage import Storage, StorageFull

PIECE = 8 * 1024**2
LEAVE_FREE = 1024**3
"""Bytes of the store that are left to what people send."""


@dataclass(frozen=True, slots=True)
class Pieces:
    """What is known of a file in pieces."""

    size: int
    sha256: str
    keys: list[str] = field(default_factory=list)


class PieceWriter(io.RawIOBase):
    """Writes pieces `<key>.0`, `<key>.1` … of PIECE bytes, the last one shorter.

    Raises StorageFull while enough room is left for others.
    """

    def __init__(self, store: Storage, key: str, media_type: str) -> None:
        super().__init__()
        self._store, self._key, self._media_type = store, key, media_type
        self._buffer = bytearray()
        self._digest = hashlib.sha256()
        self._size = 0
        self._keys: list[str] = []

    def writable(self) -> bool:
        return True

    def write(self, data: Any, /) -> int:
        given = bytes(data)
        self._digest.update(given)
        self._size += len(given)
        self._buffer += given
        while len(self._buffer) >= PIECE:
            self._put(self._buffer[:PIECE])
            del self._buffer[:PIECE]
        return len(given)

    def finish(self) -> Pieces:
        """Write what is left; what there is then."""
        self._put(self._buffer)
        self._buffer.clear()
        return Pieces(self._size, self._digest.hexdigest(), self._keys)

    def _put(self, data: bytearray) -> None:
        room = self._store.room()
        if room is not None and room < LEAVE_FREE:
            raise StorageFull(f"Less than {LEAVE_FREE} bytes would be left for pictures.")
        key = f"{self._key}.{len(self._keys)}"
        self._store.put(key, bytes(data), self._media_type)
        self._keys.append(key)


class PieceReader(io.RawIOBase):
    """Reads a file in pieces, from any place on. Raises NotStored for a piece that has gone."""

    def __init__(self, store: Storage, pieces: Pieces) -> None:
        super().__init__()
        self._store, self._pieces, self._at = store, pieces, 0
        self._held: tuple[int, bytes] = (-1, b"")

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._at

    def seek(self, offset: int, whence: int = io.SEEK_SET, /) -> int:
        start = {io.SEEK_SET: 0, io.SEEK_CUR: self._at, io.SEEK_END: self._pieces.size}[whence]
        self._at = max(0, start + offset)
        return self._at

    def readinto(self, buffer: Any, /) -> int:
        """Fill the buffer as far as the piece at hand goes; 0 at the end."""
        if self._at >= self._pieces.size:
            return 0
        number, offset = divmod(self._at, PIECE)
        if self._held[0] != number:
            self._held = number, self._store.get(self._pieces.keys[number])
        data = self._held[1][offset : offset + len(buffer)]
        buffer[: len(data)] = data
        self._at += len(data)
        return len(data)
