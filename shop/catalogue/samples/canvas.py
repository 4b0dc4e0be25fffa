"""What every drawing stands on: smooth noise, antialiased ink, and pixels from numbers."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from shop.catalogue.samples.palettes import Colour, Floats

Points = NDArray[np.float64] | Floats
NOISE_SIZE = 512


class Canvas:
    """Ink on paper. Coordinates are the finished print's pixels; it is drawn at twice the size and reduced."""

    SCALE = 2

    def __init__(self, width: int, height: int, ground: Colour) -> None:
        self.width, self.height = width, height
        self.image = Image.new("RGB", (width * self.SCALE, height * self.SCALE), ground)
        self.draw = ImageDraw.Draw(self.image)

    def line(self, points: Points, colour: Colour, thickness: float, *, round_ends: bool = False) -> None:
        scaled = self._scaled(points)
        stroke = max(1, round(thickness * self.SCALE))
        self.draw.line(scaled, fill=colour, width=stroke, joint="curve" if stroke > 4 else None)
        if round_ends and stroke > 2:
            for x, y in (points[0], points[-1]):
                self.disc(float(x), float(y), thickness / 2, colour)

    def polygon(self, points: Points, fill: Colour | None, outline: Colour | None = None, thickness: float = 1) -> None:
        scaled = self._scaled(points)
        if fill is not None:
            self.draw.polygon(scaled, fill=fill)
        if outline is not None:
            self.draw.line([*scaled, scaled[0]], fill=outline, width=max(1, round(thickness * self.SCALE)))

    def disc(self, x: float, y: float, radius: float, fill: Colour) -> None:
        box = [
            (x - radius) * self.SCALE,
            (y - radius) * self.SCALE,
            (x + radius) * self.SCALE,
            (y + radius) * self.SCALE,
        ]
        self.draw.ellipse(box, fill=fill)

    def ring(self, x: float, y: float, radius: float, colour: Colour, thickness: float) -> None:
        box = [
            (x - radius) * self.SCALE,
            (y - radius) * self.SCALE,
            (x + radius) * self.SCALE,
            (y + radius) * self.SCALE,
        ]
        self.draw.ellipse(box, outline=colour, width=max(1, round(thickness * self.SCALE)))

    def pie(self, x: float, y: float, radius: float, start: float, end: float, fill: Colour) -> None:
        """A sector, degrees clockwise from the right."""
        box = [
            (x - radius) * self.SCALE,
            (y - radius) * self.SCALE,
            (x + radius) * self.SCALE,
            (y + radius) * self.SCALE,
        ]
        self.draw.pieslice(box, start, end, fill=fill)

    def box(self, left: float, top: float, right: float, bottom: float, fill: Colour) -> None:
        scale = self.SCALE
        self.draw.rectangle([left * scale, top * scale, right * scale - 1, bottom * scale - 1], fill=fill)

    def finished(self) -> Image.Image:
        return self.image.reduce(self.SCALE)

    def _scaled(self, points: Points) -> list[tuple[float, float]]:
        return [(x, y) for x, y in (np.asarray(points) * self.SCALE).tolist()]


class Noise:
    """Smooth noise without edges: a periodic texture, read at any point with bilinear interpolation; about -1..1."""

    def __init__(self, rng: np.random.Generator, roughness: float = 2.0) -> None:
        frequencies = np.fft.fftfreq(NOISE_SIZE)[:, None] ** 2 + np.fft.rfftfreq(NOISE_SIZE)[None, :] ** 2
        frequencies[0, 0] = 1
        spectrum = np.fft.rfft2(rng.standard_normal((NOISE_SIZE, NOISE_SIZE))) * frequencies ** (-roughness / 2)
        # Waves longer than a quarter of the texture would make one corner of a print unlike another.
        spectrum[frequencies < (2 / NOISE_SIZE) ** 2] = 0
        spectrum[0, 0] = 0
        texture = np.fft.irfft2(spectrum, s=(NOISE_SIZE, NOISE_SIZE))
        self.texture = (texture / (2.2 * texture.std())).astype(np.float32)

    def at(self, x: Points, y: Points) -> Floats:
        """One unit is the whole texture."""
        u, v = x * NOISE_SIZE, y * NOISE_SIZE
        left, top = np.floor(u), np.floor(v)
        fraction_x, fraction_y = u - left, v - top
        column, row = left.astype(np.int32) % NOISE_SIZE, top.astype(np.int32) % NOISE_SIZE
        right, below = (column + 1) % NOISE_SIZE, (row + 1) % NOISE_SIZE
        t = self.texture
        upper = t[row, column] * (1 - fraction_x) + t[row, right] * fraction_x
        lower = t[below, column] * (1 - fraction_x) + t[below, right] * fraction_x
        return np.asarray(upper * (1 - fraction_y) + lower * fraction_y, np.float32)


