from itertools import pairwise

import pytest
import torch
from torch import Tensor, nn

from core.lessons.generalize.checks import CHECKS
from core.lessons.generalize.sets import Sets, make_sets
from tests.checks import prove


def deep(layers: int, width: int = 64, activation: type[nn.Module] = nn.ReLU) -> nn.Sequential:
    torch.manual_seed(0)
    sizes = [784, *[width] * layers]
    hidden = [layer for pair in pairwise(sizes) for layer in (nn.Linear(*pair), activation())]
    return nn.Sequential(nn.Flatten(), *hidden, nn.Linear(width, 10))


def learn(network: nn.Module, sets: Sets, epochs: int = 60) -> tuple[Tensor, Tensor]:
    """Return loss and accuracy on the training, validation and test set after each epoch, [3, epochs] each."""
    optimizer = torch.optim.Adam(network.parameters(), lr=0.002)
    seen = []
    for _epoch in range(epochs):
        for batch in torch.randperm(len(sets.training)).split(32):
            optimizer.zero_grad()
            nn.CrossEntropyLoss()(network(sets.training.inputs[batch]), sets.training.targets[batch]).backward()
            optimizer.step()
        with torch.no_grad():
            answers = [(network(each.inputs), each.targets) for each in (sets.training, sets.validation, sets.test)]
        losses = [nn.CrossEntropyLoss()(logits, targets) for logits, targets in answers]
        accuracies = [(logits.argmax(dim=1) == targets).float().mean() for logits, targets in answers]
        seen.append(torch.tensor([losses, accuracies]))
    return torch.stack(seen).permute(1, 2, 0).unbind()


def stop():
    chosen = []  # for each set of images: how much higher than need be the loss on new images is at each choice
    for images, noise in ((300, 0.4), (100, 0.2)):
        (training, validation, new), _accuracies = learn(deep(1), make_sets(images, noise, seed=0))
        rises = (validation.diff() > 0).nonzero()
        places = validation.argmin(), training.argmin(), rises[0, 0]
        chosen.append([new[place] / new.min() for place in places])
    return [max(each) < 1.1 for each in zip(*chosen, strict=True)]


def gap():
    def width(images: int, epochs: int, neurons: int) -> Tensor:
        _losses, (training, _validation, new) = learn(deep(1, neurons), make_sets(images, 0.0, seed=0), epochs)
        assert training[-1] == 1
        return training[-1] - new[-1]

    few = width(30, 60, 64)
    others = width(300, 60, 64), width(30, 120, 64), width(30, 60, 512)
    return [other < few / 2 for other in others]


def dropout():
    torch.manual_seed(0)
    first, dropped, last = nn.Linear(8, 64), nn.Dropout(0.5), nn.Linear(64, 2)
    network, x = nn.Sequential(first, dropped, last), torch.rand(1, 8)
    values = first(x)
    steps = torch.stack([dropped(values) for _step in range(20)]) == 0
    assert not values.eq(0).any()
    random = not torch.equal(steps[0], steps[1])
    network.eval()
    in_test = (dropped(values) == 0).any() or not torch.equal(network(x), last(values))
    smaller = sum(each.numel() for each in dropped.parameters()) != 0 or steps.all(dim=0).any()
    return random and not in_test, in_test, smaller


def initial():
    sets = make_sets(300, 0.0, seed=0)

    def start(size: float, activation: type[nn.Module]) -> tuple[float, float]:
        """Return how much larger the values of the last hidden layer are than those of the first, and the accuracy."""
        network = deep(5, activation=activation)
        for layer in network:
            if isinstance(layer, nn.Linear):
                nn.init.kaiming_normal_(layer.weight, nonlinearity="relu")
                layer.weight.data *= size
        values, spreads = sets.training.inputs, []
        for layer in network:
            values = layer(values)
            if isinstance(layer, activation):
                spreads.append(values.std().item())
        optimizer = torch.optim.SGD(network.parameters(), lr=0.1)
        for _step in range(100):
            optimizer.zero_grad()
            nn.CrossEntropyLoss()(network(sets.training.inputs), sets.training.targets).backward()
            optimizer.step()
        right = network(sets.validation.inputs).argmax(dim=1) == sets.validation.targets
        return spreads[-1] / spreads[0], right.float().mean().item()

    usual, small, large = ([start(size, activation) for activation in (nn.Tanh, nn.ReLU)] for size in (1.0, 0.1, 5.0))
    kept = all(0.3 < growth < 3 for growth, _accuracy in usual)
    learned = [min(accuracy for _growth, accuracy in starts) > 0.8 for starts in (usual, small, large)]
    return kept and learned[0], learned[1], learned[2]


PROOFS = {
    "generalize.stop": stop,
    "generalize.gap": gap,
    "generalize.dropout": dropout,
    "generalize.initial": initial,
}


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.id)
def test_only_the_right_answer_is_true(check):
    prove(check, PROOFS)
