from collections.abc import Callable
from dataclasses import dataclass, field

import pytest
from streamlit.testing.v1 import AppTest

from core.datasets import default_dataset, load
from core.experiments import predictions as runs
from core.interpret import predictions as inside
from core.lessons.home import predictions as home
from core.lessons.losses import predictions as losses
from core.lessons.losses.batches import read_numbers
from core.lessons.one_step import predictions as one_step
from core.lessons.optimizers import predictions as optimizers
from core.lessons.train import predictions as training
from core.playground import predictions as playground
from core.pretrained import pretrained_classifier
from core.text.prediction import SHOWN, Prediction, Truth
from pages.parts.playground.form import DEFAULTS
from tests.pages.app import address, open_page

OUTPUTS, TARGETS = read_numbers("out", "2.5, 3, 4.5, 3.5, 5"), read_numbers("target", "2, 3.4, 4, 3, 5.5")


def data():
    return load(default_dataset())


@dataclass(frozen=True)
class Asked:
    """A question of a page, where it stands, and what is in the address once the truth is shown."""

    question: Prediction
    find_truth: Callable[[], Truth]
    settings: dict[str, str] = field(default_factory=dict)
    revealed: dict[str, str] = field(default_factory=dict)

    @property
    def page(self) -> str:
        return self.question.id.partition(".")[0]


ASKED = (
    Asked(losses.CLOSER, losses.closer_truth, {}, {"losses": "mse,l1", "prediction": "0.6"}),
    Asked(losses.OUTLIER, lambda: losses.outlier_truth(OUTPUTS, TARGETS, 15.0), {"part": "batch"}, {"outlier": "15"}),
    Asked(losses.RIGHT, losses.right_truth, {"part": "classes"}, {"logit_A": "0"}),
    Asked(losses.PENALTY, losses.penalty_truth, {"part": "penalty"}, {"wanted": "0.4"}),
    Asked(losses.WRONG, losses.wrong_truth, {"part": "not_mse"}, {"lead": "8"}),
    Asked(optimizers.RATE, optimizers.rate_truth, {}, {"racers": "sgd", "bowl_sgd": "0.7", "step": "100"}),
    Asked(optimizers.ADAM, optimizers.adam_truth, {}, {"racers": "sgd,adam", "surface": "bowl", "step": "100"}),
    Asked(one_step.WEIGHT, one_step.weight_truth, {}, {"stage": "step"}),
    Asked(one_step.FORGET, one_step.forget_truth, {}, {"stage": "backward", "step": "2", "forget": "1"}),
    Asked(playground.NEURONS, lambda: playground.neurons_truth(DEFAULTS), {}, {"hidden": "8,8,8", "seed": "1"}),
    Asked(playground.FEATURES, lambda: playground.features_truth(DEFAULTS), {}, {"features": "x1_squared,x2_squared"}),
    Asked(training.UNTRAINED, training.untrained_truth, {"dataset": "digits"}),
    Asked(training.FEW, training.few_truth, {"dataset": "digits"}),
    Asked(runs.SEEDS, runs.seeds_truth),
    Asked(runs.AGAIN, runs.again_truth),
    Asked(inside.TURNED, lambda: inside.turned_truth(pretrained_classifier("cnn"), data())),
    Asked(inside.NOISE, lambda: inside.noise_truth(pretrained_classifier("cnn"), data())),
    Asked(home.LOSSES, lambda: home.losses_truth(0)),
    Asked(home.USED, lambda: home.used_truth(0)),
)


def press(at: AppTest, key: str) -> None:
    at.button(key=key).click().run()
    assert not at.exception


def sentences(at: AppTest) -> list[str]:
    return [element.value for element in at.markdown]


@pytest.mark.parametrize("asked", ASKED, ids=lambda asked: asked.question.id)
def test_a_question_is_answered_or_waved_through_and_the_truth_is_shown_then(asked):
    question, truth = asked.question, asked.find_truth()
    at = open_page(asked.page, **asked.settings)
    for guess in (*question.answers, SHOWN):
        assert truth.sentence not in sentences(at)
        press(at, f"{question.id}.{guess}")
        assert truth.sentence in sentences(at)
        (answers,) = (text for text in sentences(at) if "badge[computed]" in text)
        lines = dict(zip(question.answers, answers.splitlines(), strict=True))
        assert [name for name, line in lines.items() if "badge[computed]" in line] == [truth.answer]
        assert [name for name, line in lines.items() if "badge[your guess]" in line] == [guess] * (guess != SHOWN)
        assert asked.revealed.items() <= address(at).items()
        press(at, f"{question.id}.again")


@pytest.mark.parametrize("page", sorted({asked.page for asked in ASKED}))
def test_a_page_asks_at_least_twice(page):
    assert len([asked for asked in ASKED if asked.page == page]) >= 2
