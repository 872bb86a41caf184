import math

import pytest
from torch import nn

from core.runs.weight_edits import WeightEdit, apply_edits, check_edit


@pytest.mark.parametrize(
    ("edit", "words"),
    [
        (WeightEdit("nowhere", (0,), 1.0), "no weight “nowhere”"),
        (WeightEdit("weight", (0,), 1.0), "no weight at this place"),
        (WeightEdit("weight", (0, 2), 1.0), "no weight at this place"),
        (WeightEdit("weight", (-1, 0), 1.0), "no weight at this place"),
        (WeightEdit("weight", (0, 0), math.nan), "finite"),
        (WeightEdit("bias", (0,), math.inf), "finite"),
    ],
)
def test_what_cannot_be_set(edit, words):
    with pytest.raises(ValueError, match=words):
        check_edit(nn.Linear(2, 3), edit)


def test_only_the_weight_that_is_named_changes():
    layer = nn.Linear(2, 3)
    expected = layer.weight.detach().clone()
    expected[2, 1] = 7.0
    edit = WeightEdit("weight", (2, 1), 7.0)
    check_edit(layer, edit)
    apply_edits(layer, [edit])
    assert layer.weight.equal(expected)
