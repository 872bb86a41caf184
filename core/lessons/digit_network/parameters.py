"""The parameters of the network one after the other, and the network as a program."""

from dataclasses import dataclass

from torch import nn

from core.lessons.digit_network.network import BATCHES, SIDE, SIZES
from core.lessons.digit_network.scene import shape_text
from core.text.i18n import _


@dataclass(frozen=True)
class Parameter:
    """One tensor that training changes; `so_far` counts its numbers and those of all before it."""

    name: str
    shape: str
    count: int
    so_far: int


def parameters(network: nn.Module) -> list[Parameter]:
    """Return what `network.named_parameters()` yields, in its order."""
    found, so_far = [], 0
    for name, tensor in network.named_parameters():
        so_far += tensor.numel()
        found.append(Parameter(name, shape_text(tensor), tensor.numel(), so_far))
    return found


def table(network: nn.Module, calls: int) -> str:
    """Return the parameters that so many calls of next() have given, as a table in Markdown."""
    lines = [[_("name"), _("shape"), _("numbers"), _("so far")], ["---", "---", "---:", "---:"]]
    for parameter in parameters(network)[:calls]:
        lines.append([f"`{parameter.name}`", f"`{parameter.shape}`", f"{parameter.count:,}", f"{parameter.so_far:,}"])
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def script() -> str:
    """Return the network, one batch through it and one training step as a program that runs with torch alone.

    It prints the network, its parameters and their number, the sizes of a batch, and the loss before and after a step.
    """
    pixels, hidden, classes = SIZES
    return f"""\
import torch
from torch import nn

torch.manual_seed(0)
net = nn.Sequential(
    nn.Flatten(),
    nn.Linear({pixels}, {hidden}),
    nn.ReLU(),
    nn.Linear({hidden}, {classes}),
)
print(net)

for name, parameter in net.named_parameters():
    print(name, tuple(parameter.shape), parameter.numel())
parameters = net.parameters()  # an iterator: each next() gives one tensor
print(tuple(next(parameters).shape), tuple(next(parameters).shape))
print(sum(parameter.numel() for parameter in net.parameters()))

images = torch.rand({BATCHES[-1]}, 1, {SIDE}, {SIDE})  # a stand-in for a batch of digits
labels = torch.randint({classes}, ({BATCHES[-1]},))
outputs = net(images)
print(tuple(outputs.shape), outputs.softmax(dim=1).sum(dim=1).min().item())

optimizer = torch.optim.Adam(net.parameters(), lr=0.001)
for step in range(2):
    loss = nn.functional.cross_entropy(net(images), labels)
    print("loss", loss.item())
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
"""
