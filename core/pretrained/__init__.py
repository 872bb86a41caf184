"""The networks that come with the app: their weights, and how each was trained and what it scored.

`<name>.safetensors` holds the weights, in float16, and `<name>.json` its card; `python -m core.pretrained.train` makes
them anew. `python -m core.pretrained.figures` says how well they read drawn digits.
"""

import json
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from safetensors import SafetensorError
from safetensors.torch import load_file
from torch import nn

from core.config import TrainConfig
from core.config.json_file import config_from_card
from core.datasets import DATASETS
from core.inference import Classifier
from core.models import build_network
from core.text.i18n import N_, _

FOLDER = Path(__file__).parent
SHAPE = DATASETS["mnist"].shape
CLASSES = len(DATASETS["mnist"].classes)


class CheckpointError(ValueError):
    """The files of a shipped network are missing or damaged; the message is a sentence that says what to do."""


@dataclass(frozen=True)
class Recipe:
    """One shipped network of the menu, and the settings that it is trained with."""

    label: str
    config: TrainConfig


@dataclass(frozen=True, eq=False)
class Checkpoint:
    """A trained network in eval mode, shared by the whole process, so it must not be changed.

    Attributes:
        card: config, seed, command and scores, as in the JSON file beside the weights.
        data_mean, data_std: what its pictures in [0, 1] are normalised with.
    """

    network: nn.Module
    card: dict
    data_mean: float
    data_std: float


@lru_cache
def load(name: str, folder: Path = FOLDER) -> Checkpoint:
    """Return a shipped network, read once per process.

    Raises:
        CheckpointError: its files are missing or damaged.
    """
    try:
        card = json.loads((folder / f"{name}.json").read_text(encoding="utf-8"))
        config = config_from_card(card["config"])
        network = build_network(config, SHAPE, CLASSES)
        network.load_state_dict(load_file(folder / f"{name}.safetensors"))  # float16, which float32 takes in
        return Checkpoint(network.eval(), card, float(card["mean"]), float(card["std"]))
    except FileNotFoundError as error:
        raise CheckpointError(
            _("The file {file} of the shipped network is missing: install the app anew, or train your own.").format(
                file=Path(error.filename or name).name
            )
        ) from error
    # A card that is no JSON or lacks an entry, weights cut short, weights of another network.
    except (ValueError, KeyError, TypeError, SafetensorError, RuntimeError) as error:
        raise CheckpointError(
            _("The files of the shipped network “{name}” are damaged: install the app anew, or train your own.").format(
                name=name
            )
        ) from error


CHECKPOINTS = {
    "cnn": Recipe(
        N_("Shipped CNN"),
        TrainConfig(
            model="cnn",
            channels=(24, 48, 96),
            stride=1,
            hidden=(128,),
            dropout=0.1,
            optimizer="adamw",
            learning_rate=0.005,
            beta2=0.99,
            weight_decay=0.01,
            schedule="one_cycle",
            label_smoothing=0.05,
            batch_size=128,
            epochs=16,
            augmentation="elastic",
            tests_per_epoch=1,
        ),
    ),
    "mlp": Recipe(
        N_("Shipped MLP 784-512-10"),
        TrainConfig(
            hidden=(512,),
            optimizer="adamw",
            learning_rate=0.002,
            schedule="one_cycle",
            label_smoothing=0.02,
            batch_size=128,
            epochs=28,
            augmentation="elastic",
            tests_per_epoch=1,
        ),
    ),
    "lstm": Recipe(
        N_("Shipped LSTM, row by row"),
        TrainConfig(
            model="lstm",
            hidden=(128,),
            optimizer="adamw",
            learning_rate=0.005,
            schedule="one_cycle",
            label_smoothing=0.05,
            batch_size=128,
            epochs=18,
            augmentation="elastic",
            tests_per_epoch=1,
        ),
    ),
}


def pretrained_classifier(name: str) -> Classifier:
    """Return a shipped network. Raises CheckpointError if its files are missing or damaged."""
    checkpoint = load(name)
    return Classifier(checkpoint.network, checkpoint.data_mean, checkpoint.data_std, DATASETS["mnist"].classes)
