"""The IDX file format of MNIST: a big-endian header (type, number of dimensions, sizes), then the bytes.

Described at http://yann.lecun.com/exdb/mnist/.
"""

import gzip
import math
import zlib
from collections.abc import Sequence
from io import BufferedIOBase
from pathlib import Path

import numpy as np

UNSIGNED_BYTE = 0x08
PIECE = 1 << 20  # Read in pieces, so that a whole file is never in memory twice.


def read(path: Path) -> np.ndarray:
    """Return the uint8 array of an IDX file, gzipped if its name ends in .gz.

    Raises ValueError if the content is not exactly one array of unsigned bytes, OSError if it cannot be opened.
    """
    with _open(path) as stream:
        try:
            array = np.empty(_read_shape(stream), np.uint8)
            flat = array.reshape(-1)
            filled = 0
            while piece := stream.read(min(PIECE, flat.size - filled)):
                flat[filled : filled + len(piece)] = np.frombuffer(piece, np.uint8)
                filled += len(piece)
            if filled < flat.size or stream.read(1):
                raise ValueError(f"{path} is longer or shorter than its header says")
        except (EOFError, zlib.error, gzip.BadGzipFile) as error:
            raise ValueError(f"{path} cannot be unpacked: {error}") from error
    return array


def read_header(path: Path) -> bytes:
    """Return the bytes in front of the first value, as they stand in an IDX file, gzipped or not.

    Raises ValueError if it is no IDX file of unsigned bytes, OSError if it cannot be opened.
    """
    with _open(path) as stream:
        try:
            return header(_read_shape(stream))
        except (EOFError, zlib.error, gzip.BadGzipFile) as error:
            raise ValueError(f"{path} cannot be unpacked: {error}") from error


def header(shape: Sequence[int]) -> bytes:
    """Return the bytes in front of the values of an array of unsigned bytes of this shape."""
    return bytes([0, 0, UNSIGNED_BYTE, len(shape)]) + b"".join(size.to_bytes(4, "big") for size in shape)


def header_fits(path: Path) -> bool:
    """Return whether an unpacked IDX file is as long as its header says. Raises OSError if it cannot be read."""
    with path.open("rb") as stream:
        try:
            shape = _read_shape(stream)
        except ValueError:
            return False
        return path.stat().st_size == stream.tell() + math.prod(shape)


def _open(path: Path) -> BufferedIOBase:
    return gzip.open(path) if path.suffix == ".gz" else path.open("rb")


def _read_shape(stream: BufferedIOBase) -> tuple[int, ...]:
    magic = stream.read(4)
    if len(magic) < 4 or magic[:3] != bytes([0, 0, UNSIGNED_BYTE]):
        raise ValueError("not an IDX file of unsigned bytes")
    sizes = stream.read(4 * magic[3])
    if len(sizes) < 4 * magic[3]:
        raise ValueError("the IDX header is cut short")
    return tuple(int(size) for size in np.frombuffer(sizes, ">u4"))
