"""Train the shipped networks anew: `python -m core.pretrained.train --pen FILE [name ...]`, all where none is named.

They learn MNIST's training set together with handwriting from elsewhere, so that they can read digits that are drawn on
a screen by people who write otherwise than MNIST's writers: scikit-learn's digits; the pen strokes of 25 people on a
tablet (core.digits.unipen), each digit varied; and digits drawn by `core.digits.handwriting` in many styles. To
scribbles the right answer is "no idea", the same probability for every class (Hendrycks et al. 2019, "Deep Anomaly
Detection with Outlier Exposure", arXiv:1812.04606). Settings are chosen by the last 5,000 of MNIST's training pictures
and by five more people of the tablet, which are not trained on; MNIST's test set is looked at once, for the card.

The last layer is divided by the temperature that makes the probabilities right for those five people (Guo et al. 2017,
"On Calibration of Modern Neural Networks", arXiv:1706.04599).
"""

import argparse
import json
from collections.abc import Iterable
from dataclasses import asdict, replace
from pathlib import Path

import torch
import torch.nn.functional as F
from safetensors.torch import save_file
from torch import Generator, Tensor, nn

from core.config import TrainConfig
from core.datasets import Data, Split, load
from core.digits import handwriting, unipen
from core.digits.unipen import PenDigit, UnipenError, labels_of
from core.interpret.metrics import reliability
from core.models import build_network, count_parameters
from core.pretrained import CHECKPOINTS, CLASSES, FOLDER
from core.training import evaluate, make_loss, outputs_in_batches, train

VALIDATION = 5_000
LAST_WRITER = 25  # of the tablet; those with higher numbers are not trained on
DIGITS_REPEATED = 2  # there are few of them
PEN_VARIED = 3  # times that each digit of the tablet is written
DRAWN = 24_000
SCRIBBLES = 0.2  # of the drawn pictures
SETTLING = 12_800
SETTLED_AT_ONCE = 256
PENS = (2.2, 2.9)  # pixels of 28; the canvas always has the one of core.digits.rasterize


def mixture(digits: list[PenDigit], seed: int) -> Data:
    """Return MNIST and the other handwriting as training data, with MNIST's validation pictures as the test split."""
    generator = Generator().manual_seed(seed)
    mnist, scanned = load("mnist"), load("digits")
    drawn, labels = handwriting.sample(DRAWN, generator, SCRIBBLES, PENS)
    written = [digit for digit in digits if digit.writer <= LAST_WRITER]
    varied = [handwriting.ink(_vary(written, generator), generator, PENS) for _time in range(PEN_VARIED - 1)]
    pen = [handwriting.ink((digit.strokes for digit in written), generator, PENS), *varied]
    repeated = DIGITS_REPEATED * [scanned.train, scanned.test]
    everything = Split(
        torch.cat([mnist.train.inputs[:-VALIDATION], *(split.inputs for split in repeated), drawn, *pen]),
        torch.cat(
            [
                _rows(mnist.train.targets[:-VALIDATION]),
                *(_rows(split.targets) for split in repeated),
                _rows(labels),
                *PEN_VARIED * [_rows(labels_of(written))],
            ]
        ),
    )
    validation = Split(mnist.train.inputs[-VALIDATION:], mnist.train.targets[-VALIDATION:])
    return replace(mnist, train=everything, test=validation)


def unseen(digits: list[PenDigit]) -> Split:
    """Return the digits of those people whom the networks do not learn from, as the canvas inks them."""
    written = [digit for digit in digits if digit.writer > LAST_WRITER]
    return Split(handwriting.ink((digit.strokes for digit in written), Generator()), labels_of(written))


def ship(name: str, config: TrainConfig, digits: list[PenDigit]) -> None:
    """Train one network and write its weights and its card."""
    data, drawn = mixture(digits, config.seed), unseen(digits)
    network = build_network(config, data.input_shape, CLASSES)
    # Half-precision products are nearly twice as fast on a processor that has them, and cost no accuracy here. Without
    # its cache, as autocast would keep the first weights' half-precision copies for as long as the block lasts.
    with torch.autocast("cpu", dtype=torch.bfloat16, cache_enabled=False):
        for snapshot in train(config, data, network):
            if snapshot.test is not None:
                print(f"{name}: epoch {snapshot.epoch:.0f}, validation {snapshot.test.accuracy:.2%}", flush=True)
    settle_batch_norm(network, data, config.seed)
    network.half().float()  # as they are kept
    write(name, config, network, calibrate(network, data, drawn), data, drawn)


