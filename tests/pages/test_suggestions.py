"""Each suggestion of a lesson, after every other one of its part, shows what it claims."""

from collections.abc import Callable, Iterator
from functools import cache
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
import torch
from streamlit.testing.v1 import AppTest
from streamlit.testing.v1.element_tree import Block, Button, Caption

from core import pretrained
from core.activations import ACTIVATIONS
from core.blocks.network import Row
from core.blocks.network import trace as trace_blocks
from core.datasets import default_dataset, load
from core.datasets.types import normalize
from core.inference import Classifier
from core.interpret.lstm_gates import FORGETTING, Reading, read_rows
from core.lessons.activations.analysis import curve
from core.lessons.autograd import trace as autograd
from core.lessons.convolution.convolution import KERNELS, Layer, Maps, convolve, pick_example
from core.lessons.data import batches
from core.lessons.data.choosing import SIZES, experiment
from core.lessons.digit_network import network as digits
from core.lessons.generalize.initial_weights import RACES, Trace
from core.lessons.generalize.remedies import COMPARISONS, REMEDIES, Case
from core.lessons.generalize.sentences import remedy_difference, saturated, stopping_is_clear
from core.lessons.generalize.training import HISTORIES, History
from core.lessons.generalize.training import Setup as TrainingSetup
from core.lessons.losses import curves
from core.lessons.losses.batches import compare, read_numbers
from core.lessons.losses.classes import Choice, choose, gradient
from core.lessons.losses.penalty import best_weights
from core.lessons.lstm.sine import PERIODS, TRAINING, continue_wave, mean_error, practice, wave
from core.lessons.one_step.trace import WEIGHTS, Moment, Setup, trace
from core.lessons.optimizers.race import Entry, Path, race
from core.lessons.optimizers.race import Setup as Course
from core.lessons.optimizers.surfaces import SURFACES
from core.lessons.why_activations import stacking
from core.lessons.why_activations.fitting import MAX_STEPS, Fit, FitConfig
from core.lessons.why_activations.stacking import Comparison, Sweep
from core.lessons.why_activations.two_weights import outputs
from core.lessons.why_activations.vanishing import gradient_sizes, shrinkage
from core.losses import LOSSES
from tests.pages.app import open_page

SWEEP = torch.linspace(-3, 3, 61)
PARTS = [
    ("activations", {}),
    ("autograd", {}),
    ("build", {}),
    ("convolution", {}),
    ("digit_network", {}),
    *(("generalize", {"part": part}) for part in ("overfitting", "remedies", "weights")),
    *(("data", {"part": part} | more) for part, more in (("way", {}), ("batches", {}), ("sets", {"guess": "shown"}))),
    *(("linear", {"part": part}) for part in ("neurons", "batch", "chain")),
    *(("losses", {"part": part}) for part in ("number", "batch", "classes", "not_mse", "penalty")),
    *(("lstm", {"part": part}) for part in ("digit", "wave")),
    ("one_step", {}),
    ("optimizers", {}),
    *(("why_activations", {"part": part}) for part in ("stack", "two", "fit", "gradients")),
]
# What goes on while a suggestion plays is no longer what it has set.
PLAYED = {"A 7, row by row": {"row"}, "Watch it learn": {"trained"}}


def suggestions(at: AppTest) -> list[Button]:
    return [button for cell in _cells(at) for button in _children(cell) if isinstance(button, Button)]


def _cells(at: AppTest) -> list[Block]:
    (row,) = [
        row
        for row in _rows(at.main)
        if any(isinstance(each, Caption) and each.value == "Try this" for each in _children(row))
    ]
    return list(_rows(row))


def _children(block: Block) -> list:
    return list(block.children.values())


def _rows(block: Block) -> Iterator[Block]:
    for child in _children(block):
        if isinstance(child, Block):
            yield child
            yield from _rows(child)


def press(at: AppTest, label: str) -> None:
    next(button for button in suggestions(at) if button.label == label).click().run()
    assert not at.exception


