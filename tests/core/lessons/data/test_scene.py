import numpy as np
import torch

from core.datasets import load
from core.lessons.data import batches
from core.lessons.data.choosing import SIZES, WAYS
from core.lessons.data.pipeline import pixel_counts, way
from core.lessons.data.scene import BARS, LENS, choosing_scene, densest, epochs_scene, way_scene


def test_the_shapes_at_the_stations_are_those_of_the_tensors():
    found = way(load("digits"), 0)
    scene = way_scene(found, pixel_counts("digits"))
    image = found.images[0]
    shapes = [image, image, found.images, found.images.view(len(found.images), -1), found.one_hot]
    assert [words for _name, words in scene["stations"][2:]] == [str(list(tensor.shape)) for tensor in shapes]
    assert len(scene["says"]["notices"]) == len(scene["stations"])


def test_the_bars_count_every_training_pixel_once():
    data = load("digits")
    bars = way_scene(way(data, 0), pixel_counts("digits"))["bars"]
    expected, _edges = np.histogram(data.train.inputs.numpy(), BARS, (0, 256))
    assert bars.tolist() == expected.tolist()


def test_a_zero_is_1000000000():
    data = load("digits")
    zero = int((data.train.targets == 0).nonzero()[0, 0])
    assert "**1000000000**" in way_scene(way(data, zero), pixel_counts("digits"))["says"]["notices"][-1]


def test_the_lens_lies_where_most_goes_on():
    image = torch.zeros(28, 28, dtype=torch.uint8)
    image[10:17, 5:8] = 255
    row, column = densest(image)
    part = image[row : row + LENS, column : column + LENS]
    assert part.shape == (LENS, LENS)
    assert (part > 0).sum() == 21


def test_an_epoch_is_sent_as_the_order_of_its_images():
    images = load("digits").train.inputs[: batches.IMAGES]
    scene = epochs_scene(images, 200, True, 0)
    assert scene["sizes"].tolist() == [200, 60]
    assert scene["order"].shape == (batches.EPOCHS, batches.IMAGES)


def test_the_limits_of_the_chart_hold_all_accuracies():
    table = torch.rand(len(SIZES), len(WAYS), 5)
    scene = choosing_scene(table)
    assert (scene["low"], scene["high"]) == (table.min().item(), table.max().item())
    assert len(scene["lines"]) == len(WAYS)
