import torch

from core.datasets import load
from core.experiments.holdout import hold_out


def rows(split):
    return {row.numpy().tobytes() for row in split.inputs}


def test_what_is_held_out_is_not_trained_on_and_the_test_set_is_in_neither():
    data = load("digits")
    kept = hold_out(data, 0.2)
    assert len(kept.test) == round(0.2 * len(data.train))
    assert len(kept.train) + len(kept.test) == len(data.train)
    assert rows(kept.train) | rows(kept.test) == rows(data.train)
    assert not rows(kept.test) & rows(data.test)
    assert torch.equal(hold_out(data, 0.2).test.inputs, kept.test.inputs)


def test_targets_stay_with_their_inputs():
    data = load("digits")
    truth = {row.numpy().tobytes(): int(label) for row, label in zip(*vars(data.train).values(), strict=True)}
    kept = hold_out(data).test
    assert [truth[row.numpy().tobytes()] for row in kept.inputs] == kept.targets.tolist()


def test_one_sample_is_left_on_either_side():
    data = load("digits")
    assert len(hold_out(data, 0.0).test) == 1
    assert len(hold_out(data, 1.0).train) == 1
