"""The four steps of learning, and the picture in which a tiny network goes round them."""

from collections.abc import Sequence
from dataclasses import dataclass

from torch import Tensor

from core.lessons.home.training_loop import LEARNING_RATE, Journey, Round
from core.plots.palette import COLORS, GRAY
from core.plots.svg import circle, drawing, group, line, rectangle, sign_color, text
from core.text.i18n import N_, _
from core.text.numbers import short


@dataclass(frozen=True)
class Step:
    """One station of the loop: its PyTorch, and the lesson that shows it."""

    label: str
    color: str
    sentence: str
    code: str
    page: str


WIDTH, HEIGHT = 330, 212  # of one station
GAP = 56
CLASS_COLORS = (COLORS["orange"], COLORS["blue"])


def loop(journey: Journey, number: int, active: str | None = None, stacked: bool = False) -> str:
    """Return the picture of one round as SVG. A click on a station picks its key in STEPS.

    Args:
        number: of the round, from 0.
        active: the key of the station where the network is; the later ones still show the round before. All where None.
        stacked: the stations below one another, for a phone; else clockwise, from data at the upper left.
    """
    now = journey.rounds[number]
    before = journey.rounds[max(number - 1, 0)]
    reached = list(STEPS).index(active) if active else len(STEPS) - 1
    spots = _STACKED if stacked else _CLOCKWISE
    parts = []
    for place, (name, spot) in enumerate(zip(STEPS, spots.stations, strict=True)):
        behind = place > reached
        station = _station(place, name, _CONTENT[name](journey, before if behind else now), name == active, behind)
        parts.append(group(station, pick=name, title=_("Open the lesson"), transform="translate({} {})".format(*spot)))
    for name, path in zip(STEPS, spots.arrows, strict=True):
        color = COLORS[STEPS[name].color] if name == active else GRAY
        parts.append(
            f'<path d="{path}" fill="none" stroke="{color}" stroke-width="5" stroke-linecap="round" '
            'stroke-linejoin="round"/>'
        )
    label = _("Data to network to loss to optimizer, and back to data")
    return drawing(*spots.size, *parts, label=label, widest=1.25 * spots.size[0], narrowest=300)


@dataclass(frozen=True)
class _Spots:
    """Where things are in the picture: its size, the stations' left upper corners, and the arrows behind each."""

    size: tuple[float, float]
    stations: Sequence[tuple[float, float]]
    arrows: Sequence[str]


_X, _Y = 2 + WIDTH + GAP, 2 + HEIGHT + GAP  # of the second column and row
_CLOCKWISE = _Spots(
    (_X + WIDTH + 2, _Y + HEIGHT + 2),
    [(2, 2), (_X, 2), (_X, _Y), (2, _Y)],
    [
        f"M{_X - 46} {HEIGHT / 2}h36m-12 -12l12 12l-12 12",
        f"M{_X + WIDTH / 2} {_Y - 46}v36m-12 -12l12 12l12 -12",
        f"M{_X - 10} {_Y + HEIGHT / 2}h-36m12 -12l-12 12l12 12",
        f"M{2 + WIDTH / 2} {_Y - 10}v-36m-12 12l12 -12l12 12",
    ],
)
_STEP = HEIGHT + 40  # from one to the next below it
_STACKED = _Spots(
    (WIDTH + 40, 3 * _STEP + HEIGHT + 4),
    [(2, 2 + row * _STEP) for row in range(4)],
    [f"M{WIDTH / 2} {row * _STEP + HEIGHT + 8}v24m-10 -10l10 10l10 -10" for row in range(3)]
    + [f"M{WIDTH + 8} {3.5 * _STEP}h8q12 0 12 -12V{HEIGHT / 2 + 12}q0 -12 -12 -12h-8m10 -10l-10 10l10 10"],
)


def _station(place: int, name: str, content: str, active: bool, behind: bool) -> str:
    step = STEPS[name]
    color = COLORS[step.color]
    edge = {"stroke": color, "stroke_width": 4 if active else 1.5}
    frame = rectangle(0, 0, WIDTH, HEIGHT, rx=14, fill=color, fill_opacity=0.07, **edge)
    title = text(16, 24, f"{place + 1}. {_(step.label)}", "start", font_size=20, font_weight=700, fill=color)
    return frame + title + group(content, opacity=0.35 if behind else 1)


def _data(journey: Journey, shown: Round) -> str:
    """Draw all points, those of the batch strong."""
    batch = set(shown.chosen.tolist())
    dots = [
        circle(
            165 + 30 * float(x), 116 - 22 * float(y), 8 if place in batch else 4,
            fill=CLASS_COLORS[int(target)], opacity=1 if place in batch else 0.3,
            **({"stroke": "currentColor", "stroke_width": 2} if place in batch else {}),
        )
        for place, ((x, y), target) in enumerate(zip(journey.points.clamp(-4, 4), journey.classes, strict=True))
    ]  # fmt: skip
    words = _("a batch of {count} of {all} points").format(count=len(batch), all=len(journey.points))
    return "".join(dots) + text(165, HEIGHT - 14, words, font_size=15)


