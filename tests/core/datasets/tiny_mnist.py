"""A made-up MNIST of a few pictures in the real file format, which torchvision's own class is told to expect."""

import gzip
import hashlib
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from core.datasets.torchvision_import import datasets

TRAIN_IMAGES = "train-images-idx3-ubyte.gz"
TRAIN_LABELS = "train-labels-idx1-ubyte.gz"
TEST_IMAGES = "t10k-images-idx3-ubyte.gz"
TEST_LABELS = "t10k-labels-idx1-ubyte.gz"


@dataclass(frozen=True)
class TinyMnist:
    arrays: dict[str, np.ndarray]
    packed: dict[str, bytes]

    def write(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        for name, content in self.packed.items():
            (folder / name).write_bytes(content)


def to_idx(array: np.ndarray) -> bytes:
    sizes = b"".join(size.to_bytes(4, "big") for size in array.shape)
    return bytes([0, 0, 8, array.ndim]) + sizes + array.tobytes()


def make_tiny_mnist(monkeypatch, cache: Path, mirrors: list[str] | None = None) -> TinyMnist:
    """Have torchvision's MNIST expect 20 + 10 random pictures, and the cache be in `cache`; nothing is written yet."""
    random = np.random.default_rng(0)
    arrays = {
        TRAIN_IMAGES: random.integers(0, 256, (20, 28, 28), np.uint8),
        TRAIN_LABELS: np.arange(20, dtype=np.uint8) % 10,
        TEST_IMAGES: random.integers(0, 256, (10, 28, 28), np.uint8),
        TEST_LABELS: np.arange(10, dtype=np.uint8)[::-1].copy(),
    }
    packed = {name: gzip.compress(to_idx(array), mtime=0) for name, array in arrays.items()}
    sums = [(name, hashlib.md5(content, usedforsecurity=False).hexdigest()) for name, content in packed.items()]
    monkeypatch.setattr(datasets.MNIST, "resources", sums)
    monkeypatch.setattr(datasets.MNIST, "mirrors", mirrors or [])
    monkeypatch.setenv("NEURAL_PLAYGROUND_DATA", str(cache))
    return TinyMnist(arrays, packed)
