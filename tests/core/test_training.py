import math
from dataclasses import replace
from itertools import islice, pairwise

import pytest
import torch
import torch.nn.functional as F

from core.augmentation import AUGMENTATIONS
from core.config import ConfigError, TrainConfig
from core.datasets import Split, data_of, load
from core.datasets.types import TEST_SAMPLE
from core.losses import LOSSES
from core.models import MODELS, OUTPUT_LAYERS, build_network
from core.optimizers import OPTIMIZERS
from core.scheduler import compute_lock
from core.training import TEST_BATCH, evaluate, make_loss, outputs_in_batches, score, train

SMALL = TrainConfig(dataset="digits", hidden=(32,), epochs=2, batch_size=100, tests_per_epoch=3)


@pytest.fixture(scope="module")
def data():
    return load("digits")


def without_time(snapshots):
    return [replace(snapshot, seconds=0.0) for snapshot in snapshots]


def test_it_learns(data):
    *_, last = train(replace(SMALL, epochs=8, learning_rate=0.003), data)
    assert last.test.accuracy > 0.9


BATCH_NORM = TrainConfig(dataset="digits", model="cnn", channels=(2,), hidden=(3,), epochs=1, tests_per_epoch=1)


def first_of(data, count):
    return replace(data, train=Split(data.train.inputs[:count], data.train.targets[:count]))


def test_batch_norm_skips_a_last_batch_of_a_single_sample(data):
    nine = first_of(data, 9)
    snapshots = list(train(replace(BATCH_NORM, batch_size=4), nine))
    assert [snapshot.samples for snapshot in snapshots] == [4, 8]
    assert (snapshots[-1].epoch, snapshots[-1].test is not None) == (1, True)
    *_, last = train(replace(BATCH_NORM, batch_size=7), nine)
    assert last.samples == 9
    *_, last = train(replace(SMALL, epochs=1, batch_size=4), nine)
    assert last.samples == 9


def test_batch_norm_with_a_single_sample_to_learn_from_is_refused(data):
    with pytest.raises(ConfigError, match="Batch norm compares samples"):
        next(train(BATCH_NORM, first_of(data, 1)))
    assert len(list(train(replace(SMALL, epochs=1), first_of(data, 1)))) == 1


def test_steps_epochs_and_tests_are_counted(data):
    snapshots = list(train(SMALL, data))
    per_epoch = math.ceil(len(data.train) / SMALL.batch_size)
    assert [s.step for s in snapshots] == list(range(1, 2 * per_epoch + 1))
    assert snapshots[-1].epoch == 2
    assert snapshots[-1].samples == 2 * len(data.train)
    assert [s.epoch for s in snapshots if s.test] == pytest.approx([1 / 3, 2 / 3, 1, 4 / 3, 5 / 3, 2])
    assert all((s.gradient_norm is not None) == (s.test is not None) for s in snapshots)
    assert all(a.seconds < b.seconds for a, b in pairwise(snapshots))


def test_the_training_sample_is_scored_as_it_is_and_at_the_same_steps(data):
    config = replace(SMALL, epochs=1, augmentation="elastic", dropout=0.5)
    network = build_network(config, data.input_shape, data.problem.outputs)
    *_, last = train(config, data, network)
    chosen = torch.randperm(len(data.train), generator=torch.Generator().manual_seed(0))[: len(data.test)]
    sample = Split(data.train.inputs[chosen], data.train.targets[chosen])
    assert last.sample == evaluate(network, data, sample, make_loss(config))
    assert last.sample.samples == last.test.samples
    assert all((s.sample is None) == (s.test is None) for s in train(config, data))


def test_tests_change_nothing_of_the_training(data):
    config = replace(SMALL, augmentation="elastic", dropout=0.5)
    often, seldom = ([s.loss for s in train(replace(config, tests_per_epoch=count), data)] for count in (10, 1))
    assert often == seldom


def test_a_few_own_points_are_trained_without_a_test():
    points = "-4,4,A;4,-4,B;-4,-4,A;4,4,B"
    config = TrainConfig(dataset="own", points=points, model="points", hidden=(4,), loss="bce", epochs=2)
    *_, last = train(config, data_of(config))
    assert (len(data_of(config).train), last.test.samples, last.sample.samples) == (4, 0, 4)
    assert math.isnan(last.test.loss)
    assert math.isnan(last.test.accuracy)
    assert math.isfinite(last.sample.loss)


@pytest.mark.parametrize("model", [name for name, model in MODELS.items() if not model.for_points])
def test_the_same_config_gives_the_same_history_bit_for_bit(model, data):
    config = replace(SMALL, model=model, dropout=0.3, augmentation="handwriting", channels=(4,))
    first = without_time(islice(train(config, data), 8))
    torch.rand(10)
    assert without_time(islice(train(config, data), 8)) == first
    assert without_time(islice(train(replace(config, seed=1), data), 8)) != first


