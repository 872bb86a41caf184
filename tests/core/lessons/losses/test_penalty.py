import contextlib
import io

import numpy as np
import pytest

from core.lessons.losses import penalty
from core.lessons.losses.penalty import PENALTIES, WEIGHTS, best_weights, costs, notice, snippet, vanishing_strength

CASES = [(wanted, strength) for wanted in (-2.0, -0.3, 0.0, 0.5, 2.0) for strength in (0.0, 0.5, 1.0, 4.0)]


@pytest.mark.parametrize(("wanted", "strength"), CASES)
def test_the_lowest_weight_is_where_the_formulas_have_it(wanted, strength):
    """The minima of (w − t)² + λ|w| and of (w − t)² + λw²/2, set to zero by hand."""
    found = best_weights(wanted, strength)
    assert found["l1"] == pytest.approx(np.sign(wanted) * max(abs(wanted) - strength / 2, 0), abs=0.0051)
    assert found["l2"] == pytest.approx(2 * wanted / (2 + strength), abs=0.0051)


def test_the_costs_are_loss_and_penalty():
    l1, l2 = costs(1.0, 2.0)
    assert l1 == pytest.approx((WEIGHTS - 1) ** 2 + 2 * np.abs(WEIGHTS))
    assert l2 == pytest.approx((WEIGHTS - 1) ** 2 + WEIGHTS**2)


@pytest.mark.parametrize("wanted", [-1.5, 0.2, 1.0])
def test_l1_makes_the_weight_zero_from_this_strength_on(wanted):
    strength = vanishing_strength(wanted)
    assert best_weights(wanted, strength + 0.01)["l1"] == 0
    assert best_weights(wanted, strength - 0.05)["l1"] != 0
    assert best_weights(wanted, penalty.MAX_STRENGTH)["l2"] != 0


def test_the_sentence_has_the_numbers():
    assert "L1 leaves **0** of it and L2 **0.2**" in notice(0.3, 1.0)
    assert "From λ = 0.6 on" in notice(0.3, 1.0)
    assert "exactly 0" not in notice(2.0, 1.0)
    assert "fraction" not in notice(1.0, 0.0)


@pytest.mark.parametrize(("wanted", "strength"), [(1.0, 1.0), (0.3, 1.0), (-2.0, 0.5)])
def test_the_shown_code_finds_the_same_weights(wanted, strength):
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        exec(snippet(wanted, strength), {})
    said = [float(line.split(": ")[1]) for line in printed.getvalue().splitlines()]
    assert said == pytest.approx([best_weights(wanted, strength)[name] for name in PENALTIES], abs=0.011)
