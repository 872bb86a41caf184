"""The numbers of a loss as drawings: a batch's terms, the best single answer, and a choice among classes."""

import math
from collections.abc import Mapping, Sequence

from core.lessons.losses.batches import Batch
from core.lessons.losses.classes import Choice
from core.losses import LOSSES
from core.plots.palette import COLORS, GRAY, series_line
from core.plots.svg import circle, drawing, group, line, rectangle, sign_color, text
from core.text.i18n import _
from core.text.numbers import percent, plain

ROW = 34
WIDTH = 580


def terms_table(batch: Batch) -> str:
    """Draw outputs and targets side by side, each term of the mean with its numbers, and each sample's gradient."""
    columns = {"number": 12, "out": 60, "target": 125, "written": 170, "term": 385, "gradient": 570}
    largest = max(batch.terms) or 1.0
    parts = [
        text(columns["out"], 14, "out", font_weight=650, font_family="monospace"),
        text(columns["target"], 14, "target", font_weight=650, font_family="monospace"),
        text(columns["written"], 14, _("term of the mean"), "start", font_weight=650),
        text(columns["gradient"], 14, _("gradient"), "end", font_weight=650),
        line(0, 30, WIDTH, 30, opacity=0.3),
    ]
    for row, (output, target, written, term, gradient) in enumerate(
        zip(batch.outputs, batch.targets, batch.written, batch.terms, batch.gradients, strict=True)
    ):
        y = 30 + (row + 0.5) * ROW
        bar = 110 * term / largest
        parts.append(
            group(
                text(columns["number"], y, str(row + 1), fill=GRAY),
                text(columns["out"], y, plain(output)),
                text(columns["target"], y, plain(target)),
                text(columns["written"], y, f"{written} =", "start", font_size=_fitting(written)),
                rectangle(columns["term"], y - 10, max(bar, 1), 20, rx=3, fill=COLORS["blue"], fill_opacity=0.35),
                text(columns["term"] + 6, y, plain(term), "start", font_weight=650),
                text(
                    columns["gradient"], y, plain(gradient, "+.3g"), "end", fill=sign_color(gradient), font_weight=650
                ),
                title=_("sample {number}: {term:.6g}, gradient {gradient:.6g}").format(
                    number=row + 1, term=term, gradient=gradient
                ),
            )
        )
    bottom = 30 + len(batch.terms) * ROW
    sum_written = " + ".join(map(plain, batch.terms))
    if len(sum_written) > 38:
        sum_written = f"{plain(batch.terms[0])} + … + {plain(batch.terms[-1])}"
    y = bottom + 0.7 * ROW
    parts += [
        line(0, bottom, WIDTH, bottom, opacity=0.3),
        text(4, y, _("mean"), "start", font_weight=650),
        text(columns["term"] - 10, y, f"({sum_written}) / {len(batch.terms)} =", "end"),
        text(columns["term"] + 6, y, plain(batch.mean), "start", font_weight=700, font_size=17),
    ]
    label = _("Each term of the mean, which is {mean:.4g}").format(mean=batch.mean)
    return drawing(WIDTH, bottom + 1.4 * ROW, *parts, label=label)


def number_line(targets: Sequence[float], best: Mapping[str, float]) -> str:
    """Draw the targets as dots on a line, and above it the one answer that each loss, by its key, likes best."""
    minimum, maximum = min(targets), max(targets)
    spread = maximum - minimum or 1.0

    def place(number: float) -> float:
        return 40 + (WIDTH - 80) * (number - minimum) / spread

    base = 34 + 28 * len(best)
    parts = [line(20, base, WIDTH - 20, base, opacity=0.5)]
    for row, (loss, answer) in enumerate(best.items()):
        color = series_line(list(LOSSES).index(loss))["color"]
        x, y = place(answer), 20 + 28 * row
        right = x < WIDTH / 2
        parts.append(
            group(
                line(x, y, x, base + 7, stroke=color, stroke_width=3),
                text(
                    x + (8 if right else -8),
                    y,
                    f"{_(LOSSES[loss].name)} {plain(round(answer, 4))}",
                    "start" if right else "end",
                    font_weight=650,
                    fill=color,
                ),
                title=f"{_(LOSSES[loss].label)}: {answer:.6g}",
            )
        )
    for number, target in enumerate(targets, start=1):
        dot = circle(place(target), base, 7, fill="currentColor", fill_opacity=0.7)
        parts.append(group(dot, title=_("target {number}: {target:g}").format(number=number, target=target)))
    ends = {minimum, maximum}
    parts += [text(place(end), base + 24, plain(end), fill=GRAY) for end in ends]
    label = _("The best single answer for all targets: {answers}").format(
        answers=", ".join(f"{_(LOSSES[loss].name)} {answer:.4g}" for loss, answer in best.items())
    )
    return drawing(WIDTH, base + 40, *parts, label=label)


def choice_table(choice: Choice, names: Sequence[str]) -> str:
    """Draw the way from each class's logit to its probability, its target and its gradient, and the loss below."""
    tempered = choice.temperature != 1
    columns = {"name": 10, "logit": 75, "power": 155, "bar": 210, "target": 455, "gradient": 535}
    power = f"e^(z / {choice.temperature:g})" if tempered else "e^z"
    heads = {"logit": _("logit z"), "power": power, "target": _("target"), "gradient": _("gradient")}
    parts = [text(columns[name], 14, head, font_weight=650) for name, head in heads.items()]
    parts.append(text(columns["bar"], 14, _("softmax p"), "start", font_weight=650))
    parts.append(line(0, 30, WIDTH, 30, opacity=0.3))
    rows = zip(names, choice.logits, choice.powers, choice.probabilities, choice.gradients, strict=True)
    for row, (name, logit, power, share, gradient) in enumerate(rows):
        y = 30 + (row + 0.5) * ROW
        right = row == choice.target
        color = COLORS["blue"] if right else GRAY
        parts.append(
            group(
                text(columns["name"], y, name, "start", font_weight=750 if right else 400),
                text(columns["logit"], y, plain(logit)),
                text(columns["power"], y, plain(power)),
                rectangle(columns["bar"], y - 10, max(150 * share, 1), 20, rx=3, fill=color, fill_opacity=0.6),
                text(columns["bar"] + 150 * share + 8, y, percent(share), "start"),
                text(columns["target"], y, "1" if right else "0", font_weight=750 if right else 400),
                text(columns["gradient"], y, plain(gradient, "+.3g"), fill=sign_color(gradient), font_weight=650),
                title=f"{name}: p = {share:.6g}",
            )
        )
    bottom = 30 + len(names) * ROW
    power, right = choice.powers[choice.target], choice.probabilities[choice.target]
    written = f"−log({plain(power)} / {plain(math.fsum(choice.powers))}) = −log {plain(right)} ="
    parts += [
        line(0, bottom, WIDTH, bottom, opacity=0.3),
        text(columns["name"], bottom + 0.7 * ROW, _("loss"), "start", font_weight=650),
        text(columns["logit"] - 15, bottom + 0.7 * ROW, written, "start"),
        text(columns["target"], bottom + 0.7 * ROW, plain(choice.loss), font_weight=700, font_size=17),
    ]
    label = _("The right class has {share} and the loss is {loss:.4g}").format(share=percent(right), loss=choice.loss)
    return drawing(WIDTH, bottom + 1.4 * ROW, *parts, label=label)


def _fitting(words: str) -> float:
    return max(8.0, min(14.0, 400 / len(words)))
