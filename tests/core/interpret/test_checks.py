import pytest
import torch
from torch import nn

from core.datasets import load
from core.interpret.checks import CHECKS
from core.interpret.metrics import reliability
from core.pretrained import pretrained_classifier
from tests.checks import prove

DATA = load("digits")


def saliency():
    classifier = pretrained_classifier("cnn")
    pixels = DATA.test.inputs[:1].float() / 255
    inputs = ((pixels - classifier.mean) / classifier.std).requires_grad_()
    scores = classifier.network(inputs)
    answer = int(scores.argmax())
    scores[0, answer].backward()
    size = inputs.grad.abs().flatten()

    def change(place: int) -> float:
        moved = inputs.detach().clone()
        moved.view(-1)[place] += 0.01
        with torch.no_grad():
            return abs(classifier.network(moved)[0, answer] - scores[0, answer]).item()

    strongest, weakest = int(size.argmax()), int(size.argmin())
    marked = size.topk(20).indices
    bright = pixels.flatten()[marked] > 0.9
    stroke = pixels.flatten()[marked] > 0
    return change(strongest) > 3 * change(weakest), bright.all(), stroke.all()


def layers():
    classifier = pretrained_classifier("cnn")
    shapes = []
    hooks = [
        layer.register_forward_hook(lambda _layer, _given, made: shapes.append(made.shape[1:]))
        for layer in classifier.network.modules()
        if isinstance(layer, nn.Conv2d | nn.MaxPool2d)
    ]
    before = sum(value.numel() for value in classifier.network.state_dict().values())
    with torch.inference_mode():
        classifier.network(DATA.test.inputs[:1].float() / 255)
    for hook in hooks:
        hook.remove()
    after = sum(value.numel() for value in classifier.network.state_dict().values())
    first, last = shapes[0], shapes[-1]
    return last[0] > first[0] and last[1] < first[1], last[1] >= first[1], after > before


def fine_tuning():
    torch.manual_seed(0)
    inputs, labels = DATA.train.inputs.flatten(1).float() / 255, DATA.train.targets
    old, new = labels < 5, labels >= 5
    network = nn.Linear(784, 10)
    count = sum(each.numel() for each in network.parameters())

    def learn(which: torch.Tensor) -> float:
        """Train on some of the digits; return how many of the old ones are read correctly then."""
        optimizer = torch.optim.Adam(network.parameters(), lr=0.01)
        for _step in range(60):
            optimizer.zero_grad()
            nn.CrossEntropyLoss()(network(inputs[which]), labels[which]).backward()
            optimizer.step()
        with torch.no_grad():
            return (network(inputs[old]).argmax(dim=1) == labels[old]).float().mean().item()

    before, after = learn(old), learn(new)
    assert before > 0.9
    return after < 0.7, after >= before, sum(each.numel() for each in network.parameters()) > count


def overconfident():
    generator = torch.Generator().manual_seed(0)
    probabilities = torch.tensor([[0.95, 0.05]]).expand(1000, 2)
    targets = (torch.rand(1000, generator=generator) < 0.3).long()  # it is right seven times in ten
    found = reliability(probabilities, targets)
    accuracy = (probabilities.argmax(dim=1) == targets).float().mean()
    too_high = probabilities.amax(dim=1).mean() > accuracy + 0.1 and found.error > 0.1
    # Probabilities are right or wrong in this sense whatever the training loss is: the same ones, where they hold.
    calibrated = reliability(probabilities, (torch.rand(1000, generator=generator) < 0.05).long())
    return too_high, accuracy > 0.9, calibrated.error > 0.1


PROOFS = {
    "inside.saliency": saliency,
    "inside.layers": layers,
    "inside.fine_tuning": fine_tuning,
    "inside.overconfident": overconfident,
}


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.id)
def test_only_the_right_answer_is_true(check):
    prove(check, PROOFS)
