"""Botanica: veins that grow towards open space, fronds that repeat themselves."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from shop.catalogue.samples.canvas import Canvas, pick
from shop.catalogue.samples.palettes import Colour, Palette

Places = NDArray[np.float64]


def _colonise(
    rng: np.random.Generator, food: Places, roots: Places, *, step: float, reach: float, rounds: int = 400
) -> tuple[Places, NDArray[np.int_]]:
    """Space colonisation: every bit of food draws its nearest node a step nearer, until it is eaten.

    Gives the nodes and each one's parent (-1: a root).
    """
    nodes, parents = roots.copy(), [-1] * len(roots)
    nearest = np.zeros(len(food), int)
    distance = np.full(len(food), np.inf)
    fresh, first = nodes, 0
    for _ in range(rounds):
        gaps = np.hypot(food[:, None, 0] - fresh[None, :, 0], food[:, None, 1] - fresh[None, :, 1])
        best = gaps.argmin(axis=1)
        closest = gaps[np.arange(len(food)), best]
        nearer = closest < distance
        nearest[nearer], distance[nearer] = best[nearer] + first, closest[nearer]
        hungry = distance > reach
        food, nearest, distance = food[hungry], nearest[hungry], distance[hungry]
        if not len(food):
            break
        pull = (food - nodes[nearest]) / distance[:, None]
        sums = np.zeros_like(nodes)
        np.add.at(sums, nearest, pull)
        growing = np.unique(nearest)
        direction = sums[growing] + rng.normal(0, 0.06, (len(growing), 2))
        direction /= np.linalg.norm(direction, axis=1)[:, None] + 1e-9
        first, fresh = len(nodes), nodes[growing] + step * direction
        nodes = np.vstack([nodes, fresh])
        parents.extend(growing.tolist())
    return nodes, np.array(parents)


def _thickness(parents: NDArray[np.int_], *, power: float = 2.2) -> NDArray[np.float64]:
    """Leonardo's rule: what a branch carries decides how thick it is."""
    load = np.ones(len(parents))
    for node in range(len(parents) - 1, -1, -1):
        if parents[node] >= 0:
            load[parents[node]] += load[node]
    return np.asarray(load ** (1 / power))


def _draw_branches(
    canvas: Canvas, nodes: Places, parents: NDArray[np.int_], colour: Colour, *, finest: float, thickest: float
) -> None:
    widths = _thickness(parents)
    widths = finest + (thickest - finest) * (widths - 1) / max(widths.max() - 1, 1e-9)
    for node in range(len(nodes)):
        if parents[node] >= 0:
            line = np.stack([nodes[parents[node]], nodes[node]])
            canvas.line(line, colour, float(widths[node]), round_ends=bool(widths[node] > 3))


def _inside(points: Places, outline: Places) -> NDArray[np.bool_]:
    """Even-odd rule, all points at once."""
    x, y = points[:, 0, None], points[:, 1, None]
    x1, y1 = outline[:, 0], outline[:, 1]
    x2, y2 = np.roll(x1, -1), np.roll(y1, -1)
    crosses = ((y1 > y) != (y2 > y)) & (x < (x2 - x1) * (y - y1) / (y2 - y1 + 1e-12) + x1)
    return np.asarray(crosses.sum(axis=1) % 2 == 1)


def _leaf_outline(length: float, breadth: float, *, tip: float = 1.0, lobes: int = 0) -> Places:
    """A leaf that stands on (0, 0) and points up. ``tip``: below 1 blunt, above it drawn out."""
    t = np.linspace(0, 1, 120)
    half = breadth / 2 * np.sin(np.pi * t**0.8) ** tip * (1 + 0.16 * np.cos(2 * np.pi * lobes * t) * (lobes > 0))
    right, left = np.stack([half, -t * length], axis=1), np.stack([-half, -t * length], axis=1)
    return np.vstack([right, left[::-1]])


