import torch
from torch import nn
from torch.nn.utils import parameters_to_vector

from core.runs.weight_trail import LENGTH, SMALL, WeightTrail
from core.training import Snapshot


def after(step: int) -> Snapshot:
    return Snapshot(
        step=step,
        epoch=step / 10,
        loss=0.5,
        learning_rate=0.1,
        samples=step,
        accuracy=0.5,
        gradient_norm=1.0,
        seconds=0.0,
        test=None,
    )


def steps(trail: WeightTrail) -> list[int]:
    return [vector.step for vector in trail.vectors]


def test_it_begins_with_the_initial_weights():
    network = nn.Linear(2, 3)
    (vector,) = WeightTrail(network).vectors
    assert (vector.step, vector.epoch, vector.edits) == (0, 0.0, 0)
    assert torch.equal(vector.values, parameters_to_vector(network.parameters()))


def test_it_keeps_the_weights_as_they_were_then():
    network = nn.Linear(2, 1)
    trail = WeightTrail(network)
    first = trail.vectors[0].values.clone()
    with torch.no_grad():
        network.bias.add_(1)
    trail.record(network, after(1), edits=1)
    assert torch.equal(trail.vectors[0].values, first)
    assert trail.vectors[1].values[-1] == first[-1] + 1
    assert trail.vectors[1].edits == 1


def test_it_is_short_and_only_of_small_networks():
    network = nn.Linear(2, 1)
    trail = WeightTrail(network)
    for step in range(1, 50):
        trail.record(network, after(step), edits=0)
    assert steps(trail) == list(range(50 - LENGTH, 50))
    assert WeightTrail(nn.Linear(SMALL, 1)).vectors == ()
