import json

import pytest
from streamlit.testing.v1 import AppTest

from core.config import TrainConfig
from core.datasets import DatasetMissing
from core.experiments.lr_finder import find_learning_rate, notice
from pages.parts.runs import lr_finder
from pages.parts.train.form import PRESENT
from tests.pages.app import open_page

CONFIG = TrainConfig(dataset="digits", hidden=(16,), optimizer="sgd", learning_rate=0.5)


@pytest.fixture(autouse=True)
def patience(monkeypatch):
    """Let the test be done in one slice: AppTest has no clock that would ask for the next."""
    monkeypatch.setattr(lr_finder, "SLICE", 60.0)


def open_rate(config: TrainConfig = CONFIG) -> AppTest:
    at = open_page("runs", part="rate")
    at.session_state[PRESENT] = config
    return at.run()


def find(at: AppTest) -> AppTest:
    at.button(key="runs_rate_find").click().run()
    assert not at.exception
    return at


def finding(config: TrainConfig):
    from core.datasets import load

    search = find_learning_rate(config, load("digits"))
    while True:
        try:
            next(search)
        except StopIteration as end:
            return end.value


def texts(at: AppTest) -> list[str]:
    return [element.value for element in [*at.markdown, *at.caption, *at.info, *at.error]]


def test_nothing_is_trained_before_it_is_asked_for():
    at = open_rate()
    assert not at.get("plotly_chart")
    assert any(CONFIG.title in text for text in texts(at))


def test_what_is_found_is_shown_and_taken_over():
    at = find(open_rate())
    found = finding(CONFIG)
    assert notice(found, 0.5) in texts(at)
    (chart,) = at.get("plotly_chart")
    names = [trace.get("name") for trace in json.loads(chart.proto.spec)["data"]]
    assert "set now: 0.5" in names
    assert f"suggested: {found.suggestion:g}" in names
    at.button(key="runs_rate_take").click().run()
    assert not at.exception
    assert at.session_state[PRESENT].learning_rate == found.suggestion
    assert at.session_state["train.learning_rate"] == found.suggestion
    assert at.title[0].value == "Can a network learn to read?"


def test_the_suggestion_is_still_there_when_it_has_been_taken_over():
    at = find(open_rate())
    suggestion = finding(CONFIG).suggestion
    at.session_state[PRESENT] = TrainConfig(
        dataset="digits", hidden=(16,), optimizer="sgd", learning_rate=suggestion, epochs=7
    )
    at.run()
    assert any(f"**{suggestion:g}**, 1 times the {suggestion:g}" in text for text in texts(at))
    assert at.button(key="runs_rate_find").disabled


def test_other_settings_ask_for_another_test():
    at = find(open_rate())
    at.session_state[PRESENT] = TrainConfig(dataset="digits", hidden=(16,), optimizer="adam")
    at.run()
    assert not at.get("plotly_chart")
    assert any("find anew" in text for text in texts(at))
    find(at)
    assert at.get("plotly_chart")


def test_a_network_that_learns_nothing_gets_a_sentence():
    at = find(open_rate(TrainConfig(dataset="digits", hidden=(8,) * 8, activation="sigmoid", optimizer="sgd")))
    assert any("**No suggestion**" in text for text in texts(at))
    assert at.get("plotly_chart")
    assert not any(button.key == "runs_rate_take" for button in at.button)


def test_progress_is_shown_meanwhile(monkeypatch):
    monkeypatch.setattr(lr_finder, "SLICE", 0.0)
    at = find(open_rate())
    assert at.get("progress")
    assert not at.get("plotly_chart")


def test_missing_data_get_a_sentence(monkeypatch):
    def missing(_config):
        raise DatasetMissing("Download it first.")

    monkeypatch.setattr(lr_finder, "data_of", missing)
    at = find(open_rate())
    assert "Download it first." in texts(at)
