import math

import numpy as np
import pytest
import torch

from core.plots.packing import pack
from tests.packed import unpack


@pytest.mark.parametrize("words", ["", "x", "xx", "–é", "a" * 1000])
def test_arrays_come_back_as_they_were(words):
    arrays = {
        "bytes": torch.arange(5, dtype=torch.uint8),
        "floats": torch.randn(3, 4),
        "turned": torch.randn(3, 4).T,
        "none": np.zeros((3, 0), dtype=np.float32),
        "more": np.arange(7, dtype=np.float32),
    }
    header, back = unpack(pack({"words": words}, arrays))
    assert header == {"words": words}
    for name, array in arrays.items():
        np.testing.assert_array_equal(back[name], np.asarray(array))


def test_what_is_no_number_becomes_null():
    header, _arrays = unpack(pack({"a": [math.nan, {"b": math.inf}], "c": 1.5}, {}))
    assert header == {"a": [None, {"b": None}], "c": 1.5}
