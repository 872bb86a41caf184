"""The other side of a comparison: PyTorch as tutorials and PyTorch's own MNIST example write it.

Weights, dropout and the order of the samples come from torch's global generator there, so each begins by seeding it.
"""

import gzip
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from shutil import copyfileobj
from tempfile import TemporaryDirectory

import torch
import torch.nn.functional as F
from torch import Tensor, nn
from torch.optim.lr_scheduler import StepLR
from torch.utils.data import DataLoader, Dataset, Subset

from core.datasets import DATASETS
from core.datasets.torchvision_import import datasets, transforms
from tests.benchmarks.trained import Trained

BATCH_SIZE = 64


@contextmanager
def torchvision_mnist(samples: int | None) -> Iterator[Dataset]:
    """Yield torchvision's MNIST training set with ToTensor and Normalize, of so many samples; all where None.

    torchvision reads unpacked files only, so they are unpacked elsewhere: the cache folder may be read-only.
    """
    with TemporaryDirectory() as folder:
        raw = Path(folder, "MNIST", "raw")
        raw.mkdir(parents=True)
        for file in DATASETS["mnist"].source.sound_files():
            packed = file.suffix == ".gz"
            with (
                (gzip.open if packed else open)(file, "rb") as source,
                open(raw / file.name.removesuffix(".gz"), "wb") as target,
            ):
                copyfileobj(source, target)
        transform = transforms.Compose([transforms.ToTensor(), transforms.Normalize((0.1307,), (0.3081,))])
        dataset = datasets.MNIST(folder, train=True, transform=transform)
        yield dataset if samples is None else Subset(dataset, range(samples))


def usual_loop(dataset: Dataset, seed: int) -> Trained:
    """Train 784-512-10 with Adam for one epoch, as tutorials do."""
    torch.manual_seed(seed)
    network = nn.Sequential(nn.Flatten(), nn.Linear(784, 512), nn.ReLU(), nn.Linear(512, 10))
    loader = DataLoader(dataset, batch_size=BATCH_SIZE, shuffle=True)
    loss_of = nn.CrossEntropyLoss()
    optimizer = torch.optim.Adam(network.parameters(), lr=1e-3)
    total_loss = 0.0
    started = time.perf_counter()
    for inputs, targets in loader:
        optimizer.zero_grad()
        loss = loss_of(network(inputs), targets)
        loss.backward()
        optimizer.step()
        total_loss += loss.item()
    return Trained(network, time.perf_counter() - started, len(dataset))


class ExampleNet(nn.Module):
    """The network of PyTorch's MNIST example. Shape: [N, 1, 28, 28] -> log-probabilities [N, 10]."""

    def __init__(self) -> None:
        super().__init__()
        self.first = nn.Conv2d(1, 32, kernel_size=3)
        self.second = nn.Conv2d(32, 64, kernel_size=3)
        self.thin_out_pictures = nn.Dropout(0.25)
        self.hidden = nn.Linear(64 * 12 * 12, 128)
        self.thin_out_neurons = nn.Dropout(0.5)
        self.last = nn.Linear(128, 10)

    def forward(self, inputs: Tensor) -> Tensor:
        pictures = F.relu(self.second(F.relu(self.first(inputs))))
        pictures = self.thin_out_pictures(F.max_pool2d(pictures, 2))
        neurons = self.thin_out_neurons(F.relu(self.hidden(pictures.flatten(1))))
        return F.log_softmax(self.last(neurons), dim=1)


def pytorch_example(dataset: Dataset, seed: int) -> Iterator[Trained]:
    """Train as https://github.com/pytorch/examples/tree/main/mnist does and yield after each epoch, without end.

    The seconds and samples of all epochs so far. Shuffled, as the example does where it has a GPU: it learns better so.
    """
    torch.manual_seed(seed)
    network = ExampleNet()
    loader = DataLoader(dataset, batch_size=BATCH_SIZE, shuffle=True)
    optimizer = torch.optim.Adadelta(network.parameters(), lr=1.0)
    schedule = StepLR(optimizer, step_size=1, gamma=0.7)
    seconds, samples = 0.0, 0
    while True:
        network.train()
        started = time.perf_counter()
        for inputs, targets in loader:
            optimizer.zero_grad()
            F.nll_loss(network(inputs), targets).backward()
            optimizer.step()
        schedule.step()
        seconds, samples = seconds + time.perf_counter() - started, samples + len(dataset)
        yield Trained(network, seconds, samples)
