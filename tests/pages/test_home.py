from pathlib import Path

import torch
from streamlit.testing.v1 import AppTest
from torch import nn

from core.lessons.home.figures import STEPS
from core.lessons.home.training_loop import ROUNDS, journey, notice
from pages.ui.navigation import LESSONS

APP = Path(__file__).parents[2] / "app.py"


def test_four_steps_with_their_code_and_a_link_to_every_lesson():
    at = AppTest.from_file(str(APP), default_timeout=30).run()
    assert not at.exception
    assert {f"`{step.code}`" for step in STEPS.values()} <= {block.value for block in at.markdown}
    titles = [link.value for link in at.page_link]
    assert titles[: len(STEPS)] == [LESSONS[step.page].title for step in STEPS.values()]
    assert titles[len(STEPS) :] == [lesson.title for name, lesson in LESSONS.items() if name != "home"]


def shown(at: AppTest) -> str:
    return next(block.value for block in at.markdown if block.value.startswith("**Round"))


def test_the_network_goes_on_by_a_station_or_by_a_whole_round():
    at = AppTest.from_file(str(APP), default_timeout=30).run()
    at.toggle(key="home.playing").set_value(False).run()
    at.button[1].click().run()
    for station in STEPS:
        assert shown(at) == notice(journey(1), 0, station)
        at.button[0].click().run()
    assert shown(at) == notice(journey(1), 1, "data")
    at.toggle(key="home.fast").set_value(True).run()
    at.button[0].click().run()
    assert shown(at).startswith("**Round 3**")
    assert shown(at) == notice(journey(1), 2)
    for _round in range(ROUNDS):
        at.button[0].click().run()
    assert shown(at).startswith(f"**Round {ROUNDS}**")
    assert not at.exception


def test_a_new_network_begins_at_the_first_round():
    at = AppTest.from_file(str(APP), default_timeout=30).run()
    at.button[0].click().run()
    at.button[1].click().run()
    assert shown(at) == notice(journey(1), 0, "data")


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
