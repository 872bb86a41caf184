"""Loss functions: of a number, a batch and classes, why not MSE for classes, and L1 and L2 as a penalty on weights."""

import pages.ui.cold_link  # noqa: F401  (before PyTorch)

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import streamlit as st

from core.lessons.losses import batches, curves, penalty, predictions
from core.lessons.losses import classes as class_losses
from core.lessons.losses.batches import NumbersError, best_constant, compare, read_numbers
from core.lessons.losses.classes import choose, gradient, gradient_on_logits, recovery
from core.lessons.losses.curves import FARTHEST, loss_and_gradient
from core.lessons.losses.penalty import penalty_scene
from core.lessons.losses.scene import (
    FARTHEST_TARGET,
    MAX_LOGIT,
    MAX_MARGIN,
    MAX_OUTLIER,
    TEMPERATURES,
    batch_scene,
    choice_scene,
    gradient_scene,
    number_scene,
)
from core.losses import LOSSES, TargetError
from core.text.i18n import N_, _
from core.text.prediction import Prediction, Truth
from pages.ui import say
from pages.ui.lesson_end import end_lesson
from pages.ui.page_frame import begin, live
from pages.ui.predict import predict
from pages.ui.source_code import show_source
from pages.ui.stage import stage, take_settled
from pages.ui.suggestions import Suggestion, show_suggestions
from pages.ui.url_settings import Settings

ONE_BY_ONE = {name: loss for name, loss in LOSSES.items() if not loss.compares_classes}
CURVES, TERMS, SOFTMAX, GRADIENTS = "loss_curves", "loss_terms", "softmax_loss", "loss_gradients"  # the pictures
PENALTY = "loss_penalty"
HEIGHT = 280
OUT, TARGET = "2.5, 3, 4.5, 3.5, 5", "2, 3.4, 4, 3, 5.5"
OUTLIER, FAR_OUTLIER = 6.0, 15.0
YES_OR_NO = "3, -2, 0.5, 4", "1, 0, 1, 0"  # logits and answers
# What every suggestion sets, so that it shows what it says after any other.
ALIKE = {f"{loss}_{param.name}": param.default for loss in LOSSES for param in LOSSES[loss].hyperparameters} | {
    "outputs": OUT,
    "targets": TARGET,
    "outlier": OUTLIER,
}
LOGITS = {"A": 2.0, "B": 1.0, "C": -1.0}


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


def ask(
    settings: Settings,
    question: Prediction,
    find_truth: Callable[[], Truth],
    numbers: Mapping[str, Any] | None = None,
    **values: Any,
) -> None:
    """Ask, and set the controls to what shows the truth."""
    predict(question, find_truth, numbers, settings.set, (ALIKE | values,))


def notice(sentence: str) -> None:
    with st.container(key="notice"):
        st.markdown(sentence)


def one_number(settings: Settings) -> None:
    take_settled(CURVES, settings)
    prediction = settings.value("prediction", -FARTHEST, FARTHEST, -1.0)
    target = settings.value("target", -FARTHEST_TARGET, FARTHEST_TARGET, 1.0)
    picture = st.container()  # comes first, and is drawn from what stands below it
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
    hyperparameters = {loss: show_hyperparameters(settings, loss) for loss in chosen}
    ask(settings, predictions.CLOSER, predictions.closer_truth,
        losses=["mse", "l1"], prediction=predictions.NEAR, target=predictions.TARGET)  # fmt: skip
    settings.write_url()
    with picture:
        st.write(
            _("Each loss is a curve over the prediction. Its slope is the gradient: which way, and how hard, to go.")
        )
        if not chosen:
            say.info(_("Choose at least one loss."))
            return
        alt = _("The losses over the prediction, with their tangents")
        moved = {"prediction": prediction, "target": target}
        stage(CURVES, number_scene(chosen, hyperparameters), moved, key=CURVES, alt=alt, height=HEIGHT + 20)
        gradients = {}
        for loss in chosen:
            try:
                pair = loss_and_gradient(loss, prediction, target, **hyperparameters[loss])
            except TargetError as problem:
                say.warning(str(problem))
                continue
            gradients[loss] = tuple(map(float, pair))
        if not gradients:
            say.info(_("Choose at least one loss that can compare with this target."))
            return
        notice(curves.notice(prediction, target, gradients))
    st.code(curves.snippet(list(gradients), prediction, target, hyperparameters), language="python")
    show_source(loss_and_gradient)