def shown(at: AppTest, page: str, label: str) -> dict[str, object]:
    """Return what the page has set, but for what plays since this suggestion was pressed."""
    left_out = {"step"} if page == "optimizers" else PLAYED.get(label, set())
    state = at.session_state._state.filtered_state
    elsewhere = tuple(f"{name}_" for name in SURFACES if name != state.get("optimizers.surface"))
    found = {key.removeprefix(f"{page}."): value for key, value in state.items() if key.startswith(f"{page}.")}
    return {
        name: value
        for name, value in found.items()
        if isinstance(value, str | int | float | list | tuple)
        and name not in left_out
        and not name.startswith(elsewhere)
        and not name.endswith(("_button", "_plays", "started", "moving", "playing", "fields", "experiment"))
    }


@pytest.mark.parametrize(("page", "settings"), PARTS)
def test_what_a_suggestion_shows_stands_in_visible_words(page, settings):
    for cell in _cells(open_page(page, **settings)):
        button, words = _children(cell)
        assert not button.help
        assert isinstance(words, Caption)
        assert words.value


def all_pairs(labels: list[str]) -> list[str]:
    """Return an order of clicks in which every label comes right after every other."""
    clicks = [labels[0]]
    left = {(first, second) for first in labels for second in labels if first != second}
    while left:
        following = [second for first, second in sorted(left) if first == clicks[-1]]
        if following:
            left.discard((clicks[-1], following[0]))
            clicks.append(following[0])
        else:
            clicks.append(min(left)[0])
    return clicks


@pytest.mark.parametrize(("page", "settings"), PARTS)
def test_a_suggestion_shows_what_it_claims_after_every_other(page, settings):
    at = open_page(page, **settings)
    labels = [button.label for button in suggestions(at)]
    alone = {}
    for label in labels:
        fresh = open_page(page, **settings)
        press(fresh, label)
        alone[label] = shown(fresh, page, label)
        assert CLAIMS[page, label](alone[label]), f"{label} does not show what it says"
    clicks = all_pairs(labels)
    assert len(set(pairwise(clicks))) >= len(labels) * (len(labels) - 1)
    for label in clicks:
        press(at, label)
        now = shown(at, page, label)
        assert {name: now.get(name) for name in alone[label]} == alone[label], label


# --- What each claims -------------------------------------------------------------------------------------------------

Values = dict[str, Any]


def slopes(v: Values) -> dict[str, float]:
    return {name: float(curve(ACTIVATIONS[name], np.array(v["x"]))[1]) for name in v["functions"]}


def grads(v: Values, case: str | None = None) -> dict[str, float]:
    return autograd.final_grads(case or v["case"], {name: v[name] for name in autograd.NUMBERS})


def convolved(v: Values) -> Maps:
    kernel = KERNELS[v["kernel"]].filters()[v.get("filter", 0)]
    picture = pick_example(load(default_dataset()), int(v["class"]), v["number"] - 1)
    return convolve(picture, kernel, Layer(v["stride"], v["padding"], v["bias"], v["relu"], v["pooling"]))


def stack_of(v: Values) -> tuple[Comparison, Sweep]:
    inputs = torch.tensor([v["x1"], v["x2"], v["x3"]][: 2 if v["width"] == "two" else 3])
    network = stacking.stack(v["depth"], len(inputs), v["activation"], v["seed"])
    single = stacking.collapse(stacking.linear_layers(network))
    return stacking.compare(network, single, inputs), stacking.sweep(network, inputs, SWEEP)


def fitted(v: Values) -> Fit:
    names = ("bends", "neurons", "hidden", "optimizer", "rate", "seed")
    fit = Fit(FitConfig(v["target"], (), *(v[name] for name in names)))
    fit.advance_to(MAX_STEPS + 1)
    return fit


def shrunk(v: Values) -> dict[str, float]:
    return {name: shrinkage(gradient_sizes(name, v["deep"], v["first_weights"], v["seed"])) for name in v["functions"]}


def raced(v: Values) -> dict[str, Path]:
    surface = v["surface"]
    start = (v[f"{surface}_x"], v[f"{surface}_y"])
    entries = [Entry(name, v[f"{surface}_{name}"], v.get("momentum", 0.9)) for name in v["racers"]]
    return race(Course(surface, start, v["steps"]), entries)


