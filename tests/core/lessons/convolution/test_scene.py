import torch

from core.lessons.convolution.convolution import MAX_PADDING, Layer, convolve
from core.lessons.convolution.scene import scene

EDGE = torch.tensor([[-1.0, 0.0, 1.0]] * 3)
IMAGE = torch.rand(28, 28, generator=torch.Generator().manual_seed(0))


def test_a_scene_holds_what_torch_made():
    layer = Layer(2, 1, 0.5, True, "max")
    maps = convolve(IMAGE, EDGE, layer)
    made = scene(maps, EDGE, layer)
    assert made["padded"].equal(maps.padded)
    assert made["output"].equal(maps.output)
    assert made["pooled"].equal(maps.pooled)
    assert made["shapes"] == {"input": "28 × 28", "output": "14 × 14", "pooled": "7 × 7"}
    assert made["largest"] == maps.output.abs().max().item()
    assert "pooled" not in scene(convolve(IMAGE, EDGE, Layer()), EDGE, Layer())


def test_room_is_kept_for_the_largest_of_all():
    layers = [Layer(stride, padding, pooling="max") for stride in (1, 3) for padding in (0, MAX_PADDING)]
    rooms = [scene(convolve(IMAGE, EDGE, layer), EDGE, layer)["most"] for layer in layers]
    assert rooms == [{"input": 32, "output": 30, "pooled": 15}] * len(layers)


def test_nothing_at_all_still_has_a_scale():
    nothing = torch.zeros(3, 3)
    made = scene(convolve(IMAGE, nothing, Layer()), nothing, Layer())
    assert (made["largest"], made["heaviest"]) == (1.0, 1.0)
