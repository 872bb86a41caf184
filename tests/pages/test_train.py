import json
import time
from dataclasses import replace

import pytest
from streamlit.testing.v1 import AppTest

from core.config import TrainConfig
from core.config.fields import SETTINGS
from core.datasets import load
from core.lessons.train.duel import duel_configs, verdict
from core.lessons.train.presets import FIRST_RUN, PRESETS, default_config
from core.lessons.train.progress import choose_examples
from core.losses import LOSSES
from core.runs import Run, Status
from pages.parts.train import duel
from pages.parts.train.form import REGISTRIES
from pages.ui.session import Runs
from tests.pages.app import run_store_of

PATIENCE = 60


@pytest.fixture
def page():
    """The Train page on the offline digits; the run that a test leaves behind is stopped."""
    app = AppTest.from_file("../../app.py", default_timeout=PATIENCE)
    app.run()
    app.switch_page("pages/train.py")
    app.query_params["dataset"] = "digits"
    app.run()
    assert not app.exception
    yield app
    for run in app.session_state["ui.session.runs"].all:
        run.stop()
        run.wait(PATIENCE)


def press(page, key):
    page.button(key=key).click().run()
    assert not page.exception


def press_main(page, label):
    """Press the button that starts, pauses and resumes, which stays the same one, and with it the focus."""
    assert page.button(key="start").label == label
    press(page, "start")
    return current(page).status


def step(page):
    """Press Step and wait for it: a page that is drawn just as the step ends draws itself twice."""
    press(page, "step_once")
    until(page, lambda: not current(page).view().moving)


def current(page) -> Run:
    return page.session_state["ui.session.runs"].current


def change_live_rate(page, rate):
    page.select_slider(key=f"rate_of_run_{current(page).number}").set_value(rate).run()
    assert not page.exception


def until(page, condition):
    """Wait until a condition holds, and show the page as it is then."""
    for _try in range(PATIENCE * 10):
        if condition():
            page.run()
            assert not page.exception
            return
        time.sleep(0.1)
    pytest.fail("it never happened")


def test_the_url_names_the_data_set(page):
    assert page.selectbox(key="train.dataset").value == "digits"
    assert page.selectbox(key="train.augmentation").value == "handwriting"


def test_the_default_settings_are_the_courses(page):
    press(page, "start")
    assert current(page).config == default_config("digits")


def test_start_to_finish(page):
    page.slider(key="train.epochs").set_value(1).run()
    press(page, "start")
    until(page, lambda: current(page).status is Status.FINISHED)
    score = current(page).view().outcome.score
    assert any(f"{score.accuracy:.2%}" in heading.value for heading in page.subheader)
    assert any(metric.value == f"{score.accuracy:.1%}" for metric in page.metric)
    assert len(page.get("plotly_chart")) == 1
    assert f"{score.samples - round(score.accuracy * score.samples)} mistakes" in page.get("plotly_chart")[0].proto.alt
    assert page.button(key="start").label == "Start"


def test_pause_step_resume_stop_reset(page):
    page.slider(key="train.epochs").set_value(50).run()
    assert press_main(page, "Start") is Status.RUNNING
    assert press_main(page, "Pause") is Status.PAUSED
    step(page)
    assert press_main(page, "Resume") is Status.RUNNING
    press(page, "stop")
    until(page, lambda: current(page).status is Status.STOPPED)
    press(page, "reset")
    assert current(page) is None
    assert page.button(key="start").label == "Start"


def test_step_begins_a_paused_run(page):
    step(page)
    until(page, lambda: current(page).view().last is not None)
    assert current(page).view().last.step == 1
    assert current(page).status is Status.PAUSED
    assert page.button(key="start").label == "Resume"


def test_the_learning_rate_of_a_run_can_be_changed(page):
    step(page)
    change_live_rate(page, 0.1)
    assert current(page).view().config.learning_rate == 0.1
    assert current(page).config.learning_rate == 0.001


def test_a_second_run_begins_with_its_own_learning_rate(page):
    step(page)
    change_live_rate(page, 0.1)
    press(page, "reset")
    step(page)
    assert current(page).view().config.learning_rate == 0.001