def read(v: Values) -> Reading:
    checkpoint, data = pretrained.load("lstm"), load(default_dataset())
    place = (data.test.targets == int(v["digit"])).nonzero()[v["number"] - 1, 0]
    picture = normalize(data.test.inputs[place].float() / 255, checkpoint.data_mean, checkpoint.data_std)
    return read_rows(checkpoint.network, picture, FORGETTING[v["forget"]].gate)


def continued(v: Values, trained: int) -> float:
    training = practice(v["cells"])
    while training.done < trained:
        training.advance(trained, 100)
    truth = wave(v["period"], 0.0, 100)
    gate = FORGETTING[v["forget"]].gate
    return mean_error(continue_wave(training.at(trained), truth[: v["seen"]], 100 - v["seen"], gate), truth, v["seen"])


def stepped(v: Values, steps: int = 1) -> tuple[Moment, ...]:
    weights = tuple(v[name] for name in WEIGHTS)
    setup = Setup(
        weights=weights,
        inputs=(v["x1"], v["x2"]),
        target=v["target"],
        optimizer=v["optimizer"],
        learning_rate=v["rate"],
        zero_grad=not v["forget"],
    )
    return trace(setup, steps)


def moves(v: Values) -> np.ndarray:
    """Return how far the first step moves each weight that has a gradient."""
    first, *_others, last = stepped(v)
    return np.abs(last.weights - first.weights)[last.gradients != 0]


def at_stage(moments: tuple[Moment, ...], step: int, stage: str) -> Moment:
    return next(moment for moment in moments if (moment.step, moment.stage) == (step, stage))


def gradients_added_up(v: Values) -> bool:
    """Return whether the second step's gradients are those of both steps together."""
    forgot, kept = (stepped(v | {"forget": forget}, 2) for forget in (True, False))
    both = at_stage(forgot, 1, "backward").gradients + at_stage(kept, 2, "backward").gradients
    return v["forget"] and np.allclose(at_stage(forgot, 2, "backward").gradients, both)


def two(v: dict[str, Any]) -> dict[str, float]:
    return {name: values.item() for name, values in outputs(v["first"], v["second"], torch.tensor([v["x"]])).items()}


def best(v: dict[str, Any]) -> dict[str, float]:
    return best_weights(v["wanted"], v["strength"])


def losses_of(v: Values) -> dict[str, float]:
    """Return the size of each loss's gradient at the prediction."""
    pairs = {name: curves.loss_and_gradient(name, v["prediction"], v["target"]) for name in v["losses"]}
    return {name: abs(float(gradient)) for name, (_loss, gradient) in pairs.items()}


def outliers_share(v: Values) -> float:
    outputs, targets = read_numbers("out", v["outputs"]), read_numbers("target", v["targets"])
    targets[-1] += v["outlier"]
    batch = compare(v["batch_loss"], outputs, targets)
    return batch.terms[-1] / sum(batch.terms)


def chosen(v: Values, temperature: float | None = None) -> Choice:
    logits = [v["logit_A"], v["logit_B"], v["logit_C"]]
    return choose(logits, temperature or v["temperature"], "ABC".index(v["right"]))


def pulls(v: Values) -> dict[str, float]:
    return {name: float(gradient(name, [v["lead"]])[0]) for name in v["pulls"]}


def shown_digit(v: Values) -> digits.Flow:
    data = load(default_dataset())
    image = digits.pick_test_image(data, int(v["class"]), v["number"] - 1)
    own = Classifier(digits.untrained(data.name), data.mean, data.std, data.classes)
    return digits.flow(pretrained.pretrained_classifier("mlp") if v["weights"] == "shipped" else own, image[None])


def moved_mean(v: Values) -> float:
    return (load(default_dataset()).mean - v["mean"]) / v["std"]


def dealt(v: Values) -> list[list[torch.Tensor]]:
    return batches.epochs(v["batch_size"], v["shuffle"], 0)


