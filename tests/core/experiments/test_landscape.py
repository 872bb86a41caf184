import math
from dataclasses import replace

import numpy as np
import pytest
import torch
from torch import nn

from core.config import TrainConfig
from core.datasets import Split, data_of, load
from core.experiments import landscape
from core.experiments.landscape import (
    CUT,
    SAMPLE,
    LandscapeError,
    Loss,
    filter_normalised,
    flat,
    optimizers_landscape,
    path_landscape,
    principal_plane,
    random_landscape,
    trial,
)
from core.models import build_network
from core.runs import Run
from core.training import evaluate, make_loss, train

pytestmark = pytest.mark.usefixtures("one_thread")

CONFIG = TrainConfig(dataset="digits", hidden=(16,), epochs=2, tests_per_epoch=1)
KINDS = {
    "mlp": CONFIG,
    "dropout": replace(CONFIG, dropout=0.5, loss="mse", regularization="l2", regularization_rate=0.01),
    "cnn": replace(CONFIG, model="cnn", channels=(3, 4), hidden=(8,)),
    "lstm": replace(CONFIG, model="lstm", hidden=(6,)),
    "blocks": replace(CONFIG, model="blocks", blocks="flatten,linear:12,relu,linear:10"),
    "points": replace(CONFIG, model="points", dataset="spiral", hidden=(4, 3), loss="bce", batch_size=20),
}
EVERY_KIND = pytest.mark.parametrize("config", KINDS.values(), ids=KINDS)
GRID = 5


@pytest.fixture(scope="module")
def data():
    return load("digits")


@pytest.fixture(scope="module")
def run(data):
    return finished(CONFIG, data)


def finished(config, data) -> Run:
    run = Run(config, data)
    assert run.wait(60)
    return run


def survey(steps):
    shares = []
    while True:
        try:
            shares.append(next(steps))
        except StopIteration as end:
            assert shares == sorted(shares)
            assert shares[-1] == 1
            return end.value


def loss_by_hand(network, config, data) -> float:
    """The mean loss of a network on the sample, without anything of core.experiments.landscape."""
    chosen = torch.randperm(len(data.train), generator=torch.Generator().manual_seed(0))[:SAMPLE]
    with torch.no_grad():
        outputs = network.eval()(data.prepare(data.train.inputs[chosen]))
    return make_loss(config)(outputs, data.train.targets[chosen]).item()


def with_weights(network, weights):
    """The network with other weights, given by torch's own function."""
    network = network.to(memory_format=torch.contiguous_format)
    nn.utils.vector_to_parameters(weights, network.parameters())
    return network


@EVERY_KIND
def test_the_landscape_of_a_path_is_the_loss_of_networks_built_by_hand(config):
    data = data_of(config)
    run = finished(config, data)
    moments = run.checkpoints()
    found = survey(path_landscape(config, data, run.model_snapshot(), moments, GRID))
    assert found.losses.shape == (GRID, GRID)
    assert found.samples == min(SAMPLE, len(data.train))
    (path,) = found.paths
    assert path.steps.tolist() == [moment.step for moment in moments]

    # the path: real networks, each with its own batch norm
    for moment, loss in list(zip(moments, path.losses, strict=True))[::5]:
        assert loss == pytest.approx(loss_by_hand(run.network_at(moment), config, data), rel=1e-5)

    # the plane: built from the weights of the moments anew, with torch's own PCA
    names = [name for name, _parameter in run.model_snapshot().named_parameters()]
    points = torch.stack([torch.cat([moment.weights[name].float().flatten() for name in names]) for moment in moments])
    end = points[-1]
    _u, _s, directions = torch.linalg.svd((points - points.mean(dim=0)).double(), full_matrices=False)
    directions = directions[:2].float()
    mine = torch.from_numpy(path.places)
    theirs = (points - end) @ directions.T
    signs = torch.sign((mine * theirs).sum(dim=0)).float()
    torch.testing.assert_close(mine.float(), theirs * signs, rtol=1e-3, atol=1e-3 * theirs.abs().max().item())
    for row, column in ((0, 0), (2, 3), (4, 1)):
        weights = end + torch.tensor([found.x[column], found.y[row]]).float() * signs @ directions
        network = with_weights(run.model_snapshot(), weights)
        assert found.losses[row, column] == pytest.approx(loss_by_hand(network, config, data), rel=2e-3)


def test_the_end_of_a_path_lies_on_its_plane(run, data):
    found = survey(path_landscape(CONFIG, data, run.model_snapshot(), run.checkpoints(), GRID))
    (path,) = found.paths
    assert path.places[-1].tolist() == pytest.approx([0, 0], abs=1e-6)
    assert path.below[-1] == pytest.approx(path.losses[-1], rel=1e-6)
    assert path.gap == np.abs(path.losses - path.below).max() > 0
    assert 0.5 < found.share < 1
    for axis, places in ((found.x, path.places[:, 0]), (found.y, path.places[:, 1])):
        assert axis[0] < places.min()
        assert axis[-1] > places.max()


