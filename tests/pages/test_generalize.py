import pytest
import torch

from core.datasets import DatasetMissing
from core.lessons.generalize.initial_weights import RACES, STARTS
from core.lessons.generalize.remedies import COMPARISONS, REMEDIES, SEEDS, Case
from core.lessons.generalize.sentences import epoch_sentence, remedies_sentence, start_sentence
from core.lessons.generalize.training import EPOCHS, HISTORIES, Setup
from tests.pages.app import address, as_read, open_page, picture, settle


@pytest.fixture
def at_once(monkeypatch):
    """Have the networks trained in one go."""
    monkeypatch.setattr("pages.parts.generalize.experiment.SECONDS", 60)


@pytest.mark.usefixtures("at_once")
def test_the_whole_training_is_shown_at_first():
    at = open_page("generalize")
    header, arrays = picture(at, "learning_curves")
    history = HISTORIES.result(Setup(100))
    assert header["values"] == {"epoch": EPOCHS}
    assert header["best"] == history.best
    assert [test["value"] for test in header["tests"]] == [history.test_accuracy, history.stopped_test_accuracy]
    assert torch.equal(torch.tensor(arrays["curves"]), torch.stack([history.loss, history.accuracy]))
    assert header["sentences"][-1] == epoch_sentence(history, EPOCHS)
    assert address(at) == {}


@pytest.mark.usefixtures("at_once")
def test_images_wrong_labels_epoch_and_seed_are_in_the_address():
    at = open_page("generalize", images="30", noise="20")
    settle(at, "learning_curves", epoch=7)
    at.button(key=next(button.key for button in at.button if button.label == "Other images")).click().run()
    assert not at.exception
    assert address(at) == {"images": "30", "noise": "20", "epoch": "7", "seed": "1"}
    header, _arrays = picture(at, "learning_curves")
    assert header["sentences"][7] == epoch_sentence(HISTORIES.result(Setup(30, 0.2, seed=1)), 7)


@pytest.mark.usefixtures("at_once")
def test_the_remedies_are_compared_on_the_same_images_and_seeds():
    at = open_page("generalize", part="remedies", few="30", seed="2")
    header, arrays = picture(at, "learning_curves")
    comparison = COMPARISONS.result(Case(30, 0.2, 2))
    assert arrays["runs"].shape == (2, len(REMEDIES), SEEDS, EPOCHS + 1)
    assert torch.equal(torch.tensor(arrays["runs"][0]), comparison.validation)
    assert header["sentences"][-1] == remedies_sentence(comparison, EPOCHS)
    at.button(key=next(button.key for button in at.button if button.label == "Other seeds")).click().run()
    assert address(at)["seed"] == str(2 + SEEDS)


@pytest.mark.usefixtures("at_once")
def test_the_layers_are_those_of_the_chosen_start():
    at = open_page("generalize", part="weights", start="large")
    traces = RACES.result(("tanh", 0))
    header, arrays = picture(at, "initial_weights")
    assert torch.equal(torch.tensor(arrays["outputs"]), traces["large"].outputs)
    assert header["sentences"][0] == start_sentence(traces["large"], 0)
    at.segmented_control(key="generalize.start").set_value("small").run()
    header, arrays = picture(at, "initial_weights")
    assert torch.equal(torch.tensor(arrays["gradients"]), traces["small"].gradients)
    assert header["chosen"] == list(STARTS).index("small")
    assert address(at) == {"part": "weights", "start": "small"}


def test_until_it_is_trained_the_page_shows_how_far_it_is(monkeypatch):
    monkeypatch.setattr("pages.parts.generalize.experiment.SECONDS", 0.001)
    at = open_page("generalize", part="remedies", few="30", seed="77")
    assert "Training" in at.get("progress")[0].proto.text
    assert not [element for element in at.get("bidi_component") if element.key == "learning_curves"]
    assert [button.label for button in at.button if button.label == "Right labels"]  # controls do not wait for it


@pytest.mark.parametrize(
    "settings", [{"images": "31"}, {"noise": "30"}, {"epoch": "61"}, {"start": "x"}, {"seed": "-1"}]
)
def test_a_setting_that_there_is_not_is_refused(settings, at_once):
    part = {"part": "weights"} if "start" in settings else {}
    at = open_page("generalize", **part, **settings)
    assert len(at.warning) == 1
    assert address(at) == part


@pytest.mark.parametrize("part", ["overfitting", "remedies", "weights"])
def test_without_the_digits_the_page_says_what_to_do(part, monkeypatch):
    def missing(_name: str) -> None:
        raise DatasetMissing("pip install it")

    monkeypatch.setattr("core.lessons.generalize.sets.load", missing)
    at = open_page("generalize", part=part, seed="99")
    assert [as_read(error) for error in at.error] == ["pip install it"]