def choose_numbers(settings: Settings, loss: str) -> tuple[str, str]:
    """Show outputs and targets of a loss; a yes-or-no question has its own."""
    left, right = st.columns(2)
    with left:
        if LOSSES[loss].squashes:
            outputs = settings.text("logits", "out", YES_OR_NO[0], help=_("Logits: the loss itself takes the sigmoid."))
        else:
            outputs = settings.text("outputs", "out", OUT)
    with right:
        if LOSSES[loss].squashes:
            return outputs, settings.text("answers", "target", YES_OR_NO[1], help=_("From 0, no, to 1, yes."))
        return outputs, settings.text("targets", "target", TARGET)


def ask_about_outlier(settings: Settings) -> None:
    outputs, targets = read_numbers("out", OUT), read_numbers("target", TARGET)
    ask(
        settings,
        predictions.OUTLIER,
        lambda: predictions.outlier_truth(outputs, targets, FAR_OUTLIER),
        {"count": len(targets), "outlier": FAR_OUTLIER, "even": 1 / len(targets)},
        batch_loss="mse",
        outlier=FAR_OUTLIER,
    )


def a_batch(settings: Settings) -> None:
    take_settled(TERMS, settings)
    picture = st.container()  # comes first, and is drawn from what stands below it
    show_suggestions(
        suggest(settings, "mse", _("An outlier under MSE"), ":material/crisis_alert:",
                _("One target far off, squared."),
                batch_loss="mse", outlier=FAR_OUTLIER),
        suggest(settings, "l1", _("The same under L1"), ":material/balance:",
                _("One target far off, not squared."),
                batch_loss="l1", outlier=FAR_OUTLIER),
        suggest(settings, "questions", _("Yes or no"), ":material/help:",
                _("Targets 1 and 0; the outputs are logits."),
                batch_loss="bce", logits=YES_OR_NO[0], answers=YES_OR_NO[1]),
    )  # fmt: skip
    loss = settings.segments("batch_loss", _("Loss"), ONE_BY_ONE, "mse", wrap=True)
    outlier = 0.0 if LOSSES[loss].squashes else settings.value("outlier", 0.0, MAX_OUTLIER, OUTLIER)
    outputs_text, targets_text = choose_numbers(settings, loss)
    hyperparameters = {loss: show_hyperparameters(settings, loss)}
    ask_about_outlier(settings)
    settings.write_url()
    with picture:
        st.write(_("The loss of a batch is the mean of its samples’ terms. How much does one odd sample count?"))
        try:
            outputs, targets = read_numbers("out", outputs_text), read_numbers("target", targets_text)
            scene = batch_scene(loss, outputs, targets, hyperparameters)
        except (NumbersError, TargetError) as problem:
            say.error(str(problem))
            return
        alt = _("Outputs and targets of a batch, and each term of the mean")
        stage(TERMS, scene, {"outlier": outlier}, key=TERMS, alt=alt, height=HEIGHT)
        targets[-1] += outlier
        best = {
            name: best_constant(name, targets, **hyperparameters.get(name, {}))
            for name, kind in ONE_BY_ONE.items()
            if not kind.squashes
        }
        batch = compare(loss, outputs, targets, **hyperparameters[loss])
        notice(f"{batches.notice(batch)} {batches.notice_best(targets, best)}")
    st.code(batches.snippet(loss, outputs, targets, **hyperparameters[loss]), language="python")
    show_source(compare, best_constant)


def classes(settings: Settings) -> None:
    take_settled(SOFTMAX, settings)
    names = list(LOGITS)
    moved = {
        f"logit_{name}": settings.value(f"logit_{name}", -MAX_LOGIT, MAX_LOGIT, default)
        for name, default in LOGITS.items()
    }
    temperature = settings.value("temperature", *TEMPERATURES, 1.0)
    picture = st.container()  # comes first, and is drawn from what stands below it
    right = settings.segments("right", _("Right class"), LOGITS, "B", format_func=str)
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
    logits = {f"logit_{name}": logit for name, logit in zip(names, predictions.LOGITS, strict=True)}
    answer = {"right": names[predictions.RIGHT_CLASS], "temperature": 1.0}
    ask(settings, predictions.RIGHT, predictions.right_truth, **logits, **answer)
    settings.write_url()
    choice = choose(list(moved.values()), temperature, names.index(right))
    with picture:
        st.write(_("Softmax makes logits into probabilities. Cross-entropy looks at the right class’s alone: −log p."))
        values = {**moved, "temperature": temperature, "right": right}
        alt = _("Logits, the probabilities that softmax makes of them, and the loss of the right one")
        stage(SOFTMAX, choice_scene(names), values, key=SOFTMAX, alt=alt, height=HEIGHT - 40)
        notice(class_losses.notice_choice(choice, names))
    st.code(class_losses.snippet_choice(choice), language="python")
    show_source(choose)