def write(name: str, config: TrainConfig, network: nn.Module, temperature: float, data: Data, drawn: Split) -> None:
    """Write a network's weights, as float16, and its card."""
    mnist, loss_of = load("mnist"), make_loss(config)
    card = {
        "config": asdict(config),
        "command": f"python -m core.pretrained.train --pen FILE {name}",
        "trained_on": f"{len(data.train):,} pictures: MNIST without its last {VALIDATION:,} training pictures, "
        f"scikit-learn's digits ({DIGITS_REPEATED} times), {DRAWN:,} drawn digits and scribbles, and the pen strokes "
        f"of {LAST_WRITER} people ({PEN_VARIED} times) from UCI's Pen-Based Recognition of Handwritten Digits "
        f"(E. Alpaydin, F. Alimoglu, CC BY 4.0, {unipen.SOURCE})",
        "parameters": count_parameters(config, data.input_shape, CLASSES),
        "validation_accuracy": evaluate(network, data, data.test, loss_of).accuracy,
        "drawn_accuracy": evaluate(network, data, drawn, loss_of).accuracy,
        "drawn_calibration_error": _calibration_error(network, data, drawn),
        "temperature": temperature,
        "test_accuracy": evaluate(network, mnist, mnist.test, loss_of).accuracy,
        "mean": mnist.mean,
        "std": mnist.std,
        "torch": torch.__version__,
    }
    weights = {key: tensor.half().contiguous() for key, tensor in network.state_dict().items()}
    save_file(weights, FOLDER / f"{name}.safetensors")
    (FOLDER / f"{name}.json").write_text(json.dumps(card, indent=2) + "\n", encoding="utf-8")
    scores = ("validation_accuracy", "drawn_accuracy", "drawn_calibration_error", "test_accuracy")
    print(f"{name}: " + ", ".join(f"{score} {card[score]:.2%}" for score in scores))


@torch.no_grad()
def settle_batch_norm(network: nn.Module, data: Data, seed: int) -> None:
    """Take batch norm's mean and variance from SETTLING training images as they are.

    Training leaves those of varied images, with which more answers to images as they are are wrong: those of the CNN
    rose from 98.9 to 99.4 % of MNIST's test set, and from 98.9 to 99.3 % of the drawn digits.
    """
    norms = [layer for layer in network.modules() if isinstance(layer, nn.BatchNorm1d | nn.BatchNorm2d)]
    if not norms:
        return
    for norm in norms:
        norm.reset_running_stats()
        norm.momentum = None  # the mean over all batches
    network.train()
    chosen = torch.randperm(len(data.train), generator=Generator().manual_seed(seed))[:SETTLING]
    for images in data.train.inputs[chosen].split(SETTLED_AT_ONCE):
        network(data.prepare(images))
    network.eval()


def calibrate(network: nn.Module, data: Data, split: Split) -> float:
    """Divide a network's last layer by the temperature that makes its cross-entropy on a split the smallest."""
    outputs, targets = torch.cat([*outputs_in_batches(network.eval(), data, split)]), split.targets
    candidates = torch.logspace(-1, 1, 401)
    losses = torch.stack([F.cross_entropy(outputs / temperature, targets) for temperature in candidates])
    temperature = candidates[losses.argmin()].item()
    last = [layer for layer in network.modules() if isinstance(layer, nn.Linear)][-1]
    with torch.no_grad():
        for parameter in last.parameters():
            parameter.div_(temperature)
    return temperature


def _calibration_error(network: nn.Module, data: Data, split: Split) -> float:
    probabilities = torch.cat([*outputs_in_batches(network, data, split)]).softmax(dim=1)
    return reliability(probabilities, split.targets).error


def _vary(digits: list[PenDigit], generator: Generator) -> Iterable[list[handwriting.Stroke]]:
    return (handwriting.vary(digit.strokes, generator) for digit in digits)


def _rows(labels: Tensor) -> Tensor:
    """Return class probabilities float32 [N, C]: one-hot rows, and equal ones where the label is -1, a scribble."""
    rows = F.one_hot(labels.clamp(min=0), CLASSES).float()
    rows[labels < 0] = 1 / CLASSES
    return rows


def main() -> None:
    """Train what the command line asks for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    where = f"pendigits-orig.tra of {unipen.SOURCE} (CC BY 4.0), unpacked or gzipped"
    parser.add_argument("--pen", type=Path, metavar="FILE", required=True, help=where)
    parser.add_argument(
        "names",
        nargs="*",
        default=list(CHECKPOINTS),
        choices=CHECKPOINTS,
        help="which networks; all where none is named",
    )
    asked = parser.parse_args()
    try:
        digits = unipen.read(asked.pen)
    except (OSError, UnipenError) as error:
        parser.error(f"{error} The file is {where}.")
    for name in asked.names:
        ship(name, CHECKPOINTS[name].config, digits)


if __name__ == "__main__":
    main()
