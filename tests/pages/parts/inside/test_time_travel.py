from time import sleep

import pandas as pd
import pyarrow as pa
import pytest
from streamlit.testing.v1 import AppTest

from core.config import TrainConfig
from core.datasets import load
from core.digits.handwriting import draw
from core.digits.rasterize import to_picture
from core.interpret.training_replay import confusion_at, predictions, story
from core.runs import Run
from pages.parts.inside import time_travel
from tests.pages.app import address, open_page
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


def notice(at: AppTest) -> str:
    return next(each.value for each in at.markdown if each.value.startswith(("**After", "**Before")))


def bars(at: AppTest) -> pd.DataFrame:
    (chart,) = at.get("vega_lite_chart")
    return pa.ipc.open_stream(chart.proto.data.data).read_pandas()


def slider(at: AppTest):
    return at.slider(key="inside.moment")


def film(at: AppTest):
    return at.button(key="inside_film_button")


def press_and_go_on(at: AppTest) -> None:
    """Press what starts or stops the clock. AppTest loses sight of the widgets in a rerun: the next run finds them."""
    film(at).click().run()
    at.run()
    assert not at.exception


def test_a_shipped_network_has_no_past():
    at = open_page("inside", part="time", network="mlp")
    assert any("came ready trained" in info.value for info in at.info)
    assert any("Train one of your own" in text.value for text in at.markdown)
    assert not at.slider


def test_a_network_without_a_step_has_no_past(start):
    at = open_time(start(paused=True))
    assert any("has not taken a step yet" in info.value for info in at.info)
    assert not at.slider


def test_a_network_that_gave_its_past_up_says_so(start):
    run = start(paused=True)
    run.drop_checkpoints()
    at = open_time(run)
    assert any("gave up the moments" in info.value for info in at.info)
    assert not at.slider


def test_each_moment_is_asked(finished):
    checkpoints = finished.checkpoints()
    said = predictions(finished, checkpoints, example())
    at = open_time(finished)
    last = len(checkpoints) - 1
    assert (slider(at).min, slider(at).max, slider(at).value) == (0, last, last)
    assert (
        notice(at)
        == f"**After {checkpoints[-1].step} steps**, epoch 2.0: {story(checkpoints, said, finished.data.classes)}"
    )
    for place in (last, 3, 0):
        slider(at).set_value(place).run()
        assert not at.exception
        assert bars(at)["probability"].tolist() == pytest.approx(said[place].tolist())
        *_shares, counts = exhaust(confusion_at(finished, checkpoints[place]))
        assert any(f"{(counts.trace() / counts.sum()).item():.1%} of 360" in each.value for each in at.caption)
    assert notice(at).startswith(f"**Before its first step** it says “{said[0].argmax()}”, {said[0].max():.0%} sure")
    assert address(at)["moment"] == "0"


def test_the_past_is_asked_once(finished, monkeypatch):
    asked = []
    monkeypatch.setattr(time_travel, "predictions", lambda *given: asked.append(given) or predictions(*given))
    at = open_time(finished)
    assert len(asked) == len(finished.checkpoints())
    slider(at).set_value(2).run()
    assert len(asked) == len(finished.checkpoints())


def test_the_film_walks_to_the_end(finished):
    at = open_time(finished)
    last = slider(at).value
    press_and_go_on(at)
    assert film(at).label == "Pause"
    seen = [slider(at).value]
    while seen[-1] < last:
        assert film(at).label == "Pause"
        at.run()
        assert not at.exception
        seen.append(slider(at).value)
    assert seen[0] <= 2  # the rerun and the run after it are ticks already
    assert seen == list(range(seen[0], last + 1))
    at.run()  # the last moment is shown for a tick, too
    at.run()
    assert (film(at).label, slider(at).value) == ("Play", last)


def test_the_film_minds_its_own_place(finished):
    at = open_time(finished)
    press_and_go_on(at)
    before = slider(at).value
    at.session_state["inside.moment"] = 0  # as a browser says that has not yet drawn the film's moment
    at.run()
    assert slider(at).value == before + 1


def test_the_film_can_be_paused(finished):
    at = open_time(finished, moment="4")
    press_and_go_on(at)
    press_and_go_on(at)
    assert film(at).label == "Play"
    stands = slider(at).value
    assert stands in (4, 5, 6)
    at.run()
    assert slider(at).value == stands


@pytest.mark.parametrize("invalid", ["41", "-1", "nan", "1e9", "x" * 5000])
def test_a_moment_that_is_not_there(finished, invalid):
    at = open_time(finished, moment=invalid)
    assert slider(at).value == slider(at).max
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
    assert notice(at).startswith(f"**After {first} steps**")
    at.button(key="inside_moments_again").click().run()
    assert not at.exception
    assert any(f"up to step {2 * first}." in each.value for each in at.caption)


def test_a_network_whose_weights_ran_away(start):
    run = start(paused=True)
    let_run_away(run)
    at = open_time(run)
    assert any("is no number" in warning.value for warning in at.warning)


def exhaust(work) -> list:
    """Return what a generator yields, and last what it returns."""
    given = []
    while True:
        try:
            given.append(next(work))
        except StopIteration as end:
            return [*given, end.value]
