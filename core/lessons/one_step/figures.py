"""The tiny network of the slow-motion step with every number in it; what the present line works on stands out."""

from dataclasses import dataclass

from numpy.typing import NDArray

from core.activations import ACTIVATIONS
from core.lessons.one_step.explain import View, subscript
from core.lessons.one_step.trace import WEIGHTS, made
from core.plots.palette import COLORS, GRAY
from core.plots.svg import arrow, circle, drawing, group, line, rectangle, sign_color, text
from core.text.i18n import _
from core.text.numbers import plain

PALE = 0.45  # opacity of what the present line has nothing to do with
GROUND = "var(--st-background-color)"  # behind numbers, so that no line runs through them
RADIUS = 24  # of an input
TALL = 28  # half the height of all boxes

Point = tuple[float, float]


@dataclass(frozen=True)
class Layout:
    """Where everything is.

    Attributes:
        inputs: the centres of x1 and x2.
        boxes: centre and half the width of every other node, of the target and of the loss.
        wires: where the line of a weight begins and ends.
        labels: the centre of a weight's numbers, and half the width of their ground. Lines that cross are written on
            where they are apart.
        joints: the lines that lead to the loss.
        course: SVG transform of an arrow 120 long from left to right, which says where the numbers run to.
    """

    width: float
    height: float
    inputs: tuple[Point, Point]
    boxes: dict[str, tuple[float, float, float]]
    wires: dict[str, tuple[Point, Point]]
    labels: dict[str, tuple[float, float, float]]
    joints: tuple[tuple[Point, Point], ...]
    course: str


# What stands out in each stage.
STRONG = {
    "zero_grad": {"gradients"},
    "forward": {"wires", "weights", "inputs", "nodes"},
    "loss": {"y", "loss"},
    "backward": {"wires", "gradients", "loss"},
    "step": {"wires", "weights"},
}


def slow_motion(view: View, layout: Layout) -> str:
    """Draw the network at this moment as SVG; a click on a weight picks its key in WEIGHTS.

    Args:
        layout: WIDE, or NARROW for a phone.
    """
    moment = view.moment
    activation = _(ACTIVATIONS[view.setup.activation].label)
    values = {"target": view.setup.target, "loss": moment.loss} | _by_name(moment.nodes)
    slopes = _by_name(moment.node_gradients)
    names = {"target": _("target"), "loss": _("loss"), "h1": f"h₁ {activation}", "h2": f"h₂ {activation}"}
    parts = [_wire(view, name, ends) for name, ends in layout.wires.items()]
    parts += [line(*start, *stop, opacity=_opacity(view, "loss")) for start, stop in layout.joints]
    parts += [_input(view, place, spot) for place, spot in enumerate(layout.inputs)]
    parts += [
        _box(view, name, names.get(name, subscript(name)), spot, values.get(name), slopes.get(name))
        for name, spot in layout.boxes.items()
    ]
    parts += [_label(view, name, spot) for name, spot in layout.labels.items()]
    if moment.stage in ("forward", "backward"):
        start, stop, color = (0, 120, "blue") if moment.stage == "forward" else (120, 0, "violet")
        words = text(60, -12, moment.stage, font_size=13, fill=COLORS[color])
        parts.append(group(arrow(start, 0, stop, 0, stroke=COLORS[color]), words, transform=layout.course))
    return drawing(layout.width, layout.height, *parts, label=_describe(view), widest=1.3 * layout.width)


def brief(value: float) -> str:
    """Write a number with three digits."""
    return plain(value, "z.3g")


def _wire(view: View, name: str, ends: tuple[Point, Point]) -> str:
    weights = dict(zip(WEIGHTS, view.moment.weights, strict=True))
    largest = max(map(abs, weights.values())) or 1.0
    width = 0.8 + 4 * abs(weights[name]) / largest
    stroke = {"stroke": sign_color(weights[name]), "stroke_width": f"{width:.2f}"}
    return line(*ends[0], *ends[1], opacity=_opacity(view, "wires"), **stroke)


def _label(view: View, name: str, spot: tuple[float, float, float]) -> str:
    """The weight's value, and below it its gradient, or where the value has come from."""
    x, y, half = spot
    moment, place = view.moment, list(WEIGHTS).index(name)
    title = f"{WEIGHTS[name].label} = {moment.weights[place]:.6g}"
    if moment.gradients is not None:
        title += f", grad = {moment.gradients[place]:.6g}"
    frame = {"stroke": "currentColor", "stroke_width": 2} if name == view.picked else {"stroke": "none"}
    value = f"{subscript(name)} {brief(moment.weights[place])}"
    below, part, color = _below(view, place)
    parts = [
        rectangle(x - half, y - 19, 2 * half, 38, rx=6, fill=GROUND, **frame),
        text(x, y - 8 if below else y, value, font_size=15, font_weight=600, opacity=_opacity(view, "weights")),
    ]
    if below:
        parts.append(text(x, y + 9, below, font_size=13, opacity=_opacity(view, part), fill=color))
    return group(*parts, title=title, pick=name)


def _below(view: View, place: int) -> tuple[str, str, str]:
    """Return the second line of a label: its words, if any, which part of the picture they are, and their colour."""
    moment = view.moment
    if moment.stage == "step":
        return _("was {before}").format(before=brief(made(view.before).weights[place])), "weights", "currentColor"
    if moment.gradients is not None:
        return _gradient(moment.gradients[place]), "gradients", COLORS["violet"]
    return _("no grad") if moment.stage == "zero_grad" else "", "gradients", COLORS["violet"]