def leaf(
    rng: np.random.Generator, width: int, height: int, palette: Palette,
    *, breadth: float = 0.52, tip: float = 1.0, lobes: int = 0, food: int = 1500,
) -> Image.Image:  # fmt: skip
    """One great leaf and all its veins."""
    canvas = Canvas(width, height, palette.paper)
    length = height * 0.76
    foot = np.array([width / 2, height * 0.85])
    outline = _leaf_outline(length, width * breadth * 1.3, tip=tip, lobes=lobes)
    lean = rng.normal(0, 0.05)
    bend = np.stack([lean * (outline[:, 1] / length) ** 2 * width, np.zeros(len(outline))], axis=1)
    outline = outline + bend + foot
    canvas.polygon(outline, palette.inks[1])
    low, high = outline.min(axis=0), outline.max(axis=0)
    points = rng.random((food * 2, 2)) * (high - low) + low
    points = points[_inside(points, outline)][:food]
    rise = np.linspace(0, 0.97, 70)
    rib = np.stack([np.full(70, foot[0]) + lean * rise**2 * width, foot[1] - rise * length], axis=1)
    step = length / 110
    sources = rib[4:66:7]  # side veins leave the rib here and nowhere else
    nodes, parents = _colonise(rng, points, sources, step=step, reach=step * 1.5)
    _draw_branches(canvas, nodes, parents, palette.paper, finest=1.4, thickest=length / 130)
    canvas.line(rib, palette.paper, length / 120)
    stem = np.stack([foot, foot + np.array([rng.normal(0, 10), height * 0.075])])
    canvas.line(stem, palette.inks[1], length / 85, round_ends=True)
    return canvas.finished()


def tree(
    rng: np.random.Generator, width: int, height: int, palette: Palette,
    *, crown: float = 0.4, food: int = 1400, leaves: float = 0.6, sun: bool = True,
) -> Image.Image:  # fmt: skip
    """A tree that grew into the light of its own crown."""
    canvas = Canvas(width, height, palette.paper)
    centre, radius = np.array([width / 2, height * 0.4]), min(width, height) * crown
    if sun:
        canvas.disc(float(centre[0]), float(centre[1]), radius * 1.02, palette.inks[3])
    turn, away = rng.random(food) * 2 * np.pi, np.sqrt(rng.random(food)) * radius * 0.98
    points = centre + np.stack([np.cos(turn) * away, np.sin(turn) * away * 0.96], axis=1)
    foot = height * 0.88
    sway = np.cumsum(rng.normal(0, width * 0.0016, 40))
    trunk = np.stack([centre[0] + sway, np.linspace(foot, centre[1] + radius * 0.55, 40)], axis=1)
    step = radius / 42
    nodes, parents = _colonise(rng, points, trunk, step=step, reach=step * 1.8)
    parents[1:40] = np.arange(39)
    _draw_branches(canvas, nodes, parents, palette.inks[0], finest=1.4, thickest=width / 42)
    ends = np.setdiff1d(np.arange(len(nodes)), parents)
    inks = [palette.inks[1], palette.inks[2], palette.accent]
    for end in ends[rng.random(len(ends)) < leaves]:
        x, y = nodes[end]
        canvas.disc(float(x), float(y), float(rng.uniform(3, 8)), pick(rng, inks, [3, 3, 1.4]))
    canvas.line(np.array([[width * 0.2, foot], [width * 0.8, foot]]), palette.inks[0], 2.2, round_ends=True)
    return canvas.finished()


def _blade(start: Places, angle: float, length: float, breadth: float) -> Places:
    """One small leaf from ``start``, pointing along ``angle`` (radians)."""
    t = np.linspace(0, 1, 14)
    half = breadth / 2 * np.sin(np.pi * t**0.85)
    along = np.concatenate([t * length, t[::-1] * length])
    across = np.concatenate([half, -half[::-1]])
    cos, sin = np.cos(angle), np.sin(angle)
    return np.asarray(start + np.stack([along * cos - across * sin, along * sin + across * cos], axis=1))


def _stem(foot: Places, angle: float, curve: float, length: float, count: int) -> tuple[Places, NDArray[np.float64]]:
    """Points of a bending stem, and its direction at each."""
    direction = angle + curve * np.linspace(0, 1, count) ** 1.3
    steps = np.stack([np.cos(direction), np.sin(direction)], axis=1) * length / count
    return foot + np.cumsum(steps, axis=0), direction


def fern(
    rng: np.random.Generator, width: int, height: int, palette: Palette,
    *, fronds: Sequence[float] = (-0.62, -0.2, 0.24, 0.6), length: float = 0.74, pairs: int = 17, fine: bool = True,
) -> Image.Image:  # fmt: skip
    """Fronds from one foot, bending with their weight. ``fine``: each leaf is a small frond itself."""
    canvas = Canvas(width, height, palette.paper)
    foot = np.array([width / 2, height * 0.9])
    for number, lean in enumerate(sorted(fronds, key=lambda value: -abs(value))):
        reach = length * height * (1 - 0.3 * abs(lean)) * rng.uniform(0.9, 1.04)
        stem, direction = _stem(foot, -np.pi / 2 + lean * 0.7, lean * 1.5, reach, pairs * 2)
        ink = palette.inks[(number + 1) % 3]
        canvas.line(np.vstack([foot, stem]), ink, width / 300)
        for at in range(5, pairs * 2):
            t = at / (pairs * 2)
            size = reach * 0.24 * np.sin(np.pi * (0.1 + 0.9 * t)) ** 0.8 * (1.06 - t * 0.6)
            for side in (-1, 1):
                angle = direction[at] + side * (1.22 - 0.45 * t)
                _pinna(canvas, stem[at], angle, float(size), side, ink, fine)
    return canvas.finished()


