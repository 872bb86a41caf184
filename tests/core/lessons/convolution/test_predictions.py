import pytest
import torch
import torch.nn.functional as F

from core.datasets import load
from core.lessons.convolution.convolution import Layer, pick_example
from core.lessons.convolution.predictions import BRIGHT, SEES, bright_truth, counts, sees_truth, vertical_edges

IMAGE = pick_example(load("digits"), 3, 0)


@pytest.mark.parametrize("layer", [Layer(), Layer(stride=3, padding=2, bias=1.0, relu=True, pooling="max")])
@pytest.mark.parametrize("size", [3, 5])
def test_one_number_depends_on_the_pixels_below_the_kernel(size, layer):
    kernel = torch.zeros(size, size)
    truth = sees_truth(IMAGE, kernel, layer)
    assert truth.answer == "window" in SEES.answers
    assert f"**{size**2} of 784 pixels**" in truth.sentence
    assert counts(IMAGE, kernel) == {"image": 784, "window": size**2}

    row = column = ((28 + 2 * layer.padding - size) // layer.stride + 1) // 2
    assert f"row {row}, column {column}" in truth.sentence
    moved = 0
    for place in range(784):  # each pixel in turn
        image = torch.zeros(784)
        image[place] = 1
        output = F.conv2d(image.view(1, 1, 28, 28), torch.ones(1, 1, size, size), None, layer.stride, layer.padding)
        moved += int(output[0, 0, row, column] != 0)
    assert moved == size**2


def test_a_kernel_as_large_as_the_image_or_one_pixel_would_be_found_out():
    assert sees_truth(IMAGE[:10, :10], torch.zeros(1, 1), Layer()).answer == "one" in SEES.answers
    assert sees_truth(IMAGE, torch.zeros(3, 3), Layer()).answer == "window"


@pytest.mark.parametrize("number", [0, 1, 2])
def test_what_is_bright_everywhere_gives_nothing(number):
    image = pick_example(load("digits"), 3, number)
    truth = bright_truth(image, vertical_edges())
    assert truth.answer == "zero" in BRIGHT.answers
    sums = F.conv2d(torch.ones(1, 1, 3, 3), vertical_edges()[None, None])
    assert sums.item() == 0
    peak = F.conv2d(image[None, None], vertical_edges()[None, None]).flatten()
    assert f"most, {round(peak[peak.abs().argmax()].item(), 2):.4g},".replace("-", "−") in truth.sentence


@pytest.mark.parametrize(
    ("kernel", "answer"),
    [(torch.ones(3, 3), "nine"), (torch.eye(3), "three"), (-torch.eye(3), "negative")],
)
def test_other_kernels_would_be_found_out(kernel, answer):
    assert bright_truth(IMAGE, kernel).answer == answer in BRIGHT.answers
