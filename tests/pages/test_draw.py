import json
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import torch
from streamlit.testing.v1 import AppTest
from torch import nn

from core import pretrained
from core.config import TrainConfig
from core.datasets import load
from core.digits.canvas_json import canvas_from_strokes
from core.digits.rasterize import CANVAS, DrawingCheck, bounds, to_picture
from core.lessons.draw.predictions import SMALL, SUM
from core.pretrained import CHECKPOINTS, CheckpointError
from core.runs import Run, Status
from core.runs.run import run_classifier
from tests.pages.app import run_store_of

APP = Path(__file__).parents[2] / "app.py"
SEVEN = [np.array([[80.0, 70], [200, 68], [140, 220]]), np.array([[110.0, 150], [190, 145]])]
TAP = [np.array([[30.0, 40.0], [30.04, 40.0]])]
SCRAWL = [np.random.default_rng(0).uniform(50, 200, (60, 2))]


class Certain(nn.Module):
    """Says `answer` to every picture, with this probability; the rest is shared evenly."""

    def __init__(self, answer: int, probability: float) -> None:
        super().__init__()
        probabilities = torch.full((10,), (1 - probability) / 9)
        probabilities[answer] = probability
        self.logits = probabilities.log()

    def forward(self, inputs):
        return self.logits.expand(len(inputs), 10)


@dataclass
class Shipped:
    network: nn.Module
    card: dict = field(
        default_factory=lambda: {"test_accuracy": 0.9953, "drawn_accuracy": 0.99, "drawn_calibration_error": 0.003}
    )
    data_mean: float = 0.1307
    data_std: float = 0.3081


@pytest.fixture
def shipped(monkeypatch):
    """The shipped networks by name; a test may put others in their place."""
    networks = {"cnn": Shipped(Certain(7, 0.9).eval()), "mlp": Shipped(Certain(3, 0.8).eval())}

    def load_one(name):
        if name not in networks:
            raise CheckpointError("The file cnn.json of the shipped network is missing: install the app anew.")
        return networks[name]

    monkeypatch.setattr(pretrained, "load", load_one)
    return networks


@pytest.fixture
def run():
    runs = []

    def start(**settings) -> Run:
        config = TrainConfig(dataset="digits", hidden=(8,), **settings)
        runs.append(Run(config, load("digits"), paused=True, number=len(runs) + 1))
        return runs[-1]

    yield start
    for each in runs:
        each.stop()
        assert each.wait(30)


def open_page(strokes=None, network=None) -> AppTest:
    at = AppTest.from_file(str(APP), default_timeout=30).run()
    at.switch_page("pages/draw.py")
    if strokes is not None:
        put(at, strokes)
    if network is not None:
        at.query_params["network"] = network
    at.run()
    assert not at.exception
    return at


def put(at: AppTest, strokes, canvas=0) -> None:
    drawn = canvas_from_strokes(strokes, "#FFFFFF", 18)
    at.session_state[f"canvas-{canvas}"] = {"drawing": {"raw": drawn, "data": None}, "backgroundFit": None}


def answer(at: AppTest) -> str:
    return at.header[0].value


def shown(at: AppTest) -> dict:
    """What the browser is given to show as bars."""
    return next(json.loads(part.proto.json) for part in at.get("bidi_component") if part.proto.component_name == "bars")


def bars(at: AppTest) -> pd.DataFrame:
    return pd.DataFrame(shown(at)["rows"])


def texts(at: AppTest) -> str:
    return "\n".join(element.value for element in [*at.markdown, *at.caption])


def test_an_empty_canvas(shipped):
    at = open_page()
    assert answer(at) == ":gray[?]"
    assert DrawingCheck.NOTHING.sentence in texts(at)
    assert "test images" in texts(at)
    assert bars(at)["probability"].tolist() == [0.0] * 10


@pytest.mark.parametrize(("strokes", "verdict"), [(TAP, DrawingCheck.DOT), (SCRAWL, DrawingCheck.SCRIBBLE)])
def test_what_is_no_digit_is_not_shown_to_a_network(shipped, strokes, verdict):
    shipped["cnn"] = Shipped(nn.Identity().eval())  # would answer with 784 pixels
    at = open_page(strokes)
    assert answer(at) == ":gray[?]"
    assert verdict.sentence in texts(at)
    assert bars(at)["probability"].tolist() == [0.0] * 10


def test_a_drawing_is_answered(shipped):
    at = open_page(SEVEN)
    assert answer(at) == ":blue[7]"
    assert "90.0% confident" in texts(at)
    assert bars(at)["probability"].tolist() == pytest.approx([0.1 / 9] * 7 + [0.9] + [0.1 / 9] * 2)
    assert "99.5%" in texts(at)
    assert "Best guesses: 7 with 90.0%" in texts(at)
    assert "120×152" in texts(at)


def test_the_network_gets_the_picture(shipped):
    seen = []

    class Spy(Certain):
        def forward(self, inputs):
            seen.append(inputs)
            return super().forward(inputs)

    shipped["cnn"] = Shipped(Spy(7, 0.9).eval())
    open_page(SEVEN)
    assert torch.allclose(seen[-1][0] * 0.3081 + 0.1307, to_picture(SEVEN).picture, atol=1e-5)


