from itertools import pairwise

import pytest
import torch
from torch import nn

from core.runs.checkpoints import (
    EARLY,
    MAX_BYTES,
    MAX_CHECKPOINTS,
    MIN_CHECKPOINTS,
    Checkpoint,
    CheckpointBuffer,
    checkpoint,
)
from core.training import Score, Snapshot


def snapshot(step: int, test: Score | None = None) -> Snapshot:
    return Snapshot(step, step / 10, 1 / step, 0.5, None, 0.1, 64 * step, 1.0, test)


def tiny() -> nn.Module:
    return nn.Linear(2, 1, bias=False)


def steps(checkpoint_buffer: CheckpointBuffer) -> list[int]:
    return [kept.step for kept in checkpoint_buffer.checkpoints]


def size(kept: Checkpoint) -> int:
    return sum(weights.nbytes for weights in kept.weights.values())


def travel(network: nn.Module, count: int) -> CheckpointBuffer:
    checkpoint_buffer = CheckpointBuffer(network)
    for step in range(1, count + 1):
        checkpoint_buffer.maybe_save(network, snapshot(step))
    return checkpoint_buffer


def test_the_first_weights_are_kept_and_later_ones_change_nothing_of_them():
    network = tiny()
    nn.init.constant_(network.weight, 1.0)
    checkpoint_buffer = CheckpointBuffer(network)
    nn.init.constant_(network.weight, 2.0)
    checkpoint_buffer.maybe_save(network, snapshot(1, Score(0.25, 0.75, 100)))
    nn.init.constant_(network.weight, 3.0)
    first, second = checkpoint_buffer.checkpoints
    assert (first.step, first.epoch, first.loss, first.accuracy) == (0, 0.0, None, None)
    assert (second.step, second.epoch, second.loss, second.accuracy) == (1, 0.1, 1.0, 0.75)
    assert first.weights["weight"].tolist() == [[1.0, 1.0]]
    assert second.weights["weight"].tolist() == [[2.0, 2.0]]


@pytest.mark.parametrize("count", [1, 5, 39, 40, 41, 1000, 20_000])
def test_there_are_never_too_many_and_they_cover_the_whole_way(count):
    kept = steps(travel(tiny(), count))
    assert kept[0] == 0
    assert len(kept) <= MAX_CHECKPOINTS
    assert len(kept) >= min(count, MAX_CHECKPOINTS // 2)
    assert all(before < after for before, after in pairwise(kept))
    assert kept[-1] > 0.8 * count


def test_the_first_steps_are_all_kept_as_long_as_there_is_room():
    assert steps(travel(tiny(), 15)) == list(range(16))


def test_distances_grow():
    kept = steps(travel(tiny(), 20_000))
    # evenly spread over log(1 + step / EARLY): no gap is much wider than the mean
    factor = (1 + 20_000 / EARLY) ** (1 / (MAX_CHECKPOINTS - 1))
    assert all((EARLY + after) / (EARLY + before) < factor**3 for before, after in pairwise(kept))
    assert kept[-1] - kept[-2] > 10 * (kept[11] - kept[10])


@pytest.mark.parametrize(
    ("layer", "half"),
    [
        (nn.Linear(130, 130), False),  # 40 times 0.07 MB
        (nn.Linear(784, 512), True),  # the course's network
        (nn.Linear(2000, 2500), True),  # as large as a network may be
    ],
)
def test_memory_is_bounded(layer, half):
    checkpoint_buffer = travel(layer, 120)
    assert all((kept.weights["weight"].dtype == torch.float16) == half for kept in checkpoint_buffer.checkpoints)
    total = sum(map(size, checkpoint_buffer.checkpoints))
    assert total <= max(MAX_BYTES, MIN_CHECKPOINTS * 2 * 5_010_000)
    assert len(checkpoint_buffer.checkpoints) >= MIN_CHECKPOINTS
    assert total > MAX_BYTES / 2 or len(checkpoint_buffer.checkpoints) > MAX_CHECKPOINTS / 2


def test_half_precision_is_close_and_never_infinite():
    network = nn.BatchNorm1d(3)
    with torch.no_grad():
        network.weight.copy_(torch.tensor([1 / 3, -1e6, 1e6]))
    network(torch.rand(4, 3, generator=torch.Generator().manual_seed(0)))
    kept = checkpoint(network, None, half=True).weights
    assert kept["weight"].tolist() == pytest.approx([1 / 3, -65504, 65504], rel=5e-4)
    assert kept["num_batches_tracked"].dtype == torch.int64
    assert kept["num_batches_tracked"].item() == 1


def test_keeping_the_same_step_again_replaces_it():
    network = tiny()
    checkpoint_buffer = travel(network, 5)
    nn.init.constant_(network.weight, 7.0)
    checkpoint_buffer.save(network, snapshot(5))
    assert steps(checkpoint_buffer) == [0, 1, 2, 3, 4, 5]
    assert checkpoint_buffer.checkpoints[-1].weights["weight"].tolist() == [[7.0, 7.0]]
    checkpoint_buffer = CheckpointBuffer(network)
    nn.init.constant_(network.weight, 8.0)
    checkpoint_buffer.save(network, None)
    assert steps(checkpoint_buffer) == [0]
    assert checkpoint_buffer.checkpoints[0].weights["weight"].tolist() == [[8.0, 8.0]]


def test_what_was_handed_out_stays_as_it_was():
    network = tiny()
    checkpoint_buffer = travel(network, 30)
    before = checkpoint_buffer.checkpoints
    for step in range(31, 200):
        checkpoint_buffer.maybe_save(network, snapshot(step))
    assert [kept.step for kept in before] != steps(checkpoint_buffer)
    assert [kept.step for kept in before][:16] == list(range(16))
