from time import sleep

import pytest
import torch
from streamlit.testing.v1 import AppTest

from core.config import TrainConfig
from core.datasets import load
from core.inference import Classifier
from core.interpret.metrics import cell, confusion_matrix, reliability
from core.runs import Run
from core.runs.run import run_classifier
from pages.parts.inside.mistakes import ask_all
from tests.pages.app import address
from tests.pages.inside import open_inside

pytestmark = pytest.mark.usefixtures("patience")


@pytest.fixture
def untested():
    run = Run(TrainConfig(dataset="digits", hidden=(8,)), load("digits"), paused=True)
    yield run
    run.stop()
    assert run.wait(30)


def open_mistakes(run: Run, **settings: str) -> AppTest:
    return open_inside("mistakes", run, **settings)


def notice(at: AppTest) -> str:
    return next(each.value for each in at.markdown if "test pictures rightly" in each.value)


def choices(at: AppTest) -> list[str]:
    return [button.label for button in at.button if (button.key or "").startswith("inside_choose_")]


def test_the_most_frequent_mix_up_is_open_first(finished):
    outcome = finished.view().outcome
    counts = confusion_matrix(outcome.probabilities, outcome.targets)
    wrong = counts - torch.diag(counts.diag())
    truth, answer = divmod(int(wrong.argmax()), 10)
    inside = outcome.probabilities[cell(outcome.probabilities, outcome.targets, truth, answer)].amax(dim=1)
    at = open_mistakes(finished)
    assert notice(at) == (
        f"It reads {int(counts.trace())} of 360 test pictures rightly, and {len(inside)} of the "
        f"{int(counts[truth].sum())} of a **{truth}** as a **{answer}**: it is {inside[0]:.0%} sure of the first of "
        f"these and {inside[-1]:.0%} of the last."
    )
    assert choices(at) == [f"{sure:.1%}" for sure in inside.tolist()[:24]]
    assert any(each.value == reliability(outcome.probabilities, outcome.targets).sentence for each in at.markdown)


def test_a_chosen_picture_can_be_looked_at(finished):
    outcome = finished.view().outcome
    places = cell(outcome.probabilities, outcome.targets, 0, 0)
    assert len(places) > 24  # so that the gallery has an end
    at = open_mistakes(finished, cell="0-0")
    assert len(choices(at)) == 24
    at.button(key="inside_choose_2").click().run()
    assert address(at)["chosen"] == "2"
    at.button(key="inside_look").click().run()
    assert not at.exception
    arrived = address(at)
    assert (arrived["digit"], arrived["index"], arrived["part"]) == ("test", str(places[2].item()), "pixels")


def test_a_cell_without_pictures(finished):
    outcome = finished.view().outcome
    counts = confusion_matrix(outcome.probabilities, outcome.targets)
    truth, answer = (counts == 0).nonzero()[0].tolist()
    at = open_mistakes(finished, cell=f"{truth}-{answer}", chosen="3")
    assert notice(at).endswith(f"and none of the {int(counts[truth].sum())} of a **{truth}** as a **{answer}**.")
    assert choices(at) == []


@pytest.mark.parametrize("invalid", ["10-0", "-1-2", "4.", "a-b", "1-2-3", "9" * 5000])
def test_a_cell_that_is_not_there(finished, invalid):
    at = open_mistakes(finished, cell=invalid, chosen=invalid)
    assert "test pictures rightly" in notice(at)
    assert address(at).keys() == {"part", "network"}


def test_a_place_beyond_the_gallery_is_its_last_picture(finished):
    at = open_mistakes(finished, chosen="23")
    assert at.button(key=f"inside_choose_{len(choices(at)) - 1}").label == choices(at)[-1]
    assert any(each.value.startswith("Test picture") for each in at.markdown)


def test_a_network_that_was_not_tested_yet_is_asked(untested):
    untested.step(3)
    while untested.view().moving:
        sleep(0.01)
    at = open_mistakes(untested)
    test, classifier = untested.data.test, run_classifier(untested)
    answers = torch.stack([classifier.predict_proba(picture.float() / 255) for picture in test.inputs]).argmax(dim=1)
    assert f"It reads {int((answers == test.targets).sum())} of 360 " in notice(at)


def test_a_network_whose_weights_ran_away(untested):
    untested.edit("layers.3.weight", (0, 0), 3e38)
    untested.edit("layers.3.weight", (1, 0), 3e38)
    while untested.view().moving:
        sleep(0.01)
    at = open_mistakes(untested)
    assert any("are no numbers" in warning.value for warning in at.warning)


def test_pictures_are_fed_as_the_network_knows_them():
    class Means(torch.nn.Module):
        def forward(self, inputs):
            return inputs.flatten(1).mean(dim=1, keepdim=True).expand(-1, 2)

    data = load("digits")
    asking = ask_all(Classifier(Means().eval(), 0.5, 2.0, ("a", "b"), lambda outputs: outputs), data)
    shares = []
    while True:
        try:
            shares.append(next(asking))
        except StopIteration as end:
            result = end.value
            break
    assert shares == [250 / 360, 1.0]
    expected = (data.test.inputs.float() / 255 - 0.5).flatten(1).mean(dim=1) / 2
    torch.testing.assert_close(result[:, 1], expected)
