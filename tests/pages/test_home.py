from pathlib import Path

import pytest
import torch
from streamlit.testing.v1 import AppTest
from torch import nn

from core.lessons.home.steps import STEPS
from pages.ui.navigation import LESSONS
from tests.pages.app import address, picture, settle

LOOP = "home_loop"

APP = Path(__file__).parents[2] / "app.py"


def test_four_steps_with_their_code_and_a_link_to_every_lesson():
    at = AppTest.from_file(str(APP), default_timeout=30).run()
    assert not at.exception
    assert {f"`{step.code}`" for step in STEPS.values()} <= {block.value for block in at.markdown}
    titles = [link.value for link in at.page_link]
    assert titles[: len(STEPS)] == [LESSONS[step.page].title for step in STEPS.values()]
    assert titles[len(STEPS) :] == [lesson.title for name, lesson in LESSONS.items() if name != "home"]


def open_home(**settings: str) -> AppTest:
    at = AppTest.from_file(str(APP), default_timeout=30)
    for name, text in settings.items():
        at.query_params[name] = text
    return at.run()


def test_the_loop_stands_where_it_was_left_and_the_address_says_so():
    at = open_home()
    assert picture(at, LOOP)[0]["values"] == {"step": 0}
    settle(at, LOOP, step=57)
    assert address(at) == {"step": "57"}
    assert picture(open_home(step="57"), LOOP)[0]["values"] == {"step": 57}


def test_a_new_network_begins_at_the_first_round():
    at = open_home(step="57")
    first = picture(at, LOOP)[1]["loss"]
    at.button[0].click().run()
    header, arrays = picture(at, LOOP)
    assert header["values"] == {"step": 0}
    assert arrays["loss"].tolist() != first.tolist()
    assert address(at) == {"network": "1"}
    again = open_home(network="1")
    assert picture(again, LOOP)[1]["loss"].tolist() == arrays["loss"].tolist()


@pytest.mark.parametrize("settings", [{"step": "240"}, {"step": "1.5"}, {"network": "-1"}, {"network": "<b>"}])
def test_nonsense_in_the_address_gets_a_sentence(settings):
    at = open_home(**settings)
    assert at.warning
    assert picture(at, LOOP)[0]["values"] == {"step": 0}


def test_the_lines_shown_train_a_network():
    network = nn.Linear(2, 2)
    batch = torch.eye(2), torch.tensor([0, 1])
    names = {
        "network": network,
        "loss_of": nn.CrossEntropyLoss(),
        "optimizer": torch.optim.SGD(network.parameters(), lr=0.5),
        "batches": iter([batch, batch]),
    }
    losses = []
    for _round in range(2):
        for step in STEPS.values():
            exec(step.code, names)
        losses.append(names["loss"].item())
    assert losses[1] < losses[0]
