"""An LSTM at work: a digit read row by row, its gates and memory over the steps, one cell with its numbers, a wave."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from core.interpret.lstm_gates import QUANTITIES, Steps
from core.plots.images import stretched
from core.plots.palette import COLORS, GRAY
from core.plots.svg import arrow, circle, drawing, group, line, rectangle, sign_color, text
from core.text.i18n import _
from core.text.numbers import enclosed, plain, short

SCROLLED_BELOW = 300  # pixels
UNREAD = 0.2  # brightness of the rows that are still to come
SHADES = 127  # of either sign
PAGE = "var(--st-background-color)"


def reading(picture: NDArray, row: int, probabilities: NDArray, classes: Sequence[str], label: str) -> str:
    """Draw a picture of which `row` rows have been read, and beside each of these what the network says after it.

    Args:
        picture: [T, W] in 0..1.
        probabilities: [T, C]; those of the present row are drawn below as bars.
        label: what it shows, for those who cannot see it.
    """
    rows, columns = picture.shape
    pixel, bar, left, top = 6.5, 15, 18, 24
    width, height, right = columns * pixel, rows * pixel, len(classes) * bar
    middle, bottom, present = left + width + 12, top + height, top + (row - 1) * pixel
    now = probabilities[row - 1]
    best = int(now.argmax())
    brightness = np.where(np.arange(rows) < row, 1, UNREAD)[:, None]
    ink = np.round(255 * brightness * picture).astype(np.uint8)
    frame = {"fill": "none", "stroke": COLORS["orange"], "stroke_width": 2}
    parts = [
        stretched(ink, left, top, width, height),
        _heat(probabilities[:row], rows, middle, top, right, height, 1.0),
        arrow(2, present + pixel / 2, left - 4, present + pixel / 2, size=4),
        rectangle(left, present - 1, width, pixel + 2, **frame),
        rectangle(middle, present - 1, right, pixel + 2, **frame),
        text(left + width / 2, 11, _("row {row} of {rows}").format(row=row, rows=rows), opacity=0.75),
        text(left + width / 2, bottom + 38, _("It says"), opacity=0.75),
        text(left + width / 2, bottom + 66, f"{classes[best]} ({now[best]:.0%})", font_size=24, font_weight=700),
    ]
    for place, (name, probability) in enumerate(zip(classes, now, strict=True)):
        x = middle + place * bar
        tall = max(1.0, 62 * float(probability))
        chosen = place == best
        parts.append(
            group(
                text(x + bar / 2, 11, name, opacity=0.75),
                rectangle(
                    x + 2, bottom + 76 - tall, bar - 4, tall, fill=COLORS["blue"] if chosen else GRAY, rx=2
                ),
                text(x + bar / 2, bottom + 88, name, font_weight=700 if chosen else 400),
                title=f"{name}: {probability:.1%}",
            )
        )  # fmt: skip
    return drawing(middle + right + 2, bottom + 98, *parts, label=label, narrowest=SCROLLED_BELOW)


def memory(steps: Steps, names: Sequence[int], step: int, marked: int, label: str, narrow: bool = False) -> str:
    """Draw every quantity of some cells as a map of T steps down and these cells across, up to a step.

    A click on a column picks its place.

    Args:
        steps: of these cells alone, each tensor [T, cells].
        names: the cells' own numbers in their LSTM.
        step: the last one that is drawn; 1 is the first.
        marked: the place of the cell to mark.
        label: what it shows, for those who cannot see it.
        narrow: two maps beside one another, as for a phone, and not six.
    """
    beside, side, gap, height = (2, 160, 16, 140) if narrow else (6, 118, 14, 140)
    parts = []
    for place, (name, quantity) in enumerate(QUANTITIES.items()):
        values, largest = _values(steps, name)
        left, top = 3 + place % beside * (side + gap), 24 + place // beside * (height + 42)
        wide, tall = side / values.shape[1], height / len(values)
        parts += [
            group(
                text(left, top - 14, f"{_(quantity.label)} {quantity.symbol}", "start", font_size=13, font_weight=650),
                title=_(quantity.note),
            ),
            _heat(values[:step], len(values), left, top, side, height, largest),
            rectangle(left, top + (step - 1) * tall, side, tall, fill="none", stroke=COLORS["orange"]),
            rectangle(left + marked * wide, top - 2, wide, height + 4, fill="none", stroke="currentColor", rx=2),
        ]
        for column, (cell, number) in enumerate(zip(names, values[step - 1], strict=True)):
            parts.append(
                group(
                    rectangle(left + column * wide, top, wide, height, fill="transparent"),
                    title=f"{_(quantity.label)}[{cell}] = {number:.3g}",
                    pick=str(column),
                )
            )
    lines = len(QUANTITIES) // beside
    width, height = beside * (side + gap) - gap + 6, lines * (height + 42) - 12
    return drawing(width, height, *parts, label=label, narrowest=SCROLLED_BELOW)


def cell_diagram(steps: Steps, step: int, cell: int, label: str) -> str:
    """Draw what one cell does in one step, which counts from 1, with its numbers, and its two sums written out."""
    f, i, g, o, c, h = (float(getattr(steps, name)[step - 1, cell]) for name in QUANTITIES)
    before = float(steps.cell[step - 2, cell]) if step > 1 else 0.0
    top, low, gates, feed = 26, 96, 176, 222
    at = {"f": 112, "i": 190, "g": 268, "o": 346, "c": 418}
    add = (at["i"] + at["g"]) / 2
    wire = {"stroke_width": 2, "opacity": 0.6}
    parts = [
        # the memory, from the step before to the next
        arrow(76, top, at["c"] - 37, top, stroke_width=2.5),
        # what is kept, what is added, what is shown
        line(at["f"], gates, at["f"], top, **wire),
        *(line(at[gate], gates, at[gate], low, **wire) for gate in "ig"),
        line(at["i"], low, at["g"], low, **wire),
        line(add, low, add, top, **wire),
        line(at["o"], gates, at["o"], top, **wire),
        arrow(at["o"], low + 24, at["c"] - 37, low + 24, stroke_width=2.5),
        # the row and what was given before go into all four gates
        line(8, feed, at["o"], feed, **wire),
        *(line(at[gate], feed, at[gate], gates, **wire) for gate in "figo"),
        text(8, feed + 14, _("row {row}, and all h after the row before").format(row=step), "start", font_size=12),
        _box(40, top, f"c₋₁ {short(before)}", before, f"c₋₁ = {before:.6g}"),
        _box(at["c"], top, f"c {short(c)}", c, f"c = {c:.6g}"),
        _box(at["c"], low + 24, f"h {short(h)}", h, f"h = {h:.6g}"),
        *(
            _box(at[quantity.symbol], gates, f"{quantity.symbol} {short(number)}", number,
                 f"{quantity.symbol} = {number:.6g}: {_(quantity.note)}", _(quantity.label))
            for quantity, number in zip(QUANTITIES.values(), (f, i, g, o), strict=False)
        ),
        _operation(at["f"], top, "×"),
        _operation(add, top, "+"),
        _operation(add, low, "×"),
        _operation(at["o"], low - 24, "tanh"),
        _operation(at["o"], low + 24, "×"),
        text((at["f"] + add) / 2, top - 14, short(f * before), font_size=13),
        text(add + 8, (top + low) / 2, short(i * g), "start", font_size=13),
        text(at["o"] + 24, low - 24, short(float(np.tanh(c))), "start", font_size=13),
        text(228, 262, f"c = f·c₋₁ + i·g ≈ {short(f)}·{enclosed(before, short)} + {short(i)}·{enclosed(g, short)} ≈ "
             f"{short(c)}"),
        text(228, 286, f"h = o·tanh(c) ≈ {short(o)}·tanh({short(c)}) ≈ {short(h)}"),
    ]  # fmt: skip
    return drawing(458, 300, *parts, label=label, narrowest=SCROLLED_BELOW)


def continued_wave(
    truth: NDArray, predictions: NDArray, seen: int, steps: Steps, label: str, narrow: bool = False
) -> str:
    """Draw a wave [T], what the network makes of it, and below, moment under moment, what goes on in its LSTM.

    Args:
        predictions: what it says of every value but the first, [T - 1].
        seen: how many values it was given; the others are its own.
        steps: of the cells to draw, each tensor [T - 1, cells].
        label: what it shows, for those who cannot see it.
        narrow: for a phone.
    """
    left, width, stripe, above = (26, 322, 34, 18) if narrow else (118, 640, 34, 0)
    top, height = 26, 190
    wide, right, border = width / len(truth), left + width, left + seen * width / len(truth)
    highest = max(1.3, float(np.abs(predictions[seen - 1 :]).max()))

    def down(value: float) -> float:
        return top + height / 2 * (1 - value / highest)

    def curve(values: NDArray, first: int, look: str) -> str:
        places = left + (first + np.arange(len(values)) + 0.5) * wide
        points = " ".join(f"{x:.1f},{down(y):.1f}" for x, y in zip(places, values, strict=True))
        return f'<polyline points="{points}" fill="none" stroke-linejoin="round" {look}/>'

    blue, orange = (f'stroke="{COLORS[name]}"' for name in ("blue", "orange"))
    own = np.concatenate([truth[seen - 1 : seen], predictions[seen - 1 :]])
    parts = [
        rectangle(left, top, border - left, height, fill=GRAY, fill_opacity=0.12),
        line(left, down(0), right, down(0), stroke=GRAY, opacity=0.5),
        *(text(left - 8, down(y), plain(y, ""), "end", font_size=12, fill=GRAY) for y in (-1, 0, 1)),
        text(left, 12, _("it sees {count}").format(count=seen), "start", fill=COLORS["blue"]),
        text(right, 12, _("it makes up {count}").format(count=len(truth) - seen), "end", fill=COLORS["orange"]),
        curve(truth[:seen], 0, f'{blue} stroke-width="3"'),
        curve(truth[seen - 1 :], seen - 1, f'{blue} stroke-width="2" stroke-dasharray="3 4"'),
        curve(own, seen - 1, f'{orange} stroke-width="3"'),
    ]
    y = top + height + 12
    for name, quantity in QUANTITIES.items():
        values, largest = _values(steps, name)
        word = f"{_(quantity.label)} {quantity.symbol}"
        spot = (left, y + above / 2, word, "start") if narrow else (left - 8, y + stripe / 2, word, "end")
        parts += [
            text(*spot, font_size=12.5),
            _heat(values.T, values.shape[1], left, y + above, len(values) * wide, stripe, largest),
        ]
        y += above + stripe + 7
    parts.append(line(border, top, border, y - 7, stroke_dasharray="4 4", opacity=0.7))
    return drawing(right + 4, y, *parts, label=label, narrowest=SCROLLED_BELOW)


def _values(steps: Steps, name: str) -> tuple[NDArray, float]:
    """Return the numbers [T, cells] of a quantity, and the size of number that gets the strongest colour."""
    values = getattr(steps, name).numpy()
    return values, QUANTITIES[name].largest or float(np.abs(values).max()) or 1.0


def _heat(values: NDArray, rows: int, x: float, y: float, width: float, height: float, largest: float) -> str:
    """Draw numbers as colours, blue for plus and orange for minus, in the first of so many rows; the rest is blank.

    As a small image: thousands of rectangles would be slow to send at every move of a slider.
    """
    shades = np.zeros((rows, values.shape[1]), dtype=np.uint8)
    shades[: len(values)] = np.round(np.clip(values / largest, -1, 1) * SHADES) % 256  # -1 is 255, of a byte
    image = Image.fromarray(shades)
    hues = [COLORS["blue"]] * 128 + [COLORS["orange"]] * 128
    image.putpalette(b"".join(bytes.fromhex(hue[1:]) for hue in hues))
    strengths = [min(shade, 256 - shade) / SHADES for shade in range(256)]
    opacity = bytes(min(255, round(255 * strength)) for strength in strengths)
    ground = rectangle(x, y, width, height, fill=GRAY, fill_opacity=0.1)
    return ground + stretched(image, x, y, width, height, transparency=opacity)


def _box(x: float, y: float, words: str, number: float, title: str, name: str = "") -> str:
    """Draw a number in a box, the stronger the larger, with what it is above it."""
    half = 21 if name else 16
    place = (x - 36, y - half, 72, 2 * half)
    strength = f"{0.06 + 0.5 * min(1.0, abs(number)):.2f}"
    return group(
        rectangle(*place, rx=8, fill=PAGE),
        rectangle(*place, rx=8, fill=sign_color(number), fill_opacity=strength, stroke=GRAY),
        text(x, y - 9, name, font_size=11) if name else "",
        text(x, y + 9 if name else y, words, font_size=13, font_weight=650),
        title=title,
    )


def _operation(x: float, y: float, sign: str) -> str:
    radius, size = (13, 17) if len(sign) == 1 else (18, 12)
    ring = circle(x, y, radius, fill=PAGE, stroke="currentColor", stroke_width=1.5)
    return ring + text(x, y, sign, font_size=size)
