import re

import pytest

from core.lessons.clinic.cases import CASES, FAULTS, is_mended
from core.lessons.clinic.predictions import QUESTIONS, fault_truth
from core.lessons.clinic.program import PLACES
from core.lessons.clinic.scene import code_scene, training_scene
from core.lessons.clinic.sentences import CHANCE, notes, number, share, symptom, verdict
from core.lessons.clinic.training import BINS, PANELS
from tests.core.lessons.clinic.runs import cured, run_of

STRIKING = {
    "2": "On its way the loss rises to",
    "4": "On its way the loss rises to",
    "5": "Every hidden value is exactly 0.",
    "6": "Every hidden value is exactly 0.",
    "7": "points less",
    "10": "It begins at 4.60.",
    "11": "points less",
}


@pytest.mark.parametrize("key", CASES)
def test_the_symptom_has_the_numbers_and_what_strikes(key):
    run = run_of(key)
    said = symptom(run)
    assert f"**{number(run.final_loss)}** (guessing costs 2.30)" in said
    assert f"**{share(run.train)}** on the training set and **{share(run.test)}** on the test set" in said
    assert STRIKING.get(key, "") in said
    assert share(run.fresh) not in said or run.fresh in (run.train, run.test) or key not in ("9", "12")


@pytest.mark.parametrize("key", CASES)
def test_the_verdict_is_that_of_the_numbers(key):
    broken, sound = run_of(key), cured(key)
    for repair in CASES[key].single_repairs():
        run = run_of(key, repair)
        said = verdict(broken, run, sound)
        assert said.startswith("**Mended.**" if is_mended(run, sound) else "**Not mended.**")
        assert re.search(r"\d|no number any more", said)


@pytest.mark.parametrize(
    ("key", "repair", "reason"),
    [
        ("1", {"rate": "large"}, "The loss ends at"),
        ("2", {"activation": "leaky_relu", "rate": "huge"}, "no number any more"),
        ("9", {"no_grad": "no_grad"}, "what it reports cannot be relied on"),
        ("10", {"last": "softmax"}, "below 0"),
        ("11", {"optimizer": "decay"}, "It reads"),
        ("12", {"test": "inside"}, "what it reports cannot be relied on"),
    ],
)
def test_the_reason_why_it_is_not_mended(key, repair, reason):
    assert reason in verdict(run_of(key), run_of(key, repair), cured(key))


def test_each_changed_place_has_its_line_and_a_sentence():
    found = notes(CASES["4"], {"before": "zero_grad", "rate": "tiny", "hidden": "usual"})
    assert len(found) == 2
    assert all(re.fullmatch(r"`[^`]+`: .+\.", note) for note in found)
    assert all(choice.note.endswith(".") for place in PLACES.values() for choice in place.values())


@pytest.mark.parametrize("key", CASES)
def test_the_fault_is_the_one_whose_removal_mends(key):
    truth = fault_truth(CASES[key], run_of(key), cured(key))
    assert truth.answer == CASES[key].fault
    assert number(cured(key).final_loss) in truth.sentence
    assert QUESTIONS[key].answers[truth.answer] == FAULTS[truth.answer]
    assert fault_truth(CASES[key], cured(key), cured(key)).answer == ""  # of one that is not sick


@pytest.mark.parametrize("key", CASES)
def test_the_picture_has_both_trainings(key):
    broken, run = run_of(key), cured(key)
    alone, both = training_scene(broken, None), training_scene(broken, run)
    assert "loss_before" not in alone
    assert [line["label"] for line in alone["lines"]] == ["training set", "test set"]
    assert alone["accuracies"].shape == (broken.epochs, 2)
    assert both["accuracies"].shape == (run.epochs, 3)
    assert (both["loss"] == run.loss).all()
    assert (both["loss_before"] == broken.loss).all()
    assert both["histograms"].shape == (run.epochs, len(PANELS), BINS)
    assert len(both["panels"]) == len(PANELS)
    assert (both["histograms"] <= both["tallest"][:, None] + 1e-6).all()
    assert CHANCE < both["top"] < 12


@pytest.mark.parametrize("key", CASES)
def test_the_program_has_its_places_in_its_lines(key):
    case = CASES[key]
    scene = code_scene(case, case.cure, 0)
    assert sorted(line["place"] for line in scene["lines"] if line["place"]) == sorted(case.places)
    assert set(scene["came"]) == set(scene["choices"]) == set(case.places)
    for place, choices in scene["choices"].items():
        assert scene["came"][place] in dict(choices)
        assert all(dict(choices).values())
