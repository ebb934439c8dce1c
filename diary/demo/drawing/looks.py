"""Who somebody is to look at: build, skin, hair and clothes."""

from dataclasses import dataclass, replace

from .canvas import Canvas
from .palettes import GREYS, HAIRS, SKINS, Colour, mix

HAIRCUTS = ("short", "bob", "bun", "long", "afro", "curly", "hijab", "tail", "crop", "bob", "hijab")
CHILDISH = ("short", "bob", "tail", "afro", "curly", "crop", "plaits")


@dataclass(frozen=True)
class Look:
    """One person's looks. `tall` is the height in units of a grown-up's."""

    skin: Colour
    hair: Colour
    cut: str
    top: Colour
    legs: Colour
    shoes: Colour
    trim: Colour
    wear: str = "sweater"
    hat: str = ""
    beard: bool = False
    child: bool = False
    tall: float = 1.0
    girth: float = 1.0


def someone(c: Canvas, kind: str = "") -> Look:
    """A person by chance: kind is child, teen, old, or any grown-up; a winter coat outdoors
    in the cold is put on by `wrapped`."""
    child = kind == "child"
    cut = c.rng.choice(CHILDISH if child else HAIRCUTS)
    top, legs, trim = c.rng.sample(c.standing_out(c.ink.cloth), 3)
    skin = c.rng.choice(SKINS)
    hair = c.rng.choice(HAIRS[:3] if SKINS.index(skin) > 2 else HAIRS)
    look = Look(
        skin,
        hair,
        cut,
        top,
        _dull(c, legs),
        c.ink.ink,
        trim,
        wear=_wear(c, cut, child),
        child=child,
        tall=c.rng.uniform(0.62, 0.74) if child else c.rng.uniform(0.95, 1.05),
        girth=c.rng.uniform(0.92, 1.16),
    )
    if kind == "teen":
        look = replace(
            look,
            tall=c.rng.uniform(0.86, 0.95),
            girth=0.9,
            hat=_pick(c, "cap", 0.0 if cut in ("hijab", "afro") else 0.35),
        )
    if kind == "old":
        look = _aged(c, look)
    elif kind == "" and cut in ("short", "crop"):
        look = replace(look, beard=c.chance(0.4))
    return look


def wrapped(c: Canvas, look: Look) -> Look:
    """The same person dressed for snow."""
    hat = "" if look.cut == "hijab" else "beanie"
    coat = look.top if look.top != c.ink.snow else c.ink.main
    return replace(look, wear="coat", hat=hat, top=coat)


def dressed(c: Canvas, look: Look) -> Look:
    """The same person dressed for the season outdoors."""
    return wrapped(c, look) if c.snowy else look


def _pick(c: Canvas, word: str, share: float) -> str:
    return word if c.chance(share) else ""


def _dull(c: Canvas, colour: Colour) -> Colour:
    return mix(colour, c.ink.ink, 0.45)


def _wear(c: Canvas, cut: str, child: bool) -> str:
    if cut == "hijab":
        return c.rng.choice(("gown", "gown", "dress", "sweater"))
    if cut in ("bob", "bun", "long", "tail", "plaits"):
        return c.rng.choice(("dress", "stripes", "sweater", "overalls" if child else "skirt"))
    return c.rng.choice(("sweater", "stripes", "sweater", "overalls" if child else "open"))


def _aged(c: Canvas, look: Look) -> Look:
    cut = look.cut if look.cut == "hijab" else c.rng.choice(("bun", "bald", "short", "curly"))
    return replace(
        look,
        hair=c.rng.choice(GREYS),
        cut=cut,
        tall=c.rng.uniform(0.88, 0.95),
        girth=c.rng.uniform(1.05, 1.25),
        beard=cut in ("bald", "short") and c.chance(0.5),
        wear="open" if cut == "bald" else look.wear,
    )
