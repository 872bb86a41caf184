"""The course's network, 784-512-10: a digit flows through it, alone or in a batch, while it is trained in place."""

import pages.ui.cold_link  # noqa: F401  (before PyTorch)

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import streamlit as st

from core.datasets import DatasetDamaged, DatasetMissing
from core.lessons.digit_network.network import BATCHES, HIDDEN, NEURONS, Flow, flow
from core.lessons.digit_network.parameters import parameters, script, table
from core.lessons.digit_network.predictions import (
    PARAMETERS,
    SCORES,
    STEP,
    parameter_counts,
    parameters_truth,
    scores_truth,
    step_truth,
)
from core.lessons.digit_network.scene import all_weights, batch_scene, flow_scene
from core.lessons.digit_network.sentences import notice, notice_batch
from core.models import Net
from core.plots.packing import pack
from core.pretrained import CheckpointError
from core.text.i18n import N_, _
from core.training import train
from pages.parts.digit_network.subject import Weights, choose_image, choose_weights, data_here
from pages.parts.digit_network.training import moving, present_network, show_alone, show_training
from pages.ui import say
from pages.ui.lesson_end import end_lesson
from pages.ui.page_frame import begin, live
from pages.ui.predict import predict
from pages.ui.source_code import show_source
from pages.ui.stage import feed, stage, take_settled
from pages.ui.suggestions import Suggestion, show_suggestions
from pages.ui.url_settings import Settings

FLOW, BATCH = "digit_network_flow", "digit_network_batch"
WEIGHTS = "digit_network_weights"
TICK = 0.5  # seconds between two looks at a network in training
STAGES = 5  # of a digit on its way
USUAL = {"class": "3", "number": 1, "weights": "own", "flow": STAGES - 1, "softmax": 1, "drawing": False}


@dataclass(frozen=True)
class Part:
    """One side of the lesson."""

    label: str
    show: Callable[[Settings], None]


def set_up(settings: Settings, case: dict[str, Any]) -> None:
    """Set the controls, and look at the neuron that fires most where the case names none."""
    settings.set(USUAL | case)
    if "neuron" not in case:
        st.session_state.pop(settings.key("neuron"), None)


def choose_neuron(settings: Settings, made: Flow) -> int:
    """Return the neuron that is looked at: the hidden one that fires most, until another is chosen."""
    strongest = int(made.sums[0].argmax())
    chosen = settings.value("neuron", 0, NEURONS - 1, strongest)
    if chosen == strongest:  # it goes along with the image, as it would for who follows the link
        st.session_state.pop(settings.key("neuron"), None)
    return chosen


def suggest(settings: Settings) -> None:
    show_suggestions(
        Suggestion(
            _("Without softmax"), ":material/exposure:", _("Ten scores, some of them negative, and any sum."),
            set_up, (settings, {"softmax": 0, "flow": STAGES - 2}),
        ),
        Suggestion(
            _("A trained network"), ":material/model_training:", _("The same digit through weights that have learned."),
            set_up, (settings, {"weights": "shipped"}),
        ),
        Suggestion(
            _("One output alone"), ":material/filter_3:", _("Output 3 weighs all hidden values, not one pixel."),
            set_up, (settings, {"weights": "shipped", "neuron": HIDDEN + 3}),
        ),
    )  # fmt: skip


def show_digit(settings: Settings) -> None:
    """Show one digit on its way, and below it the training, the questions and the choice of image."""
    take_settled(FLOW, settings)
    top = st.container()  # comes first, and is drawn from what stands below it
    training = st.container()
    suggest(settings)
    data = data_here()
    image, target = choose_image(settings, data)
    weights = choose_weights(settings, data)
    made = flow(weights.classifier, image[None])
    softmax = settings.value("softmax", 0, 1, USUAL["softmax"])
    neuron = choose_neuron(settings, made)
    values = {
        "flow": settings.value("flow", 0, STAGES - 2 + softmax, STAGES - 2 + softmax),
        "softmax": softmax,
        "neuron": neuron,
    }
    settings.write_url()
    with top:
        alt = _("A digit on its way through the network: its pixels, the hidden values, and the outputs")
        scene = flow_scene(weights.classifier, image, target, neuron, weights.stamp)
        stage("digit_network", scene, values, key=FLOW, alt=alt, height=330)
        with st.container(key="notice"):
            st.markdown(notice(made, target, bool(softmax)))
    with training:
        show_training(settings, weights.own, data, weights.classifier.network is weights.own)
        show_alone(weights.own, data)
    ask(settings, weights)
    send_weights(weights)


