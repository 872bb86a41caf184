from time import sleep

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from core.config import TrainConfig
from core.datasets import load
from core.digits.handwriting import draw
from core.digits.rasterize import to_picture
from core.interpret.training_replay import confusion_at, predictions, story
from core.runs import Run
from pages.parts.inside import time_travel
from tests.pages.app import address, open_page, picture, settle
from tests.pages.inside import open_inside
from tests.pages.runs import let_run_away

pytestmark = pytest.mark.usefixtures("patience")


@pytest.fixture
def start():
    runs = []

    def one(**options) -> Run:
        runs.append(Run(TrainConfig(dataset="digits", hidden=(8,), epochs=1000), load("digits"), **options))
        return runs[-1]

    yield one
    for run in runs:
        run.stop()
        assert run.wait(30)


def open_time(run: Run, **settings: str) -> AppTest:
    return open_inside("time", run, **settings)


def example():
    import torch

    return to_picture(draw(7, torch.Generator().manual_seed(0))).picture


PICTURE = "training_replay"


def trace(at: AppTest):
    return picture(at, PICTURE)


def has_picture(at: AppTest) -> bool:
    return any(element.key == PICTURE for element in at.get("bidi_component"))


def test_a_shipped_network_has_no_past():
    at = open_page("inside", part="time", network="mlp")
    assert any("came ready trained" in info.value for info in at.info)
    assert any("Train one of your own" in text.value for text in at.markdown)
    assert not has_picture(at)


def test_a_network_without_a_step_has_no_past(start):
    at = open_time(start(paused=True))
    assert any("has not taken a step yet" in info.value for info in at.info)
    assert not has_picture(at)


def test_a_network_that_gave_its_past_up_says_so(start):
    run = start(paused=True)
    run.drop_checkpoints()
    at = open_time(run)
    assert any("dropped its checkpoints" in info.value for info in at.info)
    assert not has_picture(at)


def test_each_checkpoint_is_asked(finished):
    checkpoints = finished.checkpoints()
    said = predictions(finished, checkpoints, example())
    at = open_time(finished)
    last = len(checkpoints) - 1
    header, arrays = trace(at)
    assert header["values"] == {"moment": last}
    np.testing.assert_allclose(arrays["probabilities"], said, rtol=1e-6)
    told = story(checkpoints, said, finished.data.classes)
    assert header["notices"][last] == f"**After {checkpoints[-1].step} steps**, epoch 2.0: {told}"
    for place in (3, 0):
        settle(at, PICTURE, moment=place)
        *_shares, counts = exhaust(confusion_at(finished, checkpoints[place]))
        words = f"After step {checkpoints[place].step} it reads {(counts.trace() / counts.sum()).item():.1%} of 360"
        assert any(each.value.startswith(words) for each in at.caption)
    assert address(at)["moment"] == "0"


def test_the_past_is_asked_once(finished, monkeypatch):
    asked = []
    monkeypatch.setattr(time_travel, "predictions", lambda *given: asked.append(given) or predictions(*given))
    at = open_time(finished)
    assert len(asked) == len(finished.checkpoints())
    settle(at, PICTURE, moment=2)
    assert len(asked) == len(finished.checkpoints())


@pytest.mark.parametrize("invalid", ["41", "-1", "nan", "1e9", "x" * 5000])
def test_a_checkpoint_that_is_not_there(finished, invalid):
    at = open_time(finished, moment=invalid)
    assert trace(at)[0]["values"] == {"moment": len(finished.checkpoints()) - 1}
    assert any("address asks for what cannot be had" in warning.value for warning in at.warning)


def test_a_learning_network_stands_still_until_it_is_looked_at_again(start):
    run = start(epochs_per_second=1e-3)  # waits after its first epoch
    while not run.checkpoints()[-1].epoch >= 1:
        sleep(0.01)
    first = run.checkpoints()[-1].step
    at = open_time(run)
    assert any(f"up to step {first}." in each.value for each in at.caption)
    run.set_pace(2e-3)  # one more epoch, and waits again
    while not run.checkpoints()[-1].epoch >= 2:
        sleep(0.01)
    at.run()
    assert any(f"up to step {first}." in each.value for each in at.caption)
    assert trace(at)[0]["steps"][-1] == first
    at.button(key="inside_checkpoints_again").click().run()
    assert not at.exception
    assert any(f"up to step {2 * first}." in each.value for each in at.caption)


def test_a_network_whose_training_diverged(start):
    run = start(paused=True)
    let_run_away(run)
    header, _arrays = trace(open_time(run))
    assert "the training diverged" in header["notices"][-1]


def exhaust(work) -> list:
    """Return what a generator yields, and last what it returns."""
    given = []
    while True:
        try:
            given.append(next(work))
        except StopIteration as end:
            return [*given, end.value]
