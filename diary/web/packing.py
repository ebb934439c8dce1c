"""Content codings (RFC 9110, section 8.4): which one is taken, and packing for it.

Answers are packed while somebody waits, the program's own files once; so each has its own order,
cheapest for its size first (measured in docs/decisions.md).
"""

import gzip
import sys
from collections.abc import Callable, Mapping
from functools import lru_cache
from types import MappingProxyType

import brotli
from flask import request
from werkzeug.datastructures import Accept
from werkzeug.http import parse_accept_header

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

LONGEST_WISH = 300
"""Characters of what an asker accepts: no browser says as much, and it is kept once read."""
LARGEST_KEPT = 100_000
"""Bytes of an answer that is packed once: pages and feeds, not the addresses of a whole journey."""
Packers = Mapping[str, Callable[[bytes], bytes]]

ANSWERS: Packers = MappingProxyType(
    {
        "zstd": lambda data: zstd.compress(data, 6),
        "br": lambda data: brotli.compress(data, quality=5),
        "gzip": lambda data: gzip.compress(data, 3, mtime=0),
    }
)
FILES: Packers = MappingProxyType(
    {
        "br": lambda data: brotli.compress(data, quality=11),
        "zstd": lambda data: zstd.compress(data, 19),
        "gzip": lambda data: gzip.compress(data, 9, mtime=0),
    }
)


def coding(packers: Packers) -> str:
    """The coding this request's answer comes in."""
    return liked_best(request.headers.get("Accept-Encoding", ""), packers)


def liked_best(accepted: str, packers: Packers) -> str:
    """The coding the asker likes best, the first of several; `identity` where none is taken."""
    return _liked_best(accepted[:LONGEST_WISH], tuple(packers))


@lru_cache(maxsize=200)
def _liked_best(accepted: str, packers: tuple[str, ...]) -> str:
    taken = parse_accept_header(accepted, Accept)
    best = max(packers, key=taken.quality)
    packed = 0 < taken.quality(best) >= taken.quality("identity")
    return best if packed else "identity"


def packed(data: bytes, name: str) -> bytes:
    """An answer in a coding; pages and feeds that are kept (web/fragments) are packed once."""
    return (_packed if len(data) <= LARGEST_KEPT else _packed.__wrapped__)(data, name)


@lru_cache(maxsize=64)
def _packed(data: bytes, name: str) -> bytes:
    return ANSWERS[name](data)


@lru_cache(maxsize=200)
def packed_file(data: bytes, name: str) -> bytes:
    """One of the program's own files in a coding, packed as small as it goes, once."""
    return FILES[name](data)
