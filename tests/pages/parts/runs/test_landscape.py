import json
from time import sleep

import pytest
from streamlit.testing.v1 import AppTest

from core.config import TrainConfig
from core.datasets import data_of
from core.experiments.landscape import optimizers_landscape, path_landscape, random_landscape
from core.experiments.landscape_text import optimizers_notice, path_notice, random_notice
from core.runs import Run
from pages.parts.runs import landscape
from tests.pages.app import APP, address, run_store_of
from tests.pages.runs import let_run_away

pytestmark = pytest.mark.usefixtures("one_thread")


@pytest.fixture(autouse=True)
def patience(monkeypatch):
    """Let the survey be done in one slice: AppTest has no clock that would ask for the next."""
    monkeypatch.setattr(landscape, "SLICE", 60.0)


@pytest.fixture
def start():
    runs = []

    def one(config: TrainConfig | None = None, **options) -> Run:
        config = config or TrainConfig(dataset="digits", hidden=(8,), epochs=1000)
        runs.append(Run(config, data_of(config), **options))
        return runs[-1]

    yield one
    for run in runs:
        run.stop()
        assert run.wait(30)


def open_landscape(*runs: Run, **settings: str) -> AppTest:
    at = AppTest.from_file(str(APP), default_timeout=60).run()
    run_store = run_store_of(at)
    for run in runs:
        run_store.add(run)
    at.switch_page("pages/runs.py")
    for setting, text in {"part": "landscape", "landscape_grid": "15", **settings}.items():
        at.query_params[setting] = text
    at.run()
    assert not at.exception
    return at


def result(steps):
    while True:
        try:
            next(steps)
        except StopIteration as end:
            return end.value


def texts(at: AppTest) -> list[str]:
    return [element.value for element in [*at.markdown, *at.caption, *at.info, *at.warning]]


def figure(at: AppTest) -> list[dict]:
    (chart,) = at.get("plotly_chart")
    return json.loads(chart.proto.spec)["data"]


def test_its_own_path(finished):
    at = open_landscape(finished)
    moments = finished.checkpoints()
    network = finished.network_at(moments[-1])
    found = result(path_landscape(finished.config, finished.data, network, moments, 15))
    assert path_notice(found) in texts(at)
    assert {trace.get("name") for trace in figure(at)} >= {"Adam", "start", "end"}
    assert figure(at)[0]["type"] == "contour"


def test_a_random_plane_in_3_d(finished):
    at = open_landscape(finished, landscape_kind="random", landscape_view="hill", landscape_seed="3")

    def said(seed: int) -> str:
        network = finished.model_snapshot()
        return random_notice(result(random_landscape(finished.config, finished.data, network, seed, 15)))

    assert said(3) in texts(at)
    assert figure(at)[0]["type"] == "surface"
    at.number_input(key="runs.landscape_seed").set_value(4).run()
    assert said(4) in texts(at)
    assert address(at)["landscape_seed"] == "4"


def test_several_optimizers(finished):
    at = open_landscape(
        finished, landscape_kind="optimizers", landscape_optimizers="adam,adagrad", landscape_steps="50"
    )
    chosen = ("adagrad", "adam")
    found = result(optimizers_landscape(finished.config, finished.data, chosen, 50, 15))
    assert optimizers_notice(found) in texts(at)
    assert {trace.get("name") for trace in figure(at)} >= {"Adam", "Adagrad"}


def test_none_chosen_gets_a_sentence(finished):
    at = open_landscape(finished, landscape_kind="optimizers", landscape_optimizers="")
    assert any("Choose at least one optimizer" in text for text in texts(at))


def test_what_is_surveyed_is_kept(finished, monkeypatch):
    begun = []
    monkeypatch.setattr(landscape, "path_landscape", lambda *given: begun.append(given) or path_landscape(*given))
    at = open_landscape(finished)
    for view in ("hill", "map"):
        at.session_state["runs.landscape_view"] = view
        at.run()
    at.session_state["runs.landscape_kind"] = "random"
    at.run()
    at.session_state["runs.landscape_kind"] = "path"
    at.run()
    assert not at.exception
    assert len(begun) == 1


