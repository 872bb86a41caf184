import pytest
import torch

from core.lessons.why_activations.fitting import POINTS, FitConfig, trace
from core.lessons.why_activations.scene import REACH, SIDE, fit_scene, stack_scene
from core.lessons.why_activations.stacking import MAX_LAYERS, collapse, layer_outputs, linear_layers, stack

SEED = 19


def made(depth, width, activation):
    network = stack(depth, width, activation, SEED)
    single = collapse(linear_layers(network))
    return network, single, stack_scene(network, single, torch.tensor([1.0, -0.5, 2.0][:width]), activation)


@pytest.mark.parametrize("width", [2, 3])
@pytest.mark.parametrize("activation", ["relu", "identity"])
def test_a_point_of_the_mesh_goes_where_the_layers_send_it(width, activation):
    network, single, scene = made(3, width, activation)
    row, column = 7, 22
    point = torch.tensor([-REACH + 2 * REACH * column / (SIDE - 1), -REACH + 2 * REACH * row / (SIDE - 1), 2.0][:width])
    mesh = scene["mesh"]
    assert mesh.shape == (len(scene["names"]), width, SIDE, SIDE)
    torch.testing.assert_close(mesh[0, :, row, column], point)
    torch.testing.assert_close(mesh[1, :, row, column], linear_layers(network)[0](point).detach())
    second = layer_outputs(network, point)[0] if activation == "relu" else network[:3](point).detach()
    torch.testing.assert_close(mesh[2, :, row, column], second)
    torch.testing.assert_close(mesh[-1, :, row, column], network(point).detach())
    torch.testing.assert_close(scene["single"][:, row, column], single(point).detach())


def test_only_what_does_something_is_a_stage():
    assert made(2, 2, "relu")[2]["names"] == [
        *("the inputs", "after linear layer 1", "after ReLU 1", "after linear layer 2")
    ]
    assert len(made(MAX_LAYERS, 2, "identity")[2]["names"]) == MAX_LAYERS + 1


def test_without_an_activation_the_stack_ends_where_the_one_layer_does():
    _network, _single, scene = made(MAX_LAYERS, 3, "identity")
    torch.testing.assert_close(scene["mesh"][-1], scene["single"], rtol=1e-4, atol=1e-5)
    _network, _single, scene = made(MAX_LAYERS, 2, "relu")
    assert (scene["mesh"][-1] - scene["single"]).abs().max() > 0.5


def test_a_fit_is_sent_whole():
    seen = trace(FitConfig(width=4))
    scene = fit_scene(seen)
    looks = len(seen.steps)
    assert scene["outputs"].shape == (looks, POINTS)
    assert scene["parts"].shape == (looks, 4, len(scene["parts_x"]))
    assert torch.equal(scene["target"], seen.fit.y[:, 0])
    assert torch.equal(scene["line"], seen.fit.line[:, 0])
