"""A kernel on its way over a picture, as SVG: the maps, the numbers of one place, and a choice of filters."""

from collections import defaultdict
from collections.abc import Iterable
from itertools import product

import numpy as np
from numpy.typing import NDArray

from core.lessons.convolution.convolution import MAX_PADDING, POOLINGS, SIZES, CloseUp, Layer, Maps, pool_place
from core.plots.matrix import cells, cells_size
from core.plots.palette import COLORS, GRAY
from core.plots.svg import drawing, group, line, rectangle, sign_color, text
from core.text.i18n import _
from core.text.numbers import enclosed, short

PIXEL = 8  # of the picture, and a number of a map: one scale for all, so that one sees a map shrink
GAP = 46
TITLE = 26
SIGN = 34  # room for a × or = between two blocks of numbers
WIDEST = 700  # of the numbers of one place, else they go on in the next line
PHONE = 350  # pixels; what a narrow drawing has room for
SHRUNK = 0.83  # size of the numbers in a narrow drawing
WINDOW, POOL = COLORS["green"], COLORS["violet"]  # the frames of what is looked at
LEVELS = 24  # of a colour's strength: cells of equal looks share one group, which keeps the drawing small
AHEAD = 0.3  # strength of the numbers that the kernel has not come to yet
TILE, TILES = 5, 6  # pixels of a weight in the choice of filters, and filters in a row


