"""The data of a run for a program that stands alone: fetched by torchvision, or packed into the program."""

import base64
import zlib
from dataclasses import dataclass
from functools import lru_cache
from inspect import signature

import torch
from torch import Tensor

from core.codegen.excerpt import excerpt
from core.config import TrainConfig
from core.datasets import DATASETS, POINTS, data_of, load, offline_digits
from core.datasets.registry import Dataset

UNPACK = ("import base64", "import zlib")


@dataclass(frozen=True)
class DataCode:
    """The code that makes the tensors of a data set, in parts.

    `code` ends with train_pictures and test_pictures, float32 [N, 1, 28, 28] in 0..1, or train_inputs and test_inputs,
    float32 [N, 2]; and with train_labels and test_labels, int64 [N], or train_targets and test_targets, float32 [N, 1].

    Attributes:
        imports: lines that must stand before any of it.
        packed: one very long line that holds the numbers; empty where they are fetched.
        helpers: functions that `code` calls; may be empty.
        normalize: the mean and the standard deviation of the training pictures, as written; empty for points.
    """

    imports: tuple[str, ...]
    packed: str
    helpers: str
    code: str
    normalize: tuple[str, str] | tuple[()] = ()


def data_code(config: TrainConfig) -> DataCode:
    """Return the code that makes the data of a TrainConfig. Raises ValueError where points cannot be drawn."""
    if config.dataset in POINTS:
        return _points_code(config)
    dataset = DATASETS[config.dataset]
    if dataset.source is None:
        return _digits_code(config)
    return _torchvision_code(dataset, dataset.source.torchvision_class)


def _torchvision_code(dataset: Dataset, name: str) -> DataCode:
    code = f"""\
training = datasets.{name}("data", train=True, download=True)  # fetched into the folder "data" when run first
testing = datasets.{name}("data", train=False, download=True)

train_pictures = training.data.unsqueeze(1) / 255  # [N, 1, 28, 28]: 0 is black, 1 is white
test_pictures = testing.data.unsqueeze(1) / 255
train_labels, test_labels = training.targets, testing.targets  # [N]: the number of the class
"""
    known = signature(dataset.read.func).bind(*dataset.read.args).arguments
    normalize = (repr(known["mean"]), repr(known["std"]))
    return DataCode(("from torchvision import datasets",), "", "", code, normalize)


def _digits_code(config: TrainConfig) -> DataCode:
    geometry = excerpt(offline_digits, offline_digits.to_mnist_geometry.__name__)
    data = load(config.dataset)
    packed = f"""\
# 1,797 digits, each 8 × 8 pixels of 0 to 16 and the number that it shows; packed to keep this file small.
PACKED = "{_packed_digits()}"
"""
    code = """\
table = torch.frombuffer(bytearray(zlib.decompress(base64.b64decode(PACKED))), dtype=torch.uint8).reshape(-1, 65)
pictures = to_mnist_geometry(table[:, :64].reshape(-1, 8, 8) / 16) / 255  # [1797, 1, 28, 28]: 0 is black, 1 is white
labels = table[:, 64].long()

# Every fifth digit of each class is kept for testing; the others are what the network learns from.
order = torch.randperm(len(labels), generator=torch.Generator().manual_seed(0))
by_class = order[labels[order].argsort(stable=True)]
kept = torch.zeros(len(labels), dtype=torch.bool)
kept[by_class[::5]] = True
learnt = order[~kept[order]]

train_pictures, train_labels = pictures[learnt], labels[learnt]
test_pictures, test_labels = pictures[kept], labels[kept]
"""
    return DataCode((*UNPACK, *geometry.imports), packed, geometry.code, code, (repr(data.mean), repr(data.std)))


def _points_code(config: TrainConfig) -> DataCode:
    data = data_of(config)
    splits = [_table(split.inputs, split.targets) for split in (data.train, data.test)]
    packed = f"""\
# The very points of the run: x1, x2 and target of each as float32, those to learn from first; packed into one line.
PACKED = "{_pack(torch.cat(splits))}"
"""
    answers = "targets" if data.train.targets.is_floating_point() else "labels"
    made = "[:, 2:]" if answers == "targets" else "[:, 2].long()"
    shape = "[N, 1]: the value" if data.task == "regression" else "[N, 1]: 1 for yes, 0 for no"
    shape = shape if answers == "targets" else "[N]: the number of the class"
    code = f"""\
table = torch.frombuffer(bytearray(zlib.decompress(base64.b64decode(PACKED))), dtype=torch.float32).reshape(-1, 3)
training, testing = table.split([{len(data.train)}, {len(data.test)}])

train_inputs, test_inputs = training[:, :2], testing[:, :2]  # [N, 2]
train_{answers}, test_{answers} = training{made}, testing{made}  # {shape}
"""
    return DataCode(UNPACK, packed, "", code)


def _table(inputs: Tensor, targets: Tensor) -> Tensor:
    return torch.cat([inputs, targets.float().reshape(-1, 1)], dim=1)


@lru_cache(maxsize=1)  # The file is read and packed anew otherwise, which takes a tenth of a second.
def _packed_digits() -> str:
    coarse, targets = offline_digits.read_table()
    return _pack(torch.cat([(coarse * 16).flatten(1), targets.unsqueeze(1)], dim=1).to(torch.uint8))


def _pack(numbers: Tensor) -> str:
    return base64.b64encode(zlib.compress(numbers.contiguous().numpy().tobytes(), level=9)).decode("ascii")
