import numpy as np
import pytest

from core.runs.smoothing import smoothed


def test_smoothing_is_a_running_mean_freed_of_its_beginning():
    values = np.array([4.0, 0.0, 2.0])
    # m: 2, 1, 1.5; divided by 0.5, 0.75, 0.875
    assert smoothed(values, 0.5).tolist() == pytest.approx([4.0, 1 / 0.75, 1.5 / 0.875])
    assert smoothed(values, 0.0).tolist() == values.tolist()
    assert smoothed(np.full(50, 3.0), 0.99) == pytest.approx(np.full(50, 3.0))
    assert smoothed(np.array([2.0, 4.0]), 0.9).tolist() == pytest.approx([2.0, (0.9 * 0.2 + 0.4) / 0.19])
