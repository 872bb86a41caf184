import numpy as np
import pytest
import torch

from core.activations import ACTIVATIONS
from core.interpret.network_tables import LIMIT, SAMPLES, activation_table


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_between_and_beyond_the_samples_a_table_is_the_function(name):
    table = activation_table(name).astype(np.float64)
    generator = torch.Generator().manual_seed(1)
    x = (torch.rand(1000, generator=generator) * 2 - 1) * LIMIT
    exact = ACTIVATIONS[name].module()(x)
    found = np.interp(x, np.linspace(-LIMIT, LIMIT, SAMPLES), table[:SAMPLES])
    np.testing.assert_allclose(found, exact, atol=1e-5)
    left, right = table[SAMPLES:]
    far = torch.tensor([-50.0, 50.0])
    ends = [table[0] + left * (-50 + LIMIT), table[SAMPLES - 1] + right * (50 - LIMIT)]
    np.testing.assert_allclose(ends, ACTIVATIONS[name].module()(far), atol=1e-4)
