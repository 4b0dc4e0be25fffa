"""A print from its recipe: the same one, to the pixel, every time."""

from __future__ import annotations

import signal
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from io import BytesIO
from typing import Any

import numpy as np
from PIL import Image

from shop.catalogue.renditions import Prepared, prepare
from shop.catalogue.samples import cells, fields, flows, forms, growth, orbits, reaction, terrain, tilings, waves
from shop.catalogue.samples.palettes import PALETTES

DRAWINGS: dict[str, Callable[..., Image.Image]] = {
    drawing.__name__: drawing
    for drawing in (
        fields.marble, fields.layers, flows.currents, flows.hairlines, orbits.orbit, waves.ripples, waves.moire,
        waves.swell, terrain.contours, terrain.ridgelines, terrain.mountains, tilings.truchet, tilings.penrose,
        tilings.hitomezashi, growth.leaf, growth.tree, growth.fern, growth.meadow, cells.window, cells.pebbles,
        reaction.coral, forms.blocks, forms.arches, forms.packing, forms.balance,
    )
}  # fmt: skip
SIZES = {"portrait": (1200, 1600), "square": (1400, 1400), "landscape": (1600, 1200)}


@dataclass(frozen=True)
class Recipe:
    """``margin``: the share of the shorter side that stays paper all around."""

    drawing: str
    palette: str
    seed: int
    shape: str = "portrait"
    margin: float = 0.0
    numbers: Mapping[str, Any] = field(default_factory=dict)


def draw(recipe: Recipe) -> Image.Image:
    rng = np.random.Generator(np.random.PCG64(recipe.seed))
    width, height = SIZES[recipe.shape]
    palette = PALETTES[recipe.palette]
    edge = round(min(width, height) * recipe.margin)
    drawn = DRAWINGS[recipe.drawing](rng, width - 2 * edge, height - 2 * edge, palette, **recipe.numbers)
    if not edge:
        return drawn
    sheet = Image.new("RGB", (width, height), palette.paper)
    sheet.paste(drawn, (edge, edge))
    return sheet


def print_file(recipe: Recipe) -> bytes:
    """The finished print as a file, as a photographer would upload it."""
    file = BytesIO()
    draw(recipe).save(file, "JPEG", quality=93, subsampling=0)
    return file.getvalue()


def made(recipe: Recipe, max_pixels: int, max_bytes: int) -> tuple[bytes, Prepared]:
    """The print's file and all that its upload will need: the work of a process of its own."""
    content = print_file(recipe)
    return content, prepare(content, max_pixels=max_pixels, max_bytes=max_bytes)


def leave_ctrl_c_to_the_parent() -> None:
    """First thing in a process that draws. It lives here because such a process has no Django set up for models."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
