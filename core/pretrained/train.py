"""Train the shipped networks anew: `python -m core.pretrained.train [name ...]`, all of them where none is named.

They learn MNIST's training set together with handwriting from elsewhere, so that they can read digits that are drawn on
a screen by people who write otherwise than MNIST's writers: scikit-learn's digits, and digits drawn by
`core.digits.handwriting` in many styles. To scribbles the right answer is "no idea", the same probability for every
class (Hendrycks et al. 2019, "Deep Anomaly Detection with Outlier Exposure", arXiv:1812.04606). Settings are chosen by
the last 5,000 of MNIST's training pictures, which are not trained on; MNIST's test set is looked at once, for the card.
"""

import json
import sys
from dataclasses import asdict, replace

import torch
import torch.nn.functional as F
from safetensors.torch import save_file
from torch import Tensor

from core.config import TrainConfig
from core.datasets import Data, Split, load
from core.digits import handwriting
from core.models import build_network, count_parameters
from core.pretrained import CHECKPOINTS, CLASSES, FOLDER
from core.training import evaluate, make_loss, train

VALIDATION = 5_000
DIGITS_REPEATED = 4  # there are few of them
DRAWN = 20_000
SCRIBBLES = 0.15  # of the drawn pictures


def mixture(seed: int) -> Data:
    """Return MNIST and the other handwriting as training data, with MNIST's validation pictures as the test split."""
    mnist, digits = load("mnist"), load("digits")
    drawn, labels = handwriting.sample(DRAWN, torch.Generator().manual_seed(seed), SCRIBBLES)
    inputs, targets = mnist.train.inputs, mnist.train.targets
    everything = Split(
        torch.cat(
            [
                inputs[:-VALIDATION],
                *DIGITS_REPEATED * [digits.train.inputs, digits.test.inputs],
                drawn,
            ]
        ),
        torch.cat(
            [
                _rows(targets[:-VALIDATION]),
                *DIGITS_REPEATED * [_rows(digits.train.targets), _rows(digits.test.targets)],
                _rows(labels),
            ]
        ),
    )
    return replace(mnist, train=everything, test=Split(inputs[-VALIDATION:], targets[-VALIDATION:]))


def ship(name: str, config: TrainConfig) -> None:
    """Train one network and write its weights and its card."""
    data = mixture(config.seed)
    network = build_network(config, data.input_shape, CLASSES)
    # Half-precision products are nearly twice as fast on a processor that has them, and cost no accuracy here. Without
    # its cache, as autocast would keep the first weights' half-precision copies for as long as the block lasts.
    with torch.autocast("cpu", dtype=torch.bfloat16, cache_enabled=False):
        for snapshot in train(config, data, network):
            if snapshot.test is not None:
                print(f"{name}: epoch {snapshot.epoch:.0f}, validation {snapshot.test.accuracy:.2%}", flush=True)
    mnist, loss_of = load("mnist"), make_loss(config)
    card = {
        "config": asdict(config),
        "command": f"python -m core.pretrained.train {name}",
        "trained_on": f"{len(data.train):,} pictures: MNIST without its last {VALIDATION:,} training pictures, "
        f"scikit-learn's digits ({DIGITS_REPEATED} times) and {DRAWN:,} drawn digits and scribbles",
        "parameters": count_parameters(config, data.input_shape, CLASSES),
        "validation_accuracy": evaluate(network, data, data.test, loss_of).accuracy,
        "test_accuracy": evaluate(network, mnist, mnist.test, loss_of).accuracy,
        "mean": mnist.mean,
        "std": mnist.std,
        "torch": torch.__version__,
    }
    weights = {key: tensor.contiguous() for key, tensor in network.state_dict().items()}
    save_file(weights, FOLDER / f"{name}.safetensors")
    (FOLDER / f"{name}.json").write_text(json.dumps(card, indent=2) + "\n", encoding="utf-8")
    print(f"{name}: validation {card['validation_accuracy']:.2%}, test {card['test_accuracy']:.2%}")


def _rows(labels: Tensor) -> Tensor:
    """Return class probabilities float32 [N, C]: one-hot rows, and equal ones where the label is -1, a scribble."""
    rows = F.one_hot(labels.clamp(min=0), CLASSES).float()
    rows[labels < 0] = 1 / CLASSES
    return rows


if __name__ == "__main__":
    for chosen in sys.argv[1:] or CHECKPOINTS:
        ship(chosen, CHECKPOINTS[chosen].config)