def test_two_runs_side_by_side_do_not_disturb_each_other(data):
    config = replace(SMALL, dropout=0.5, augmentation="elastic")
    alone = without_time(islice(train(config, data), 6))
    beside = zip(train(config, data), train(replace(config, seed=7), data), strict=False)
    assert without_time(mine for mine, _other in islice(beside, 6)) == alone


def test_the_first_steps_are_those_of_plain_pytorch(data):
    config = replace(SMALL, optimizer="sgd", learning_rate=0.2)
    network = build_network(config, data.input_shape, 10)
    optimizer = torch.optim.SGD(network.parameters(), lr=0.2)
    order = torch.randperm(len(data.train), generator=torch.Generator().manual_seed(config.seed))
    for batch, snapshot in zip(order.split(config.batch_size), islice(train(config, data), 5), strict=False):
        inputs = (data.train.inputs[batch] / 255 - data.mean) / data.std
        loss = F.cross_entropy(network(inputs), data.train.targets[batch])
        assert snapshot.loss == pytest.approx(loss.item(), rel=1e-5)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()


@pytest.mark.parametrize("loss", LOSSES)
@pytest.mark.parametrize("output_layer", OUTPUT_LAYERS)
def test_every_pairing_of_output_layer_and_loss_trains(loss, output_layer, data):
    snapshots = list(islice(train(replace(SMALL, loss=loss, output_layer=output_layer), data), 3))
    assert all(math.isfinite(snapshot.loss) for snapshot in snapshots)


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_every_optimizer_moves_the_weights(optimizer, data):
    config = replace(SMALL, optimizer=optimizer)
    network, before = (build_network(config, data.input_shape, 10) for _ in range(2))
    next(train(config, data, network))
    assert all(not torch.equal(a, b) for a, b in zip(network.parameters(), before.parameters(), strict=True))


@pytest.mark.parametrize("augmentation", AUGMENTATIONS)
def test_every_augmentation_trains(augmentation, data):
    assert math.isfinite(next(train(replace(SMALL, augmentation=augmentation), data)).loss)


def test_class_probabilities_serve_as_targets(data):
    rows = F.one_hot(data.train.targets, 10).float()
    soft = replace(data, train=Split(data.train.inputs, rows))
    ours = without_time(islice(train(SMALL, soft), 4))
    theirs = without_time(islice(train(SMALL, data), 4))
    assert [s.loss for s in ours] == pytest.approx([s.loss for s in theirs], rel=1e-5)
    assert [s.accuracy for s in ours] == [s.accuracy for s in theirs]


def test_a_new_learning_rate_can_be_sent(data):
    config = replace(SMALL, optimizer="sgd", learning_rate=0.1)
    steps = train(config, data)
    assert next(steps).learning_rate == 0.1
    assert steps.send(replace(config, learning_rate=0.5)).learning_rate == 0.5
    assert next(steps).learning_rate == 0.5


def test_a_new_batch_size_counts_from_the_next_epoch(data):
    config = replace(SMALL, batch_size=400)
    steps = train(config, data)
    sizes, seen = [], 0
    changed = None
    for _step in range(6):
        snapshot = steps.send(changed)
        changed = replace(config, batch_size=700)
        sizes.append(snapshot.samples - seen)
        seen = snapshot.samples
    first = math.ceil(len(data.train) / 400)
    assert sizes[:first] == [400] * (first - 1) + [len(data.train) - 400 * (first - 1)]
    assert sizes[first] == 700


@pytest.mark.parametrize("name", ["l1", "l2"])
def test_the_penalty_is_in_the_gradient_and_not_in_the_loss(name, data):
    config = replace(SMALL, optimizer="sgd", learning_rate=0.1, regularization=name, regularization_rate=0.05)
    networks = [build_network(config, data.input_shape, 10) for _ in range(2)]
    ours = next(train(config, data, networks[0]))
    theirs = next(train(replace(config, regularization="none"), data, networks[1]))
    assert ours.loss == theirs.loss
    first = build_network(config, data.input_shape, 10).layers[1]
    penalised, free = (network.layers[1] for network in networks)
    pull = first.weight.sign() if name == "l1" else first.weight
    torch.testing.assert_close(penalised.weight, free.weight - 0.1 * 0.05 * pull)
    assert torch.equal(penalised.bias, free.bias)