def _network(journey: Journey, shown: Round) -> str:
    """Draw the network with its weights, and what it makes of the first point of the batch."""
    columns = [
        [(50, 84 + 56 * i) for i in range(2)],
        [(165, 60 + 50 * i) for i in range(3)],
        [(280, 110)],
    ]
    values = [shown.inputs[0], shown.hidden[0], shown.outputs[0]]
    weights = [shown.weights["0.weight"], shown.weights["2.weight"]]
    parts = [
        line(x1, y1, x2, y2, stroke=sign_color(w), stroke_width=f"{0.5 + 2.5 * min(abs(w), 2.5):.2f}")
        for here, there, weight in zip(columns, columns[1:], weights, strict=False)
        for (x2, y2), row in zip(there, weight.tolist(), strict=True)
        for (x1, y1), w in zip(here, row, strict=True)
    ]
    for column, numbers in zip(columns, values, strict=True):
        for (x, y), number in zip(column, numbers.tolist(), strict=True):
            parts.append(circle(x, y, 23, fill="var(--st-background-color)"))
            parts.append(circle(x, y, 23, fill=sign_color(number), fill_opacity=0.2, stroke=GRAY))
            parts.append(text(x, y, short(number), font_size=14))
    return "".join(parts) + text(
        165, HEIGHT - 14, _("batch in, predictions out: {row}").format(row=_row(shown.outputs)), font_size=15
    )


def _loss(journey: Journey, shown: Round) -> str:
    """Draw output and target of each point of the batch, and the losses of all rounds up to this."""
    parts = [
        text(16 + 58, 52, _("output"), fill=GRAY, font_size=13),
        text(16 + 122, 52, _("target"), fill=GRAY, font_size=13),
    ]
    for row, (output, target) in enumerate(zip(shown.outputs.flatten(), shown.targets.flatten(), strict=True)):
        y = 76 + 28 * row
        parts.append(circle(30, y, 7, fill=CLASS_COLORS[int(target)]))
        parts.append(text(74, y, short(float(output)), font_size=16))
        parts.append(text(138, y, f"{float(target):.0f}", font_size=16))
    losses = [each.loss for each in journey.rounds]
    x = [180 + 130 * place / (len(losses) - 1) for place in range(len(losses))]
    y = [170 - 100 * min(loss / max(losses), 1) for loss in losses]
    path = " ".join(f"{a:.1f},{b:.1f}" for a, b in zip(x[: shown.number], y[: shown.number], strict=True))
    color = COLORS["orange"]
    parts.append(line(180, 172, 310, 172, stroke=GRAY))
    parts.append(f'<polyline points="{path}" fill="none" stroke="{color}" stroke-width="3"/>')
    parts.append(circle(x[shown.number - 1], y[shown.number - 1], 6, fill=color))
    parts.append(text(165, HEIGHT - 14, _("loss {loss:.3f}").format(loss=shown.loss), font_size=17, font_weight=700))
    return "".join(parts)


def _optimizer(journey: Journey, shown: Round) -> str:
    """Write out the step of the weight that moves most, and draw how every weight moves."""
    name, row, column = shown.steepest
    old, gradient, new = (float(part[name][row, column]) for part in (shown.weights, shown.gradients, shown.moved))
    parts = [
        text(165, 58, "weight − lr · grad = weight", font_size=15, fill=GRAY),
        text(
            165, 84, f"{short(old)} − {LEARNING_RATE:g} · {short(gradient)} = {short(new)}",
            font_size=20, font_weight=700,
        ),
    ]  # fmt: skip
    moves = [
        (float(w), float(m))
        for key in shown.weights
        for w, m in zip(shown.weights[key].flatten(), shown.moved[key].flatten(), strict=True)
    ]
    for place, (was, now) in enumerate(moves):
        x = 28 + place * 274 / (len(moves) - 1)
        top, bottom = (140 - 16 * max(-2.5, min(2.5, value)) for value in (was, now))
        parts.append(line(x, 140, x, top, stroke=GRAY, stroke_width=5, opacity=0.35))
        parts.append(line(x, top, x, bottom, stroke=COLORS["violet"], stroke_width=5))
        parts.append(circle(x, bottom, 5, fill=COLORS["violet"]))
    parts.append(line(20, 140, 310, 140, stroke=GRAY))
    words = _("all {count} weights move, each against its gradient").format(count=len(moves))
    return "".join(parts) + text(165, HEIGHT - 14, words, font_size=15)


def _row(values: Tensor) -> str:
    return "  ".join(short(value) for value in values.flatten().tolist())


_CONTENT = {"data": _data, "network": _network, "loss": _loss, "optimizer": _optimizer}

STEPS = {
    "data": Step(
        label=N_("Data"),
        color="blue",
        sentence=N_("Take a few samples, and what each of them really is."),
        code="inputs, targets = next(batches)",
        page="train",
    ),
    "network": Step(
        label=N_("Network"),
        color="green",
        sentence=N_("Turn each sample into a prediction."),
        code="outputs = network(inputs)",
        page="linear",
    ),
    "loss": Step(
        label=N_("Loss"),
        color="orange",
        sentence=N_("Say in one number how wrong these predictions are."),
        code="loss = loss_of(outputs, targets)",
        page="losses",
    ),
    "optimizer": Step(
        label=N_("Optimizer"),
        color="violet",
        sentence=N_("Move every weight a little, downhill on the loss."),
        code="loss.backward(); optimizer.step()",
        page="optimizers",
    ),
}
