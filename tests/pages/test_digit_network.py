import pytest
import torch
from streamlit.testing.v1 import AppTest

from core.datasets import default_dataset, load
from core.digits.rasterize import to_picture
from core.inference import Classifier
from core.lessons.digit_network.network import (
    ALONE_EPOCHS,
    BATCHES,
    MAX_EPOCHS,
    NEURONS,
    accuracy,
    flow,
    pick_test_image,
    untrained,
)
from core.lessons.digit_network.predictions import PARAMETERS, SCORES, STEP, parameters_truth, scores_truth, step_truth
from core.lessons.digit_network.sentences import notice, notice_batch
from core.pretrained import load as load_shipped
from core.pretrained import pretrained_classifier
from core.text.prediction import SHOWN
from tests.pages.app import address, as_read, open_page, picture, run_store_of, settle

FLOW, BATCH, WEIGHTS = "digit_network_flow", "digit_network_batch", "digit_network_weights"
STROKES = [[(60.0, 40.0), (200.0, 40.0), (120.0, 240.0)]]


def data():
    return load(default_dataset())


def own() -> Classifier:
    return Classifier(untrained(data().name), data().mean, data().std, data().classes)


def press(at: AppTest, key: str) -> None:
    at.button(key=key).click().run()
    assert not at.exception


def sentences(at: AppTest) -> list[str]:
    return [element.value for element in at.markdown]


def run_of(at: AppTest):
    return run_store_of(at).runs[-1]


def wait(at: AppTest) -> None:
    """Wait until nothing trains; the timer of the page never fires here."""
    while any(run.view().moving for run in run_store_of(at).runs):
        at.run()
    at.run()
    assert not at.exception


def check(at: AppTest, classifier: Classifier, image: torch.Tensor, target: int, softmax: bool = True) -> None:
    """The picture and the sentence are of this image in this network."""
    header, arrays = picture(at, FLOW)
    made = flow(classifier, image[None])
    assert (arrays["outputs"] == made.outputs[0].numpy()).all()
    assert (arrays["sums"] == made.sums[0].numpy()).all()
    assert header["target"] == target
    assert notice(made, target, softmax) in sentences(at)


def test_it_begins_untrained_with_everything_shown_and_a_bare_address():
    at = open_page("digit_network")
    header, arrays = picture(at, FLOW)
    strongest = int(arrays["sums"].argmax())
    assert header["values"] == {"flow": 4, "softmax": 1, "neuron": strongest}
    assert address(at) == {}
    check(at, own(), pick_test_image(data(), 3, 0), 3)
    assert not run_store_of(at).runs  # whoever only looks trains nothing


def test_the_weights_of_all_neurons_are_sent_once_they_are_wanted():
    at = open_page("digit_network")
    assert picture(at, WEIGHTS)[1] == {}
    at.session_state[WEIGHTS] = {"wanted": True}
    at.run()
    header, arrays = picture(at, WEIGHTS)
    assert header["stamp"] == picture(at, FLOW)[0]["stamp"]
    assert {name: array.shape for name, array in arrays.items()} == {"hidden": (512, 392), "output": (10, 256)}


@pytest.mark.parametrize("neuron", [0, 511, 512, NEURONS - 1])
def test_a_neuron_that_is_chosen_is_in_the_address(neuron):
    at = open_page("digit_network")
    settle(at, FLOW, neuron=neuron, flow=2, softmax=1)
    assert address(at) == {"neuron": str(neuron), "flow": "2"}
    header, _arrays = picture(open_page("digit_network", **address(at)), FLOW)
    assert header["values"] == {"flow": 2, "softmax": 1, "neuron": neuron}
    assert header["chosen"] == neuron


def test_softmax_can_be_taken_away():
    at = open_page("digit_network")
    settle(at, FLOW, softmax=0, flow=3)
    assert address(at) == {"softmax": "0"}
    check(at, own(), pick_test_image(data(), 3, 0), 3, softmax=False)


def test_another_digit():
    at = open_page("digit_network", **{"class": "8", "number": "30"})
    check(at, own(), pick_test_image(data(), 8, 29), 8)


def test_the_drawing_of_the_page_draw():
    at = open_page("digit_network")
    assert not at.toggle
    at.session_state["ui.digit_canvas.strokes"] = STROKES
    at.run()
    at.toggle(key="digit_network.drawing").set_value(True).run()
    at.selectbox(key="digit_network.class").set_value("7").run()
    assert not at.exception
    check(at, own(), to_picture(STROKES).picture, 7)


def test_the_shipped_network_says_what_it_was_trained_on():
    at = open_page("digit_network", weights="shipped")
    check(at, pretrained_classifier("mlp"), pick_test_image(data(), 3, 0), 3)
    assert not any("Untrained" in text for text in sentences(at))  # which is another network
    accuracy = f"{load_shipped('mlp').card['test_accuracy']:.2%}"
    assert any(accuracy in caption.value and "MNIST" in caption.value for caption in at.caption)


