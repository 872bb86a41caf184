"""The step in its loop: every sample of the data in turn, one after the other, epoch after epoch."""

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import torch
from torch import Tensor
from torch.nn.utils import parameters_to_vector

from core.lessons.one_step.trace import Setup, made, training_step
from core.text.i18n import _
from core.text.numbers import plain

# x1, x2 and the target: how large the mean of both is, where it is above 0.
DATA = ((1.0, 0.5, 0.75), (-1.0, 0.5, 0.0), (0.5, -1.0, 0.0), (0.5, 0.5, 0.5))
EPOCHS = 15
RATE = 0.1
SEED = 0  # of the order, where it is shuffled


@dataclass(frozen=True, eq=False)
class Loop:
    """A whole training, of which S = EPOCHS * len(DATA) steps are the steps.

    Attributes:
        order: which sample each step took, int64 [S].
        losses: of that sample before its step, float64 [S].
        outputs: for every sample after so many steps, float64 [S + 1, samples].
        mean_losses: over all samples after so many steps, float64 [S + 1].
        weights: after so many steps, float64 [S + 1, 9].
    """

    order: Tensor
    losses: Tensor
    outputs: Tensor
    mean_losses: Tensor
    weights: Tensor


@lru_cache(maxsize=4)
def train_loop(shuffle: bool) -> Loop:
    """Train the lesson's network with its first weights on DATA, one sample a step."""
    setup = Setup(learning_rate=RATE)
    network, loss_of = setup.network(), setup.loss_of()
    optimizer = setup.make_optimizer(network)
    data = torch.tensor(DATA, dtype=torch.float64)
    x, targets = data[:, :2], data[:, 2:]
    generator = torch.Generator().manual_seed(SEED)

    def state() -> tuple[Tensor, Tensor, Tensor]:
        with torch.no_grad():
            outputs = network(x)
            return outputs[:, 0], loss_of(outputs, targets), parameters_to_vector(network.parameters()).clone()

    order, losses, states = [], [], [state()]
    for _epoch in range(EPOCHS):
        samples = torch.randperm(len(data), generator=generator) if shuffle else torch.arange(len(data))
        for sample in samples.tolist():
            *_lines, (_step, loss) = training_step(network, loss_of, optimizer, x[sample], targets[sample])
            order.append(sample)
            losses.append(made(loss).detach())
            states.append(state())
    outputs, mean_losses, weights = (torch.stack(parts) for parts in zip(*states, strict=True))
    return Loop(torch.tensor(order), torch.stack(losses), outputs, mean_losses, weights)


def loop_scene(loop: Loop) -> dict[str, Any]:
    """Return what the picture of the loop is made of."""
    return {
        "data": torch.tensor(DATA),
        "order": loop.order,
        "losses": loop.losses,
        "outputs": loop.outputs,
        "means": loop.mean_losses,
        "sentences": [sentence(loop, step) for step in range(len(loop.order) + 1)],
        "says": {
            "steps": _("Steps"),
            "head": [_("sample"), "x₁", "x₂", _("target"), _("output")],
            "step": _("step"),
            "loss": _("loss"),
            "mean": _("mean loss of all samples"),
            "own": _("loss of the sample of each step"),
            "epoch": _("epoch {number}"),
        },
    }


def sentence(loop: Loop, step: int) -> str:
    """Say what the loop has done after so many steps, in one sentence made from its numbers."""
    first, now = loop.mean_losses[0].item(), loop.mean_losses[step].item()
    if step == 0:
        return _("Before the first step the mean loss of the {count} samples is {loss}.").format(
            count=len(DATA), loss=plain(first, ".3g")
        )
    epoch, place = divmod(step - 1, len(DATA))
    sample = int(loop.order[step - 1])
    words = _(
        "Epoch {epoch}, step {step}: sample {sample} has moved the weights; the mean loss of all is {now}, at first it "
        "was {first}."
    ).format(epoch=epoch + 1, step=step, sample=sample + 1, now=plain(now, ".3g"), first=plain(first, ".3g"))
    if place == len(DATA) - 1:
        words += " " + _("Every sample has been used once: the epoch is over.")
    return words


def loop_snippet(shuffle: bool) -> str:
    """Return the loop as a program: the outer for the epochs, the inner for the data."""
    return f"""\
import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset

torch.set_default_dtype(torch.float64)
data = torch.tensor({[list(row) for row in DATA]})
loader = DataLoader(TensorDataset(data[:, :2], data[:, 2:]), batch_size=1, shuffle={shuffle})
net = nn.Sequential(nn.Linear(2, 2), nn.ReLU(), nn.Linear(2, 1))
with torch.no_grad():
    net[0].weight.copy_(torch.tensor([[0.5, -0.2], [0.3, 0.4]]))
    net[0].bias.copy_(torch.tensor([0.1, -0.1]))
    net[2].weight.copy_(torch.tensor([[0.6, -0.5]]))
    net[2].bias.copy_(torch.tensor([0.2]))
loss_of = nn.MSELoss()
optimizer = torch.optim.SGD(net.parameters(), lr={RATE})

for epoch in range({EPOCHS}):
    for x, target in loader:
        optimizer.zero_grad()
        y = net(x)
        loss = loss_of(y, target)
        loss.backward()
        optimizer.step()
    print(epoch + 1, loss_of(net(data[:, :2]), data[:, 2:]).item())
"""