def test_an_unsure_network_names_no_digit(shipped):
    shipped["cnn"] = Shipped(Certain(7, 0.4).eval())
    at = open_page(SEVEN)
    assert answer(at) == ":gray[?]"
    assert DrawingCheck.UNSURE.sentence in texts(at)
    assert bars(at)["probability"][7] == pytest.approx(0.4)
    assert bars(at)["color"].nunique() == 1


def test_the_other_network(shipped):
    at = open_page(SEVEN)
    at.selectbox(key="draw.network").set_value("mlp").run()
    assert answer(at) == ":blue[3]"


@pytest.mark.parametrize("invalid", ["", "gpt", "run-1", "../cnn"])
def test_a_network_that_does_not_exist_is_passed_over(shipped, invalid):
    assert answer(open_page(SEVEN, network=invalid)) == ":blue[7]"


def test_missing_files_are_a_sentence(shipped):
    del shipped["cnn"]
    at = open_page(SEVEN)
    assert at.error[0].value.startswith("The file cnn.json")
    at.selectbox(key="draw.network").set_value("mlp").run()
    assert not at.error
    assert answer(at) == ":blue[3]"


def test_the_picture_and_the_bars_say_what_they_show(shipped):
    at = open_page()
    assert "empty image" in picture(at)
    assert "no answer yet" in shown(at)["alt"]
    at = open_page(SEVEN)
    assert "2 strokes, " in picture(at)
    assert "7 90%" in shown(at)["alt"]


def picture(at: AppTest) -> str:
    (group,) = at.get("image")
    return group.proto.imgs[0].alt


def test_clear(shipped):
    at = open_page(SEVEN)
    button(at, "Clear").click().run()
    assert not at.exception
    assert answer(at) == ":gray[?]"
    put(at, SEVEN, canvas=1)
    at.run()
    assert answer(at) == ":blue[7]"


def test_the_drawing_survives_a_page_switch(shipped):
    at = open_page(SEVEN)
    at.switch_page("pages/home.py").run()
    del at.session_state["canvas-0"]  # as the browser does with a widget that is not on the page
    at.switch_page("pages/draw.py").run()
    assert answer(at) == ":blue[7]"
    assert "120×152" in texts(at)


@pytest.mark.parametrize("label", ["Another hand", "No digit at all"])
def test_try_this_draws_something_else_each_time(shipped, label):
    at = open_page()
    said = []
    for _ in range(3):
        button(at, label).click().run()
        assert not at.exception
        said.append(texts(at))
    assert len(set(said)) == 3


def test_a_truth_is_drawn_as_well(shipped):
    at = open_page()
    at.button(key=f"{SMALL.id}.shown").click().run()
    assert not at.exception
    _low, high = bounds(at.session_state["ui.digit_canvas.strokes"])
    assert high.max() < CANVAS / 3
    at.button(key=f"{SUM.id}.one").click().run()
    assert not at.exception
    assert bounds(at.session_state["ui.digit_canvas.strokes"])[1].max() > CANVAS / 3


@pytest.mark.parametrize(
    "raw", [None, [], "", {"objects": 3}, {"objects": [{"type": "path", "path": [["M", None, 1]]}]}]
)
def test_junk_from_the_browser_is_an_empty_canvas(shipped, raw):
    at = AppTest.from_file(str(APP), default_timeout=30).run()
    at.switch_page("pages/draw.py")
    at.session_state["canvas-0"] = {"drawing": {"raw": raw, "data": None}, "backgroundFit": None}
    at.run()
    assert not at.exception
    assert answer(at) == ":gray[?]"


def test_own_run_answers_also_while_it_learns(shipped, run):
    at = open_page(SEVEN)
    assert at.selectbox(key="draw.network").options == [recipe.label for recipe in CHECKPOINTS.values()]
    mine = run(epochs=2)
    run_store_of(at).add(mine)
    at.run()
    at.selectbox(key="draw.network").set_value("run-1").run()
    assert not at.exception
    assert "Run 1: MLP 8" in at.selectbox(key="draw.network").options[-1]
    before = run_classifier(mine).predict_proba(to_picture(SEVEN).picture)
    assert f"{before.max():.1%}" in texts(at)
    mine.play()
    at.run()
    assert not at.exception
    assert mine.wait(60)
    at.run()
    after = run_classifier(mine).predict_proba(to_picture(SEVEN).picture)
    assert mine.status is Status.FINISHED
    assert f"{after.max():.1%}" in texts(at)
    assert "2.0 epochs" in texts(at)
    assert not torch.allclose(before, after)


def test_two_runs_alike_are_two_choices(shipped, run):
    at = open_page(SEVEN)
    for _run in range(2):
        run_store_of(at).add(run())
    at.run()
    assert len(set(at.selectbox(key="draw.network").options)) == len(CHECKPOINTS) + 2
    at.selectbox(key="draw.network").set_value("run-2").run()
    assert not at.exception


def test_a_run_that_is_gone_gives_way_to_the_shipped_network(shipped, run):
    at = open_page(SEVEN)
    mine = run()
    run_store_of(at).add(mine)
    at.run()
    at.selectbox(key="draw.network").set_value("run-1").run()
    run_store_of(at).remove(mine)
    at.run()
    assert not at.exception
    assert answer(at) == ":blue[7]"


def test_the_code_that_ran_is_shown(shipped):
    codes = [code.value for code in open_page().code]
    assert any(code.startswith("def to_picture(") for code in codes)
    assert any("def predict(" in code for code in codes)


def button(at: AppTest, label: str):
    return next(each for each in at.button if each.label == label)
