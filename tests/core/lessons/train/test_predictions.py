from dataclasses import replace

import pytest
import torch
import torch.nn.functional as F

from core.datasets import load
from core.lessons.train.predictions import (
    CONFIG,
    FEW,
    IMAGES,
    SEEDS,
    STEPS,
    UNTRAINED,
    few_truth,
    numbers,
    untrained_truth,
)
from core.models import build_network
from core.training import Score

DATA = load("digits")


def measure(network, split):
    """Loss and accuracy, without the project's own loop."""
    with torch.no_grad():
        outputs = network(DATA.prepare(split.inputs))
    return F.cross_entropy(outputs, split.targets).item(), (outputs.argmax(1) == split.targets).float().mean().item()


def learn(split):
    """Train for STEPS; return loss and accuracy on these images and the accuracy on the test images."""
    network = build_network(CONFIG, DATA.input_shape, 10)
    optimizer = torch.optim.Adam(network.parameters(), lr=CONFIG.learning_rate, fused=True)
    generator = torch.Generator().manual_seed(0)
    done = 0
    while done < STEPS:
        for batch in torch.randperm(len(split), generator=generator).split(CONFIG.batch_size)[: STEPS - done]:
            optimizer.zero_grad()
            F.cross_entropy(network(DATA.prepare(split.inputs[batch])), split.targets[batch]).backward()
            optimizer.step()
            done += 1
    return *measure(network, split), measure(network, DATA.test)[1]


def test_ids_are_different():
    assert UNTRAINED.id != FEW.id


def test_the_questions_name_what_there_is():
    assert numbers() == {"count": len(DATA.test), "few": IMAGES, "chance": 0.1}


def test_an_untrained_network_guesses():
    networks = [build_network(replace(CONFIG, seed=seed), DATA.input_shape, 10) for seed in SEEDS]
    accuracies = [measure(network, DATA.test)[1] for network in networks]
    mean = sum(accuracies) / len(accuracies)
    assert 0.05 < mean < 0.2
    truth = untrained_truth()
    assert truth.answer == "chance" in UNTRAINED.answers
    assert truth.sentence.startswith(f"**{mean:.1%}**")


def test_few_images_teach_it_more_than_themselves_and_many_images_more():
    few, every = (learn(DATA.train.sample(count)) for count in (IMAGES, len(DATA.train)))
    assert few[1] == 1
    assert 0.25 < few[2] < 0.98
    assert every[2] > few[2]
    assert every[0] > few[0]  # the better network has the larger training loss
    truth = few_truth()
    assert truth.answer == "fewer" in FEW.answers
    assert f"**{few[2]:.1%}**" in truth.sentence
    assert f"{every[2]:.1%}" in truth.sentence


@pytest.mark.parametrize(("accuracy", "answer"), [(0.1, "chance"), (0.6, "fewer"), (1.0, "all")])
def test_the_answer_is_measured(monkeypatch, accuracy, answer):
    scores = Score(0.1, 1.0, 100), Score(0.1, accuracy, 360)
    monkeypatch.setattr("core.lessons.train.predictions._trained", lambda _images: scores)
    assert few_truth().answer == answer in FEW.answers


@pytest.mark.parametrize(("accuracy", "answer"), [(0.0, "none"), (0.12, "chance"), (0.5, "half")])
def test_what_an_untrained_network_knows_is_measured(monkeypatch, accuracy, answer):
    monkeypatch.setattr("core.lessons.train.predictions._untrained", lambda: [Score(2.3, accuracy, 360)])
    assert untrained_truth().answer == answer in UNTRAINED.answers