@cache
def accuracies_of_the_best() -> torch.Tensor:
    generator = experiment(load(default_dataset()), 0)
    while True:
        try:
            next(generator)
        except StopIteration as end:
            return end.value


def optimism(v: Values) -> float:
    """Return how much better the best by the test set looks there than on fresh images."""
    found, fresh, *_others = accuracies_of_the_best()[v["size"], :, v["networks"] - 1].tolist()
    return found - fresh


def blocks_of(v: Values) -> list[Row]:
    return trace_blocks(v["blocks"], (1, 28, 28), v["batch"])


def parameters(v: Values) -> int:
    return sum(row.parameters for row in blocks_of(v))


CLAIMS: dict[tuple[str, str], Callable[[Values], Any]] = {
    ("activations", "Vanishing gradient"): lambda v: (
        slopes(v)["tanh"] < slopes(v)["sigmoid"] < 0.05 < slopes(v)["relu"]
    ),
    ("activations", "Dead neuron"): lambda v: slopes(v)["relu"] == 0 < slopes(v)["leaky_relu"],
    ("autograd", "Gradients add up"): lambda v: grads(v) == {name: 2 * g for name, g in grads(v, "once").items()},
    ("autograd", "Cut the graph"): lambda v: v["case"] == "detach" and set(grads(v)) == {"b"},
    ("autograd", "Nothing to correct"): lambda v: grads(v) == {"w": 0, "b": 0},
    ("autograd", "An input of 0"): lambda v: grads(v)["w"] == 0 != grads(v)["b"],
    ("build", "The course’s Net"): lambda v: [row.after for row in blocks_of(v)] == [(784,), (512,), (512,), (10,)],
    ("build", "A CNN"): lambda v: 0 < parameters(v) < 407_050 and not any(row.error for row in blocks_of(v)),
    ("build", "An LSTM reads rows"): lambda v: not any(row.error for row in blocks_of(v)),
    ("build", "Forget Flatten"): lambda v: f"{28 * v['batch']}x28" in blocks_of(v)[0].error,
    ("convolution", "Vertical edges"): lambda v: v["kernel"] == "vertical",
    ("convolution", "Blur"): lambda v: float(convolved(v).output.max()) <= 1,
    ("convolution", "Half the size"): lambda v: convolved(v).output.numel() == 28 * 28 / 4,
    ("convolution", "A trained filter"): lambda v: convolved(v).pooled is not None and convolved(v).pooled.any(),
    ("digit_network", "Without softmax"): lambda v: v["softmax"] == 0 and shown_digit(v).outputs.min() < 0,
    ("digit_network", "A trained network"): lambda v: shown_digit(v).probabilities[0, int(v["class"])] > 0.9,
    ("digit_network", "One output alone"): lambda v: v["neuron"] == digits.HIDDEN + 3 and v["weights"] == "shipped",
    ("data", "From −1 to 1"): lambda v: (
        np.allclose(normalize(torch.tensor([0.0, 1.0]), v["mean"], v["std"]), [-1, 1]) and moved_mean(v) < -0.5
    ),
    ("data", "The set’s own"): lambda v: abs(moved_mean(v)) < 1e-3 and v["station"] == 3,
    ("data", "A 0, one-hot"): lambda v: load(default_dataset()).train.targets[v["index"]] == 0 and v["station"] == 6,
    ("data", "One by one"): lambda v: len(dealt(v)[0]) == batches.IMAGES,
    ("data", "A small rest"): lambda v: len(dealt(v)[0][-1]) < len(dealt(v)[0][0]),
    ("data", "No shuffling"): lambda v: all(map(torch.equal, *dealt(v))),
    ("data", "Only 25 images"): lambda v: SIZES[v["size"]] == 25 and optimism(v) > optimism(v | {"size": 2}) > 0.01,
    ("data", "No choice"): lambda v: v["networks"] == 1 and abs(optimism(v)) < 0.01,
    ("generalize", "30 images"): lambda v: (
        learned(v).accuracy[0, -1] == 1 and learned(v).accuracy[1, -1] < 0.8 and v["images"] == 30
    ),
    ("generalize", "1000 images"): lambda v: learned(v).accuracy[1, -1] > 0.96 and v["images"] == 1000,
    ("generalize", "Wrong labels"): lambda v: learned(v).memorized[-1] > 0.95 and stopping_is_clear(learned(v)),
    ("generalize", "Few images, wrong labels"): lambda v: clear_remedies(v) == {"dropout", "more"},
    ("generalize", "Right labels"): lambda v: clear_remedies(v) == {"more"},
    ("generalize", "More wrong labels"): lambda v: clear_remedies(v) == {"dropout", "weight_decay"},
    ("generalize", "Too small"): lambda v: (
        started(v).spread[0, -1] < 0.001 * started(v).spread[0, 0] and started(v).validation_accuracy < 0.2
    ),
    ("generalize", "Too large"): lambda v: saturated(started(v), 0) > 0.7 and started(v).validation_accuracy < 0.8,
    ("generalize", "Too large with ReLU"): lambda v: v["activation"] == "relu" and started(v).diverged,
    ("linear", "One neuron"): lambda v: (v["inputs"], v["outputs"]) == (3, 1),
    ("linear", "No bias"): lambda v: not v["bias"],
    ("linear", "A whole digit"): lambda v: v["digit"] and (v["inputs"], v["outputs"]) == (784, 512),
    ("linear", "One row"): lambda v: v["batch"] == 1,
    ("linear", "200 rows"): lambda v: v["batch"] == 200,
    ("linear", "10 → 5 → 2"): lambda v: (v["first_out"], v["second_in"]) == (5, 5),
    ("linear", "A mismatch"): lambda v: v["first_out"] != v["second_in"],
    ("losses", "Far off"): lambda v: losses_of(v)["mse"] > losses_of(v)["huber"] >= losses_of(v)["l1"] == 1,
    ("losses", "Nearly right"): lambda v: losses_of(v)["l1"] == 1 > losses_of(v)["mse"] > losses_of(v)["huber"] > 0,
    ("losses", "A yes-or-no question"): lambda v: v["target"] == 1 and losses_of(v)["bce"] > 0,
    ("losses", "An outlier under MSE"): lambda v: outliers_share(v) > outliers_share(v | {"batch_loss": "l1"}) > 0.5,
    ("losses", "The same under L1"): lambda v: v["batch_loss"] == "l1" and v["outlier"] == 15,
    ("losses", "Yes or no"): lambda v: set(read_numbers("target", v["answers"])) == {0.0, 1.0},
    ("losses", "A weight that matters"): lambda v: best(v)["l1"] > best(v)["l2"] > 0.5 * v["wanted"],
    ("losses", "A weight of little use"): lambda v: best(v)["l1"] == 0 < best(v)["l2"],
    ("losses", "A strong penalty"): lambda v: best(v)["l1"] == 0 < best(v)["l2"] < 0.5 * v["wanted"],
    ("losses", "Confidently wrong"): lambda v: chosen(v).probabilities[0] > 0.9 and chosen(v).loss > 5,
    ("losses", "Confidently right"): lambda v: chosen(v).probabilities[1] > 0.9 and chosen(v).loss < 0.1,
    ("losses", "Hot softmax"): lambda v: max(chosen(v).probabilities) < max(chosen(v, 1.0).probabilities) - 0.1,
    ("losses", "MSE’s gradient vanishes"): lambda v: pulls(v)["mse"] < 0.01 * pulls(v)["cross_entropy"],
    ("losses", "An honest doubt"): lambda v: v["lead"] == 0 and min(pulls(v).values()) > 0.1,
    ("losses", "All losses"): lambda v: (
        set(pulls(v)) == set(LOSSES) and max(pulls(v).values()) > 10 * min(pulls(v).values())
    ),
    ("lstm", "A 7, row by row"): lambda v: read(v).answers[-1] == 7 != read(v).answers[0],
    ("lstm", "A 6 wants its loop"): lambda v: read(v).answers[-1] == 6 and read(v).decided > v["row"],
    ("lstm", "Forget everything"): lambda v: not read(v).steps.forget.any(),
    ("lstm", "Watch it learn"): lambda v: continued(v, 1000) < 0.2 < continued(v, 0),
    ("lstm", "A wave it never saw"): lambda v: v["period"] < PERIODS[0] and v["trained"] == TRAINING,
    ("lstm", "Forget nothing"): lambda v: v["forget"] == "one" and continued(v, TRAINING) > 0.3,
    ("one_step", "Forget zero_grad"): gradients_added_up,
    ("one_step", "Too large a step"): lambda v: stepped(v)[-1].loss_after > 2 * stepped(v)[-1].loss,
    ("one_step", "Dead ReLU"): lambda v: not at_stage(stepped(v), 1, "backward").gradients[:2].any(),
    ("one_step", "Adam’s first step"): lambda v: np.allclose(moves(v), v["rate"], rtol=1e-3) and len(moves(v)) > 2,
    ("optimizers", "Too small"): lambda v: all(
        path.distances[-1] > 0.8 * path.distances[0] for path in raced(v).values()
    ),
    ("optimizers", "Too large"): lambda v: raced(v)["sgd"].left and zigzags(raced(v)["sgd"].positions),
    ("optimizers", "Momentum"): lambda v: (
        zigzags(raced(v)["sgd"].positions) and raced(v)["momentum"].distances[-1] < raced(v)["sgd"].distances[-1]
    ),
    ("optimizers", "SGD beats Adam"): lambda v: raced(v)["sgd"].distances[-1] < raced(v)["adam"].distances[-1],
    ("why_activations", "3, then 6"): lambda v: {3, 6, 18} <= {v["first"], v["second"], v["first"] * v["second"]},
    ("why_activations", "A negative number"): lambda v: v["x"] < 0 == two(v)["bent"] > two(v)["twice"],
    ("why_activations", "20 layers"): lambda v: v["depth"] == 20 and stack_of(v)[0].equal and stack_of(v)[1].straight,
    ("why_activations", "Bend it"): lambda v: stack_of(v)[1].bend > 0.05 * stack_of(v)[1].height,
    ("why_activations", "Back to a line"): lambda v: stack_of(v)[0].equal and stack_of(v)[1].straight,
    ("why_activations", "No activation"): lambda v: (
        fitted(v).bend < 1e-4 and fitted(v).error > 0.9 * fitted(v).line_error
    ),
    ("why_activations", "Three kinks"): lambda v: (
        len(fitted(v).corners) == 3 and fitted(v).error < 0.1 * fitted(v).line_error
    ),
    ("why_activations", "A step"): lambda v: fitted(v).error < 0.2 * fitted(v).line_error,
    ("why_activations", "Sigmoid, 20 deep"): lambda v: shrunk(v)["sigmoid"] > 1e9 and v["deep"] == 20,
    ("why_activations", "The cure"): lambda v: v["deep"] == 20 and all(1 / 3 < each < 3 for each in shrunk(v).values()),
}


def learned(v: Values) -> History:
    return HISTORIES.result(TrainingSetup(v["images"], v["noise"] / 100, seed=v["seed"]))


def clear_remedies(v: Values) -> set[str]:
    """Return those whose gain is clear."""
    comparison = COMPARISONS.result(Case(v["few"], v["mislabeled"] / 100, v["seed"]))
    found = {name: remedy_difference(comparison, place) for place, name in enumerate(REMEDIES) if place}
    return {name for name, each in found.items() if each.clear and each.mean > 0}


def started(v: Values) -> Trace:
    return RACES.result((v["activation"], v["seed"]))[v["start"]]


def zigzags(positions: torch.Tensor) -> bool:
    """Return whether the steep direction is crossed at nearly every one of the first steps."""
    return bool((positions[1:6, 1] * positions[:5, 1] < 0).all())


def test_three_kinks_are_seen_with_most_weights():
    at = open_page("why_activations", part="fit")
    press(at, "Three kinks")
    values = shown(at, "why_activations", "Three kinks")
    found = [fitted(values | {"seed": seed}) for seed in range(12)]
    assert sum(len(fit.corners) == 3 for fit in found) > 6
    assert all(fit.error < 0.1 * fit.line_error for fit in found)
