"""A running mean, in which a noisy curve shows where it goes."""

import numpy as np


def smoothed(values: np.ndarray, weight: float) -> np.ndarray:
    """Return a running mean of values [N] in which each earlier one counts `weight` times as much as the next.

    m ← weight · m + (1 − weight) · value, from m = 0, divided by 1 − weight^n, so that the beginning is not drawn to
    0: the smoothing of TensorBoard, and the bias correction of Adam (Kingma and Ba 2015, arXiv:1412.6980).
    """
    means, mean = np.empty(len(values)), 0.0
    for place, value in enumerate(values):
        mean = weight * mean + (1 - weight) * value
        means[place] = mean / (1 - weight ** (place + 1))
    return means
