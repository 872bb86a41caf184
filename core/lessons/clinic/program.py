"""The one small program that all patients of the clinic are: its lines, and the places where a line can be another."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any

from torch import nn

from core.seeding import SeededDropout
from core.text.i18n import N_


@dataclass(frozen=True)
class Choice:
    """What may stand in a place of the program.

    Attributes:
        code: the line of Python, without its indentation; empty where the place stays empty.
        value: what the training makes of it; what that is depends on the place.
        note: one sentence of what it does.
    """

    code: str
    value: Any
    note: str


def _none(note: str, value: Any = None) -> Choice:
    return Choice("", value, note)


def _rate(value: float, note: str) -> Choice:
    return Choice(f"rate = {value:g}", value, note)


PLACES: Mapping[str, Mapping[str, Choice]] = {
    "scale": {
        "raw": Choice(
            "# x: pixels from 0 to 16",
            "raw",
            N_("The pixels stay as they are in the file, from 0 to 16: every weight meets large inputs."),
        ),
        "standard": Choice(
            "x = (x - x.mean()) / x.std()", "standard", N_("The inputs have the mean 0 and the standard deviation 1.")
        ),
        "larger": Choice("x = x * 16", "larger", N_("The inputs are made larger still, up to 256.")),
    },
    "order": {
        "together": Choice("x, y = x[order], y[order]", "together", N_("Each image keeps its own label.")),
        "apart": Choice(
            "x, y = x[order], y[torch.randperm(len(y))]",
            "apart",
            N_("Images and labels are shuffled each in an order of its own: a label says nothing of its image."),
        ),
        "images": Choice(
            "x, y = x[order], y", "images", N_("Only the images are shuffled: a label says nothing of its image.")
        ),
    },
    "train": {
        "usual": Choice("train = slice(0, 400)", slice(0, 400), N_("400 images to learn from.")),
        "few": Choice("train = slice(0, 40)", slice(0, 40), N_("40 images to learn from, about four of each digit.")),
        "many": Choice("train = slice(0, 1000)", slice(0, 1000), N_("1,000 images to learn from.")),
    },
    "test": {
        "apart": Choice(
            "test = slice(1000, 1400)", slice(1000, 1400), N_("The test images are none that it has learned from.")
        ),
        "same": Choice("test = train", None, N_("It is tested on the very images that it has learned from.")),
        "overlap": Choice(
            "test = slice(10, 50)", slice(10, 50), N_("Most of the test images are among the training images.")
        ),
        "inside": Choice("test = slice(20, 40)", slice(20, 40), N_("The test images are half of the training images.")),
    },
    "hidden": {
        "usual": Choice("hidden = 32", 32, N_("32 hidden neurons.")),
        "many": Choice("hidden = 512", 512, N_("512 hidden neurons.")),
    },
    "activation": {
        "relu": Choice("nn.ReLU(),", nn.ReLU, N_("ReLU: zero, and no gradient, for a sum below 0.")),
        "leaky_relu": Choice(
            "nn.LeakyReLU(),", nn.LeakyReLU, N_("LeakyReLU lets a hundredth through below 0, the gradient too.")
        ),
        "sigmoid": Choice("nn.Sigmoid(),", nn.Sigmoid, N_("Sigmoid: its slope is near 0 far from 0, on both sides.")),
    },
    "dropout": {
        "none": _none(N_("No dropout.")),
        "half": Choice(
            "nn.Dropout(0.5),", lambda: SeededDropout(0.5), N_("Dropout zeroes a random half of the hidden values.")
        ),
        "most": Choice(
            "nn.Dropout(0.7),", lambda: SeededDropout(0.7), N_("Dropout zeroes a random 70% of the hidden values.")
        ),
    },
    "last": {
        "none": _none(N_("The network ends with ten scores, as CrossEntropyLoss expects them.")),
        "softmax": Choice(
            "nn.Softmax(dim=1),",
            lambda: nn.Softmax(dim=1),
            N_("CrossEntropyLoss has a softmax of its own: of probabilities it makes nearly equal probabilities."),
        ),
        "log_softmax": Choice(
            "nn.LogSoftmax(dim=1),",
            lambda: nn.LogSoftmax(dim=1),
            N_("The logarithms of probabilities, for each image over its ten scores."),
        ),
        "wrong_axis": Choice(
            "nn.LogSoftmax(dim=0),",
            lambda: nn.LogSoftmax(dim=0),
            N_("Softmax over the images of the batch: they compete with each other, and not the ten digits."),
        ),
        "sigmoid": Choice(
            "nn.Sigmoid(),", nn.Sigmoid, N_("Scores between 0 and 1 cannot tell one digit clearly from nine others.")
        ),
    },
    "init": {
        "none": _none(N_("PyTorch’s own initial weights: random, and each neuron has others.")),
        "zeros": Choice(
            "for p in net.parameters(): nn.init.zeros_(p)",
            "zeros",
            N_("With all weights zero the hidden values are zero, and so are the gradients of both weight matrices."),
        ),
        "equal": Choice(
            "for p in net.parameters(): nn.init.constant_(p, 0.1)",
            "equal",
            N_("With equal weights all hidden neurons compute the same and get the same gradient: as good as one."),
        ),
        "low_bias": Choice(
            "nn.init.constant_(net[0].bias, -10)",
            "low_bias",
            N_("A bias of −10 keeps every sum below 0: each ReLU gives 0, for every image, and lets no gradient by."),
        ),
        "zero_bias": Choice(
            "nn.init.zeros_(net[0].bias)", "zero_bias", N_("With a bias of 0 about half of the sums are above 0.")
        ),
    },
    "loss": {
        "cross_entropy": Choice(
            "measure_loss = nn.CrossEntropyLoss()",
            nn.CrossEntropyLoss,
            N_("CrossEntropyLoss takes scores, and makes probabilities of them by itself."),
        ),
        "nll": Choice(
            "measure_loss = nn.NLLLoss()", nn.NLLLoss, N_("NLLLoss takes the logarithms of probabilities as they are.")
        ),
    },
    "rate": {
        "huge": _rate(10, N_("Steps of 10 times the gradient: each lands far beyond the valley.")),
        "large": _rate(3, N_("Steps of 3 times the gradient: still too far.")),
        "usual": _rate(0.1, N_("Steps of a tenth of the gradient.")),
        "small": _rate(0.01, N_("Steps of a hundredth of the gradient.")),
        "tiny": _rate(0.0001, N_("Steps of a ten-thousandth of the gradient: it hardly moves.")),
    },
    "optimizer": {
        "sgd": Choice("optimizer = optim.SGD(net.parameters(), rate)", 0.0, N_("Each step goes against the gradient.")),
        "decay": Choice(
            "optimizer = optim.SGD(net.parameters(), rate, weight_decay=0.01)",
            0.01,
            N_("Weight decay pulls every weight toward 0, a little at each step."),
        ),
    },
    "batch": {
        "usual": Choice("batch_size = 32", 32, N_("32 images in a batch.")),
        "large": Choice("batch_size = 100", 100, N_("100 images in a batch.")),
    },
    "epochs": {
        "usual": Choice("epochs = 20", 20, N_("20 epochs.")),
        "more": Choice("epochs = 40", 40, N_("40 epochs: twice the time.")),
        "fewer": Choice("epochs = 5", 5, N_("5 epochs: it stops early.")),
    },
    "before": {
        "zero_grad": Choice(
            "optimizer.zero_grad()", True, N_("The old gradients are cleared before the new ones are added.")
        ),
        "nothing": _none(
            N_("backward() adds to the old gradients: each step goes by the sum of all gradients so far."), False
        ),
    },
    "between": {
        "nothing": _none(N_("The optimizer sees the gradients that backward() has left."), False),
        "zero_grad": Choice(
            "optimizer.zero_grad()",
            True,
            N_("The gradients are cleared before the optimizer has used them: it never moves a weight."),
        ),
    },
    "no_grad": {
        "nothing": _none(N_("The graph of the gradients is built also while it is tested.")),
        "no_grad": Choice(
            "@torch.no_grad()", True, N_("no_grad saves the graph of the gradients, and leaves dropout as it is.")
        ),
    },
    "mode": {
        "eval": Choice("net.eval()", False, N_("eval() switches dropout off while the network is tested.")),
        "train": Choice("net.train()", True, N_("In train mode dropout goes on, also while the network is tested.")),
        "nothing": _none(N_("Nobody says eval(): dropout goes on while the network is tested."), True),
    },
}

TEMPLATE = """\
import torch
from sklearn.datasets import load_digits
from torch import nn, optim