def test_the_plane_is_that_of_a_principal_component_analysis():
    points = torch.randn(12, 300, generator=torch.Generator().manual_seed(1)) * torch.linspace(3, 0.1, 300)
    plane = principal_plane(list(points), points[3])
    centred = (points - points.mean(dim=0)).double()
    _u, values, directions = torch.linalg.svd(centred, full_matrices=False)
    torch.testing.assert_close(plane.directions @ plane.directions.T, torch.eye(2), atol=1e-5, rtol=0)
    torch.testing.assert_close(
        (plane.directions.double() @ directions[:2].T).abs(), torch.eye(2).double(), atol=1e-4, rtol=0
    )
    assert plane.share == pytest.approx((values[:2].square().sum() / values.square().sum()).item())
    assert plane.project(points[3]) == [0, 0]
    there = plane.at(0.3, -2.0)
    assert plane.project(there) == pytest.approx([0.3, -2.0], abs=1e-5)


@pytest.mark.parametrize(
    "points", [[torch.ones(4)] * 5, [torch.ones(4), torch.zeros(4)], [k * torch.ones(4) for k in range(4)]]
)
def test_points_on_a_line_have_no_plane(points):
    with pytest.raises(LandscapeError, match="three places"):
        principal_plane(points, points[0])


@EVERY_KIND
def test_filters_of_a_direction_are_as_long_as_the_network_s_own(config):
    problem = config.problem
    network = build_network(config, problem.shape, problem.outputs)
    direction = filter_normalised(network, torch.Generator().manual_seed(5))
    parameters = list(network.parameters())
    parts = direction.split([parameter.numel() for parameter in parameters])
    for parameter, part in zip(parameters, parts, strict=True):
        if parameter.ndim == 1:
            assert not part.any()
        else:
            own, lengths = parameter.flatten(1).norm(dim=1), part.view(len(parameter), -1).norm(dim=1)
            torch.testing.assert_close(lengths, own)


def test_filters_of_zeros_have_a_direction_of_zeros():
    network = nn.Sequential(nn.Linear(3, 2))
    nn.init.zeros_(network[0].weight)
    assert not filter_normalised(network, torch.Generator().manual_seed(0)).any()


@EVERY_KIND
def test_a_random_landscape_is_the_loss_of_networks_built_by_hand(config):
    data = data_of(config)
    network = build_network(config, data.input_shape, data.problem.outputs)
    for snapshot in train(config, data, network):
        if snapshot.step == 5:
            break
    network.eval()
    middle, weights = loss_by_hand(network, config, data), flat(network)
    generator = torch.Generator().manual_seed(7)
    across, up = (filter_normalised(network, generator) for _direction in range(2))
    found = survey(random_landscape(config, data, network, 7, GRID))
    assert found.losses[2, 2] == pytest.approx(middle, rel=1e-5)
    assert found.paths[0].losses.tolist() == pytest.approx([middle], rel=1e-5)
    assert found.share is None
    assert found.x.tolist() == found.y.tolist() == [-1, -0.5, 0, 0.5, 1]
    there = with_weights(network, weights + 0.5 * across - 1.0 * up)
    assert found.losses[0, 3] == pytest.approx(loss_by_hand(there, config, data), rel=1e-4)
    untrained = build_network(config, data.input_shape, data.problem.outputs)
    assert found.untrained == pytest.approx(loss_by_hand(untrained, config, data), rel=1e-5)


def test_another_seed_is_another_plane_and_the_same_the_same(run, data):
    first, again, other = (
        survey(random_landscape(CONFIG, data, run.model_snapshot(), seed, GRID)).losses for seed in (1, 1, 2)
    )
    assert (first == again).all()
    assert not np.isclose(first, other).all()
    assert first[2, 2] == other[2, 2]


def test_several_optimizers_start_at_one_point_and_go_their_own_ways(data):
    config = replace(CONFIG, optimizer="sgd", learning_rate=0.05, schedule="one_cycle", batch_size=100)
    found = survey(optimizers_landscape(config, data, ("adam", "sgd"), 30, GRID))
    adam, sgd = found.paths
    assert [path.optimizer for path in found.paths] == ["adam", "sgd"]
    for path in found.paths:
        assert path.steps[0] == 0
        assert path.steps[-1] == 30
        assert path.places[0].tolist() == [0, 0]
        assert path.losses[0] == path.below[0] == found.untrained
        assert not path.ran_away
    assert adam.places[-1].tolist() != sgd.places[-1].tolist()
    # the same training by hand: more than two epochs, the run's own rate for its own optimizer
    for path, rate in ((sgd, 0.05), (adam, 0.001)):
        own = replace(config, optimizer=path.optimizer, learning_rate=rate, schedule="constant", epochs=3)
        network = build_network(own, data.input_shape, 10)
        for snapshot in train(own, data, network):
            if snapshot.step == 30:
                break
        assert path.losses[-1] == pytest.approx(loss_by_hand(network, own, data), rel=1e-5)


