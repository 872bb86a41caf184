import ast
import json
import time
from dataclasses import replace
from urllib.parse import parse_qsl, urlsplit

import pytest
from streamlit.testing.v1 import AppTest

from core.config import TrainConfig
from core.config.fields import ON_PLAYGROUND
from core.config.json_file import config_json
from core.datasets import data_of
from core.runs import Run
from core.runs.store import RunStore
from pages.parts.playground.form import DEFAULTS
from pages.parts.runs.export import ITEMS, _stem, _when_pressed, beyond_playground, beyond_train, epochs_of
from pages.ui.run_links import train_link
from tests.pages.app import APP, run_store_of

DIGITS = TrainConfig(dataset="digits", hidden=(8,), epochs=1)
CIRCLE = replace(DEFAULTS, epochs=3, samples=50)


def run_of(config, number=1, paused=False):
    run = Run(config, data_of(config), paused=paused, number=number)
    assert paused or run.wait(60)
    return run


def open_part(*runs, **settings):
    at = AppTest.from_file(str(APP), default_timeout=60).run()
    run_store = run_store_of(at)
    for run in runs:
        run_store.add(run)
    at.switch_page("pages/runs.py")
    for setting, text in {"part": "home", **settings}.items():
        at.query_params[setting] = text
    at.run()
    assert not at.exception
    return at


def words(at):
    found = [*at.markdown, *at.caption, *at.info, *at.warning, *at.error, *at.success]
    return "\n".join(element.value for element in found)


def upload(at, content, name="settings.json"):
    at.file_uploader(key="runs_settings_file").set_value((name, content, "application/json")).run()
    assert not at.exception
    return at


@pytest.fixture(scope="module")
def digits():
    return run_of(DIGITS)


@pytest.fixture(scope="module")
def circle():
    return run_of(CIRCLE, 2)


def test_without_a_run_it_says_where_to_get_one():
    at = open_part()
    assert "There is no run yet" in words(at)
    assert not at.download_button
    assert at.file_uploader


def test_everything_can_be_had_of_every_run(digits, circle):
    at = open_part(digits, circle)
    assert at.selectbox(key="runs.home_run").value == "run-2"
    assert [button.label for button in at.download_button] == [item.label for item in ITEMS.values()]
    for entry in run_store_of(at).entries:
        for item in ITEMS.values():
            assert len(item.make(entry)) > 50
    assert f"after step {circle.view().last.step:,}" in words(at)
    at.selectbox(key="runs.home_run").set_value("run-1").run()
    assert f"after step {digits.view().last.step:,}" in words(at)


@pytest.mark.parametrize("name", ITEMS)
def test_each_thing_is_made_as_bytes_in_a_thread_of_its_own(name, digits):
    run_store = RunStore()
    entry = run_store.add(digits)
    assert isinstance(_when_pressed(ITEMS[name], entry)(), bytes)


def test_the_script_is_shown_and_is_python(digits):
    at = open_part(digits)
    script = next(code.value for code in at.code if "import torch" in code.value)
    ast.parse(script)
    made = _when_pressed(ITEMS["script"], run_store_of(at).entries[0])()
    assert script.strip() == made.decode().strip()


def test_a_run_without_an_end_is_repeated_as_far_as_it_has_come(digits):
    endless = Run(DEFAULTS, data_of(DEFAULTS), paused=True)
    assert epochs_of(endless) is None
    endless.step(endless.steps_per_epoch + 1)
    while endless.view().moving:
        time.sleep(0.01)
    assert epochs_of(endless) == 2
    assert "for epoch in range(2):" in ITEMS["script"].make(RunStore().add(endless))
    endless.stop()
    assert endless.wait(60)
    assert epochs_of(digits) is None


def test_the_link_has_all_settings(digits):
    at = open_part(digits)
    link = next(code.value for code in at.code if "dataset=digits" in code.value)
    assert urlsplit(link).path.endswith("/train")
    assert dict(parse_qsl(urlsplit(link).query, keep_blank_values=True)) == train_link(DIGITS)


def test_a_link_that_is_too_long_gives_way_to_the_file():
    own = ";".join(f"{i / 200:.3f},{-i / 200:.3f},{i % 2}" for i in range(700))
    config = replace(CIRCLE, dataset="own", points=own)
    at = open_part(run_of(config))
    assert "too many for an address" in words(at)