torch.manual_seed({seed})
digits = load_digits()
x, y = torch.tensor(digits.data).float(), torch.tensor(digits.target)
{scale}
order = torch.randperm(len(x))
{order}
{train}
{test}
{hidden}
{rate}
{batch}
{epochs}

net = nn.Sequential(
    nn.Linear(64, hidden),
    {activation}
    {dropout}
    nn.Linear(hidden, 10),
    {last}
)
{init}
{loss}
{optimizer}

{no_grad}
def accuracy(some):
    {mode}
    right = net(x[some]).argmax(1) == y[some]
    net.train()
    return right.float().mean().item()

for epoch in range(epochs):
    for batch in torch.randperm(len(x[train])).split(batch_size):
        loss = measure_loss(net(x[train][batch]), y[train][batch])
        {before}
        loss.backward()
        {between}
        optimizer.step()
    print(epoch + 1, loss.item(), accuracy(train), accuracy(test))
"""
HEAD = 7  # lines that are the same for all patients


@dataclass(frozen=True)
class Program:
    """What stands in each place: keys of PLACES[place]. As it is made, it learns well."""

    scale: str = "standard"
    order: str = "together"
    train: str = "usual"
    test: str = "apart"
    hidden: str = "usual"
    activation: str = "relu"
    dropout: str = "none"
    last: str = "none"
    init: str = "none"
    loss: str = "cross_entropy"
    rate: str = "usual"
    optimizer: str = "sgd"
    batch: str = "usual"
    epochs: str = "usual"
    before: str = "zero_grad"
    between: str = "nothing"
    no_grad: str = "nothing"
    mode: str = "eval"

    def __post_init__(self) -> None:
        for place in fields(self):
            if getattr(self, place.name) not in PLACES[place.name]:
                raise ValueError(f"{place.name} cannot be {getattr(self, place.name)!r}.")

    def value(self, place: str) -> Any:
        """Return what the training makes of the line in a place."""
        return PLACES[place][getattr(self, place)].value


@dataclass(frozen=True)
class Line:
    """A line of the program: its text, and the place that it is, empty where it is the same for all patients."""

    text: str
    place: str = ""


def lines(program: Program, seed: int, keep: tuple[str, ...] = ()) -> list[Line]:
    """Return the lines of a program; of empty places only those in `keep`, as lines without text."""
    found = []
    for template in TEMPLATE.splitlines():
        place = template.strip(" {}")
        if place not in PLACES:
            found.append(Line(template.replace("{seed}", str(seed))))
            continue
        code = PLACES[place][getattr(program, place)].code
        if code or place in keep:
            found.append(Line(template.replace(f"{{{place}}}", code), place))
    return found


def text(program: Program, seed: int) -> str:
    """Return the program, which runs alone and prints for each epoch its last loss and the two accuracies."""
    return "\n".join(line.text for line in lines(program, seed))
