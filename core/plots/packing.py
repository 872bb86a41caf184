"""What a picture in the browser is made of, as bytes: a header in JSON, then arrays that it reads as they lie."""

import json
import struct
from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray
from torch import Tensor

_ALIGNMENT = 8  # bytes; a typed array must begin at a multiple of the size of its numbers


def pack(header: Mapping[str, Any], arrays: Mapping[str, Tensor | NDArray]) -> bytes:
    """Return the length of the header (uint32), the header as JSON, and the arrays, all little-endian.

    The header gets a key "arrays": name -> [dtype, shape, offset in bytes from the end of the header]. Each array
    begins at a multiple of 8, so that a browser can lay a typed array over it. Numbers that are not finite become null.
    """
    plain = {name: np.asarray(array) for name, array in arrays.items()}
    table = {name: [array.dtype.name, array.shape, 0] for name, array in plain.items()}
    # The offsets depend on the header's length, and that on the offsets: they count from the first array on.
    place = 0
    for name, array in plain.items():
        table[name][2] = place
        place += _padded(array.nbytes)
    text = json.dumps({**_finite(header), "arrays": table}, ensure_ascii=False, separators=(",", ":")).encode()
    text += b" " * (_padded(len(text) + 4) - len(text) - 4)
    chunks = [struct.pack("<I", len(text)), text]
    for array in plain.values():
        chunks.append(array.astype(array.dtype.newbyteorder("<"), copy=False).tobytes())
        chunks.append(bytes(_padded(array.nbytes) - array.nbytes))
    return b"".join(chunks)


def _finite(value: Any) -> Any:
    """Return the same without NaN and infinity, which JSON does not know."""
    if isinstance(value, Mapping):
        return {key: _finite(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_finite(item) for item in value]
    return None if isinstance(value, float) and not np.isfinite(value) else value


def _padded(length: int) -> int:
    return -(-length // _ALIGNMENT) * _ALIGNMENT