def not_mse(settings: Settings) -> None:
    take_settled(GRADIENTS, settings)
    logit_margin = settings.value("lead", -MAX_MARGIN, MAX_MARGIN, 4.0)
    picture = st.container()  # comes first, and is drawn from what stands below it
    show_suggestions(
        suggest(settings, "sleep", _("MSE’s gradient vanishes"), ":material/bedtime:",
                _("Confident in the wrong class: who still learns?"),
                lead=8.0, pulls=["cross_entropy", "mse"]),
        suggest(settings, "doubt", _("An honest doubt"), ":material/balance:",
                _("Both classes have the same logit."),
                lead=0.0, pulls=["cross_entropy", "mse"]),
        suggest(settings, "all", _("All losses"), ":material/stacked_line_chart:",
                _("Whose gradient vanishes, and whose does not?"),
                lead=6.0, pulls=list(LOSSES)),
    )  # fmt: skip
    chosen = settings.several("pulls", _("Losses"), LOSSES, ["cross_entropy", "mse"], wrap=True)
    ask(settings, predictions.WRONG, predictions.wrong_truth,
        lead=predictions.MARGIN, pulls=["cross_entropy", "mse"])  # fmt: skip
    settings.write_url()
    with picture:
        st.write(_("Two classes, one of them right: how hard does each loss pull on the logits to let it lead?"))
        if not chosen:
            say.info(_("Choose at least one loss."))
            return
        alt = _("The gradient magnitude of losses over the wrong class’s lead, and the way back from there")
        stage(GRADIENTS, gradient_scene(chosen), {"lead": logit_margin}, key=GRADIENTS, alt=alt, height=HEIGHT)
        sizes = {loss: gradient(loss, [logit_margin]).item() for loss in chosen}
        ends = {loss: recovery(loss, logit_margin)[-1] for loss in chosen}
        notice(class_losses.notice_gradients(logit_margin, sizes, ends))
    st.caption(class_losses.why_gradients_vanish(logit_margin))
    st.code(class_losses.snippet_gradients(chosen, logit_margin), language="python")
    show_source(gradient_on_logits, recovery)


def a_penalty(settings: Settings) -> None:
    take_settled(PENALTY, settings)
    wanted = settings.value("wanted", -penalty.MAX_WANTED, penalty.MAX_WANTED, 1.0)
    strength = settings.value("strength", 0.0, penalty.MAX_STRENGTH, 1.0)
    picture = st.container()  # comes first, and is drawn from what stands below it
    show_suggestions(
        suggest(settings, "matters", _("A weight that matters"), ":material/fitness_center:",
                _("The data pull hard: what does each penalty leave?"),
                wanted=2.0, strength=1.0),
        suggest(settings, "little", _("A weight of little use"), ":material/eco:",
                _("Which penalty drops it?"),
                wanted=0.3, strength=1.0),
        suggest(settings, "strong", _("A strong penalty"), ":material/compress:",
                _("It outweighs the data."),
                wanted=1.0, strength=3.0),
    )  # fmt: skip
    numbers = {"wanted": predictions.WANTED, "strength": predictions.STRENGTH}
    ask(settings, predictions.PENALTY, predictions.penalty_truth, numbers, **numbers)
    settings.write_url()
    with picture:
        st.write(_("L1 and L2 also stand beside the loss, as a price on weights. Where is the sum lowest?"))
        alt = _("The loss of a weight, alone and with each penalty, and where each is lowest")
        stage(PENALTY, penalty_scene(), {"wanted": wanted, "strength": strength}, key=PENALTY, alt=alt, height=HEIGHT)
        notice(penalty.notice(wanted, strength))
    st.code(penalty.snippet(wanted, strength), language="python")
    show_source(penalty.costs, penalty.penalties)


@dataclass(frozen=True)
class Part:
    label: str
    show: Callable[[Settings], None]


PARTS = {
    "number": Part(N_("One number"), one_number),
    "batch": Part(N_("A batch"), a_batch),
    "classes": Part(N_("Classes"), classes),
    "not_mse": Part(N_("Why not MSE for classes"), not_mse),
    "penalty": Part(N_("As a penalty"), a_penalty),
}


def main() -> None:
    begin()
    settings = Settings("losses")
    part = settings.segments("part", _("Part"), PARTS, "number", label_visibility="collapsed")
    live()(PARTS[part].show)(settings)
    end_lesson("losses")


main()