def test_a_penalty_can_be_switched_on_and_off_on_the_way(data):
    config = replace(SMALL, optimizer="sgd", learning_rate=0.1)
    strong = replace(config, regularization="l2", regularization_rate=1.0)
    network = build_network(config, data.input_shape, 10)
    steps = train(config, data, network)
    next(steps)
    before = network.layers[1].weight.norm().item()
    for _step in range(5):
        steps.send(strong)
    assert network.layers[1].weight.norm().item() < 0.8 * before


@pytest.mark.parametrize(("dataset", "loss"), [("circle", "bce"), ("plane", "mse"), ("rings3", "cross_entropy")])
def test_points_are_learnt_by_the_same_loop(dataset, loss):
    config = TrainConfig(
        dataset=dataset,
        model="points",
        hidden=(8,),
        activation="tanh",
        loss=loss,
        learning_rate=0.02,
        batch_size=10,
        epochs=40,
        tests_per_epoch=1,
    )
    *_, last = train(config, data_of(config))
    if loss == "mse":
        assert last.test.loss < 0.01
        assert math.isnan(last.test.accuracy)
    else:
        assert last.test.accuracy > 0.95


def test_the_accuracy_of_a_yes_or_no_is_the_share_of_right_signs():
    outputs, targets = torch.tensor([[2.0], [-1.0], [0.5], [-3.0]]), torch.tensor([[1.0], [1.0], [0.0], [0.0]])
    assert score(outputs, targets, F.binary_cross_entropy_with_logits, "binary").accuracy == 0.5


def test_evaluating_leaves_the_network_in_its_mode(data):
    network = build_network(replace(SMALL, dropout=0.5), data.input_shape, 10)
    for training in (True, False):
        network.train(training)
        evaluate(network, data, data.test, make_loss(SMALL))
        assert network.training is training


def test_the_schedule_sets_the_learning_rate(data):
    rates = [s.learning_rate for s in train(replace(SMALL, schedule="one_cycle", learning_rate=0.01), data)]
    assert rates[0] == pytest.approx(0.01 / 25)
    assert max(rates) == pytest.approx(0.01, rel=0.02)
    assert rates[-1] < rates[0]


def test_a_loss_that_is_not_finite_is_the_last_snapshot_and_moves_no_weight(data):
    config = replace(SMALL, optimizer="sgd", learning_rate=100.0, loss="mse", epochs=50)
    network = build_network(config, data.input_shape, 10)
    *_, last = train(config, data, network)
    assert not math.isfinite(last.loss)
    assert last.step < config.epochs * math.ceil(len(data.train) / config.batch_size)
    assert last.test is None


def test_dropout_is_off_while_testing_and_on_again_afterwards(data):
    config = replace(SMALL, dropout=0.9)
    network = build_network(config, data.input_shape, 10)
    score = [evaluate(network, data, data.test, make_loss(config)) for _ in range(2)]
    assert score[0] == score[1]
    next(train(config, data, network))
    assert network.training


def test_after_each_batch_of_a_test_others_may_compute(data, monkeypatch):
    network, did = build_network(SMALL, data.input_shape, len(data.classes)), []
    monkeypatch.setattr(compute_lock, "hand_on", lambda: did.append("handed on"))
    network.register_forward_hook(lambda *_arguments: did.append("computed"))
    tested = Split(data.test.inputs[: TEST_BATCH + 1], data.test.targets[: TEST_BATCH + 1])
    assert evaluate(network, data, tested, make_loss(SMALL)).samples == TEST_BATCH + 1
    assert did == ["computed", "handed on"] * 2


def test_evaluate_against_hand_computed_numbers(data):
    network = build_network(SMALL, data.input_shape, 10).eval()
    score = evaluate(network, data, data.test, make_loss(SMALL))
    outputs = network(data.prepare(data.test.inputs))
    assert score.loss == pytest.approx(F.cross_entropy(outputs, data.test.targets).item(), rel=1e-5)
    assert score.accuracy == (outputs.argmax(1) == data.test.targets).sum().item() / len(data.test)
    assert score.samples == len(data.test)


def test_the_test_sample_is_bounded_and_the_full_test_is_not(data):
    many = Split(data.test.inputs.repeat(4, 1, 1, 1), data.test.targets.repeat(4))
    wide = replace(data, test=many)
    tested = next(s for s in train(SMALL, wide) if s.test)
    assert tested.test.samples == TEST_SAMPLE < len(many)
    network = build_network(SMALL, data.input_shape, 10)
    assert sum(len(outputs) for outputs in outputs_in_batches(network, wide, many)) == len(many)


def test_no_inference_mode_leaks_out_between_batches(data):
    network = build_network(SMALL, data.input_shape, 10)
    next(outputs_in_batches(network, data, data.test))
    assert not torch.is_inference_mode_enabled()
