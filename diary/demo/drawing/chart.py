"""A map of Sweden for the wall, from rough longitudes and latitudes."""

import math

from .canvas import Canvas, Point, form
from .palettes import mix, sheer

WEST, EAST, NORTH, SOUTH = 7.0, 27.6, 69.6, 54.6
SWEDEN = form(
    "20.6,69.06 22,68.5 23.6,67.9 23.5,67.3 24.1,65.85 22.4,65.85 21.5,65.3 21.4,64.6 "
    "20.7,63.8 19.3,63.4 18.4,62.8 17.5,62.2 17.2,61.4 17.3,60.7 18.6,60.2 18.9,59.7 "
    "18.1,59.2 17.5,58.8 16.8,58.5 16.7,57.8 16.5,57 16.1,56.2 14.8,56.1 14.3,55.5 "
    "13,55.4 12.6,56.1 12.8,56.7 11.9,57.5 11.2,58.4 11.3,59.1 11.9,59.7 12.6,60.5 "
    "12.6,61.2 12.1,62.3 12,63.4 13.3,64.1 13.8,64.8 14.5,65.6 15.4,66.4 16.2,67.2 "
    "17.2,68.1 18.3,68.5 20,68.5"
)
NORWAY = form(
    "11.2,59.1 10.5,59.4 9.4,58.9 7.4,58 5.6,58.8 5,60.6 5.2,62.1 8.2,63.4 10.6,64.6 "
    "12.6,66.1 14.6,67.6 16.6,68.8 20,70.4 29,71 29,68.8 24,68.4 20.6,69 18,68.3 "
    "15.4,66.2 13.4,64.2 12,63.2 12.4,61.2 12,59.9"
)
FINLAND = form(
    "24.3,65.8 25.4,65 23.4,64 21.4,63 21.4,61.6 21.5,60.8 23,60 25.2,60.3 29,60.6 "
    "29,69.4 23.8,68.5 23.9,67.6 23.8,66.8"
)
DENMARK = form("10.5,57.7 10.4,56.6 10,55.4 8.4,54.4 8.1,56 8.4,57")
ISLANDS = ((18.5, 57.5, 0.55, 0.9), (16.75, 56.8, 0.2, 0.75), (11.8, 55.5, 1.1, 0.9))
LAKES = ((13.3, 58.9, 0.6, 0.85), (14.55, 58.35, 0.2, 0.75), (14.4, 63.2, 0.35, 0.4))
TOWNS = form("21.69,65.83 12.05,57.8 16.19,58.59 17.63,59.2")


def chart(c: Canvas, x: float, y: float, w: float, h: float) -> None:
    """The map in a box, with a pin for each of the four places and threads between them."""

    def at(place: Point) -> Point:
        return x + (place[0] - WEST) / (EAST - WEST) * w, y + (NORTH - place[1]) / (
            NORTH - SOUTH
        ) * h

    sea = mix(c.ink.soft, c.ink.main, c.rng.choice((0.0, 0.25, 0.6)))
    land = c.rng.choice((c.ink.paper, c.ink.glow, c.light(c.ink.leaf, 0.2)))
    east, north = w / (EAST - WEST), h / (NORTH - SOUTH)
    with c.inset(x, y, w, h) as sheet:
        sheet.fill(sea)
        for abroad in (NORWAY, FINLAND, DENMARK):
            sheet.curve([at(p) for p in abroad], mix(land, sea, 0.62))
        sheet.curve([(px + 0.5, py + 0.6) for px, py in map(at, SWEDEN)], sheer(c.ink.ink, 0.18))
        sheet.curve([at(p) for p in SWEDEN], land)
        for lon, lat, rx, ry in ISLANDS:
            sheet.leaf(*at((lon, lat)), rx * east, ry * north / 2, 0.3, land)
        for lon, lat, rx, ry in LAKES:
            sheet.leaf(*at((lon, lat)), rx * east, ry * north / 2, 0.6, sea)
        _rose(sheet, x + w * 0.8, y + h * 0.87)
    _pins(c, [at(p) for p in TOWNS])


def _rose(c: Canvas, x: float, y: float) -> None:
    for k in range(8):
        a, long = k * math.tau / 8, 2.6 if k % 2 == 0 else 1.5
        c.poly(
            [
                (x + long * math.sin(a), y - long * math.cos(a)),
                (x + 0.5 * math.cos(a), y + 0.5 * math.sin(a)),
                (x - 0.5 * math.cos(a), y - 0.5 * math.sin(a)),
            ],
            sheer(c.ink.ink, 0.5),
        )


def _pins(c: Canvas, places: list[Point]) -> None:
    for i, (ax, ay) in enumerate(places):
        for bx, by in places[i + 1 :]:
            c.line([(ax, ay), ((ax + bx) / 2, (ay + by) / 2 + 0.8), (bx, by)], 0.26, c.ink.spot)
    for x, y in places:
        c.line([(x, y), (x + 0.9, y - 2)], 0.3, c.ink.ink)
        c.dot(x + 1.2, y - 2.4, 1.25, c.ink.spot)
        c.dot(x + 0.8, y - 2.8, 0.4, mix(c.ink.spot, c.ink.paper, 0.6))