def grid(width: int, height: int, *, step: int = 1) -> tuple[Floats, Floats]:
    """x and y of every ``step``-th pixel's centre, in units of the longer side."""
    long = max(width, height)
    x = (np.arange(0, width, step, dtype=np.float32) + step / 2) / long
    y = (np.arange(0, height, step, dtype=np.float32) + step / 2) / long
    xs, ys = np.meshgrid(x, y)
    return xs.astype(np.float32), ys.astype(np.float32)


def enlarged(values: Floats, width: int, height: int) -> Floats:
    """A smooth field at the print's full size, so that what is drawn from it stays sharp."""
    image = Image.fromarray(values.astype(np.float32)).resize((width, height), Image.Resampling.BICUBIC)
    return np.asarray(image, np.float32)


def levelled(values: Floats) -> Floats:
    """0..1, each value as often as any other: no palette colour drowns the rest."""
    sample = np.sort(values, axis=None)[:: max(1, values.size // 4096)]
    return np.interp(values, sample, np.linspace(0, 1, sample.size)).astype(np.float32)


def smoothstep(low: float, high: float, values: Floats) -> Floats:
    t = np.clip((values - low) / (high - low), 0, 1)
    return np.asarray(t * t * (3 - 2 * t), np.float32)


def line_mask(field: Floats, thickness: float, *, spacing: float = 1.0, offset: float = 0.0) -> Floats:
    """1 on the lines where ``field`` is a multiple of ``spacing``, of the same thickness (pixels) everywhere."""
    down, across = np.gradient(field)
    steepness = np.hypot(down, across) + 1e-6
    phase = (field - offset) / spacing
    distance = np.abs(phase - np.round(phase)) * spacing / steepness
    return np.asarray(np.clip(thickness / 2 + 0.5 - distance, 0, 1), np.float32)


def mixed(ground: Floats, colour: Colour | Floats, mask: Floats) -> Floats:
    """``colour`` laid over ``ground`` (h, w, 3) where ``mask`` (h, w) is 1."""
    return np.asarray(ground + (np.asarray(colour, np.float32) - ground) * mask[..., None], np.float32)


def flat(width: int, height: int, colour: Colour) -> Floats:
    return np.broadcast_to(np.array(colour, np.float32), (height, width, 3)).copy()


def blurred(values: Floats, radius: float) -> Floats:
    """A soft version: reduced and enlarged again, which is far cheaper than a wide blur and looks the same."""
    factor = max(1, round(radius))
    height, width = values.shape
    small = Image.fromarray(values).resize((max(2, width // factor), max(2, height // factor)), Image.Resampling.BOX)
    return np.asarray(small.resize((width, height), Image.Resampling.BICUBIC), np.float32)


def pixels(values: Floats) -> Image.Image:
    return Image.fromarray(np.clip(values + 0.5, 0, 255).astype(np.uint8))


def pick(rng: np.random.Generator, colours: Sequence[Colour], weights: Sequence[float] | None = None) -> Colour:
    chances = None if weights is None else np.array(weights) / np.sum(weights)
    return colours[int(rng.choice(len(colours), p=chances))]
