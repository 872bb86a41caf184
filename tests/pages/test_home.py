import inspect
from pathlib import Path
from xml.etree import ElementTree

import torch
from streamlit.testing.v1 import AppTest
from torch import nn

from core.figures.steps import STEPS, loop
from core.training import train
from pages.shared.navigation import LESSONS

APP = Path(__file__).parents[2] / "app.py"


def test_four_steps_with_their_code_and_a_link_to_every_lesson():
    at = AppTest.from_file(str(APP), default_timeout=30).run()
    assert not at.exception
    assert [code.value for code in at.code] == [step.code for step in STEPS.values()]
    titles = [link.value for link in at.page_link]
    assert titles[: len(STEPS)] == [LESSONS[step.page].title for step in STEPS.values()]
    assert titles[len(STEPS) :] == [lesson.title for name, lesson in LESSONS.items() if name != "home"]


def test_the_picture_is_svg_with_every_station():
    texts = [text.text for text in ElementTree.fromstring(loop()).iter("{http://www.w3.org/2000/svg}text")]
    assert texts == [step.label for step in STEPS.values()]


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


def test_the_lines_shown_are_those_of_the_training_loop():
    loop_code = inspect.getsource(train)
    for name in ("network", "loss", "optimizer"):
        for statement in STEPS[name].code.split("; "):
            assert statement in loop_code