def _gradient(value: float) -> str:
    return _("grad {gradient}").format(gradient=brief(value))


def _input(view: View, place: int, spot: Point) -> str:
    (x, y), value = spot, view.setup.inputs[place]
    return group(
        circle(x, y, RADIUS, fill=GROUND),
        circle(x, y, RADIUS, fill=sign_color(value), fill_opacity=0.15, stroke=GRAY),
        text(x, y - 9, subscript(f"x{place + 1}"), font_size=12),
        text(x, y + 8, brief(value)),
        opacity=_opacity(view, "inputs"),
    )


def _box(
    view: View, name: str, title: str, spot: tuple[float, float, float], value: float | None, slope: float | None
) -> str:
    """A node's name, its number, or a question mark while there is none, and the loss's gradient by it, if known."""
    x, y, half = spot
    part = {"y": "y", "target": "loss", "loss": "loss"}.get(name, "nodes")
    color = {"fill": "none"} if value is None else {"fill": sign_color(value), "fill_opacity": 0.15}
    place = (x - half, y - TALL, 2 * half, 2 * TALL)
    up = 0 if slope is None else 8
    parts = [
        rectangle(*place, rx=6, fill=GROUND),
        rectangle(*place, rx=6, stroke=GRAY, opacity=_opacity(view, part), **color),
        text(x, y - 9 - up, title, font_size=12, opacity=_opacity(view, part)),
        text(x, y + 8 - up, "?" if value is None else brief(value), opacity=_opacity(view, part)),
    ]
    if slope is not None:
        style = {"fill": COLORS["violet"], "opacity": _opacity(view, "gradients")}
        parts.append(text(x, y + 18, _gradient(slope), font_size=12, **style))
    return group(*parts, title="" if value is None else f"{title} = {value:.6g}")


def _opacity(view: View, part: str) -> float:
    strong = STRONG[view.moment.stage]
    return 1 if part in strong or (part == "y" and "nodes" in strong) else PALE


def _by_name(nodes: dict[str, NDArray]) -> dict[str, float]:
    """Return z, h (2,) and y (1,) number by number, as "z1" or "y"."""
    return {
        name if len(numbers) == 1 else f"{name}{place}": value
        for name, numbers in nodes.items()
        for place, value in enumerate(numbers, start=1)
    }


def _describe(view: View) -> str:
    loss = _("none yet") if view.moment.loss is None else plain(view.moment.loss)
    return _("A network of two inputs, two hidden neurons and one output, with its numbers; loss: {loss}").format(
        loss=loss
    )


WIDE = Layout(
    width=640,
    height=376,
    inputs=((30, 105), (30, 265)),
    boxes={
        "z1": (252, 105, 36),
        "h1": (324, 105, 36),
        "z2": (252, 265, 36),
        "h2": (324, 265, 36),
        "y": (578, 185, 44),
        "target": (440, 318, 50),
        "loss": (578, 318, 50),
    },
    wires={
        "w11": ((54, 105), (216, 105)),
        "w12": ((54, 265), (216, 105)),
        "w21": ((54, 105), (216, 265)),
        "w22": ((54, 265), (216, 265)),
        "b1": ((252, 44), (252, 77)),
        "b2": ((252, 326), (252, 293)),
        "v1": ((360, 105), (534, 185)),
        "v2": ((360, 265), (534, 185)),
        "c": ((578, 102), (578, 157)),
    },
    labels={
        "w11": (135, 105, 46),
        "w12": (105, 215, 46),
        "w21": (105, 155, 46),
        "w22": (135, 265, 46),
        "b1": (252, 25, 46),
        "b2": (252, 345, 46),
        "v1": (447, 145, 46),
        "v2": (447, 225, 46),
        "c": (578, 83, 46),
    },
    joints=(((578, 213), (578, 290)), ((490, 318), (528, 318))),
    course="translate(30 345)",
)

NARROW = Layout(
    width=356,
    height=640,
    inputs=((116, 30), (240, 30)),
    boxes={
        "z1": (116, 262, 50),
        "h1": (116, 318, 50),
        "z2": (240, 262, 50),
        "h2": (240, 318, 50),
        "y": (178, 480, 44),
        "target": (60, 600, 50),
        "loss": (178, 600, 50),
    },
    wires={
        "w11": ((116, 54), (116, 234)),
        "w12": ((240, 54), (116, 234)),
        "w21": ((116, 54), (240, 234)),
        "w22": ((240, 54), (240, 234)),
        "b1": ((50, 262), (66, 262)),
        "b2": ((306, 262), (290, 262)),
        "v1": ((116, 346), (178, 452)),
        "v2": ((240, 346), (178, 452)),
        "c": ((270, 480), (222, 480)),
    },
    labels={
        "w11": (116, 172, 44),
        "w12": (224, 80, 44),
        "w21": (132, 80, 44),
        "w22": (240, 172, 44),
        "b1": (32, 262, 32),
        "b2": (324, 262, 32),
        "v1": (131, 380, 44),
        "v2": (225, 380, 44),
        "c": (300, 480, 44),
    },
    joints=(((178, 508), (178, 572)), ((110, 600), (128, 600))),
    course="translate(20 60) rotate(90)",
)