@pytest.mark.parametrize("name", PRESETS)
def test_presets_set_the_controls_and_start(page, name):
    press(page, f"preset_{name}")
    assert current(page).config == PRESETS[name].config("digits")
    press(page, "stop")
    press(page, "reset")
    page.run()
    press(page, "start")
    assert current(page).config == PRESETS[name].config("digits")  # so the controls show what was started


def test_a_preset_takes_over_from_a_run_that_is_going_on(page):
    page.slider(key="train.epochs").set_value(50).run()
    press(page, "start")
    before = current(page)
    press(page, "preset_sgd")
    assert current(page).config == PRESETS["sgd"].config("digits")
    assert before.wait(PATIENCE)
    assert before.status is Status.STOPPED


@pytest.mark.parametrize(
    "field", ["model", "loss", "optimizer", "output_layer", "activation", "schedule", "augmentation"]
)
def test_every_choice_of_every_menu_can_be_started(page, field):
    for name in REGISTRIES.get(field, SETTINGS[field].registry):
        page.selectbox(key=f"train.{field}").set_value(name).run()
        assert not page.exception
        step(page)
        assert getattr(current(page).config, field) == name
        press(page, "reset")


@pytest.mark.parametrize(
    ("key", "text", "words"),
    [
        ("hidden", "abc", "not a number"),
        ("hidden", "0", "from 1 to 4096"),
        ("hidden", "1000000000", "from 1 to 4096"),
        ("hidden", "4096, 4096", "parameters"),
        ("hidden", ",".join(["1"] * 21), "0 to 20"),
    ],
)
def test_bad_layers_get_a_sentence_and_no_start(page, key, text, words):
    page.text_input(key=f"train.{key}").set_value(text).run()
    assert not page.exception
    assert any(words in error.value for error in page.error)
    assert page.button(key="start").disabled
    assert page.text_input(key=f"train.{key}").value == text


def test_no_hidden_layer_at_all_trains(page):
    page.text_input(key="train.hidden").set_value("").run()
    step(page)
    assert current(page).config.hidden == ()


def test_a_wrong_pairing_is_explained_and_can_be_trained(page):
    page.selectbox(key="train.loss").set_value("mse").run()
    assert any("MSE" in info.value for info in page.info)
    step(page)
    assert current(page).config.loss == "mse"
    page.selectbox(key="train.loss").set_value(next(iter(LOSSES))).run()
    assert not page.info


def test_divergence_is_told_in_a_sentence(page):
    page.selectbox(key="train.optimizer").set_value("sgd").run()
    page.selectbox(key="train.loss").set_value("mse").run()
    page.select_slider(key="train.learning_rate").set_value(10.0).run()
    press(page, "start")
    until(page, lambda: current(page).status.over)
    page.run()
    assert current(page).status is Status.DIVERGED
    assert any("step" in error.value and "learning rate" in error.value for error in page.error)


def test_too_large_a_step_ends_as_diverged(page):
    press(page, "preset_too_fast")
    until(page, lambda: current(page).status.over)
    page.run()
    assert current(page).status is Status.DIVERGED
    assert any("rose to" in error.value for error in page.error)


def test_label_smoothing_and_harder_batches_are_explained(page):
    press(page, "preset_fast_cnn")
    until(page, lambda: current(page).view().last_sample is not None)
    for _try in range(PATIENCE * 10):
        page.run()
        said = " ".join(caption.value for caption in page.caption)
        if "each image is varied" in said:  # as soon as the difference is more than chance
            break
        time.sleep(0.1)
    assert "loss of 0.5" in said
    assert "each image is varied" in said


@pytest.mark.parametrize(
    "query",
    [
        {"batch_size": "1e99", "epochs": "abc", "seed": "-5", "learning_rate": "nan", "dropout": "7"},
        {"model": "nonsense", "optimizer": "", "loss": "__class__", "activation": "💥"},
        {"stride": "9", "channels": "", "model": "cnn"},
    ],
)
def test_nonsense_in_the_url_leaves_a_working_page(page, query):
    fresh = AppTest.from_file("../../app.py", default_timeout=PATIENCE)
    fresh.run()
    fresh.switch_page("pages/train.py")
    for key, value in query.items():
        fresh.query_params[key] = value
    fresh.run()
    assert not fresh.exception


def shown(page, name):
    """What the browser is given to show by a component of this name."""
    return json.loads(next(part.proto for part in page.get("bidi_component") if part.proto.component_name == name).json)


