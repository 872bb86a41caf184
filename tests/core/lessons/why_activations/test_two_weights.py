import contextlib
import io

import pytest
import torch

from core.lessons.why_activations.two_weights import notice, outputs, snippet

WEIGHTS = [(3.0, 6.0), (-2.0, 0.5), (-1.5, -9.0), (0.0, 4.0)]
INPUTS = torch.tensor([-2.0, -1.0, 0.0, 1.0, 3.0])


@pytest.mark.parametrize(("first", "second"), WEIGHTS)
def test_two_weights_are_one(first, second):
    found = outputs(first, second, INPUTS)
    assert found["twice"].tolist() == pytest.approx((first * second * INPUTS).tolist())
    assert found["single"].tolist() == pytest.approx(found["twice"].tolist())


@pytest.mark.parametrize(("first", "second"), WEIGHTS[:3])
def test_with_relu_between_them_they_are_not(first, second):
    slopes = outputs(first, second, torch.tensor([-1.0, 1.0]))["bent"] / torch.tensor([-1.0, 1.0])
    assert slopes[0] != slopes[1]


def test_the_sentence_has_the_numbers():
    assert notice(3.0, 6.0).startswith("**3 and then 6 is 18**: 1 becomes 3 and then 18,")
    assert "−1 gives 0 and 1 gives 18" in notice(3.0, 6.0)
    assert "ReLU" not in notice(0.0, 6.0)


@pytest.mark.parametrize(("first", "second"), WEIGHTS)
def test_the_shown_code_prints_the_same(first, second):
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        exec(snippet(first, second), {})
    found = outputs(first, second, torch.tensor([1.0, -1.0]))
    assert printed.getvalue().splitlines() == [
        f"two layers: {found['twice']}",
        f"one layer:  {found['single']}",
        f"with ReLU:  {found['bent']}",
    ]
