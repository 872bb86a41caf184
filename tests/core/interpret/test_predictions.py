import pytest
import torch
from torch import nn

from core.datasets import load
from core.inference import Classifier
from core.interpret.predictions import IMAGES, NOISE, TURNED, noise_truth, numbers, turned_truth
from core.pretrained import pretrained_classifier

DATA = load("digits")


class Says(nn.Module):
    """Gives every image the same logits."""

    def __init__(self, logits: torch.Tensor) -> None:
        super().__init__()
        self.logits = logits

    def forward(self, images: torch.Tensor) -> torch.Tensor:
        return self.logits.expand(len(images), -1)


def saying(first: float) -> Classifier:
    """A network that says 0 to everything, with a logit so much larger than the others."""
    return Classifier(Says(torch.tensor([first] + [0.0] * 9)).eval(), 0.0, 1.0, DATA.classes)


def test_ids_are_different():
    assert TURNED.id != NOISE.id


def test_the_questions_name_what_there_is():
    assert numbers(DATA) == {"chance": 0.1, "images": IMAGES}


@pytest.mark.parametrize("name", ["cnn", "mlp", "lstm"])
def test_a_shipped_network_reads_few_images_that_are_turned(name):
    classifier, split = pretrained_classifier(name), DATA.test_sample
    images, targets = split.inputs[:IMAGES], split.targets[:IMAGES]
    shares = []
    for turns in (0, 1):
        with torch.inference_mode():
            inputs = (torch.rot90(images, turns, (2, 3)).float() / 255 - classifier.mean) / classifier.std
            answers = classifier.network(inputs).argmax(dim=1)
        shares.append((answers == targets).float().mean())
    truth = turned_truth(classifier, DATA)
    assert shares[0] > 0.9
    assert shares[1] < 0.35
    assert truth.answer == "few" in TURNED.answers
    assert f"{shares[0]:.1%}" in truth.sentence
    assert f"**{shares[1]:.0%}**" in truth.sentence


def test_the_shipped_network_answers_noise_too():
    classifier = pretrained_classifier("mlp")
    images = torch.rand(IMAGES, 1, 28, 28, generator=torch.Generator().manual_seed(0))
    confidences = torch.stack([classifier.predict_proba(image).max() for image in images])
    truth = noise_truth(classifier, DATA)
    assert confidences.mean() > 0.2
    assert truth.answer == ("confident" if confidences.mean() > 0.5 else "less") in NOISE.answers
    assert f"**{confidences.mean():.0%}**" in truth.sentence


@pytest.mark.parametrize(("first", "answer"), [(0.1, "even"), (2.0, "less"), (9.0, "confident")])
def test_the_confidence_is_measured(first, answer):
    assert noise_truth(saying(first), DATA).answer == answer in NOISE.answers


def test_weights_that_ran_away_are_confident_of_nothing():
    assert noise_truth(saying(torch.nan), DATA).answer == "even"


@pytest.mark.parametrize(("zeros", "answer"), [(10, "most"), (5, "half"), (1, "few")])
def test_what_is_read_correctly_is_counted(monkeypatch, zeros, answer):
    targets = torch.tensor([0] * zeros + [1] * (10 - zeros))
    monkeypatch.setitem(DATA.__dict__, "test_sample", type(DATA.test)(DATA.test.inputs[:10], targets))
    assert turned_truth(saying(9.0), DATA).answer == answer in TURNED.answers
