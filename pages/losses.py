"""Loss functions: value and gradient of a prediction, mean over a batch, softmax and cross-entropy, MSE on classes."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import streamlit as st

from core.lessons.losses import batches, curves
from core.lessons.losses import classes as class_losses
from core.lessons.losses.batches import NumbersError, best_constant, compare, read_numbers
from core.lessons.losses.classes import STEPS, choose, gradient, gradient_on_logits, negative_log_likelihood, recovery
from core.lessons.losses.curve_figures import Line, axes, key, points
from core.lessons.losses.curves import FARTHEST, STEP, loss_and_gradient
from core.lessons.losses.table_figures import choice_table, number_line, terms_table
from core.losses import LOSSES, TargetError
from core.text.i18n import N_, _
from core.text.numbers import plain
from pages.ui import say
from pages.ui.page_frame import begin
from pages.ui.source_code import show_source
from pages.ui.suggestions import Suggestion, show_suggestions
from pages.ui.svg_view import picture
from pages.ui.url_settings import Settings

ONE_BY_ONE = {name: loss for name, loss in LOSSES.items() if not loss.compares_classes}
GRID = np.arange(-round(FARTHEST / STEP), round(FARTHEST / STEP) + 1) * STEP
OUT, TARGET = "2.5, 3, 4.5, 3.5, 5", "2, 3.4, 4, 3, 5.5"
OUTLIER = 6.0
YES_OR_NO = "3, -2, 0.5, 4", "1, 0, 1, 0"  # logits and answers
# What every suggestion sets, so that it shows what it says after any other.
ALIKE = {f"{loss}_{param.name}": param.default for loss in LOSSES for param in LOSSES[loss].hyperparameters} | {
    "outputs": OUT,
    "targets": TARGET,
    "outlier": OUTLIER,
}
LOGITS = {"A": 2.0, "B": 1.0, "C": -1.0}
MAX_MARGIN = 12.0
MARGINS = np.linspace(-MAX_MARGIN, MAX_MARGIN, 97)
SHARES = np.geomspace(1e-30, 1, 300)


def show_hyperparameters(settings: Settings, loss: str) -> dict[str, float]:
    """Show the hyperparameters of a loss, if it has any; return their values."""
    return {
        param.name: settings.slider(
            f"{loss}_{param.name}",
            f"{_(LOSSES[loss].name)} ${param.symbol}$",
            param.minimum,
            param.maximum,
            param.default,
            param.step,
        )
        for param in LOSSES[loss].hyperparameters
    }


def suggest(settings: Settings, name: str, label: str, icon: str, help: str, **values: Any) -> Suggestion:
    return Suggestion(label, icon, help, settings.set, (ALIKE | values,), key=f"try_{name}")


def notice(sentence: str) -> None:
    with st.container(key="notice"):
        st.markdown(sentence)


def one_number(settings: Settings) -> None:
    st.write(_("Each loss is a curve over the prediction. Its slope is the gradient: which way, and how hard, to go."))
    show_suggestions(
        suggest(settings, "far", _("Far off"), ":material/straighten:",
                _("Which loss pulls harder the farther off it is?"),
                losses=["mse", "l1", "huber"], prediction=-3.0, target=1.0),
        suggest(settings, "near", _("Nearly right"), ":material/near_me:",
                _("Which loss still pulls as hard as ever?"),
                losses=["mse", "l1", "huber"], prediction=0.9, target=1.0),
        suggest(settings, "yes", _("A yes-or-no question"), ":material/help:",
                _("The prediction is a logit, the target 1: yes."),
                losses=["mse", "bce"], prediction=3.0, target=1.0),
    )  # fmt: skip
    chosen = settings.several("losses", _("Losses"), ONE_BY_ONE, ["mse", "l1", "huber"], wrap=True)
    controls, place = st.columns([1, 2], gap="medium")
    with controls:
        prediction = settings.slider("prediction", _("Prediction"), -FARTHEST, FARTHEST, -1.0, STEP)
        target = settings.slider("target", _("Target"), -2.0, 2.0, 1.0, STEP)
        hyperparameters = {loss: show_hyperparameters(settings, loss) for loss in chosen}
    lines, gradients = [], {}
    for loss in chosen:
        try:
            values, _slopes = loss_and_gradient(loss, GRID, target, **hyperparameters[loss])
        except TargetError as problem:
            say.warning(str(problem))
            continue
        gradients[loss] = tuple(map(float, loss_and_gradient(loss, prediction, target, **hyperparameters[loss])))
        lines.append(Line(loss, GRID, values, (prediction, gradients[loss][0]), slope=gradients[loss][1]))
    if not gradients:
        say.info(_("Choose at least one loss that can compare with this target."))
        return
    with place:
        st.markdown(key(gradients))
        spec = axes(_("prediction"), _("loss"), (-FARTHEST, FARTHEST))
        data = points(lines, ceiling=max(6.0, 1.15 * max(value for value, _slope in gradients.values())), mark=target)
        st.vega_lite_chart(data, spec, key="loss_curves", alt=_("The losses over the prediction, with their tangents"))
    with st.container(horizontal=True):
        for loss, (value, slope) in gradients.items():
            gradient = _("gradient {gradient}").format(gradient=plain(slope))
            st.metric(_(LOSSES[loss].label), plain(value), gradient, delta_color="off", delta_arrow="off")
    notice(curves.notice(prediction, target, gradients))
    st.code(curves.snippet(list(gradients), prediction, target, hyperparameters), language="python")
    show_source(loss_and_gradient)


def choose_numbers(settings: Settings, loss: str) -> tuple[str, str, float]:
    """Show outputs, targets and the outlier of a loss; a yes-or-no question has its own, and no outlier."""
    if LOSSES[loss].squashes:
        outputs = settings.text("logits", "out", YES_OR_NO[0], help=_("Logits: the loss itself takes the sigmoid."))
        return outputs, settings.text("answers", "target", YES_OR_NO[1], help=_("From 0, no, to 1, yes.")), 0.0
    outputs, targets = settings.text("outputs", "out", OUT), settings.text("targets", "target", TARGET)
    return outputs, targets, settings.slider("outlier", _("Outlier: add to the last target"), 0.0, 20.0, OUTLIER, 0.5)


def a_batch(settings: Settings) -> None:
    st.write(_("The loss of a batch is the mean of its samples’ terms. How much does one odd sample count?"))
    show_suggestions(
        suggest(settings, "mse", _("An outlier under MSE"), ":material/crisis_alert:",
                _("One target far off, squared."),
                batch_loss="mse", outlier=15.0),
        suggest(settings, "l1", _("The same under L1"), ":material/balance:",
                _("One target far off, not squared."),
                batch_loss="l1", outlier=15.0),
        suggest(settings, "questions", _("Yes or no"), ":material/help:",
                _("Targets 1 and 0; the outputs are logits."),
                batch_loss="bce", logits=YES_OR_NO[0], answers=YES_OR_NO[1]),
    )  # fmt: skip
    loss = settings.segments("batch_loss", _("Loss"), ONE_BY_ONE, "mse", wrap=True)
    controls, place = st.columns([1, 2], gap="medium")
    with controls:
        outputs_text, targets_text, outlier = choose_numbers(settings, loss)
        hyperparameters = show_hyperparameters(settings, loss)
    try:
        outputs, targets = read_numbers("out", outputs_text), read_numbers("target", targets_text)
        targets[-1] += outlier
        batch = compare(loss, outputs, targets, **hyperparameters)
    except (NumbersError, TargetError) as problem:
        with place:
            say.error(str(problem))
        return
    own = {loss: hyperparameters}
    best = {
        name: best_constant(name, targets, **own.get(name, {}))
        for name, kind in ONE_BY_ONE.items()
        if not kind.squashes
    }
    with place:
        picture(terms_table(batch), key="terms")
        st.markdown(_("**One answer for all targets**: where would each loss put it?"))
        picture(number_line(targets, best), key="best")
    notice(f"{batches.notice(batch)} {batches.notice_best(targets, best)}")
    st.code(batches.snippet(loss, outputs, targets, **hyperparameters), language="python")
    show_source(compare, best_constant)


def classes(settings: Settings) -> None:
    st.write(_("Softmax makes logits into probabilities. Cross-entropy looks at the right class’s alone: −log p."))
    show_suggestions(
        suggest(settings, "wrong", _("Confidently wrong"), ":material/sentiment_very_dissatisfied:",
                _("How much does it cost?"),
                logit_A=5.0, logit_B=-3.0, logit_C=0.0, right="B", temperature=1.0),
        suggest(settings, "right", _("Confidently right"), ":material/sentiment_very_satisfied:",
                _("What is left to learn?"),
                logit_A=-3.0, logit_B=5.0, logit_C=0.0, right="B", temperature=1.0),
        suggest(settings, "hot", _("Hot softmax"), ":material/thermostat:",
                _("A high temperature makes any answer timid."),
                **{f"logit_{name}": logit for name, logit in LOGITS.items()}, right="B", temperature=5.0),
    )  # fmt: skip
    controls, place = st.columns([1, 2], gap="medium")
    with controls:
        right = settings.segments("right", _("Right class"), LOGITS, "B", format_func=str)
        logits = [
            settings.slider(f"logit_{name}", _("Logit of {name}").format(name=name), -6.0, 6.0, default, STEP)
            for name, default in LOGITS.items()
        ]
        temperature = settings.slider("temperature", _("Temperature"), 0.2, 5.0, 1.0, STEP)
    names = list(LOGITS)
    choice = choose(logits, temperature, names.index(right))
    share = choice.probabilities[choice.target]
    with place:
        picture(choice_table(choice, names), key="choice")
        spec = axes(_("probability p of the right class"), _("loss −log p"), (0, 1), height=260)
        line = Line("cross_entropy", SHARES, negative_log_likelihood(SHARES), (share, choice.loss))
        data = points([line], ceiling=max(5.0, 1.15 * choice.loss))
        st.vega_lite_chart(data, spec, key="surprise", alt=_("The loss −log p over the probability p"))
    notice(class_losses.notice_choice(choice, names))
    st.code(class_losses.snippet_choice(choice), language="python")
    show_source(choose)


def not_mse(settings: Settings) -> None:
    st.write(_("Two classes, one of them right: how hard does each loss pull on the logits to let it lead?"))
    show_suggestions(
        suggest(settings, "sleep", _("MSE sleeps"), ":material/bedtime:",
                _("Sure of the wrong class: who still learns?"),
                lead=8.0, pulls=["cross_entropy", "mse"]),
        suggest(settings, "doubt", _("An honest doubt"), ":material/balance:",
                _("Both classes have the same logit."),
                lead=0.0, pulls=["cross_entropy", "mse"]),
        suggest(settings, "all", _("All losses"), ":material/stacked_line_chart:",
                _("Who falls asleep, and who does not?"),
                lead=6.0, pulls=list(LOSSES)),
    )  # fmt: skip
    chosen = settings.several("pulls", _("Losses"), LOSSES, ["cross_entropy", "mse"], wrap=True)
    logit_margin = settings.slider("lead", _("Lead of the wrong class’s logit"), -MAX_MARGIN, MAX_MARGIN, 4.0, 0.5)
    if not chosen:
        say.info(_("Choose at least one loss."))
        return
    sizes = {loss: gradient(loss, [logit_margin]).item() for loss in chosen}
    paths = {loss: recovery(loss, logit_margin) for loss in chosen}
    st.markdown(key(chosen))
    left, right = st.columns(2)
    with left:
        spec = axes(_("lead of the wrong class"), _("size of the gradient"), (-MAX_MARGIN, MAX_MARGIN), height=300)
        data = points([Line(loss, MARGINS, gradient(loss, MARGINS), (logit_margin, sizes[loss])) for loss in chosen])
        st.vega_lite_chart(data, spec, key="pull_curves", alt=_("Size of the gradient over the wrong class’s lead"))
    with right:
        spec = axes(_("step"), _("right class’s probability"), (0, STEPS), height=300)
        data = points([Line(loss, np.arange(STEPS + 1), path, (STEPS, path[-1])) for loss, path in paths.items()])
        st.vega_lite_chart(data, spec, key="recovery", alt=_("Probability of the right class, step by step"))
    st.caption(class_losses.why_asleep(logit_margin))
    notice(class_losses.notice_gradients(logit_margin, sizes, {loss: path[-1] for loss, path in paths.items()}))
    st.code(class_losses.snippet_gradients(chosen, logit_margin), language="python")
    show_source(gradient_on_logits, recovery)


@dataclass(frozen=True)
class Part:
    label: str
    show: Callable[[Settings], None]


PARTS = {
    "number": Part(N_("One number"), one_number),
    "batch": Part(N_("A batch"), a_batch),
    "classes": Part(N_("Classes"), classes),
    "not_mse": Part(N_("Why not MSE for classes"), not_mse),
}


def main() -> None:
    begin()
    settings = Settings("losses")
    part = settings.segments("part", _("Part"), PARTS, "number", label_visibility="collapsed")
    PARTS[part].show(settings)
    settings.write_url()


main()
