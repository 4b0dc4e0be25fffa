"""Tilings: one small rule, laid edge to edge."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from shop.catalogue.samples.canvas import Canvas, Noise
from shop.catalogue.samples.palettes import Colour, Palette

Plane = NDArray[np.complex128]
GOLDEN = (1 + 5**0.5) / 2


def _arc(x: float, y: float, radius: float, start: float) -> NDArray[np.float64]:
    """A quarter circle from ``start`` (degrees)."""
    turn = np.deg2rad(np.linspace(start - 0.5, start + 90.5, 22))
    return np.stack([x + radius * np.cos(turn), y + radius * np.sin(turn)], axis=1)


def truchet(
    rng: np.random.Generator, width: int, height: int, palette: Palette, *, columns: int = 8, bands: int = 3,
    order: float = 0.0,
) -> Image.Image:  # fmt: skip
    """Square tiles of quarter circles in nested bands, each turned by chance (or, with ``order``, by a slow wave)."""
    canvas = Canvas(width, height, palette.paper)
    side = width / columns
    rows = round(height / side)
    noise = Noise(rng, 3.6)
    thickness = side / (2 * bands + 1) * 1.04
    for row in range(rows):
        for column in range(columns):
            chance = rng.random()
            wave = noise.at(np.float32(column / columns * 0.3), np.float32(row / rows * 0.3))  # type: ignore[arg-type]
            turned = bool(float(wave) > 0) if rng.random() < order else chance < 0.5
            _truchet_tile(canvas, column * side, row * side, side, palette, bands, thickness, turned)
    return canvas.finished()


def _truchet_tile(
    canvas: Canvas, x: float, y: float, side: float, palette: Palette, bands: int, thickness: float, turned: bool
) -> None:
    corners = [(0, 0, 0), (1, 1, 180)] if not turned else [(1, 0, 90), (0, 1, 270)]
    canvas.box(x, y, x + side, y + side, palette.paper)
    for across, down, start in corners:
        centre_x, centre_y = x + across * side, y + down * side
        canvas.pie(centre_x, centre_y, side * (0.5 + bands * 0.5 / (bands + 0.5)), start, start + 90, palette.paper)
        for band in range(bands):
            # Rings lie evenly about the tile's middle, so that they meet the neighbours' whichever way those turn.
            radius = side * (band + 0.5) / bands
            ink = palette.inks[min(band, bands - 1 - band) % len(palette.inks)]
            canvas.line(_arc(centre_x, centre_y, radius, start), ink, thickness * 0.62)


def penrose(
    rng: np.random.Generator, width: int, height: int, palette: Palette, *, depth: int = 5, outlined: bool = True,
    mood: str = "turn",
) -> Image.Image:  # fmt: skip
    """Penrose's rhombs: five-fold order that never repeats. ``mood``: coloured by ``turn`` or by ``ring``."""
    canvas = Canvas(width, height, palette.paper)
    kinds, a, b, c = _rhomb_halves(depth)
    centre = complex(width / 2, height / 2) + complex(*(rng.random(2) * 60 - 30))
    size = 0.82 * np.hypot(width, height)
    tilt = np.exp(1j * rng.random() * 2 * np.pi)
    a, b, c = (points * tilt * size / 1.25 + centre for points in (a, b, c))
    edge = abs(a[0] - b[0])
    keep = (np.abs(a.real - width / 2) < width / 2 + edge) & (np.abs(a.imag - height / 2) < height / 2 + edge)
    for kind, p, q, r in zip(kinds[keep], a[keep], b[keep], c[keep], strict=True):
        fourth = q + r - p
        middle = (q + r) / 2
        corners = np.array([[z.real, z.imag] for z in (p, q, fourth, r)])
        ink = _rhomb_ink(palette, int(kind), q - r, (middle - centre) / size, mood)
        canvas.polygon(corners, ink, palette.paper if outlined else None, edge * 0.055)
    return canvas.finished()


