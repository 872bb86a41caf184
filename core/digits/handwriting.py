"""Digits drawn with a pen, as strokes: the many ways in which people of many countries write them.

MNIST knows its writers' digits only: American ones, of the 1990s. This module writes the others as well, such as the 7
with a crossbar, the 1 with a flag and a foot, the curly 9 and the open 4, and also things that are no digit at all, so
that a network can learn to be unsure. A style is a row of control points; `draw` varies it in slant, proportions,
roundness, wobble, gaps and overshoots, and samples it as a mouse would.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial
from itertools import islice

import numpy as np
import torch

from core.digits import rasterize
from core.digits.rasterize import Stroke
from core.digits.styles import SIGNS, STYLES, Style

PEN = (rasterize.THICKNESS, rasterize.THICKNESS)
_BATCH = 64  # pictures inked at once: few enough to stay in the processor's cache
USUAL = 0.8  # the share of drawings with about the usual proportions; the others are as narrow or wide as can be read


def draw(digit: int, generator: torch.Generator, style: int | None = None) -> list[Stroke]:
    """Draw a digit somewhere on the canvas, in one of STYLES[digit] (any of them where `style` is None).

    Returns strokes in canvas units (280x280). Raises ValueError for a digit or a style that does not exist.
    """
    if digit not in STYLES:
        raise ValueError(f"digit is {digit}: choose one of 0 to 9.")
    styles = STYLES[digit]
    if style is not None and not 0 <= style < len(styles):
        raise ValueError(f"style is {style}: digit {digit} has the styles 0 to {len(styles) - 1}.")
    random = _numpy(generator)
    return _write(styles[random.integers(len(styles)) if style is None else style], random)


def vary(strokes: Sequence[Stroke], generator: torch.Generator) -> list[Stroke]:
    """Return a drawing of whatever units as the same hand might write it again, somewhere on the canvas (280x280)."""
    random = _numpy(generator)
    points = np.concatenate([*strokes])
    low, high = points.min(axis=0), points.max(axis=0)
    sheet = [(stroke - low) * (100 / max((high - low).max(), 1e-9)) for stroke in strokes]
    return _throw(_tilt(_warp(sheet, 4.0 * random.uniform(0, 1.2), random), 1.0, random), random)


def scribble(generator: torch.Generator) -> list[Stroke]:
    """Draw something that is no digit: a scrawl, a letter that looks like no digit, a sign or a shape (280x280)."""
    random = _numpy(generator)
    scribbles = list(SCRIBBLES.values())
    return scribbles[random.integers(len(scribbles))](random)


def sample(
    count: int, generator: torch.Generator, scribbles: float = 0.0, pens: tuple[float, float] = PEN
) -> tuple[torch.Tensor, torch.Tensor]:
    """Draw `count` pictures as the app's canvas gives them to a network; a share of `scribbles` is no digit.

    Args:
        pens: the thinnest and the thickest pen, in pixels of 28.

    Returns pictures, uint8 [count, 1, 28, 28], and labels, int64 [count]: the digit, or -1 for a scribble.
    """
    labels = torch.randint(0, 10, (count,), generator=generator)
    labels[torch.rand(count, generator=generator) < scribbles] = -1
    drawn = (scribble(generator) if digit < 0 else draw(digit, generator) for digit in labels.tolist())
    return ink(drawn, generator, pens), labels


def ink(
    drawings: Iterable[Sequence[Stroke]], generator: torch.Generator, pens: tuple[float, float] = PEN
) -> torch.Tensor:
    """Return the pictures of drawings, uint8 [drawings, 1, 28, 28], with pens from thin to thick."""
    random = _numpy(generator)
    inked = [rasterize.to_pictures(some, random.uniform(*pens)) for some in _batches(drawings)]
    empty = torch.zeros(0, 1, rasterize.SIDE, rasterize.SIDE)
    return (torch.cat([empty, *inked]) * 255).round().to(torch.uint8)


def _batches(drawings: Iterable[Sequence[Stroke]]) -> Iterator[list[Sequence[Stroke]]]:
    rest = iter(drawings)
    while some := list(islice(rest, _BATCH)):
        yield some


def _numpy(generator: torch.Generator) -> np.random.Generator:
    """A numpy generator seeded by the torch one: numpy draws small arrays several times faster."""
    return np.random.Generator(np.random.SFC64(int(torch.randint(2**62, (), generator=generator))))


# --- The hand ---------------------------------------------------------------------------------------------------------


def _write(style: Style, random: np.random.Generator, freedom: float = 1.0, width: float = 0.92) -> list[Stroke]:
    """Write a style once. Less `freedom` keeps closer to the template; `width` is the usual one for a height of 1."""
    neatness = freedom * random.uniform(0.3, 1.2)
    roundness = 1 + random.uniform(-0.8, 0.35)  # 0: straight lines between the control points; above 1: exaggerated
    curves = []
    for controls, (curve, lines) in zip(style.controls, style.weights, strict=True):
        shaky = controls + random.normal(0, 4.0 * neatness, controls.shape)
        shaky += random.normal(0, 1.5 * neatness, 2)  # where strokes should meet: gaps and overshoots
        curves.append(roundness * (curve @ shaky) + (1 - roundness) * (lines @ shaky))
    curves = [_ends(curve, 6.0 * neatness, random) for curve in curves]
    gap = random.choice([random.uniform(2, 8), random.uniform(8, 18), random.uniform(18, 24)], p=[0.6, 0.25, 0.15])
    curves = [_mouse(curve, gap, random) for curve in _warp(curves, 4.0 * neatness, random)]
    return _throw(_tilt(curves, width, random), random)


def _ends(curve: np.ndarray, amount: float, random: np.random.Generator) -> np.ndarray:
    """Lift the pen too early or too late, at both ends: cut the curve or lengthen it straight on."""
    for change in random.normal(0, amount, 2):
        curve = curve[::-1]
        arc = rasterize.arc_lengths(curve)
        change = max(change, -0.12 * arc[-1])
        if change < 0:
            curve = curve[arc <= arc[-1] + change]
        else:
            along = curve[-1] - curve[max(len(curve) - 4, 0)]
            curve = np.vstack([curve, curve[-1] + change * along / max(np.hypot(*along), 1e-9)])
    return curve


def _warp(curves: list[np.ndarray], amount: float, random: np.random.Generator) -> list[np.ndarray]:
    """Bend the sheet smoothly: a sum of three slow waves moves every point."""
    wave, phase = random.normal(0, 0.03, (3, 2)), random.uniform(0, 2 * np.pi, 3)
    push = random.normal(0, amount / 2, (3, 2))
    return [curve + np.sin(curve @ wave.T + phase) @ push for curve in curves]


def _mouse(curve: np.ndarray, gap: float, random: np.random.Generator) -> np.ndarray:
    """Keep the points that a mouse reports: unevenly spaced, sometimes few, with a slight tremble."""
    arc = rasterize.arc_lengths(curve)
    count = max(int(arc[-1] / gap), 1) + 1
    at = np.cumsum(random.uniform(0.4, 1.6, count))
    at = (at - at[0]) / (at[-1] - at[0]) * arc[-1]
    points = np.stack([np.interp(at, arc, curve[:, 0]), np.interp(at, arc, curve[:, 1])], axis=1)
    return points + random.normal(0, random.uniform(0, 0.8), points.shape)


def _tilt(curves: list[np.ndarray], width: float, random: np.random.Generator) -> list[np.ndarray]:
    """Slant, turn and stretch the sheet."""
    turn, slant = random.normal(0, [0.1, 0.2]).clip([-0.22, -0.25], [0.22, 0.5])
    slant += 0.08  # most people lean to the right
    width *= np.exp(random.uniform(-0.35, 0.35) if random.random() < USUAL else random.uniform(-1.2, 0.8))
    rotation = np.array([[np.cos(turn), -np.sin(turn)], [np.sin(turn), np.cos(turn)]])
    matrix = rotation @ np.array([[1, -slant], [0, 1]]) @ np.diag([width, 1.0])
    return [curve @ matrix.T for curve in curves]


def _throw(curves: list[np.ndarray], random: np.random.Generator) -> list[Stroke]:
    """Bring the drawing to a random size and place on the canvas."""
    points = np.concatenate(curves)
    low, high = points.min(axis=0), points.max(axis=0)
    size = random.uniform(40, 260)
    scale = size / max((high - low).max(), 1e-9)
    margin = 10  # half a pen, so that all ink is on the canvas
    place = margin + random.uniform(0, 1, 2) * (rasterize.CANVAS - 2 * margin - (high - low) * scale)
    return [(curve - low) * scale + place for curve in curves]


# --- What is no digit -------------------------------------------------------------------------------------------------


def _random_walk(random: np.random.Generator) -> list[Stroke]:
    """A pen that wanders about, long enough to cross itself many times."""
    heading = np.cumsum(random.normal(0, random.uniform(0.4, 0.9), random.integers(150, 400)))
    steps = np.stack([np.cos(heading), np.sin(heading)], axis=1)
    place = np.zeros(2)
    points = []
    for step in steps:
        place = 0.985 * (place + step)  # a soft spring keeps the pen near
        points.append(place)
    return _throw([np.array(points) * [random.uniform(0.6, 1.6), 1]], random)


def _zigzag(random: np.random.Generator) -> list[Stroke]:
    """To and fro across the sheet, four times or more."""
    turns = random.integers(5, 16)
    points = np.stack([np.arange(turns) * random.uniform(8, 30), 60.0 * (np.arange(turns) % 2)], axis=1)
    return _throw([_turned(points + random.normal(0, 4, points.shape), random.uniform(0, np.pi), random)], random)


def _scrawl(random: np.random.Generator) -> list[Stroke]:
    """Straight strokes between random places, as in blacking something out."""
    return _throw([random.uniform(0, 100, (random.integers(9, 40), 2)) * [random.uniform(0.5, 1.5), 1]], random)


def _strokes(random: np.random.Generator) -> list[Stroke]:
    """Several loose strokes that have nothing to do with each other."""
    return _throw([random.uniform(0, 100, (random.integers(2, 4), 2)) for _ in range(random.integers(4, 9))], random)


def _spiral(random: np.random.Generator) -> list[Stroke]:
    """Two turns or more."""
    angle = np.linspace(0, random.uniform(2.2, 4) * 2 * np.pi, 200) * random.choice([-1, 1])
    points = np.abs(angle)[:, None] * np.stack([np.cos(angle), np.sin(angle)], axis=1)
    return _throw([_turned(points * [random.uniform(0.7, 1.3), 1], random.uniform(0, 2 * np.pi), random)], random)


def _line(random: np.random.Generator) -> list[Stroke]:
    """One line, level or slanting at up to 30 degrees: an upright one is a 1."""
    points = np.stack([np.linspace(0, 100, 20), random.normal(0, 5) * np.sin(np.linspace(0, 6, 20))], axis=1)
    return _throw([_turned(points, np.deg2rad(random.uniform(-30, 30)), random)], random)


def _parallels(random: np.random.Generator) -> list[Stroke]:
    """Several parallel lines, in any direction."""
    places = np.arange(random.integers(3, 7)) * random.uniform(14, 40) + random.normal(0, 3)
    turn = random.uniform(0, np.pi)
    return _throw([_turned(np.array([[0, y], [100, y]]), turn, random) for y in places], random)


def _grid(random: np.random.Generator) -> list[Stroke]:
    """Two to four lines each way."""
    across, down = (np.linspace(0, 100, n + 2)[1:-1] for n in random.integers(2, 5, 2))
    lines = [np.array([[0, y], [100, y]]) for y in across] + [np.array([[x, 0], [x, 100]]) for x in down]
    turn = random.normal(0, 0.15)
    return _throw([_turned(line + random.normal(0, 3, (2, 2)), turn, random) for line in lines], random)


def _wave(random: np.random.Generator) -> list[Stroke]:
    """Two to five waves or loops from left to right."""
    turns = random.uniform(2, 5)
    at = np.linspace(0, 1, 120)
    height, loop = random.uniform(15, 45), random.choice([0.0, random.uniform(6, 16)])
    angle = 2 * np.pi * turns * at
    points = np.stack([100 * at - loop * np.sin(angle), height * np.cos(angle)], axis=1)
    return _throw([_turned(points, random.normal(0, 0.3), random)], random)


def _turned(points: np.ndarray, turn: float, random: np.random.Generator) -> np.ndarray:
    rotation = np.array([[np.cos(turn), -np.sin(turn)], [np.sin(turn), np.cos(turn)]])
    return points @ rotation.T + random.normal(0, 0.5, points.shape)


SCRIBBLES: dict[str, Callable[[np.random.Generator], list[Stroke]]] = {
    "random walk": _random_walk,
    "zigzag": _zigzag,
    "scrawl": _scrawl,
    "loose strokes": _strokes,
    "spiral": _spiral,
    "line": _line,
    "parallel lines": _parallels,
    "grid": _grid,
    "wave": _wave,
    **{sign.label: partial(_write, sign, freedom=0.7, width=1.0) for sign in SIGNS},
}
