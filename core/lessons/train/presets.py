"""Settings worth trying, each one click on the Train page."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

from core.config import TrainConfig
from core.datasets import DATASETS
from core.models import MODELS
from core.text.i18n import N_


@dataclass(frozen=True)
class Preset:
    """One button: `config` gives the settings for a data set."""

    label: str
    icon: str
    config: Callable[[str], TrainConfig]
    note: str


def default_augmentation(dataset: str) -> str:
    """Return the augmentation to begin with on a data set: small ones need it."""
    return "handwriting" if DATASETS[dataset].augment_by_default else "none"


def default_epochs(dataset: str) -> int:
    """Return how many epochs to begin with on a data set: those of a small one are short, so it takes more."""
    return 30 if DATASETS[dataset].augment_by_default else TrainConfig.epochs


def default_config(dataset: str, **changes: Any) -> TrainConfig:
    """Return the course's network with what suits a data set, but for the changes."""
    suited: dict[str, Any] = {"epochs": default_epochs(dataset), "augmentation": default_augmentation(dataset)}
    return TrainConfig(dataset=dataset, **suited | changes)


FIRST_RUN = TrainConfig(dataset="digits", hidden=(64,), batch_size=1024, learning_rate=0.002, epochs=24)
"""What trains by itself on the first visit: few steps, so that one sees it learn, on digits that are always there."""
FIRST_RUN_PACE = 4.0  # epochs a second


def _fast_cnn(dataset: str) -> TrainConfig:
    small = DATASETS[dataset].augment_by_default
    return default_config(
        dataset,
        model="cnn",
        channels=(16, 32),
        hidden=MODELS["cnn"].default_hidden,
        optimizer="adamw",
        learning_rate=0.02,
        beta2=0.99,
        weight_decay=0.01,
        schedule="one_cycle",
        label_smoothing=0.1,
        batch_size=64 if small else 256,
        epochs=default_epochs(dataset) if small else 1,
    )


PRESETS = {
    "course": Preset(N_("The course’s network"), ":material/school:", default_config, N_("784-512-10 with Adam.")),
    "fast_cnn": Preset(
        N_("Fast CNN"),
        ":material/bolt:",
        _fast_cnn,
        N_("A small CNN whose learning rate goes up and down once: how far does one pass over MNIST take it?"),
    ),
    "sgd": Preset(
        N_("Plain SGD"),
        ":material/trending_down:",
        partial(default_config, optimizer="sgd", learning_rate=0.1),
        N_("Nothing but weight = weight − lr · grad."),
    ),
    "too_fast": Preset(
        N_("Too large a step"),
        ":material/warning:",
        partial(default_config, optimizer="sgd", learning_rate=10.0),
        N_("What a learning rate of 10 does to the loss."),
    ),
}
