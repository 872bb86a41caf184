import ast
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from core.config import TrainConfig
from core.datasets import load
from core.runs import Run
from pages.ui.session import RUNS, Runs
from tests.pages.app import APP, open_page, picture, run_store_of

PAGES = Path(__file__).parents[3] / "pages"


def press(at: AppTest, key: str) -> None:
    at.button(key=key).click().run()
    assert not at.exception


def follow(at: AppTest, page: str, part: str = "") -> None:
    """Follow the link to a page, on which this part was open last."""
    if part:
        at.session_state[f"{page}.part"] = part
    press(at, f"to_{page}")


@pytest.fixture
def trained(finished) -> AppTest:
    """The page Train with a run that is over, after another one."""
    at = AppTest.from_file(str(APP), default_timeout=60).run()
    run_store = run_store_of(at)
    first = Run(TrainConfig(dataset="digits", hidden=(4,), epochs=1), load("digits"))
    assert first.wait(60)
    finished.number = 2
    for run in (first, finished):
        run_store.add(run)
    runs = at.session_state[RUNS] = Runs(run_store)
    runs.current = finished
    at.switch_page("pages/train.py").run()
    assert not at.exception
    return at


def test_this_network_is_the_one_that_is_looked_into(trained, finished):
    follow(trained, "inside", "time")
    assert trained.title[0].value == "Why did it say that?"
    assert trained.selectbox(key="inside.network").value == f"run-{finished.number}"
    assert picture(trained, "training_replay")[0]["steps"]
    assert not [info.value for info in trained.info if "came ready trained" in info.value]


def test_this_run_is_the_one_that_is_taken_home(trained, finished):
    follow(trained, "runs", "home")
    assert trained.selectbox(key="runs.home_run").value == f"run-{finished.number}"


def test_who_has_trained_one_is_offered_that_one(trained, finished):
    trained.switch_page("pages/inside.py")
    trained.query_params["part"] = "time"
    trained.run()
    assert trained.selectbox(key="inside.network").value == "cnn"
    assert not [text.value for text in trained.markdown if "Train one of your own" in text.value]
    press(trained, "inside_own")
    assert trained.selectbox(key="inside.network").value == f"run-{finished.number}"


def test_these_points_are_the_ones_that_are_taken_home():
    at = open_page("playground", part="code")
    run = at.session_state["playground.runs"].current
    follow(at, "runs")
    assert at.segmented_control(key="runs.part").value == "home"
    assert at.selectbox(key="runs.home_run").value == f"run-{run.number}"
    run.stop()


def test_the_network_that_answered_is_the_one_that_is_asked_why():
    at = open_page("draw", network="mlp")
    at.session_state["inside.digit"] = "test"
    follow(at, "inside")
    assert at.selectbox(key="inside.network").value == "mlp"
    assert at.segmented_control(key="inside.digit").value == "drawing"


def test_what_stands_in_this_pages_address_is_not_taken_for_another_pages():
    at = open_page("build", batch="128")
    press(at, "train_this")
    assert at.session_state["train.model"] == "blocks"
    assert at.session_state["train.arrived"] == {}


def test_no_plain_link_speaks_of_something_that_it_does_not_carry():
    for path in PAGES.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "page_link":
                words = ast.unparse(node).lower().split("label", 1)[-1]
                assert not any(word in words.replace("(", " ").split() for word in ("this", "these", "it,")), path
