import pytest
import torch
from torch import nn

from core.lessons.convolution.checks import CHECKS
from tests.checks import prove


def a_filter(**options: int) -> nn.Conv2d:
    torch.manual_seed(0)
    return nn.Conv2d(1, 1, 3, **options)


def shared():
    layer, images = a_filter(), torch.rand(4, 1, 28, 28)
    sets = layer.weight.numel() / 9
    places = layer(images)[0].numel()
    return sets == 1, sets == places, sets == len(images)


def moved():
    layer, image = a_filter(), torch.zeros(1, 1, 28, 28)
    image[..., 10:16, 10:16] = torch.rand(6, 6)
    output, along = layer(image), layer(image.roll(2, dims=3))
    moves = torch.allclose(along, output.roll(2, dims=3), atol=1e-6)
    linear = nn.Linear(784, 1)
    assert not torch.isclose(linear(image.flatten(1)), linear(image.roll(2, dims=3).flatten(1)))
    return moves, torch.allclose(along, output), not moves


def learned():
    layer = a_filter()
    before = layer.weight.clone()
    for _image in range(3):
        layer(torch.rand(1, 1, 28, 28))
    changed_by_reading = not torch.equal(before, layer.weight)
    optimizer = torch.optim.SGD(layer.parameters(), lr=0.1)
    layer(torch.rand(1, 1, 28, 28)).square().mean().backward()
    optimizer.step()
    by_training = not torch.equal(before, layer.weight)
    return by_training, not layer.weight.requires_grad, changed_by_reading


def stride():
    image = torch.rand(1, 1, 28, 28)
    one, two = a_filter(padding=1), a_filter(padding=1, stride=2)
    outputs = [layer(image) for layer in (one, two)]
    skips = torch.allclose(outputs[1], outputs[0][..., ::2, ::2], atol=1e-6)
    assert skips
    return (
        outputs[1].numel() < outputs[0].numel(),
        two.weight.numel() > one.weight.numel(),
        outputs[1].numel() > outputs[0].numel(),
    )


PROOFS = {
    "convolution.shared": shared,
    "convolution.moved": moved,
    "convolution.learned": learned,
    "convolution.stride": stride,
}


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.id)
def test_only_the_right_answer_is_true(check):
    prove(check, PROOFS)
