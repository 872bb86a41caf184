"""What the browser draws a race from: the map's shades, the hill's mesh, and every racer's trace, all by torch."""

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

import torch
import torch.nn.functional as F
from PIL import Image
from torch import Tensor

from core.lessons.optimizers.race import VARIANTS, Path, Setup
from core.lessons.optimizers.surfaces import SURFACES, Surface
from core.plots.images import png_address
from core.plots.palette import COLORS, GRAY
from core.text.i18n import _

NEAREST = 1e-6  # distances below this are drawn here: a logarithm knows no 0
START_STEP = 0.05  # between two places where a race can start
BANDS = 14  # of height on the map; all of them cover the same area, so that a flat valley gets lines as well
MESH = (41, 33)  # columns and rows of the hill
_SHADES = (640, 512)  # pixels of the map


def scene(setup: Setup, paths: Mapping[str, Path]) -> dict[str, Any]:
    """Return what the picture of a race is made of.

    `positions` [racers, steps + 1, 2], `distances` [racers, steps + 1] and `states` [racers, steps + 1, 4, 2] (the
    gradient, velocity, squared gradients and effective step that led there) go on as at the end for a racer that left
    the map earlier; a state that an optimizer does not keep is NaN. `heights` is the hill, see `drawn_heights`.
    """
    surface = SURFACES[setup.surface]
    steps = setup.steps
    return {
        "view": surface.view,
        "start": [f"{setup.surface}_{axis}" for axis in "xy"],
        "start_step": START_STEP,
        "nearest": NEAREST,
        "minima": surface.minima,
        "shades": shades(surface),
        "gray": GRAY,
        "heights": drawn_heights(surface),
        "positions": torch.stack([_until(path.positions, steps + 1) for path in paths.values()]),
        "distances": torch.stack([_until(path.distances, steps + 1) for path in paths.values()]),
        "states": torch.stack([_until(_states(path), steps + 1) for path in paths.values()]),
        "racers": [
            {
                "label": _(VARIANTS[name].label),
                "letter": VARIANTS[name].letter,
                "color": COLORS[VARIANTS[name].color],
                "hollow": VARIANTS[name].hollow,
                "left": path.left,
            }
            for name, path in paths.items()
        ],
        "says": {
            "step": _("Step"),
            "x": _("weight x"),
            "y": _("weight y"),
            "map": _("Map"),
            "hill": _("Hill"),
            "distance": _("distance to minimum"),
            "show": _("Picture"),
            "left_turn": _("Turn the hill to the left"),
            "right_turn": _("Turn the hill to the right"),
            "at_start": _("At the start all are {distance} away from the nearest minimum."),
            "nearest": _("At step {step} {label} is nearest to a minimum, {distance} away"),
            "other": _("; {label} {distance}"),
            "left": _("{label} left the map at step {step}"),
            "too_large": _("the learning rate is too large here."),
            "columns": [
                _("optimizer"),
                _("position"),
                _("gradient"),
                _("velocity"),
                _("squared gradients"),
                _("effective step"),
            ],
        },
    }


def drawn_heights(surface: Surface) -> Tensor:
    """Return the hill over the view, [rows, columns], from 0 to 1.

    It is log10(1 + height above the lowest minimum), else the walls would dwarf every valley.
    """
    _x, _y, heights = surface.grid(*MESH)
    lowest = surface.function(torch.tensor(surface.minima)).min()
    drawn = (heights - lowest).clamp(min=0).log1p()
    return drawn / drawn.max()


@lru_cache(maxsize=len(SURFACES))
def shades(surface: Surface) -> str:
    """Return the heights as a data URL of a PNG: a gray that is the more opaque the higher, with lines in between."""
    _x, _y, heights = surface.grid(*_SHADES)
    heights = heights.flip(0)  # an image's rows go down
    levels = heights.flatten().quantile(torch.linspace(0, 1, BANDS + 1)[1:-1])
    bands = torch.bucketize(heights, levels)
    edges = torch.zeros_like(bands, dtype=torch.bool)
    edges[1:] |= bands[1:] != bands[:-1]
    edges[:, 1:] |= bands[:, 1:] != bands[:, :-1]
    image = Image.fromarray(torch.where(edges, BANDS, bands).to(torch.uint8).numpy(), "P")
    image.putpalette([*bytes.fromhex(GRAY[1:])] * (BANDS + 1))
    opacities = bytes(100 * band // BANDS for band in range(BANDS)) + bytes([160])
    return png_address(image, optimize=True, transparency=opacities)


def _states(path: Path) -> Tensor:
    """Return what each step was made of: [its steps + 1, 4, 2]; nothing led to the start."""
    nothing = torch.full_like(path.gradients, torch.nan)
    made = (path.gradients, path.velocities, path.squares, path.effective)
    states = torch.stack([nothing if rows is None else rows for rows in made], dim=1)
    return F.pad(states, (0, 0, 0, 0, 1, 0), value=torch.nan)


def _until(rows: Tensor, length: int) -> Tensor:
    """Go on with the last row until there are so many."""
    return torch.cat([rows, rows[-1:].expand(length - len(rows), *rows.shape[1:])])
