"""Where a 4:3 piece for lists is cut out of a picture: numbers alone.

A piece is called by its middle, `<x>-<y>` in hundredths of the picture's sides. Points that give
the same piece give the same name, so that tapping about makes few files.
"""

RATIO = 4 / 3
MIDDLE = (0.5, 0.5)
_STEPS = 20
"""A focus is rounded to twentieths."""
_NEARLY = 0.02
"""A picture this near to 4:3 is its own piece."""

Box = tuple[float, float, float, float]


def name(size: tuple[int, int], focus: tuple[float, float]) -> str:
    """Name of the piece around `focus` (0 to 1 each); empty where the whole picture is 4:3."""
    if abs(size[0] / size[1] / RATIO - 1) < _NEARLY:
        return ""
    middles = zip(map(_rounded, focus), _shares(size), strict=True)
    x, y = (_within(middle, share) for middle, share in middles)
    return f"{round(100 * x)}-{round(100 * y)}"


def box(size: tuple[int, int], piece: str) -> Box:
    """Edges of a piece by its name, in pixels: left, top, right, bottom."""
    width, height = size
    across, down = _shares(size)
    x, y = (int(part) / 100 for part in piece.split("-"))
    left, top = _within(x, across) - across / 2, _within(y, down) - down / 2
    return left * width, top * height, (left + across) * width, (top + down) * height


def _shares(size: tuple[int, int]) -> tuple[float, float]:
    """How much of the picture's width and of its height a piece takes."""
    ratio = size[0] / size[1]
    return min(1.0, RATIO / ratio), min(1.0, ratio / RATIO)


def _rounded(focus: float) -> float:
    return round(focus * _STEPS) / _STEPS


def _within(middle: float, share: float) -> float:
    """The middle moved so far that the piece lies inside the picture."""
    return min(max(middle, share / 2), 1 - share / 2)
