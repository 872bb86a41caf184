"""Random settings at the edge of what is accepted: whatever network comes out, with the largest batch it may have."""

import random
from collections.abc import Iterator
from typing import Any

from core.activations import ACTIVATIONS
from core.augmentation import AUGMENTATIONS
from core.config import ConfigError, TrainConfig
from core.config.fields import SETTINGS
from core.models import MODELS
from core.optimizers import OPTIMIZERS

WIDTHS = (1, 2, 3, 4, 8, 16, 31, 64, 100, 256, 512, 1024, 2048)
AWKWARD = (  # networks that cost more than they seem to
    {"model": "blocks", "blocks": "conv:64:1:4:5,conv:4:1,conv:256:1,conv:4:1,conv:256:1,maxpool:7,flatten,linear:10"},
    {"model": "blocks", "blocks": "conv:1:11:1:5,conv:1:11:1:5,conv:1:11:1:5,conv:1:11:1:5,flatten,linear:10"},
    {"model": "blocks", "blocks": "conv:32:11:2:5,conv:1:11:1:5,flatten,linear:10"},
    {"model": "blocks", "blocks": "conv:32:1,tanh,softplus,dropout,gelu,batchnorm,tanh,maxpool:2,flatten,linear:10"},
    {"model": "blocks", "blocks": ",".join(["lstm:64:all"] * 20) + ",lstm:64,linear:10"},
    {"model": "blocks", "blocks": "flatten," + "linear:784,tanh," * 4 + "linear:10"},
    {"model": "cnn", "channels": (64, 64), "stride": 1, "hidden": (), "dropout": 0.5},
    {"model": "lstm", "hidden": (512,)},
    {"model": "lstm", "hidden": (1, 100), "augmentation": "handwriting"},
    {"model": "lstm", "hidden": (16, 16, 16, 16, 16, 16, 16, 16)},
    {"model": "mlp", "hidden": (2000, 1000)},
    {"model": "mlp", "hidden": (64,) * 20, "dropout": 0.5, "augmentation": "handwriting"},
)


def with_the_largest_batch(changes: dict[str, Any]) -> TrainConfig | None:
    """Return the dearest accepted settings with these; None where even a batch of one is refused."""
    least, most = 0, SETTINGS["batch_size"].maximum
    while least < most:
        middle = (least + most + 1) // 2
        least, most = (middle, most) if accepted(changes | {"batch_size": middle}) else (least, middle - 1)
    return accepted(changes | {"batch_size": least}) if least else None


def accepted(changes: dict[str, Any]) -> TrainConfig | None:
    """Return the settings of the offline digits with these changes, or None where they are refused."""
    try:
        return TrainConfig(dataset="digits", **changes)
    except ConfigError:
        return None


def dearest(seed: int, count: int) -> Iterator[TrainConfig]:
    """Yield so many accepted settings, each the dearest of its network; always the same for a seed."""
    chance = random.Random(seed)
    while count:
        config = with_the_largest_batch(_network(chance))
        if config:
            count -= 1
            yield config


def _network(chance: random.Random) -> dict[str, Any]:
    model = chance.choice([name for name, model in MODELS.items() if not model.for_points])
    changes: dict[str, Any] = {
        "model": model,
        "hidden": _widths(chance, MODELS[model].min_hidden, 4),
        "activation": chance.choice(list(ACTIVATIONS)),
        "dropout": chance.choice([0.0, 0.3]),
        "optimizer": chance.choice(list(OPTIMIZERS)),
        "augmentation": chance.choice(list(AUGMENTATIONS)),
    }
    if model == "cnn":
        changes |= {"channels": _widths(chance, 1, 3), "stride": chance.choice([1, 2])}
    if model == "blocks":
        changes["blocks"] = _blocks(chance)
    return changes


def _widths(chance: random.Random, fewest: int, most: int) -> tuple[int, ...]:
    return tuple(chance.choice(WIDTHS) for _layer in range(chance.randint(fewest, most)))


def _blocks(chance: random.Random) -> str:
    pictures = [
        lambda: f"conv:{chance.choice(WIDTHS[:10])}:{chance.choice((1, 3, 5, 11))}:{chance.choice((1, 1, 2))}:5",
        lambda: "maxpool:2",
        lambda: "batchnorm",
        lambda: "dropout",
        lambda: chance.choice(list(ACTIVATIONS)),
    ]
    first = [chance.choice(pictures)() for _block in range(chance.randint(1, 12))]
    if chance.random() < 0.2:
        return ",".join([*first, f"lstm:{chance.choice(WIDTHS[:10])}", "linear:10"])
    return ",".join([*first, "maxpool:4", "flatten", "linear:10"])
