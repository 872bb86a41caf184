"""Short runs of every kind of network, each trained once for all tests of what can be taken home."""

from functools import lru_cache

from core.config import TrainConfig
from core.datasets import data_of
from core.runs import Run

CONFIGS = {
    "mlp": TrainConfig(dataset="digits", hidden=(8,), epochs=2, dropout=0.1),
    "cnn": TrainConfig(dataset="digits", model="cnn", channels=(4, 6), hidden=(8,), dropout=0.1, epochs=1),
    "lstm": TrainConfig(dataset="digits", model="lstm", hidden=(8, 6), dropout=0.1, epochs=1),
    "blocks": TrainConfig(
        dataset="digits",
        model="blocks",
        blocks="conv:4:5,batchnorm,relu,maxpool,dropout,flatten,linear:10",
        epochs=1,
    ),
    "points": TrainConfig(
        dataset="circle",
        model="points",
        loss="bce",
        features=("x1", "x2_squared", "product", "sin_x1"),
        hidden=(4, 3),
        activations=("tanh", "gelu"),
        dropouts=(0.0, 0.2),
        samples=60,
        epochs=3,
    ),
    "values": TrainConfig(dataset="plane", model="points", loss="mse", hidden=(3,), samples=60, epochs=3),
}


@lru_cache
def trained(name: str) -> Run:
    """Return a run that is over; nobody may change it."""
    run = Run(CONFIGS[name], data_of(CONFIGS[name]))
    assert run.wait(60)
    return run


def paused(config: TrainConfig) -> Run:
    """Return a run that has not taken a step; it ends with the process."""
    return Run(config, data_of(config), paused=True)