def send_weights(weights: Weights) -> None:
    """Send the weights of all neurons once a person looks at one; none while they change, which would be too much."""
    wanted = st.session_state.get(WEIGHTS, {}).get("wanted") and not moving()
    arrays = all_weights(weights.classifier.network) if wanted else {}
    feed(
        "digit_network", pack({"stamp": weights.stamp if wanted else ""}, arrays), FLOW, key=WEIGHTS, tells=("wanted",)
    )


def ask(settings: Settings, weights: Weights) -> None:
    data = data_here()
    predict(
        SCORES,
        lambda: scores_truth(flow(weights.classifier, data.test.inputs[: BATCHES[-1]])),
        reveal=settings.set,
        args=({"softmax": 0, "flow": STAGES - 2},),
    )
    predict(STEP, lambda: step_truth(weights.own, data))


def show_batch(settings: Settings) -> None:
    """Show the sizes of a batch on its way."""
    take_settled(BATCH, settings)
    top = st.container()
    sizes = {str(size): str(size) for size in BATCHES}
    count = int(settings.segments("batch", _("Images in the batch"), sizes, "200", format_func=sizes.__getitem__))
    data = data_here()
    weights = choose_weights(settings, data)
    inputs, targets = data.test.inputs[:count], data.test.targets[:count]
    row = settings.value("row", 0, count - 1, 0)
    settings.write_url()
    made = flow(weights.classifier, inputs)
    with top:
        alt = _("A batch on its way through the network: a row for each image")
        stage("digit_batch", batch_scene(made, targets), {"row": row}, key=BATCH, alt=alt, height=300)
        with st.container(key="notice"):
            st.markdown(notice_batch(made, targets))


def show_code(settings: Settings) -> None:
    """Show what PyTorch prints of the network, its parameters one after the other, and the program."""
    network = present_network()[0].layers
    count = len(parameters(network))
    left, right = st.columns(2, gap="large")
    with left:
        st.markdown("`print(net)`")
        st.code(repr(network), language=None)
    with right:
        st.markdown(_("`net.parameters()` is an iterator: each call of `next()` gives one tensor."))
        calls = settings.slider("calls", _("Calls of next()"), 0, count + 1, 1)
        settings.write_url()
        st.markdown(table(network, calls))
        if calls > count:
            st.caption(_("One call more raises `StopIteration`: there are no further parameters."))
    predict(PARAMETERS, lambda: parameters_truth(network), parameter_counts(network), settings.set, ({"calls": count},))
    st.subheader(_("In PyTorch"), anchor=False)
    st.code(script(), language="python")


def panel(settings: Settings, part: Part, was_moving: bool) -> None:
    if moving() != was_moving:
        st.rerun()  # the clock belongs to the whole page
    try:
        part.show(settings)
    except (DatasetMissing, DatasetDamaged, CheckpointError) as problem:
        say.error(str(problem))


PARTS = {
    "digit": Part(N_("One digit"), show_digit),
    "batch": Part(N_("A batch"), show_batch),
    "code": Part(N_("In PyTorch"), show_code),
}


def main() -> None:
    begin()
    settings = Settings("digit_network")
    st.write(
        _("784 pixels become 512 hidden values, and those ten outputs. Point at any neuron to see what it adds up.")
    )
    part = settings.segments("part", _("Part"), PARTS, "digit", label_visibility="collapsed")
    is_moving = moving()
    live(run_every=TICK if is_moving else None)(panel)(settings, PARTS[part], is_moving)
    show_source(Net, flow, train)
    end_lesson("digit_network")


main()
