from dataclasses import replace
from types import SimpleNamespace

import pytest
from hypothesis import given, settings
from streamlit.testing.v1 import AppTest

from core.config import TrainConfig
from core.lessons.train.presets import PRESETS
from pages.parts.playground.form import DEFAULTS
from pages.parts.runs.export import beyond_train
from pages.parts.train.form import PRESENT
from pages.ui import run_links
from pages.ui.run_links import page_of, train_link
from tests.configs import GIVEN, had
from tests.pages.app import APP

PATIENCE = 60


def open_link(config) -> AppTest:
    at = AppTest.from_file(str(APP), default_timeout=PATIENCE).run()
    at.switch_page(f"pages/{page_of(config)}.py")
    for name, text in train_link(config).items():
        at.query_params[name] = text
    at.run()
    assert not at.exception
    assert not at.warning
    return at


PICTURES = [preset.config("digits") for preset in PRESETS.values()] + [
    TrainConfig(
        dataset="digits",
        hidden=(),
        optimizer="rmsprop",
        learning_rate=0.0123,
        momentum=0.37,
        batch_size=100,
        dropout=0.35,
        epochs=7,
        seed=123_456,
        loss="mse",
        output_layer="sigmoid",
        augmentation="none",
        schedule="one_cycle",
        weight_decay=0.003,
    ),
    TrainConfig(dataset="digits", model="lstm", hidden=(8, 4), label_smoothing=0.15),
    TrainConfig(dataset="digits", model="blocks", blocks="flatten,linear:10", optimizer="sgd", nesterov=True),
]


@pytest.mark.parametrize("config", PICTURES, ids=lambda config: config.title)
def test_a_link_sets_the_train_page_to_these_very_settings(config):
    at = open_link(config)
    at.button(key="start").click().run()
    run = at.session_state["ui.session.runs"].current
    run.stop()
    assert run.wait(PATIENCE)
    named = train_link(config)
    assert {name: getattr(run.config, name) for name in named} == {name: getattr(config, name) for name in named}


@pytest.mark.parametrize(
    "config",
    [
        DEFAULTS,
        replace(DEFAULTS, hidden=(), features=("x1", "product"), noise=0.25, samples=100, seed=9),
        replace(DEFAULTS, activations=("relu", "sigmoid"), dropouts=(0.1, 0.0), optimizer="adam", learning_rate=0.01),
    ],
    ids=range(3),
)
def test_a_link_sets_the_playground(config):
    at = open_link(config)
    run = at.session_state["playground.runs"].current
    run.stop()
    assert run.wait(PATIENCE)
    assert run.config == config


@settings(max_examples=8)
@given(GIVEN["images"].map(had).filter(lambda config: config is not None and not beyond_train(config)))
def test_whatever_the_train_page_can_be_set_to_its_link_sets_it_to(config):
    at = open_link(config)
    present = at.session_state[PRESENT]
    named = train_link(config)
    assert {name: getattr(present, name) for name in named} == {name: getattr(config, name) for name in named}


@pytest.mark.parametrize(
    ("address", "served_under"),
    [
        ("http://somewhere", "/"),
        ("http://somewhere/", "/"),
        ("http://somewhere/linear", "/"),
        ("http://somewhere/class/linear", "/class/"),
        ("http://somewhere/class/", "/class/"),
        ("http://somewhere/why_/why_activations", "/"),
        ("http://somewhere/class/why_/why_activations", "/class/"),
    ],
)
def test_the_root_of_an_address_as_streamlit_tells_it(address, served_under, monkeypatch):
    monkeypatch.setattr(run_links.st, "context", SimpleNamespace(url=address))
    assert run_links.root() == served_under
