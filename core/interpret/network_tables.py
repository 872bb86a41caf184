"""Activations as tables, from which the browser computes what the neurons of a small network give."""

from functools import lru_cache

import torch
from numpy.typing import NDArray

from core.activations import ACTIVATIONS

LIMIT = 12.0
SAMPLES = 4097  # an odd number: 0, where some functions have their corner, is one of them
_FAR = 1e4  # where a function is as straight as it ever gets


@lru_cache
def activation_table(name: str) -> NDArray:
    """Return an activation as float32 [SAMPLES + 2].

    First its values, evenly from -LIMIT to LIMIT; then its slopes far to the left and far to the right, by which it
    goes on beyond. Between two samples a straight line is within 5e-6 of the smooth ones.
    """
    function = ACTIVATIONS[name].module()
    with torch.inference_mode(False), torch.enable_grad():
        x = torch.linspace(-LIMIT, LIMIT, SAMPLES, dtype=torch.float64)
        ends = torch.tensor([-_FAR, _FAR], dtype=torch.float64, requires_grad=True)
        (slopes,) = torch.autograd.grad(function(ends).sum(), ends)
        return torch.cat([function(x), slopes]).float().numpy()
