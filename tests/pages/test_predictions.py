"""A question of a lesson is answered or waved through on its page, and only then the truth stands there."""

import pytest
from streamlit.testing.v1 import AppTest

from core.blocks import format_blocks, parse_blocks
from core.lessons.build.examples import EXAMPLES
from core.pretrained import CHECKPOINTS, load
from core.text.prediction import SHOWN
from tests.pages.app import address, open_page
from tests.predictions import all_questions

CNN = format_blocks(parse_blocks(EXAMPLES["cnn"].text))

# The settings with which a page asks a question, the right answer there, and what is in the address with the truth.
CASES = {
    "activations.passed": ({}, "none", {"functions": "relu", "x": "-3"}),
    "activations.steepest": ({"functions": "tanh"}, "quarter", {"x": "0"}),
    "build.deeper": ({"blocks": "flatten,linear:10"}, "course", {"blocks": CNN}),
    "build.memory": ({}, "less", {"batch": "128"}),
    "convolution.bright": ({"kernel": "blur"}, "zero", {"kernel": None}),
    "convolution.sees": ({"kernel": "trained"}, "window", {"kernel": "trained"}),
    "digit_network.parameters": ({"part": "code"}, "all", {"calls": "4"}),
    "digit_network.scores": ({}, "any", {"softmax": "0"}),
    "digit_network.step": ({}, "most", {}),
    "generalize.clean": ({"part": "remedies"}, "unclear", {"few": "300", "mislabeled": "0"}),
    "generalize.large": ({"part": "weights", "activation": "relu"}, "ends", {"start": "large", "activation": None}),
    "generalize.lowest": ({"images": "30"}, "before", {"images": "300", "noise": "40", "epoch": "0"}),
    "generalize.memorized": ({}, "all", {"images": "300", "noise": "40"}),
    "generalize.noisy": ({"part": "remedies", "seed": "5"}, "dropout", {"few": "300", "seed": None}),
    "generalize.tiny": ({"part": "weights"}, "nothing", {"start": "small"}),
    "linear.weight": ({"part": "batch"}, "same", {"batch": "200"}),
    "draw.small": ({}, "same", {}),
    "draw.sum": ({}, "one", {}),
    "lstm.forget": ({"row": "3"}, "few", {"row": "28", "forget": "zero"}),
    "lstm.state": ({"part": "wave", "cells": "8"}, "state", {}),
    "why_activations.first": (
        {"part": "gradients", "first_weights": "he"},
        "tiny",
        {"deep": "20", "functions": "sigmoid"},
    ),
    "why_activations.line": ({"activation": "relu"}, "straight", {"depth": "20"}),
    "linear.zero": ({"row": "1"}, "bias", {"changed": "x:1:0=0,x:1:1=0,x:1:2=0,x:1:3=0"}),
}


@pytest.fixture(autouse=True)
def cards(monkeypatch):
    """The shipped networks with all that the page Draw says of them, whatever their cards have."""
    for name in CHECKPOINTS:
        for score in ("drawn_accuracy", "drawn_calibration_error"):
            card = load(name).card
            monkeypatch.setitem(card, score, card.get(score, 0.5))


def answers(at: AppTest) -> list[str]:
    """Return the answers of the question whose truth is shown, one a line."""
    return [line for text in at.markdown if "badge[computed]" in text.value for line in text.value.splitlines()]


@pytest.fixture(autouse=True)
def at_once(monkeypatch):
    """Have the trainings of a lesson done in one go."""
    monkeypatch.setattr("pages.parts.generalize.experiment.SECONDS", 60)


@pytest.mark.parametrize("id", CASES)
def test_the_truth_is_shown_once_it_is_asked_for(id: str):
    (question,) = (each for each in all_questions() if each.id == id)
    settings, right, shown = CASES[id]
    at = open_page(question.id.split(".")[0], **settings)
    for guess in (*question.answers, SHOWN):
        assert not answers(at)
        at.button(key=f"{question.id}.{guess}").click().run()
        assert not at.exception
        lines = dict(zip(question.answers, answers(at), strict=True))
        assert [name for name, line in lines.items() if "badge[computed]" in line] == [right]
        assert [name for name, line in lines.items() if "badge[your guess]" in line] == [guess] * (guess != SHOWN)
        assert {name: address(at).get(name) for name in shown} == shown
        at.button(key=f"{question.id}.again").click().run()
        assert not at.exception
