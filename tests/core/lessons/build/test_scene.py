import numpy as np
import pytest
import torch

from core.blocks import BLOCKS, parse_blocks
from core.blocks.network import trace
from core.lessons.build.examples import EXAMPLES
from core.lessons.build.forward import flow, run
from core.lessons.build.memory import notice
from core.lessons.build.scene import MAX_ROW, MAX_SIDE, ZERO, image, images, scene, texts

pytestmark = pytest.mark.usefixtures("one_thread")

IMAGE = (1, 28, 28)


def made(text, shape=IMAGE, kind="image"):
    blocks = parse_blocks(text)
    return scene(blocks, trace(blocks, shape), kind, shape, 64)


def test_every_block_with_its_shape_its_parameters_and_an_image():
    found = made(EXAMPLES["course"].text)
    assert [row["title"] for row in found["rows"]] == ["Flatten", "Linear 512", "ReLU", "Linear 10"]
    assert [row["shape"] for row in found["rows"]] == ["784", "512", "512", "10"]
    assert [row["parameters"] for row in found["rows"]] == [0, 401920, 0, 5130]
    assert [found[f"image_{place}"].shape for place in range(5)] == [(28, 28), (28, 28), (23, 23), (23, 23), (10, 1)]
    blocks = parse_blocks(EXAMPLES["course"].text)
    assert found["notice"] == notice(blocks, trace(blocks, IMAGE), IMAGE, 64)


def test_nothing_comes_out_of_a_block_that_cannot_read_its_input():
    found = made("relu,linear:512,relu")
    assert [(bool(row["error"]), row["waits"], row["shape"]) for row in found["rows"]] == [
        (False, False, "1×28×28"),
        (True, False, "?"),
        (False, True, "?"),
    ]
    assert [key for key in found if key.startswith("image_")] == ["image_0", "image_1"]


@pytest.mark.parametrize(
    ("kind", "shape"), [("image", IMAGE), ("sequence", (20, 3)), ("vector", (4,)), ("vector", (1,))]
)
@pytest.mark.parametrize("key", BLOCKS)
def test_every_block_behind_every_input(key, kind, shape):
    found = made(key, shape, kind)
    assert found["image_0"].dtype == np.uint8
    assert ("image_1" in found) == (not found["rows"][0]["error"])


def test_the_digit_flows_as_in_a_batch():
    blocks = parse_blocks("conv:4:3,relu,flatten,linear:10")
    batch = run(blocks, "image", IMAGE, "multi_class", 10, 3)
    torch.testing.assert_close(flow(blocks, "image", IMAGE)[-1], batch.outputs[0])


def test_what_is_too_much_to_compute_shows_only_its_input():
    assert len(images(parse_blocks("flatten,linear:1000000,linear:10"), "image", IMAGE)) == 1


def test_maps_lie_side_by_side_in_their_places():
    maps = torch.arange(1.0, 6.0)[:, None, None].expand(5, 2, 2)
    laid = image(maps).astype(int) - ZERO
    assert laid.shape == (5, 8)
    assert [laid[0, 0], laid[0, 3], laid[0, 6], laid[3, 0], laid[3, 3]] == [25, 51, 76, 102, 127]
    assert not laid[2].any()
    assert not laid[:, 2].any()


@pytest.mark.parametrize("shape", [(1,), (16,), (17,), (5000,), (1, 1), (100, 100), (1000, 3, 3)])
def test_no_image_is_larger_than_can_be_seen(shape):
    height, width = image(torch.randn(shape, generator=torch.Generator().manual_seed(0))).shape
    assert height * width <= max(MAX_ROW, MAX_SIDE**2)


def test_numbers_that_are_none():
    assert image(torch.tensor([float("nan"), float("inf"), -2.0])).tolist() == [[ZERO], [ZERO], [ZERO - 127]]
    assert image(torch.zeros(2)).tolist() == [[ZERO], [ZERO]]


def test_each_block_as_text():
    assert texts(parse_blocks("conv:16:3,relu")) == ["conv:16:3:1:0", "relu"]