@pytest.mark.parametrize("button", ["runs_landscape_race", "runs_landscape_valley"])
def test_suggestions(finished, button):
    at = open_landscape(finished)
    before = figure(at)
    at.button(key=button).click().run()
    assert not at.exception
    assert figure(at) != before


def test_without_a_run_there_is_nothing_to_see(start):
    for runs in ((), (start(paused=True),)):
        at = open_landscape(*runs)
        assert any("None of your runs has taken a step" in text for text in texts(at))
        assert not at.get("plotly_chart")


def test_a_run_after_one_step_has_no_plane(start):
    run = start(paused=True)
    run.step()
    while run.view().moving:
        sleep(0.01)
    at = open_landscape(run)
    assert any("fewer than three places" in text for text in texts(at))


def test_a_run_that_gave_its_checkpoints_up(start):
    run = start(TrainConfig(dataset="digits", hidden=(8,), epochs=1))
    assert run.wait(30)
    run.drop_checkpoints()
    at = open_landscape(run)
    assert any("gave up the moments" in text for text in texts(at))
    assert not at.get("plotly_chart")
    at.session_state["runs.landscape_kind"] = "random"
    at.run()
    assert not at.exception
    assert at.get("plotly_chart")


def test_weights_that_ran_away_get_a_sentence(start):
    run = start(paused=True)
    let_run_away(run)
    for kind in ("path", "random"):
        at = open_landscape(run, landscape_kind=kind)
        assert any("have run away" in text for text in texts(at))


def test_a_learning_network_stands_still_until_it_is_looked_at_again(start):
    run = start(epochs_per_second=1e-3)  # waits after its first epoch
    while not run.checkpoints()[-1].epoch >= 1:
        sleep(0.01)
    first = run.checkpoints()[-1].step
    at = open_landscape(run)
    assert any(f"up to step {first}." in text for text in texts(at))
    run.set_pace(2e-3)  # one more epoch, and waits again
    while not run.checkpoints()[-1].epoch >= 2:
        sleep(0.01)
    at.run()
    assert any(f"In {first} steps" in text for text in texts(at))
    at.button(key="runs_landscape_again").click().run()
    assert not at.exception
    assert any(f"In {2 * first} steps" in text for text in texts(at))


def test_the_newest_run_is_shown_and_a_deleted_one_let_go(start, finished):
    newer = start(TrainConfig(dataset="digits", hidden=(4,), epochs=1), number=2)
    assert newer.wait(30)
    at = open_landscape(finished, newer)
    assert at.selectbox(key="runs.landscape_run").value == "run-2"
    at.selectbox(key="runs.landscape_run").set_value("run-1").run()
    run_store_of(at).remove(finished)
    at.run()
    assert not at.exception
    assert at.selectbox(key="runs.landscape_run").value == "run-2"
    assert at.get("plotly_chart")


@pytest.mark.parametrize(
    "invalid",
    [{"landscape_grid": "1000000"}, {"landscape_steps": "nan"}, {"landscape_run": "run-77"}, {"landscape_seed": "-1"}],
)
def test_nonsense_in_the_address(finished, invalid):
    kind = {"landscape_steps": "optimizers", "landscape_seed": "random"}.get(next(iter(invalid)), "path")
    at = open_landscape(finished, landscape_kind=kind, **invalid)
    assert any("address asks for what cannot be had" in text for text in texts(at))
    assert at.get("plotly_chart")


@pytest.mark.parametrize(
    "config",
    [
        TrainConfig(model="points", dataset="circle", hidden=(3,), loss="bce", epochs=2),
        TrainConfig(dataset="digits", model="cnn", channels=(2,), hidden=(), epochs=1),
    ],
)
def test_other_networks_have_landscapes_as_well(start, config):
    run = start(config)
    assert run.wait(30)
    assert figure(open_landscape(run))


def test_progress_is_shown_meanwhile(finished, monkeypatch):
    monkeypatch.setattr(landscape, "SLICE", 0.0)
    at = open_landscape(finished)
    assert at.get("progress")
    assert not at.get("plotly_chart")
