"""The four steps of learning, and the picture of how they follow one another, round and round."""

from dataclasses import dataclass
from itertools import pairwise
from xml.sax.saxutils import escape

from core.i18n import N_, _
from core.palette import COLORS, GRAY


@dataclass(frozen=True)
class Step:
    """One station of the loop: its PyTorch, the lesson that shows it, and an SVG drawing, 200 wide and 110 high."""

    label: str
    color: str
    sentence: str
    code: str
    page: str
    drawing: str


def loop() -> str:
    """Return the picture as SVG: the stations from left to right, an arrow from each to the next, and one back."""
    stations = "".join(
        f'<g transform="translate({_LEFT + place * _STRIDE} 10)" color="{COLORS[step.color]}">{step.drawing}'
        f'<text x="100" y="152" font-size="30" font-weight="700" text-anchor="middle" fill="currentColor">'
        f"{escape(_(step.label))}</text></g>"
        for place, step in enumerate(STEPS.values())
    )
    arrows = "".join(
        f'<path d="M{_LEFT + place * _STRIDE - 45} 65h34m-12 -12l12 12l-12 12" {_ARROW}/>'
        for place in range(1, len(STEPS))
    )
    first, last = _LEFT + 100, _LEFT + 100 + (len(STEPS) - 1) * _STRIDE
    back = f'<path d="M{last} 180v14q0 20 -20 20H{first + 20}q-20 0 -20 -20v-14m-12 12l12 -12l12 12" {_ARROW}/>'
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {last + 100 + _LEFT} 224" font-family="sans-serif">'
        f"{stations}{arrows}{back}</svg>"
    )


_LEFT, _STRIDE = 10, 250  # where the first station begins, and how far it is from one to the next
_ARROW = f'fill="none" stroke="{GRAY}" stroke-width="5" stroke-linecap="round" stroke-linejoin="round"'
_LINE = 'fill="none" stroke="currentColor" stroke-width="5" stroke-linecap="round" stroke-linejoin="round"'


def _pixels(*rows: str) -> str:
    """Draw a bitmap of "#" and "." as squares, its lit ones strong and the others faint."""
    return "".join(
        f'<rect x="{58 + column * 14}" y="{6 + row * 14}" width="12" height="12" rx="2" '
        f'fill="currentColor" opacity="{1 if mark == "#" else 0.15}"/>'
        for row, marks in enumerate(rows)
        for column, mark in enumerate(marks)
    )


def _neurons(*sizes: int) -> str:
    """Draw columns of neurons, each joined to all of the next column."""
    columns = [[(30 + 70 * x, 55 + 28 * (y - (size - 1) / 2)) for y in range(size)] for x, size in enumerate(sizes)]
    weights = "".join(
        f'<path d="M{x1} {y1}L{x2} {y2}" stroke="currentColor" opacity="0.4" stroke-width="2"/>'
        for here, there in pairwise(columns)
        for x1, y1 in here
        for x2, y2 in there
    )
    return weights + "".join(
        f'<circle cx="{x}" cy="{y}" r="10" fill="currentColor"/>' for column in columns for x, y in column
    )


STEPS = {
    "data": Step(
        label=N_("Data"),
        color="blue",
        sentence=N_("Take a few pictures, and what each of them really shows."),
        code="inputs, targets = next(batches)",
        page="train",
        drawing=_pixels(".####.", "#....#", ".....#", "..###.", ".....#", "#....#", ".####."),
    ),
    "network": Step(
        label=N_("Network"),
        color="green",
        sentence=N_("Turn each picture into one score for every possible answer."),
        code="outputs = network(inputs)",
        page="activations",
        drawing=_neurons(3, 4, 2),
    ),
    "loss": Step(
        label=N_("Loss"),
        color="orange",
        sentence=N_("Say in one number how wrong these scores are."),
        code="loss = loss_of(outputs, targets)",
        page="train",
        drawing=(
            f'<circle cx="100" cy="55" r="46" {_LINE} opacity="0.35"/>'
            f'<circle cx="100" cy="55" r="26" {_LINE} opacity="0.65"/>'
            '<circle cx="100" cy="55" r="8" fill="currentColor"/>'
            f'<path d="M168 8L129 35m4 -16l-4 16l16 0" {_LINE}/>'
        ),
    ),
    "optimizer": Step(
        label=N_("Optimizer"),
        color="violet",
        sentence=N_("Move every weight a little, downhill on the loss."),
        code="loss.backward(); optimizer.step()",
        page="train",
        drawing=(
            f'<path d="M20 8C55 40 75 104 112 104S155 70 182 44" {_LINE} opacity="0.4"/>'
            '<circle cx="46" cy="22" r="10" fill="currentColor" opacity="0.35"/>'
            '<circle cx="75" cy="62" r="10" fill="currentColor" opacity="0.6"/>'
            '<circle cx="110" cy="90" r="11" fill="currentColor"/>'
        ),
    ),
}
