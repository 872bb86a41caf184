"""Small pictures made large enough to look at."""

import numpy as np


def enlarge(picture: np.ndarray, factor: int) -> np.ndarray:
    """Draw each pixel of a picture [H, W] as a square of `factor` x `factor`, with hard edges."""
    return picture.repeat(factor, axis=0).repeat(factor, axis=1)


def contact_strip(pictures: np.ndarray, factor: int) -> np.ndarray:
    """Lay pictures [N, H, W] side by side in one row [H * factor, N * W * factor]."""
    return enlarge(np.concatenate(list(pictures), axis=1), factor)
