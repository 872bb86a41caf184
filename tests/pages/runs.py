"""The page “Compare runs” as the tests of its part Runs open it."""

import json
import time
from dataclasses import replace

import pytest
from streamlit.testing.v1 import AppTest

from core.config import TrainConfig
from core.datasets import data_of
from core.runs import Run
from tests.pages.app import APP, run_store_of

PATIENCE = 60
CONFIG = TrainConfig(dataset="digits", hidden=(8,), epochs=1, batch_size=200)
SGD = replace(CONFIG, optimizer="sgd", learning_rate=0.1)


def open_runs(*configs: TrainConfig, **settings: str) -> AppTest:
    """Open the page with a run of each config that is over, and these settings in its address."""
    at = AppTest.from_file(str(APP), default_timeout=PATIENCE).run()
    run_store = run_store_of(at)
    for config in configs:
        run = Run(config, data_of(config), number=run_store.next_number())
        assert run.wait(PATIENCE)
        run_store.add(run)
    at.switch_page("pages/runs.py")
    for setting, text in settings.items():
        at.query_params[setting] = text
    return show(at)


def let_run_away(run: Run) -> None:
    """Train a paused run of an MLP with 8 hidden neurons a little, then make its weights too large for any number."""
    run.step(3)
    while run.view().moving:
        time.sleep(0.01)
    for neuron in range(8):
        run.edit("layers.3.weight", (0, neuron), 3e38)
    while run.view().moving:
        time.sleep(0.01)


def show(at: AppTest) -> AppTest:
    at.run()
    assert not at.exception
    return at


def tick(at: AppTest, *rows: int) -> None:
    """Tick these rows of the table, and no others."""
    at.session_state["runs_table"] = {"selection": {"rows": list(rows)}}
    show(at)


def press(at: AppTest, key: str) -> None:
    at.button(key=key).click()
    show(at)


def is_there(at: AppTest, key: str) -> bool:
    return any(button.key == key for button in at.button)


def words(at: AppTest) -> str:
    return "\n".join(element.value for element in (*at.markdown, *at.caption, *at.info, *at.error))


def stop_all(at: AppTest) -> None:
    run_store = run_store_of(at)
    for work in (*run_store.series.values(), *run_store.runs):
        work.stop()
        assert work.wait(PATIENCE)


def until(at: AppTest, condition) -> None:
    """Wait until a condition holds, and show the page as it is then."""
    for _try in range(PATIENCE * 20):
        if condition():
            show(at)
            return
        time.sleep(0.05)
    pytest.fail("it never happened")


def chart(at: AppTest) -> dict:
    """Return the specification of the curves; their data are sent apart from it."""
    [element] = at.get("vega_lite_chart")
    return json.loads(element.proto.spec)


def names_drawn(at: AppTest) -> list[str]:
    return chart(at)["encoding"]["color"]["scale"]["domain"]
