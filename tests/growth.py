"""How the cost of a text grows with its length: a ratio of one run, whatever the machine."""

import time
from collections.abc import Callable

LONGEST = 100_000


def growth(reads: Callable[[str], object], piece: str) -> float:
    """How many times longer a text four times as long takes: 4 if linear, 16 if squared."""
    short, long = (_seconds(reads, piece * (n // len(piece))) for n in (LONGEST // 4, LONGEST))
    return long / short


def _seconds(reads: Callable[[str], object], text: str) -> float:
    """Time of the processor, the least of three, as other programs disturb it."""
    spent = []
    for _ in range(3):
        began = time.process_time()
        reads(text)
        spent.append(time.process_time() - began)
    return min(spent)
