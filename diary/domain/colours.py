"""The inks that labs are printed in."""

from collections.abc import Iterable

from diary.domain.settings import COLOURS
from diary.queries.rows import LabRef

PALETTE = {
    "blue": ("#1f4e79", "#93bce3"),
    "red": ("#9a3324", "#f0a08e"),
    "plum": ("#6b2d5c", "#d9a6cd"),
    "green": ("#2c5e3b", "#92c79e"),
    "ochre": ("#7a5707", "#dfb968"),
    "teal": ("#125e63", "#7cc5c6"),
    "rose": ("#a02d5c", "#f29fbc"),
    "slate": ("#465362", "#b4c0cd"),
}
"""Each colour on light and on dark paper: text in it reads at 4.5:1 (WCAG 2.2, 1.4.3), and so
does the paper's own colour on it."""
INKS = ("#fffdf8", "#1a1714")


def colours(labs: Iterable[LabRef]) -> dict[str, str]:
    """What each lab's colour is called, by its slug: its own, else one by its place."""
    return {
        lab.slug: lab.colour if lab.colour in PALETTE else COLOURS[place % len(COLOURS)]
        for place, lab in enumerate(labs)
    }