def test_a_run_that_trains_is_a_frozen_copy():
    run = run_of(DIGITS, paused=True)
    at = open_part(run)
    assert "still going on (step 0)" in words(at)
    for name, item in ITEMS.items():
        assert item.make(run_store_of(at).entries[0]), name
    run.stop()


def test_what_was_changed_on_the_way_is_said():
    run = run_of(DIGITS, paused=True)
    assert "cannot repeat" not in words(open_part(run))
    run.edit("layers.1.bias", (0,), 1.0)
    run.play()
    assert run.wait(60)
    assert "cannot repeat what was changed" in words(open_part(run))


def test_a_deleted_run_gives_way_to_the_newest(digits, circle):
    at = open_part(digits, circle)
    at.selectbox(key="runs.home_run").set_value("run-1").run()
    run_store = run_store_of(at)
    run_store.remove(digits)
    at.run()
    assert not at.exception
    assert "The run that was chosen here is gone; this is Run 2." in words(at)
    assert at.selectbox(key="runs.home_run").value == "run-2"
    run_store.remove(circle)
    at.run()
    assert not at.exception
    assert "There is no run yet" in words(at)


def test_a_run_that_never_was_gets_a_sentence(digits):
    assert "home_run=run-99" in words(open_part(digits, home_run="run-99"))


def test_names_that_a_person_typed_stay_words():
    assert _stem("Run 3") == "run-3"
    assert _stem("../../etc/passwd\x00<b>") == "etc-passwd-b"
    assert _stem("数字") == "run"


def test_settings_from_a_file_are_those_of_the_train_page(digits):
    config = replace(DIGITS, model="cnn", hidden=(), channels=(3, 5), stride=1, learning_rate=0.00123, seed=7)
    at = upload(open_part(digits), config_json(config).encode())
    assert "The page “Train” is set to it" in words(at)
    at.switch_page("pages/train.py").run()
    assert not at.exception
    assert at.selectbox(key="train.model").value == "cnn"
    assert at.text_input(key="train.channels").value == "3, 5"
    assert at.select_slider(key="train.learning_rate").value == 0.00123
    assert at.number_input(key="train.seed").value == 7
    at.button(key="start").click().run()
    at.session_state["ui.session.runs"].current.stop()
    assert at.session_state["ui.session.runs"].current.config == config


def test_settings_from_a_file_are_those_of_the_playground():
    config = replace(DEFAULTS, dataset="spiral", hidden=(6, 5), features=("x1", "sin_x2"), learning_rate=0.1, seed=5)
    at = upload(open_part(), config_json(config).encode())
    assert "The page “2-D playground” is set to it" in words(at)
    at.switch_page("pages/playground.py").run()
    assert not at.exception
    for name in ON_PLAYGROUND:
        if name != "points":
            assert at.session_state[f"playground.{name}"] == getattr(config, name)


@pytest.mark.parametrize(
    ("config", "said"),
    [
        (replace(DIGITS, epochs=9000), "epochs: 9000"),
        (replace(DIGITS, tests_per_epoch=3), "tests_per_epoch: 3"),
        (replace(CIRCLE, epochs=DEFAULTS.epochs, hidden=(512,)), "hidden: (512,)"),
        (replace(CIRCLE, epochs=DEFAULTS.epochs, learning_rate=0.0123), "learning_rate: 0.0123"),
        (replace(CIRCLE, epochs=3), "epochs: 3"),
    ],
)
def test_settings_that_the_page_has_no_control_for_are_refused(config, said):
    at = upload(open_part(), config_json(config).encode())
    assert "cannot be set to this" in at.error[0].value
    assert said in at.error[0].value


def test_runs_of_the_pages_themselves_can_all_be_loaded_again():
    assert beyond_train(TrainConfig(dataset="digits")) == []
    assert beyond_playground(DEFAULTS) == []


@pytest.mark.parametrize(
    "content",
    [b"", b"\xff", b"[" * 10_000, b"{}", b"x" * 600_000, json.dumps({"format": "neural-playground-settings"}).encode()],
    ids=len,
)
def test_another_file_gets_a_sentence_and_changes_nothing(content):
    at = upload(open_part(), content)
    assert len(at.error) == 1
    assert "train.model" not in at.session_state
