"""A stack of layers and the one layer beside it, with every number; and the gradients of deep networks."""

import math
from collections.abc import Mapping, Sequence

from torch import Tensor, nn

from core.activations import ACTIVATIONS
from core.lessons.why_activations.stacking import Comparison, layer_outputs, linear_layers
from core.plots.palette import GRAY, series_line, series_name
from core.plots.svg import arrow, drawing, group, rectangle, sign_color, text
from core.text.i18n import _
from core.text.numbers import plain, short

MAX_WITH_NUMBERS = 6  # layers; the weights of more are drawn small, with their numbers under the mouse
LARGE, SMALL = (40, 24), (15, 15)  # width and height of a cell
WIDE, NARROW = 724, 360  # pixels; a narrow page gets the narrow drawing
NAME, NUMBER, LINE = 95, 106, 20  # pixels; the columns and lines of the table of outputs
GAP, JOIN = 6, 34  # between weight and bias; around the arrow from a layer to what it gives
STRONGEST = 0.7  # opacity of a cell of 1 or more


def stack_picture(
    network: nn.Sequential, single: nn.Linear, inputs: Tensor, comparison: Comparison, activation: str, room: float
) -> str:
    """Draw a stack and the one layer with the numbers that inputs [n] become in them, as SVG.

    Args:
        activation: what stands between the layers, as a word; "" for nothing.
        room: the width of the drawing in pixels, WIDE or NARROW.
    """
    layers = linear_layers(network)
    size = LARGE if len(layers) <= MAX_WITH_NUMBERS else SMALL
    width, height = _block_size(len(inputs), size)
    one_width, one_height = _block_size(len(inputs), LARGE)
    start = LARGE[0] + 14
    per_row = max(1, int((room - start) // width))
    parts = [text(0, 12, _("The stack: {depth} layers").format(depth=len(layers)), "start", **_STRONG)]
    parts.append(_place(0, 26, _vector(inputs, "x", LARGE)))
    for place, (layer, outputs) in enumerate(zip(layers, layer_outputs(network, inputs), strict=True)):
        between = activation if place < len(layers) - 1 else ""
        gives = f"h{place + 1}" if place < len(layers) - 1 else "y"
        block = _layer(layer, outputs, str(place + 1), size, between, gives)
        parts.append(_place(start + place % per_row * width, 26 + place // per_row * height, block))
    y = 26 + max(math.ceil(len(layers) / per_row) * height, one_height) + 14
    heading = _("= One layer: their product") if comparison.equal else _("≠ One layer: their product")
    parts.append(text(0, y, heading, "start", **_STRONG))
    parts.append(_place(0, y + 14, _vector(inputs, "x", LARGE)))
    parts.append(_place(start, y + 14, _layer(single, comparison.single, "", LARGE, "", "y")))
    outputs = _outputs(comparison)
    outputs_width, outputs_height = NAME + NUMBER * len(inputs), 5 * LINE
    beside = start + one_width + outputs_width <= room
    x, top = (room - outputs_width, y + 14) if beside else (0, y + 14 + one_height)
    parts.append(_place(x, top, outputs))
    bottom = max(y + 14 + one_height, top + outputs_height)
    return drawing(room, bottom, *parts, label=_words(comparison, len(layers)))


_STRONG = {"font_weight": 650}
_MONO = {"font_family": "monospace", "font_size": 13}
_SUBSCRIPTS = "₁₂₃"


def _block_size(rows: int, size: tuple[int, int]) -> tuple[float, float]:
    """Return the width and height of a layer with as many inputs as outputs."""
    return (rows + 2) * size[0] + GAP + JOIN + 14, rows * size[1] + 34


def _layer(layer: nn.Linear, outputs: Tensor, number: str, size: tuple[int, int], activation: str, gives: str) -> str:
    """Draw weight, bias, an arrow with the activation's name, and what the layer hands on."""
    weight, bias = layer.weight.detach(), layer.bias.detach()
    left = weight.shape[1] * size[0] + GAP
    after = left + size[0]
    middle = 18 + len(weight) * size[1] / 2
    small = size == SMALL
    parts = [
        text(weight.shape[1] * size[0] / 2, 8, f"W{number}", opacity=0.75, font_size=12),
        text(left + size[0] / 2, 8, f"b{number}", opacity=0.75, font_size=12),
        _cells(weight, f"W{number}", 0, size),
        _cells(bias[:, None], f"b{number}", left, size),
        arrow(after + 5, middle, after + JOIN - 5, middle, 4, stroke=GRAY),
        _place(after + JOIN, 0, _vector(outputs, gives, size)),
    ]
    if activation:
        parts.append(
            text(after + JOIN / 2, middle - 10, activation, font_size=8 if small or len(activation) > 5 else 10)
        )
    return "".join(parts)


def _vector(values: Tensor, name: str, size: tuple[int, int]) -> str:
    return text(size[0] / 2, 8, name, opacity=0.75, font_size=12) + _cells(values[:, None], name, 0, size)


def _cells(values: Tensor, name: str, left: float, size: tuple[int, int]) -> str:
    parts = []
    for row, numbers in enumerate(values.tolist()):
        for column, number in enumerate(numbers):
            x, y = left + column * size[0], 18 + row * size[1]
            strength = 0.04 + STRONGEST * min(1.0, abs(number))
            cell = rectangle(
                x, y, size[0] - 1, size[1] - 1, rx=3, fill=sign_color(number), fill_opacity=f"{strength:.2f}"
            )
            if size == LARGE:
                cell += text(x + size[0] / 2, y + size[1] / 2, short(number), font_size=12.5)
            parts.append(group(cell, title=f"{name}[{row}, {column}] = {number:.6g}"))
    return "".join(parts)


def _outputs(comparison: Comparison) -> str:
    """Write both outputs to nine digits, which is all that float32 has, and how far apart they are."""
    rows = {
        _("the stack"): [plain(number, ".9f") for number in comparison.stacked.tolist()],
        _("the one layer"): [plain(number, ".9f") for number in comparison.single.tolist()],
        _("difference"): [plain(number, ".1e") if number else "0" for number in comparison.difference.tolist()],
        _("rounding allows"): [plain(number, ".1e") for number in comparison.allowance.tolist()],
    }
    parts = [
        text(NAME + NUMBER * (place + 1), 8, f"y{_SUBSCRIPTS[place]}", "end", opacity=0.75, font_size=12)
        for place in range(len(comparison.stacked))
    ]
    for row, (name, numbers) in enumerate(rows.items(), start=1):
        y = 8 + LINE * row
        parts.append(text(0, y, name, "start", font_size=13))
        parts += [text(NAME + NUMBER * (place + 1), y, number, "end", **_MONO) for place, number in enumerate(numbers)]
    return "".join(parts)


def _words(comparison: Comparison, depth: int) -> str:
    def numbers(values: Sequence[float]) -> str:
        return ", ".join(f"{value:.6g}" for value in values)

    return _("{depth} layers give {stack}; the one layer gives {single}").format(
        depth=depth, stack=numbers(comparison.stacked.tolist()), single=numbers(comparison.single.tolist())
    )


def _place(x: float, y: float, part: str) -> str:
    return group(part, transform=f"translate({x:g} {y:g})")


DASHES = {"solid": [1, 0], "dash": [7, 4], "dot": [2, 3]}


SIGNS = {"solid": "━", "dash": "╍", "dot": "┉"}


def named(activation: str) -> str:
    """Return an activation's label behind a sign of its line, as Markdown."""
    place = list(ACTIVATIONS).index(activation)
    return f":{series_name(place)}[{SIGNS[series_line(place)['dash']]}] {_(ACTIVATIONS[activation].label)}"


def gradient_chart(sizes: Mapping[str, Sequence[float]]) -> dict:
    """Return the chart as a Vega-Lite specification, of which only the data change.

    The page names the lines, as `named` writes them.


    Args:
        sizes: activation's key -> the size in each layer, from the first; a size of 0 has no place on this axis.
    """
    rows = [
        {"layer": layer, "size": float(f"{size:.4g}"), "of": _(ACTIVATIONS[key].label)}
        for key, each in sizes.items()
        for layer, size in enumerate(each, start=1)
        if size > 0
    ]
    lines = {_(activation.label): series_line(place) for place, activation in enumerate(ACTIVATIONS.values())}
    return {
        "height": 340,
        "data": {"values": rows},
        "mark": {"type": "line", "strokeWidth": 2.5, "point": {"filled": True, "size": 45}},
        "encoding": {
            "x": {
                "field": "layer",
                "type": "quantitative",
                "title": _("layer (1 is next to the input)"),
                "scale": {"zero": False, "nice": False, "padding": 12},
                "axis": {"tickMinStep": 1, "format": "d"},
            },
            "y": {
                "field": "size",
                "type": "quantitative",
                "title": _("typical gradient"),
                "scale": {"type": "log"},
                "axis": {"format": ".0e", "tickCount": 8},
            },
            "color": {
                "field": "of",
                "type": "nominal",
                "scale": {"domain": list(lines), "range": [line["color"] for line in lines.values()]},
                "legend": None,
            },
            "strokeDash": {
                "field": "of",
                "type": "nominal",
                "scale": {"domain": list(lines), "range": [DASHES[line["dash"]] for line in lines.values()]},
                "legend": None,
            },
            "tooltip": [
                {"field": "of", "type": "nominal", "title": _("activation")},
                {"field": "layer", "type": "quantitative", "title": _("layer")},
                {"field": "size", "type": "quantitative", "title": _("gradient"), "format": ".3~e"},
            ],
        },
    }
