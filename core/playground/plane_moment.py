"""A run on points at one moment: all numbers of its picture."""

import numpy as np
from torch import nn

from core.interpret.metrics import layer_gradients
from core.playground.frame import Numbers, Picture
from core.runs import Run, View
from core.training import evaluate, make_loss


def picture_of(run: Run, view: View, number: int, **look: object) -> Picture:
    """Return the picture of a run as it is now.

    Args:
        number: counts the pictures.
        look: hovered, probe, show_test, discretize and own, as core.playground.frame.Picture takes them.
    """
    network, data, loss_of = run.frozen_network(), run.data, make_loss(run.config)
    train, test = (evaluate(network, data, split, loss_of) for split in (data.train, data.test))
    return Picture(
        number=number,
        network=network,
        problem=data.problem,
        activations=run.config.activations or (run.config.activation,) * len(run.config.hidden),
        train=data.train,
        test=data.test,
        numbers=Numbers(
            epoch=round(view.last.epoch) if view.last else 0,
            train_loss=train.loss,
            test_loss=test.loss,
            train_accuracy=train.accuracy,
            test_accuracy=test.accuracy,
        ),
        curve=_curve(view),
        gradients=_gradients(run, network),
        playing=view.moving,
        **look,
    )


def _gradients(run: Run, network: nn.Module) -> list[float] | None:
    train = run.data.train
    loss = make_loss(run.config)(network(train.inputs), train.targets)
    return layer_gradients(network, loss) if loss.isfinite() else None


def _curve(view: View) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return epochs, training losses and test losses, at the epochs at which there was a test."""
    train, test = view.train_curve, view.test_curve
    losses = np.interp(test.epoch, train.epoch, train.loss) if len(train.epoch) else test.loss
    return test.epoch, losses, test.loss