def _rhomb_ink(palette: Palette, kind: int, across: complex, middle: complex, mood: str) -> Colour:
    turn = round(float(np.angle(across)) / (np.pi / 5)) % 5
    if mood == "ring":
        ring = round(abs(middle) * 17)
        calm = (*palette.inks[:4][::-1], palette.paper)
        return palette.accent if kind == 0 and ring % 5 == 2 else calm[(ring + 2 * kind) % 5]
    return palette.inks[turn] if kind else (palette.inks[3], palette.paper, palette.inks[2], palette.inks[1])[turn % 4]


def _rhomb_halves(
    depth: int,
) -> tuple[NDArray[np.int8], Plane, Plane, Plane]:
    """Robinson triangles, ``depth`` times divided: kind 0 (thin) or 1 (thick), apex, and the two feet."""
    spokes = np.exp(1j * np.pi * np.arange(11) / 5)
    first, second = spokes[:10].copy(), spokes[1:].copy()
    odd = np.arange(10) % 2 == 0
    b, c = np.where(odd, second, first), np.where(odd, first, second)
    kind, a = np.zeros(10, np.int8), np.zeros(10, np.complex128)
    for _ in range(depth):
        thin = kind == 0
        p = a[thin] + (b[thin] - a[thin]) / GOLDEN
        q = b[~thin] + (a[~thin] - b[~thin]) / GOLDEN
        r = b[~thin] + (c[~thin] - b[~thin]) / GOLDEN
        parts = [
            (0, c[thin], p, b[thin]), (1, p, c[thin], a[thin]),
            (1, r, c[~thin], a[~thin]), (1, q, r, b[~thin]), (0, r, q, a[~thin]),
        ]  # fmt: skip
        kind = np.concatenate([np.full(len(x), k, np.int8) for k, x, _y, _z in parts])
        a, b, c = (np.concatenate([part[place] for part in parts]) for place in (1, 2, 3))
    return kind, a, b, c


def hitomezashi(
    rng: np.random.Generator, width: int, height: int, palette: Palette, *, cell: float = 26, bias: float = 0.5,
    stitched: bool = True,
) -> Image.Image:  # fmt: skip
    """Japanese stitching: each row and column begins with a stitch or a gap; the areas take two colours."""
    cell = width / round(width / cell)  # no half cell at the right edge
    columns, rows = round(width / cell), int(height / cell) + 1
    starts_x, starts_y = rng.random(columns) < bias, rng.random(rows) < bias
    # Crossing a stitch changes the side; whether an edge has one follows from its row or column and its place.
    column_changes = (starts_x[None, :] + np.arange(rows)[:, None]) % 2
    row_changes = (starts_y[:, None] + np.arange(columns)[None, :]) % 2
    side = np.zeros((rows, columns), int)
    side[:, 0] = np.cumsum(np.concatenate([[0], row_changes[1:, 0]])) % 2
    for column in range(1, columns):
        side[:, column] = (side[:, column - 1] + column_changes[:, column]) % 2
    canvas = Canvas(width, height, palette.paper)
    shade = Noise(rng, 3.6)
    for row in range(rows):
        for column in range(columns):
            if side[row, column]:
                tone = float(shade.at(np.float32(column / columns * 0.3), np.float32(row / rows * 0.3)))  # type: ignore[arg-type]
                ink = palette.inks[int(np.clip(2.0 + tone * 2.6, 0, 3))]
                canvas.box(column * cell, row * cell, (column + 1) * cell, (row + 1) * cell, ink)
    if stitched:
        _stitches(canvas, cell, column_changes, row_changes, palette)
    return canvas.finished()


def _stitches(canvas: Canvas, cell: float, columns: NDArray[np.int_], rows: NDArray[np.int_], palette: Palette) -> None:
    for row, column in zip(*np.nonzero(columns), strict=True):
        points = np.array([[column * cell, row * cell], [column * cell, (row + 1) * cell]])
        canvas.line(points, palette.inks[0], 2.4, round_ends=True)
    for row, column in zip(*np.nonzero(rows), strict=True):
        points = np.array([[column * cell, row * cell], [(column + 1) * cell, row * cell]])
        canvas.line(points, palette.inks[0], 2.4, round_ends=True)