def _pinna(canvas: Canvas, start: Places, angle: float, size: float, side: int, ink: Colour, fine: bool) -> None:
    if not fine:
        canvas.polygon(_blade(start, angle, size, size * 0.2), ink)
        return
    count = max(5, int(size / 10))
    stem, direction = _stem(start, angle, -side * 0.35, size, count)
    canvas.line(np.vstack([start, stem]), ink, 1.2)
    for at in range(count):
        small = min(17.0, size * 0.2) * (1.1 - at / count)
        for turn in (-1.0, 1.0):
            canvas.polygon(_blade(stem[at], direction[at] + turn, small, small * 0.5), ink)


def meadow(
    rng: np.random.Generator, width: int, height: int, palette: Palette, *, stems: int = 26, umbels: float = 0.5
) -> Image.Image:
    """Grasses, umbels and poppy heads, from the farthest to the nearest."""
    canvas = Canvas(width, height, palette.paper)
    for number in range(stems):
        near = number / stems
        foot = np.array([rng.uniform(0.08, 0.92) * width, height * 0.93])
        tall = height * rng.uniform(0.4, 0.78) * (1.04 - 0.3 * near)
        stem, direction = _stem(foot, -np.pi / 2 + rng.normal(0, 0.09), rng.normal(0, 0.25), tall, 40)
        ink = palette.inks[2 - int(near * 2.99)]
        canvas.line(np.vstack([foot, stem]), ink, 1.6 + 1.8 * near)
        kind = rng.random()
        if kind < umbels:
            _umbel(canvas, rng, stem[-1], float(direction[-1]), width * rng.uniform(0.045, 0.085), ink, palette)
        elif kind < umbels + 0.25:
            canvas.disc(float(stem[-1, 0]), float(stem[-1, 1]), width * rng.uniform(0.012, 0.024), palette.accent)
        else:
            _ear(canvas, rng, stem, direction, tall, ink)
        _stem_leaves(canvas, rng, stem, direction, tall, ink)
    canvas.line(np.array([[width * 0.06, height * 0.93], [width * 0.94, height * 0.93]]), palette.inks[0], 2)
    return canvas.finished()


def _umbel(
    canvas: Canvas, rng: np.random.Generator, top: Places, angle: float, size: float, ink: Colour, palette: Palette
) -> None:
    for turn in np.linspace(-1.15, 1.15, 13):
        end = top + size * rng.uniform(0.88, 1.05) * np.array([np.cos(angle + turn), np.sin(angle + turn)])
        canvas.line(np.stack([top, end]), ink, 1.2)
        for spread in np.linspace(-0.9, 0.9, 5):
            tip = end + size * 0.2 * np.array([np.cos(angle + turn + spread), np.sin(angle + turn + spread)])
            canvas.line(np.stack([end, tip]), ink, 0.8)
            canvas.disc(float(tip[0]), float(tip[1]), size * 0.032, palette.accent if rng.random() < 0.16 else ink)


def _ear(
    canvas: Canvas, rng: np.random.Generator, stem: Places, direction: NDArray[np.float64], tall: float, ink: Colour
) -> None:
    for at in range(28, 40):
        for side in (-1, 1):
            angle = float(direction[at]) + side * 0.42
            canvas.polygon(_blade(stem[at], angle, tall * 0.035, tall * 0.011), ink)
            end = stem[at] + tall * rng.uniform(0.05, 0.075) * np.array([np.cos(angle * 1.0), np.sin(angle)])
            canvas.line(np.stack([stem[at], end]), ink, 0.7)


def _stem_leaves(
    canvas: Canvas, rng: np.random.Generator, stem: Places, direction: NDArray[np.float64], tall: float, ink: Colour
) -> None:
    for at in rng.integers(3, 18, 3):
        side = rng.choice([-1, 1])
        angle = float(direction[at]) + side * rng.uniform(0.25, 0.6)
        canvas.polygon(_blade(stem[at], angle, tall * rng.uniform(0.12, 0.22), tall * 0.014), ink)
