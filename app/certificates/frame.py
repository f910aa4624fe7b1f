"""The frame of a paper as SVG: a band of interlaced waves between two lines, a rosette in each corner, a pale one behind the text."""

from __future__ import annotations

from functools import cache

LAMP, GOLD, PAPER = "#14524a", "#b99a4b", "#fffdf8"
OUTER, INNER = 8.0, 14.0  # millimetres from the edge of the sheet
CORNER = 9.0  # half the side of a corner's square


@cache
def svg(width: int, height: int) -> str:
    """Return the frame of a sheet of that size in millimetres."""
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}mm" height="{height}mm" viewBox="0 0 {width} {height}" fill="none">',
        f'<rect width="{width}" height="{height}" fill="{PAPER}"/>',
        _rosette(width / 2, height * 0.46, radius=60, petals=36, colour=LAMP, stroke=0.25, opacity=0.055),
        _band(width, height),
        _box(OUTER, width, height, LAMP, 0.7),
        _box(INNER, width, height, GOLD, 0.3),
        _box(OUTER - 1.2, width, height, GOLD, 0.2),
        *(_corner(x, y) for x in (_middle(), width - _middle()) for y in (_middle(), height - _middle())),
        "</svg>",
    ]
    return "".join(parts)


def _middle() -> float:
    return (OUTER + INNER) / 2


def _box(inset: float, width: int, height: int, colour: str, stroke: float) -> str:
    size = f'width="{width - 2 * inset}" height="{height - 2 * inset}"'
    return f'<rect x="{inset}" y="{inset}" {size} stroke="{colour}" stroke-width="{stroke}"/>'


def _band(width: int, height: int) -> str:
    """Return three waves along each side. A wave is one curve and its mirror, again and again: a few letters each."""
    waves = []
    for side, length in (("h", width - 2 * OUTER), ("v", height - 2 * OUTER)):
        count = round(length / 5)
        half = length / count / 2
        for turn in (0, 1):
            start = _middle() if not turn else (height if side == "h" else width) - _middle()
            waves += [_wave(side, start, half, count, bow) for bow in (2.9, -2.9, 1.4, -1.4)]
    return f'<g stroke="{LAMP}" stroke-width=".16" stroke-opacity=".75">{"".join(waves)}</g>'


def _wave(side: str, start: float, half: float, count: int, bow: float) -> str:
    first, step = (f"{half / 2:.2f} {2 * bow:.2f} {half:.2f} 0", f"t{half:.3f} 0") if side == "h" else ("", "")
    if side == "v":
        first, step = f"{2 * bow:.2f} {half / 2:.2f} 0 {half:.2f}", f"t0 {half:.3f}"
    where = f"{OUTER} {start:.2f}" if side == "h" else f"{start:.2f} {OUTER}"
    return f'<path d="M{where}q{first}{step * (2 * count - 1)}"/>'


def _corner(x: float, y: float) -> str:
    square = f'<rect x="{x - CORNER / 2 - 1}" y="{y - CORNER / 2 - 1}" width="{CORNER + 2}" height="{CORNER + 2}" rx="1.5"'
    rosette = _rosette(x, y, radius=CORNER / 2, petals=12, colour=GOLD, stroke=0.22, opacity=1)
    return f'{square} fill="{PAPER}" stroke="{LAMP}" stroke-width=".5"/>{rosette}'


def _rosette(x: float, y: float, *, radius: float, petals: int, colour: str, stroke: float, opacity: float) -> str:
    ellipse = f'<ellipse rx="{radius:.1f}" ry="{radius * 0.38:.1f}" transform="rotate({{}})"/>'
    turns = "".join(ellipse.format(round(180 / petals * number, 2)) for number in range(petals))
    return f'<g transform="translate({x} {y})" stroke="{colour}" stroke-width="{stroke}" stroke-opacity="{opacity}">{turns}</g>'
