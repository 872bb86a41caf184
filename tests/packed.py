"""What a picture is made of, read as the browser reads it."""

import json
import math
from typing import Any

import numpy as np
from numpy.typing import NDArray


def unpack(packed: bytes) -> tuple[dict[str, Any], dict[str, NDArray]]:
    """Return the header and the arrays; their offsets lie in a copy of the bytes that begins at a multiple of 8."""
    length = int.from_bytes(packed[:4], "little")
    header = json.loads(packed[4 : 4 + length])
    arrays = {}
    for name, (dtype, shape, offset) in header.pop("arrays").items():
        start = 4 + length + offset
        assert start % 8 == 0
        kind = np.dtype(dtype).newbyteorder("<")
        arrays[name] = np.frombuffer(packed, kind, math.prod(shape), start).reshape(shape)
    return header, arrays
