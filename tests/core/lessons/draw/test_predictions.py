from dataclasses import replace

import pytest
import torch

from core.digits.handwriting import draw, scribble
from core.digits.rasterize import CANVAS, UNSURE_BELOW, bounds, to_picture
from core.inference import Classifier
from core.lessons.draw import predictions
from core.lessons.draw.predictions import COUNT, SMALL, SUM, in_the_corner, small_truth, sum_truth
from core.pretrained import CHECKPOINTS, pretrained_classifier


def scribbles() -> torch.Tensor:
    generator = torch.Generator().manual_seed(0)
    return torch.stack([to_picture(scribble(generator)).picture for _place in range(COUNT)])


@pytest.mark.parametrize("name", CHECKPOINTS)
def test_the_probabilities_of_a_scribble_sum_to_1(name):
    classifier = pretrained_classifier(name)
    truth = sum_truth(classifier)
    assert truth.answer == "one" in SUM.answers
    with torch.no_grad():
        probabilities = classifier.network(classifier.prepare(scribbles())).softmax(dim=1)
    torch.testing.assert_close(probabilities.sum(dim=1), torch.ones(COUNT))
    largest = probabilities.amax(dim=1)
    assert f"{largest.min():.0%} to {largest.max():.0%}" in truth.sentence
    assert f"in {int((largest > UNSURE_BELOW).sum())} of {COUNT} cases" in truth.sentence


@pytest.mark.parametrize(
    ("to_probabilities", "answer"),
    [
        (lambda outputs: 0 * outputs, "zero"),
        (lambda outputs: outputs.softmax(dim=1) / 2, "less"),
        (lambda outputs: outputs, "any"),
    ],
)
def test_other_probabilities_would_be_found_out(to_probabilities, answer):
    classifier = replace(pretrained_classifier("mlp"), to_probabilities=to_probabilities)
    assert sum_truth(classifier).answer == answer in SUM.answers


def read(classifier: Classifier, pictures: list[torch.Tensor]) -> int:
    with torch.no_grad():
        answers = classifier.network(classifier.prepare(torch.stack(pictures))).argmax(dim=1)
    return int((answers == torch.arange(COUNT) % 10).sum())


@pytest.mark.parametrize("name", CHECKPOINTS)
def test_a_small_digit_reaches_the_network_as_a_large_one(name):
    generator = torch.Generator().manual_seed(0)
    drawings = [draw(place % 10, generator) for place in range(COUNT)]
    classifier = pretrained_classifier(name)
    truth = small_truth(classifier)
    assert truth.answer == "same" in SMALL.answers
    right = read(classifier, [to_picture(drawing).picture for drawing in drawings])
    assert f"reads {right} right" in truth.sentence
    assert right >= 0.8 * COUNT
    for drawing in drawings:
        _low, high = bounds(in_the_corner(drawing))
        assert high.max() < CANVAS / 3


def test_no_preprocessing_would_be_found_out(monkeypatch):
    real = predictions.to_picture
    monkeypatch.setattr(
        predictions,
        "to_picture",
        lambda strokes: replace(real(strokes), picture=predictions._only_shrunk(strokes)),
    )
    assert small_truth(pretrained_classifier("cnn")).answer == "small" in SMALL.answers