def test_a_trial_is_long_enough(data):
    for batch_size in (1, 64, 4096):
        own = trial(replace(CONFIG, batch_size=batch_size, epochs=1), data, "adam", 400)
        assert own.epochs * math.ceil(len(data.train) / batch_size) >= 400


def test_looking_at_a_network_on_its_way_does_not_change_it(data):
    config = replace(CONFIG, dropout=0.5)
    found = survey(optimizers_landscape(config, data, ("adam",), 40, GRID))
    network = build_network(config, data.input_shape, 10)
    for snapshot in train(replace(config, epochs=3), data, network):
        if snapshot.step == 40:
            break
    assert found.paths[0].losses[-1] == pytest.approx(loss_by_hand(network, config, data), rel=1e-5)


def test_an_optimizer_that_runs_away_ends_its_path(data):
    config = replace(CONFIG, loss="mse", optimizer="sgd", learning_rate=100.0, hidden=(16, 16))
    found = survey(optimizers_landscape(config, data, ("sgd", "adam"), 20, GRID))
    sgd, adam = found.paths
    assert sgd.ran_away
    assert sgd.steps[-1] < 20
    assert np.isfinite(sgd.losses).all()
    assert not adam.ran_away
    assert adam.steps[-1] == 20


def test_walls_are_cut_off(run, data, monkeypatch):
    monkeypatch.setattr(landscape, "CUT", 0.5)
    found = survey(path_landscape(CONFIG, data, run.model_snapshot(), run.checkpoints(), GRID))
    assert found.ceiling == 0.5 * max(found.untrained, found.paths[0].losses.max())
    assert found.cut == (found.losses > found.ceiling).sum() / GRID**2 > 0
    assert CUT > 1


def test_a_loss_that_is_no_number_is_a_wall(run, data, monkeypatch):
    losses = iter([math.nan, math.inf])
    monkeypatch.setattr(Loss, "at", lambda _self, _weights: next(losses, 1.0))
    found = survey(random_landscape(CONFIG, data, run.model_snapshot(), 0, GRID))
    assert np.isinf(found.losses[0, 0])
    assert np.isfinite(found.losses[0, 1:]).all()


@pytest.mark.parametrize("number", [math.nan, math.inf, 3e38])
def test_weights_that_ran_away_have_no_landscape(run, data, number):
    network = run.model_snapshot()
    with torch.no_grad():
        next(network.parameters())[:] = number
    moments = [*run.checkpoints()[:-1], replace(run.checkpoints()[-1], weights=network.state_dict())]
    with pytest.raises(LandscapeError, match="run away"):
        survey(path_landscape(CONFIG, data, run.model_snapshot(), moments, GRID))
    with pytest.raises(LandscapeError, match="run away"):
        survey(random_landscape(CONFIG, data, network, 0, GRID))


def test_a_moment_at_which_the_loss_was_no_number_is_left_out(run, data):
    moments = list(run.checkpoints())
    wild = {name: torch.full_like(tensor, math.inf) for name, tensor in moments[3].weights.items()}
    moments[3] = replace(moments[3], weights=wild)
    (path,) = survey(path_landscape(CONFIG, data, run.model_snapshot(), moments, GRID)).paths
    assert path.steps.tolist() == [moment.step for moment in moments if moment is not moments[3]]
    assert np.isfinite(path.losses).all()
    assert not path.ran_away


def test_float16_moments_are_widened(run, data):
    halves = [
        replace(moment, weights={name: tensor.half() for name, tensor in moment.weights.items()})
        for moment in run.checkpoints()
    ]
    exact, rounded = (
        survey(path_landscape(CONFIG, data, run.model_snapshot(), moments, GRID))
        for moments in (run.checkpoints(), halves)
    )
    np.testing.assert_allclose(rounded.paths[0].losses, exact.paths[0].losses, rtol=0.01)
    assert rounded.share == pytest.approx(exact.share, abs=0.01)


def test_large_networks_have_fewer_points(data, monkeypatch):
    monkeypatch.setattr(landscape, "MAX_BYTES", 1)
    found = survey(optimizers_landscape(CONFIG, data, ("sgd", "adam"), 8, GRID))
    assert [path.steps.tolist() for path in found.paths] == [[0, 2, 8]] * 2


def test_the_sample_is_always_the_same(data):
    network = build_network(CONFIG, data.input_shape, 10)
    first, second = (Loss(CONFIG, data, network) for _time in range(2))
    assert torch.equal(first.sample.inputs, second.sample.inputs)
    whole = Split(first.sample.inputs, first.sample.targets)
    assert first() == evaluate(network, data, whole, make_loss(CONFIG)).loss