def maps_drawing(maps: Maps, kernel_side: int, layer: Layer, row: int, column: int, narrow: bool = False) -> str:
    """Draw input, output and pooled map; a click on a number of the output picks "<row>:<column>".

    Args:
        row, column: the place in the output that the kernel has come to.
        narrow: for a phone, where the numbers are too small to be clicked on.
    """
    padded, output = maps.padded.numpy(), maps.output.numpy()
    pooled = None if maps.pooled is None else maps.pooled.numpy()
    side, pool_side = np.array(padded.shape) - 2 * layer.padding, POOLINGS[layer.pooling].side
    # Room for the largest frame of zeros and the largest output, so that nothing moves when a setting is changed.
    most_in = side + 2 * MAX_PADDING
    most_out = most_in - min(SIZES) + 1
    maximum = [most_in[1], most_out[1], *([] if pooled is None else [most_out[1] // pool_side])]
    gap = GAP / 2 if narrow else GAP
    pixel = (PHONE - gap * (len(maximum) - 1)) / sum(maximum) if narrow else PIXEL
    lefts = [1 + sum(maximum[:place]) * pixel + place * gap for place in range(len(maximum))]
    lefts[0] += (most_in[1] - padded.shape[1]) * pixel / 2
    middle = TITLE + most_in[0] * pixel / 2

    def top(part: NDArray) -> float:
        return middle - len(part) * pixel / 2

    def square(place: int, part: NDArray, y: int, x: int, size: int) -> tuple[float, float, float]:
        return lefts[place] + x * pixel, top(part) + y * pixel, size * pixel

    parts = [
        _title(lefts[0], top(padded), _("input {shape}").format(shape=_shape(side))),
        _picture(padded, layer.padding, lefts[0], top(padded), pixel),
        _title(lefts[1], top(output), _("output {shape}").format(shape=_shape(output.shape))),
        _map(output, lefts[1], top(output), pixel, done=row * output.shape[1] + column, pick=not narrow),
        _beam(
            square(0, padded, row * layer.stride, column * layer.stride, kernel_side),
            square(1, output, row, column, 1),
            WINDOW,
        ),
    ]
    if pooled is not None:
        words = "{shape}" if narrow else _("pooled {shape}")
        parts += [
            _title(lefts[2], top(pooled), words.format(shape=_shape(pooled.shape))),
            _map(pooled, lefts[2], top(pooled), pixel, np.abs(output).max()),
        ]
        place = pool_place(maps, pool_side, row, column)
        if place is not None:
            corner = (pool_side * place[0], pool_side * place[1])
            parts.append(_beam(square(1, output, *corner, pool_side), square(2, pooled, *place, 1), POOL))
    label = _("A window of {size} pixels of the input gives output row {row}, column {column}.").format(
        size=_shape((kernel_side, kernel_side)), row=row, column=column
    )
    width = 2 + sum(maximum) * pixel + (len(maximum) - 1) * gap
    return drawing(width, TITLE + most_in[0] * pixel + 2, *parts, label=label)


def numbers_drawing(
    close: CloseUp, kernel: NDArray, maps: Maps, layer: Layer, row: int, column: int, narrow: bool = False
) -> str:
    """Draw how one number of the output comes about: window times kernel, the products, their sum, and pooling."""
    scale = SHRUNK if narrow else 1.0
    products, row_sums = (numbers.numpy() + 0.0 for numbers in (close.products, close.products.sum(1)))  # no −0
    blocks = [
        ("", _("window (0 black, 1 white)"), close.window.numpy(), 1.0),
        ("×", _("kernel"), kernel, None),
        ("=", _("products"), products, None),
        ("→", _("row sums"), row_sums[:, None], None),
    ]
    parts, x, y, right, deepest = [], 0.0, 0.0, 0.0, 0.0
    for sign, title, values, largest in blocks:
        width, height = cells_size(values.shape)
        if x + SIGN + width > (PHONE / SHRUNK if narrow else WIDEST):
            x, y = 0.0, y + deepest
        if sign:
            parts.append(text(x + SIGN / 2, y + TITLE + height / 2, sign, font_size=20))
            x += SIGN
        parts.append(text(x + width / 2, y + 12, title, opacity=0.75))
        parts.append(group(cells(values, largest=largest), transform=f"translate({x:g} {y + TITLE})"))
        x, deepest = x + width, TITLE + height + 10
        right = max(right, x)
    y += deepest + 12
    lines = _sum_lines(row_sums, close.total, maps.sums[row, column].item(), maps.output[row, column].item(), layer)
    for words in lines:
        parts.append(text(0, y, words, "start", font_weight=650))
        y += 24
    if maps.pooled is not None:
        pool, height = _pooling(maps, layer, row, column)
        parts.append(group(pool, transform=f"translate(0 {y})"))
        y += height
    content = group(*parts, transform=f"scale({scale})")
    return drawing(right * scale, y * scale, content, label=" ".join(lines))


def _sum_lines(row_sums: NDArray, total: float, with_bias: float, answer: float, layer: Layer) -> list[str]:
    terms = " + ".join(enclosed(number, short) for number in row_sums)
    lines = [f"{terms} = {short(total)}"]
    if layer.bias:
        lines.append(_("with the bias {bias}: {sum}").format(bias=short(layer.bias), sum=short(with_bias)))
    if layer.relu:
        lines.append(_("after ReLU: {answer}").format(answer=short(answer)))
    return lines


def _pooling(maps: Maps, layer: Layer, row: int, column: int) -> tuple[str, float]:
    """Draw the square of the output that a place belongs to and what pooling makes of it; return it and its height."""
    pooling = POOLINGS[layer.pooling]
    place = pool_place(maps, pooling.side, row, column)
    if place is None or maps.pooled is None:
        words = _("Left over at the edge: pooling takes whole squares.")
        return text(0, 12, words, "start", fill=POOL, font_weight=650), 30
    top, left = (pooling.side * index for index in place)
    square = maps.output[top : top + pooling.side, left : left + pooling.side].numpy()
    width, height = cells_size(square.shape)
    largest = maps.output.abs().max().item()
    marked = cells(square, largest=largest, marked=(row - top, column - left))
    parts = [
        text(0, 12, _(pooling.label), "start", fill=POOL, font_weight=650),
        group(marked, transform=f"translate(0 {TITLE})"),
        text(width + SIGN / 2, TITLE + height / 2, "→", font_size=20),
        text(width + SIGN, TITLE + height / 2, short(maps.pooled[place].item()), "start", font_weight=650),
    ]
    return "".join(parts), TITLE + height + 8


def filters_drawing(filters: NDArray, chosen: int) -> str:
    """Draw filters [filters, size, size] side by side; a click on one picks its number, from 0."""
    size = filters.shape[1]
    step = size * TILE + 5
    parts = []
    for number, weights in enumerate(filters):
        y, x = divmod(number, TILES)
        box = (x * step + 2, y * step + 2, size * TILE, size * TILE)
        frame = {"stroke": "currentColor", "stroke_width": 2} if number == chosen else {}
        parts.append(
            group(
                _scaled(box[0], box[1], TILE, _merged(_looks(weights, np.abs(filters).max()))),
                rectangle(*box, fill="transparent", **frame),
                title=_("Filter {number}").format(number=number),
                pick=str(number),
            )
        )
    rows = -(-len(filters) // TILES)
    return drawing(TILES * step, rows * step, *parts, label=_("All {count} filters").format(count=len(filters)))


def _picture(padded: NDArray, padding: int, x: float, y: float, pixel: float) -> str:
    """Draw pixels in white on black, in their frame of zeros."""
    height, width = padded.shape
    inner = (padding, padding, width - 2 * padding, height - 2 * padding)
    looks = {(level, "#fff"): places for (level, _color), places in _looks(padded, 1.0).items()}
    zeros = rectangle(0, 0, width, height, fill=GRAY, fill_opacity=0.45)
    return _scaled(x, y, pixel, zeros + rectangle(*inner, fill="#000") + _merged(looks))


def _map(
    values: NDArray,
    x: float,
    y: float,
    pixel: float,
    largest: float | None = None,
    done: int | None = None,
    pick: bool = False,
) -> str:
    """Draw numbers as cells, blue for plus and orange for minus; faint where they come after place `done`."""
    looks = _looks(values, largest or np.abs(values).max(), values.size if done is None else done)
    border = rectangle(0, 0, values.shape[1], values.shape[0], fill="none", stroke=GRAY, stroke_width=1 / pixel)
    return _scaled(x, y, pixel, (_single if pick else _merged)(looks) + border)


def _looks(values: NDArray, largest: float, done: int | None = None) -> dict[tuple[float, str], list[tuple[int, int]]]:
    """Return the cells (row, column) of each strength from 0 to 1 and colour."""
    strength = np.abs(values) / (largest or 1.0)
    if done is not None:
        strength = np.where(np.arange(values.size).reshape(values.shape) > done, AHEAD, 1.0) * strength
    levels = np.round(strength * LEVELS).astype(int).tolist()
    looks = defaultdict(list)
    for y, x in product(*map(range, values.shape)):
        looks[levels[y][x] / LEVELS, sign_color(values[y, x])].append((y, x))
    return looks


def _merged(looks: dict[tuple[float, str], list[tuple[int, int]]]) -> str:
    return "".join(
        f'<path d="{"".join(map(_cell, places))}" fill="{color}" fill-opacity="{level:.2f}"/>'
        for (level, color), places in looks.items()
        if level
    )


def _single(looks: dict[tuple[float, str], list[tuple[int, int]]]) -> str:
    """Draw every cell on its own, to be clicked on."""
    return "".join(
        f'<g fill="{color}" fill-opacity="{level:.2f}">'
        + "".join(f'<path d="{_cell(place)}" data-pick="{place[0]}:{place[1]}"/>' for place in places)
        + "</g>"
        for (level, color), places in looks.items()
    )


def _cell(place: tuple[int, int]) -> str:
    return f"M{place[1]} {place[0]}h1v1h-1z"


def _scaled(x: float, y: float, factor: float, content: str) -> str:
    return group(content, transform=f"translate({x:g} {y:g}) scale({factor:g})", shape_rendering="crispEdges")


def _beam(source: tuple[float, float, float], goal: tuple[float, float, float], color: str) -> str:
    """Frame two squares (x, y, side), and join them."""
    (x1, y1, side1), (x2, y2, side2) = source, goal
    look = {"stroke": color, "stroke_width": 2.5, "pointer_events": "none"}
    faint = look | {"stroke_width": 1, "opacity": 0.8}
    return (
        line(x1 + side1, y1, x2, y2, **faint)
        + line(x1 + side1, y1 + side1, x2, y2 + side2, **faint)
        + rectangle(x1, y1, side1, side1, fill="none", **look)
        + rectangle(x2, y2, side2, side2, fill="none", **look)
    )


def _title(x: float, y: float, words: str) -> str:
    return text(x, y - 12, words, "start", opacity=0.75)


def _shape(shape: Iterable[int]) -> str:
    return " × ".join(map(str, shape))
