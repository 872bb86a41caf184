import ast
import io
from contextlib import redirect_stdout

import numpy as np
import pytest
import torch
from hypothesis import given

from core.lessons.losses.batches import (
    LARGEST,
    MAX_SAMPLES,
    NumbersError,
    best_constant,
    compare,
    notice,
    notice_best,
    read_numbers,
    snippet,
)
from core.losses import LOSSES, TargetError
from tests.given import TEXTS, read_or_refused, words_of

ONE_BY_ONE = [name for name, loss in LOSSES.items() if not loss.compares_classes]
AS_THEY_ARE = [name for name in ONE_BY_ONE if not LOSSES[name].squashes]
OUT, TARGET = [2.5, 3.0, 4.5, 3.5, 5.0], [2.0, 3.4, 4.0, 3.0, 20.5]


@pytest.mark.parametrize("text", ["1, 2.5, -3", "1 2.5 −3", " 1;2.5,\n-3.0 "])
def test_numbers_are_read_however_they_are_parted(text):
    assert read_numbers("out", text) == [1.0, 2.5, -3.0]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "out has 0 numbers"),
        (" , ;", "out has 0 numbers"),
        ("1," * (MAX_SAMPLES + 1), f"out has {MAX_SAMPLES + 1} numbers: type 1 to {MAX_SAMPLES}"),
        ("1, two", "“two” in out is not a number from −1000 to 1000"),
        ("nan", "“nan” in out"),
        ("inf", "“inf” in out"),
        ("1e30", "“1e30” in out"),
        (f"{LARGEST + 1}", "not a number from"),
        ("9" * 5000, "not a number from"),
    ],
)
def test_what_is_no_list_of_numbers_gets_a_sentence(text, words):
    with pytest.raises(NumbersError) as raised:
        read_numbers("out", text)
    assert words in str(raised.value)
    assert len(str(raised.value)) < 100


@pytest.mark.parametrize("loss", ONE_BY_ONE)
def test_the_terms_and_gradients_are_those_of_torch(loss):
    target = torch.tensor([1.0, 0.0, 0.3, 1.0], dtype=torch.float64)
    out = torch.tensor([2.5, -1.0, 0.3, -4.0], dtype=torch.float64, requires_grad=True)
    batch = compare(loss, out.tolist(), target.tolist())
    LOSSES[loss].module()(out, target).backward()
    assert batch.gradients == out.grad.tolist()
    assert batch.mean == pytest.approx(np.mean(batch.terms))
    assert batch.mean == pytest.approx(LOSSES[loss].module()(out, target).item())
    assert len(batch.written) == 4


def test_hand_computed_terms():
    batch = compare("mse", OUT, TARGET)
    assert batch.terms == pytest.approx([0.25, 0.16, 0.25, 0.25, 240.25])
    assert batch.gradients == pytest.approx([0.2, -0.16, 0.2, 0.2, -6.2])
    assert batch.written[-1] == "(5 − 20.5)²"
    assert compare("l1", OUT, TARGET).gradients == pytest.approx([0.2, -0.2, 0.2, 0.2, -0.2])


def test_lists_of_different_length_and_wrong_targets_are_refused():
    with pytest.raises(NumbersError, match="2 outputs and 1 targets"):
        compare("mse", [1.0, 2.0], [1.0])
    with pytest.raises(TargetError, match="2 is none"):
        compare("bce", [1.0], [2.0])


@pytest.mark.parametrize("targets", [TARGET, TARGET[:4], [-1000.0, 1020.0], [3.0], [2.0, 2.0], [0.0, 0.0, 1.0, 1.0]])
def test_one_answer_for_all_is_the_mean_for_mse_and_the_median_for_l1(targets):
    assert best_constant("mse", targets) == pytest.approx(np.mean(targets), abs=1e-6)
    assert best_constant("l1", targets) == pytest.approx(np.median(targets), abs=1e-6)


@pytest.mark.parametrize("loss", AS_THEY_ARE)
@pytest.mark.parametrize("end", ["minimum", "maximum"])
def test_no_other_answer_is_better(loss, end):
    hyperparameters = {param.name: getattr(param, end) for param in LOSSES[loss].hyperparameters}
    best = best_constant(loss, TARGET, **hyperparameters)
    minimum = compare(loss, [best] * 5, TARGET, **hyperparameters).mean
    others = [compare(loss, [other] * 5, TARGET, **hyperparameters).mean for other in np.linspace(1, 22, 500)]
    assert minimum <= min(others) + 1e-9


def test_the_sentences_tell_what_the_outlier_does():
    assert notice(compare("mse", OUT, TARGET)) == (
        "The mean is 48.23. Sample 5 alone makes 99.62% of it, and 89% of all the pull of the gradients."
    )
    assert "and 20% of all the pull" in notice(compare("l1", OUT, TARGET))
    best = {loss: best_constant(loss, TARGET) for loss in AS_THEY_ARE}
    assert notice_best(TARGET, best) == (
        "One answer for all targets: MSE at 6.58, the mean; L1 at 3.4, the median; Huber at 3.467."
    )
    assert "MSE at 2, the mean and the median;" in notice_best([1.0, 3.0], {"mse": 2.0, "l1": 2.0})


@pytest.mark.parametrize(("loss", "out", "target"), [("mse", 2.0, 2.0), ("bce", 0.0, 0.5), ("bce", 1000.0, 1.0)])
def test_where_no_gradient_is_left_the_sentence_says_so(loss, out, target):
    batch = compare(loss, [out], [target])
    assert notice(batch) == f"The mean is {batch.mean:.4g} and every gradient 0: nothing is left to learn."


@pytest.mark.parametrize("loss", ONE_BY_ONE)
def test_the_code_prints_the_same_numbers(loss):
    out, target = [2.5, -1.0, 4.0], [1.0, 0.0, 1.0]
    hyperparameters = {param.name: param.maximum for param in LOSSES[loss].hyperparameters}
    printed = io.StringIO()
    with redirect_stdout(printed):
        exec(snippet(loss, out, target, **hyperparameters), {})
    terms, mean, gradients = ast.literal_eval("[" + printed.getvalue().replace("] ", "], ").replace(" [", ", [") + "]")
    batch = compare(loss, out, target, **hyperparameters)
    assert terms == pytest.approx(batch.terms, rel=1e-5)
    assert mean == pytest.approx(batch.mean, rel=1e-5)
    assert gradients == pytest.approx(batch.gradients, rel=1e-5)


@given(TEXTS | words_of("1", "2.5", "−3", "1e999", "9" * 400, "nan", " ", " ", ",", ";"))
def test_any_text_gives_finite_numbers_or_a_sentence(text):
    numbers = read_or_refused(lambda text: read_numbers("out", text), text, NumbersError)
    if numbers is not None:
        assert all(abs(number) <= 1000 for number in numbers)