@pytest.mark.parametrize(("epochs", "steps"), [(0, 1), (1, None), (5, None)])
def test_it_is_trained_in_place(epochs, steps):
    at = open_page("digit_network")
    press(at, f"digit_network.train_{epochs}")
    wait(at)
    run = run_of(at)
    assert run.view().last.step == (steps or epochs * run.steps_per_epoch)
    network = run.model_snapshot()
    check(at, Classifier(network, data().mean, data().std, data().classes), pick_test_image(data(), 3, 0), 3)
    now = accuracy(network, data())
    assert any(f"**{now:.1%}** of" in sentence for sentence in sentences(at))
    assert now > accuracy(untrained(data().name), data())
    if epochs:
        press(at, "digit_network.train_0")
        wait(at)
        assert run_of(at) is run
        assert run.view().last.step == epochs * run.steps_per_epoch + 1


def test_training_shows_the_network_that_learns_and_begins_again():
    at = open_page("digit_network", weights="shipped")
    press(at, "digit_network.train_0")
    wait(at)
    assert address(at) == {}
    press(at, "digit_network.start_again")
    check(at, own(), pick_test_image(data(), 3, 0), 3)
    assert run_of(at).wait(60)


def test_a_run_that_is_over_can_only_be_begun_again():
    at = open_page("digit_network")
    press(at, "digit_network.train_0")
    wait(at)
    run_of(at).step(MAX_EPOCHS * run_of(at).steps_per_epoch)
    run_of(at).wait(60)
    at.run()
    assert [at.button(key=f"digit_network.train_{epochs}").disabled for epochs in (0, 1, 5)] == [True] * 3
    assert any(str(MAX_EPOCHS) in as_read(box) for box in at.info)


def test_one_layer_alone_says_what_it_reached():
    at = open_page("digit_network")
    press(at, "digit_network.train_alone")
    wait(at)
    run = run_of(at)
    scores = run.view().test_curve.accuracy
    assert len(scores) == ALONE_EPOCHS
    assert [tuple(parameter.shape) for parameter in run.model_snapshot().parameters()] == [(10, 784), (10,)]
    assert any("784-10" in text and f"{scores[-1]:.1%}" in text for text in sentences(at))


@pytest.mark.parametrize("batch", BATCHES)
def test_a_batch_and_its_sizes(batch):
    at = open_page("digit_network", part="batch", batch=str(batch), row=str(batch - 1))
    header, arrays = picture(at, BATCH)
    made = flow(own(), data().test.inputs[:batch])
    assert header["shapes"] == [f"({batch}, {size})" for size in (784, 512, 10)]
    assert header["values"] == {"row": batch - 1}
    assert (arrays["outputs"] == made.outputs.numpy()).all()
    assert notice_batch(made, data().test.targets[:batch]) in sentences(at)


def test_the_iterator_gives_one_tensor_at_a_time_and_then_stops():
    at = open_page("digit_network", part="code")
    assert at.code[0].value == repr(untrained(data().name).layers)
    for calls in range(6):
        at.slider(key="digit_network.calls").set_value(calls).run()
        (table,) = (text for text in sentences(at) if text.startswith("| name"))
        assert len(table.splitlines()) - 2 == min(calls, 4)
        assert any("StopIteration" in caption.value for caption in at.caption) == (calls == 5)


TRUTHS = {
    SCORES: ({}, lambda: scores_truth(flow(own(), data().test.inputs[:200]))),
    STEP: ({}, lambda: step_truth(untrained(data().name), data())),
    PARAMETERS: ({"part": "code"}, lambda: parameters_truth(untrained(data().name))),
}


@pytest.mark.parametrize("question", TRUTHS, ids=lambda question: question.id)
def test_a_question_is_answered_or_waved_through_and_the_truth_is_shown_then(question):
    settings, find_truth = TRUTHS[question]
    truth = find_truth()
    for guess in (*question.answers, SHOWN):
        at = open_page("digit_network", **settings)
        assert truth.sentence not in sentences(at)
        press(at, f"{question.id}.{guess}")
        assert truth.sentence in sentences(at)
        (answers,) = (text for text in sentences(at) if "badge[computed]" in text)
        lines = dict(zip(question.answers, answers.splitlines(), strict=True))
        assert [name for name, line in lines.items() if "badge[computed]" in line] == [truth.answer]
        assert [name for name, line in lines.items() if "badge[your guess]" in line] == [guess] * (guess != SHOWN)
        press(at, f"{question.id}.again")
        assert truth.sentence not in sentences(at)


def test_the_truth_about_softmax_takes_it_away_in_the_picture():
    at = open_page("digit_network")
    press(at, f"{SCORES.id}.one")
    assert picture(at, FLOW)[0]["values"] == {"flow": 3, "softmax": 0, "neuron": picture(at, FLOW)[0]["chosen"]}


@pytest.mark.parametrize(
    "parameters",
    [
        {"neuron": "522"},
        {"neuron": "-1"},
        {"flow": "5"},
        {"softmax": "2"},
        {"class": "10"},
        {"number": "31"},
        {"weights": "<b>"},
        {"part": "batch", "batch": "3"},
        {"part": "batch", "row": "200"},
        {"part": "code", "calls": "6"},
    ],
    ids=str,
)
def test_nonsense_in_the_address_gets_a_sentence(parameters):
    at = open_page("digit_network", **parameters)
    assert not at.error
    (warning,) = at.warning
    assert all(f"{name}={value}" in as_read(warning) for name, value in parameters.items() if name != "part")
