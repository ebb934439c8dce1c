"""The printing inks of each lab, and how two inks mix."""

from dataclasses import dataclass

Colour = tuple[int, int, int]
Glaze = tuple[int, int, int, int]


def ink(code: str) -> Colour:
    """`#rrggbb` in, an RGB triple out."""
    return int(code[1:3], 16), int(code[3:5], 16), int(code[5:7], 16)


def inks(codes: str) -> tuple[Colour, ...]:
    """Codes separated by spaces in, RGB triples out."""
    return tuple(ink(code) for code in codes.split())


def mix(one: Colour, other: Colour, share: float) -> Colour:
    """`one` with `share` (0 … 1) of `other` stirred in."""
    r, g, b = (round(a + (z - a) * share) for a, z in zip(one, other, strict=True))
    return r, g, b


def apart(one: Colour, other: Colour) -> int:
    """How far two colours are from each other: 0 is the same, 765 black and white."""
    return sum(abs(a - b) for a, b in zip(one, other, strict=True))


def sheer(colour: Colour, cover: float) -> Glaze:
    """The colour as a see-through glaze; `cover` 0 … 1."""
    return *colour, round(255 * cover)


@dataclass(frozen=True)
class Palette:
    """A limited set of inks that print well on top of each other."""

    paper: Colour
    ink: Colour
    deep: Colour
    main: Colour
    soft: Colour
    leaf: Colour
    pine: Colour
    glow: Colour
    wood: Colour
    spot: Colour
    snow: Colour
    day: tuple[Colour, ...]
    dusk: tuple[Colour, ...]
    night: tuple[Colour, ...]
    walls: tuple[Colour, ...]
    cloth: tuple[Colour, ...]
    houses: tuple[Colour, ...]


BLOOD = ink("#5e2a1e")  # what darkens skin in the shade
SKINS = inks("#f3cfb0 #e6b48d #c98d62 #a0683f #74452b #553222")
HAIRS = inks("#2a1d1a #1d1719 #4c2f20 #7a4a28 #b98544 #dcb878 #8e4326")
GREYS = inks("#d9d4cb #b7b1a8 #efeae0")

BODEN = Palette(
    paper=ink("#f4ecdd"),
    ink=ink("#12233a"),
    deep=ink("#1c3d63"),
    main=ink("#34658f"),
    soft=ink("#bfd3dc"),
    leaf=ink("#5f8a78"),
    pine=ink("#1d4a4a"),
    glow=ink("#f4b93e"),
    wood=ink("#b8774b"),
    spot=ink("#c24a34"),
    snow=ink("#f0f1ec"),
    day=inks("#9cc1d4 #e9ebe2"),
    dusk=inks("#34577f #efc9a0"),
    night=inks("#0e1f38 #2f5a83"),
    walls=inks("#e9e0cd #c6d6da #8fb0bf #2b5377 #efd9a6"),
    cloth=inks("#1c3d63 #34658f #f4b93e #c24a34 #f0e6d2 #1d4a4a #7fa8bd #5f8a78 #d98f5c"),
    houses=inks("#e3cfa4 #c24a34 #d8ddd6 #7fa0b3 #efc36a"),
)
RANNEBERGEN = Palette(
    paper=ink("#f7ecd8"),
    ink=ink("#33211d"),
    deep=ink("#74291f"),
    main=ink("#b9492f"),
    soft=ink("#ecc9a0"),
    leaf=ink("#8fa35f"),
    pine=ink("#3f6247"),
    glow=ink("#f0ae3c"),
    wood=ink("#a8683a"),
    spot=ink("#2f6470"),
    snow=ink("#f6f1e6"),
    day=inks("#bcd6d2 #f5ecd6"),
    dusk=inks("#c9745a #f6d49a"),
    night=inks("#2b2430 #7d4a45"),
    walls=inks("#f2e2c4 #e7b87f #cf7350 #c9d0b0 #e2a63f"),
    cloth=inks("#b9492f #f0ae3c #3f6247 #2f6470 #f5e6cb #74291f #8fa35f #e08a5b #5b3a3a"),
    houses=inks("#b9492f #d98a3d #9a3826 #e5b061 #c8694a"),
)
PORTALEN = Palette(
    paper=ink("#f8ecda"),
    ink=ink("#26142d"),
    deep=ink("#4b1f48"),
    main=ink("#7d3a6b"),
    soft=ink("#e3c3c6"),
    leaf=ink("#4f9a8f"),
    pine=ink("#17585f"),
    glow=ink("#f2ab2b"),
    wood=ink("#b06a45"),
    spot=ink("#dc6a56"),
    snow=ink("#f5eff0"),
    day=inks("#a5cfca #f8ecd4"),
    dusk=inks("#7d4a7d #f4b98a"),
    night=inks("#1f1230 #5b3468"),
    walls=inks("#f4e1cd #b9d6cf #e2b5b0 #2b757a #edbd62"),
    cloth=inks("#4b1f48 #1f7378 #f2ab2b #dc6a56 #f6e7d3 #7d3a6b #8fc0b6 #e39b8c #2f3f63"),
    houses=inks("#e2b5a0 #f0cd8c #c9877e #8fb9b2 #eadbc8"),
)
LINA_HAGE = Palette(
    paper=ink("#faf0db"),
    ink=ink("#16291f"),
    deep=ink("#1d4a37"),
    main=ink("#3f7a4e"),
    soft=ink("#cfdcb4"),
    leaf=ink("#86a552"),
    pine=ink("#22573f"),
    glow=ink("#eeb035"),
    wood=ink("#a5653a"),
    spot=ink("#e0805a"),
    snow=ink("#f5f4e8"),
    day=inks("#bfdcd0 #faf0d2"),
    dusk=inks("#d98f6a #fadfa6"),
    night=inks("#12271f #3b6a55"),
    walls=inks("#f7e6c6 #d3dcb2 #f2bd94 #3c6c4c #efc668"),
    cloth=inks("#1d4a37 #eeb035 #e0805a #86a552 #fbeed2 #a93f3f #3f7a4e #f0b48c #4d6c80"),
    houses=inks("#f0c98f #e79f72 #e9d7a8 #b9c48f #d3744f"),
)
PROJECT = Palette(
    paper=ink("#f5eee0"),
    ink=ink("#20242c"),
    deep=ink("#3a3f49"),
    main=ink("#6b6c70"),
    soft=ink("#d9d0bf"),
    leaf=ink("#a39f8f"),
    pine=ink("#4d5555"),
    glow=ink("#f0b267"),
    wood=ink("#a58d72"),
    spot=ink("#dc4f2c"),
    snow=ink("#f7f3ea"),
    day=inks("#ddd8ca #f8f1e2"),
    dusk=inks("#8f8a86 #f2cfae"),
    night=inks("#1b1f28 #565a63"),
    walls=inks("#ece3d1 #d5ccbb #b9b1a4 #4b505a #efd9bd"),
    cloth=inks("#20242c #dc4f2c #f5eee0 #6b6c70 #b8ae9c #3a3f49 #dc4f2c #e8dcc6 #8b7b6b"),
    houses=inks("#d9d0bf #b8ae9c #8f897f #e9e0cf #c9a98c"),
)
PALETTES: dict[str, Palette] = {
    "boden": BODEN,
    "rannebergen": RANNEBERGEN,
    "portalen": PORTALEN,
    "lina-hage": LINA_HAGE,
    "": PROJECT,
}