def test_the_test_images_turn_from_wrong_to_right(page):
    page.slider(key="train.epochs").set_value(2).run()
    untrained = shown(page, "tiles")
    press(page, "start")
    until(page, lambda: current(page).status is Status.FINISHED)
    trained = shown(page, "tiles")
    assert trained["sheet"] == untrained["sheet"]
    right, before = ([mark[1] for mark in each["marks"]].count("right") for each in (trained, untrained))
    assert right > before
    network = current(page).model_snapshot()
    inputs = current(page).data.prepare(choose_examples(current(page).data).inputs)
    answers = network(inputs).argmax(dim=1).tolist()
    assert [mark[0][2:] for mark in trained["marks"]] == [str(answer) for answer in answers]
    assert f"of which {right} " in trained["alt"] or right == len(answers)


def first_visit(**settings) -> AppTest:
    app = AppTest.from_file("../../app.py", default_timeout=PATIENCE).run()
    app.switch_page("pages/train.py")
    for name, text in settings.items():
        app.query_params[name] = text
    app.run()
    assert not app.exception
    return app


def test_a_short_run_begins_by_itself_once():
    app = first_visit()
    first = current(app)
    assert first.config == FIRST_RUN
    assert any("by itself" in caption.value for caption in app.caption)
    press(app, "stop")
    assert first.wait(PATIENCE)
    press(app, "reset")
    app.switch_page("pages/home.py").run()
    app.switch_page("pages/train.py").run()
    assert current(app) is None


def test_no_run_begins_by_itself_where_the_address_asks_for_something():
    assert current(first_visit(epochs="3")) is None


def test_no_run_begins_by_itself_where_another_page_has_set_something():
    app = AppTest.from_file("../../app.py", default_timeout=PATIENCE).run()
    app.session_state["train.hidden"] = "32"
    app.switch_page("pages/train.py").run()
    assert current(app) is None
    assert app.text_input(key="train.hidden").value == "32"


def test_no_run_begins_by_itself_where_many_train(monkeypatch):
    monkeypatch.setattr("core.runs.run.count_training", lambda: 40)
    assert current(first_visit()) is None


def test_no_run_begins_by_itself_where_there_is_one():
    app = AppTest.from_file("../../app.py", default_timeout=PATIENCE).run()
    config = TrainConfig(dataset="digits", hidden=(4,))
    mine = Run(config, load("digits"), paused=True)
    run_store_of(app).add(mine)
    app.switch_page("pages/train.py").run()
    assert run_store_of(app).runs == [mine]
    mine.stop()
    assert mine.wait(PATIENCE)


def test_every_picture_says_what_it_shows_now(page):
    step(page)
    until(page, lambda: current(page).view().last is not None)
    press(page, "stop")
    until(page, lambda: current(page).status.over)
    charts = [chart.proto.alt for chart in page.get("vega_lite_chart")]
    assert all(words in chart for words, chart in zip(("The loss", "The accuracy"), charts, strict=True))
    images = [image.alt for group in page.get("image") for image in group.proto.imgs]
    assert images
    assert all(images)


def test_starting_twice_is_starting_once():
    runs = Runs()
    first = runs.start(TrainConfig(dataset="digits", hidden=(4,)), paused=True)
    assert runs.start(TrainConfig(dataset="digits", hidden=(8,)), paused=True) is first
    assert runs.all == [first]
    runs.reset()
    assert first.wait(PATIENCE)


def test_sgd_and_adam_train_side_by_side_on_one_button(page, monkeypatch):
    configs = {name: replace(config, epochs=1) for name, config in duel_configs("digits").items()}
    monkeypatch.setattr(duel, "duel_configs", lambda _dataset: configs)
    press(page, "preset_duel")
    runs = run_store_of(page).runs[-2:]
    assert [run.config.optimizer for run in runs] == list(configs)
    assert current(page) is runs[0]
    assert all(run.wait(PATIENCE) for run in runs)
    page.run()
    scores = {run.config.optimizer: run.view().outcome.score for run in runs}
    assert verdict(scores, True) in [element.value for element in page.markdown]
    run_store_of(page).remove(runs[1])
    page.run()
    assert not page.exception
    assert verdict(scores, True) not in [element.value for element in page.markdown]
