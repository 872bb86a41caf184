import math
from dataclasses import fields

import pytest
import torch
from torch import nn

from core.datasets import load as load_data
from core.interpret.lstm_gates import (
    FORGETTING,
    QUANTITIES,
    Reading,
    Steps,
    liveliest,
    notice,
    only,
    read_rows,
    require_plain,
    step,
    steps,
)
from core.models import LSTMNet
from core.pretrained import load

CLASSES = tuple("0123456789")


def seeded(seed: int) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


def random_lstm(inputs: int, hidden: int, seed: int = 0) -> nn.LSTM:
    lstm = nn.LSTM(inputs, hidden, batch_first=True)
    for parameter in lstm.parameters():
        nn.init.normal_(parameter, generator=seeded(seed))
    return lstm


def reading(*answers: int) -> Reading:
    """A reading of one cell that says these classes after its rows, each with 70 %."""
    count = len(answers)
    probabilities = torch.full((count, 10), 0.3 / 9)
    probabilities[range(count), list(answers)] = 0.7
    return Reading(
        Steps(*(torch.full((count, 1), number) for number in (0.8, 0.5, -0.4, 0.9, 0.1, 0.2))), probabilities
    )


@pytest.mark.parametrize(("inputs", "hidden", "count"), [(1, 1, 1), (28, 64, 28), (3, 5, 40)])
def test_the_steps_are_those_of_pytorch(inputs, hidden, count):
    lstm = random_lstm(inputs, hidden)
    sequence = torch.randn(count, inputs, generator=seeded(1))
    with torch.no_grad():
        outputs, (last_hidden, last_cell) = lstm(sequence[None])
    done = steps(lstm, sequence)
    torch.testing.assert_close(done.hidden, outputs[0], atol=2e-6, rtol=2e-5)
    torch.testing.assert_close(done.hidden[-1], last_hidden[0, 0], atol=2e-6, rtol=2e-5)
    torch.testing.assert_close(done.cell[-1], last_cell[0, 0], atol=2e-6, rtol=2e-5)
    for field in fields(Steps):
        assert getattr(done, field.name).shape == (count, hidden)


def test_one_step_by_hand():
    lstm = nn.LSTM(1, 1)
    with torch.no_grad():
        lstm.weight_ih_l0.copy_(torch.tensor([[1.0], [2.0], [-1.0], [0.5]]))  # of i, f, g, o, in this order
        lstm.weight_hh_l0.copy_(torch.tensor([[0.5], [-1.0], [1.0], [2.0]]))
        lstm.bias_ih_l0.copy_(torch.tensor([0.1, 0.2, 0.3, 0.4]))
        lstm.bias_hh_l0.zero_()
    done = step(lstm.all_weights[0], torch.tensor([0.6]), hidden=torch.tensor([0.5]), cell=torch.tensor([2.0]))
    # sums: i 0.6 + 0.25 + 0.1, f 1.2 - 0.5 + 0.2, g -0.6 + 0.5 + 0.3, o 0.3 + 1 + 0.4
    i, f, o = (1 / (1 + math.exp(-number)) for number in (0.95, 0.9, 1.7))
    g = math.tanh(0.2)
    c = f * 2.0 + i * g
    expected = {"forget": f, "input": i, "candidate": g, "output": o, "cell": c, "hidden": o * math.tanh(c)}
    assert {name: getattr(done, name).item() for name in expected} == pytest.approx(expected, abs=1e-6)


@pytest.mark.parametrize("gate", [0.0, 1.0])
def test_forget_gates_that_are_held(gate):
    lstm, sequence = random_lstm(2, 4), torch.randn(6, 2, generator=seeded(1))
    done = steps(lstm, sequence, gate)
    assert (done.forget == gate).all()
    before = torch.cat([torch.zeros(1, 4), done.cell[:-1]])
    torch.testing.assert_close(done.cell, gate * before + done.input * done.candidate)
    assert not torch.allclose(done.hidden, steps(lstm, sequence).hidden)


@pytest.mark.parametrize("shape", [(0, 2), (5, 3), (5,), (1, 5, 2)])
def test_a_sequence_that_cannot_be_read(shape):
    with pytest.raises(ValueError, match=r"must be \[steps, 2\]"):
        steps(nn.LSTM(2, 3), torch.zeros(shape))


@pytest.mark.parametrize("options", [{"num_layers": 2}, {"bidirectional": True}, {"proj_size": 1}, {"bias": False}])
def test_an_lstm_of_another_kind(options):
    with pytest.raises(ValueError, match="Only an LSTM of one layer"):
        steps(nn.LSTM(2, 3, **options), torch.zeros(5, 2))
    require_plain(nn.LSTM(2, 3))


@pytest.mark.parametrize("hidden", [(6,), (6, 5)])
@torch.no_grad()
def test_a_picture_is_read_as_its_network_reads_it(hidden):
    network = LSTMNet((2, 7, 4), hidden, 3).eval()
    picture = torch.randn(2, 7, 4, generator=seeded(1))
    read = read_rows(network, picture)
    after_each_row = network.layers(network.read(picture[None]))[0].softmax(dim=1)
    torch.testing.assert_close(read.probabilities, after_each_row)
    torch.testing.assert_close(read.probabilities[-1], network(picture[None])[0].softmax(dim=0))
    torch.testing.assert_close(read.steps.hidden, network.read(picture[None])[0])


def test_the_shipped_network_reads_most_digits_and_hardly_any_without_its_memory():
    checkpoint, split = load("lstm"), load_data("digits").test
    right = {gate: 0 for gate in (None, 0.0)}
    for inputs, target in zip(split.inputs[::6], split.targets[::6], strict=True):
        picture = (inputs / 255 - checkpoint.data_mean) / checkpoint.data_std
        for gate in right:
            right[gate] += read_rows(checkpoint.network, picture, gate).answers[-1] == target
    assert right[None] >= 0.95 * len(split.targets[::6])
    assert right[0.0] <= 0.5 * right[None]


@pytest.mark.parametrize(
    ("answers", "decided"), [([3], 1), ([3, 3, 3], 1), ([1, 3, 3], 2), ([3, 1, 3], 3), ([1, 1, 7, 1, 7], 5)]
)
def test_when_it_made_up_its_mind(answers, decided):
    assert reading(*answers).answers == answers
    assert reading(*answers).decided == decided


def test_the_liveliest_cells():
    cell = torch.tensor([[5.0, 0.0, 1.0], [5.0, -3.0, -1.0], [5.5, 3.0, 0.0]])  # from 0 on they vary by 5.5, 6 and 2
    done = Steps(*(cell + place for place in range(4)), cell, -cell)
    assert liveliest(done, 3) == [1, 0, 2]
    assert liveliest(done, 1) == [1]
    assert liveliest(done, 99) == [1, 0, 2]
    assert only(done, [1, 2]).hidden.tolist() == [[-0.0, -1.0], [3.0, 1.0], [-3.0, -0.0]]
    assert only(done, [1]).input.tolist() == [[1.0], [-2.0], [4.0]]


def test_the_sentence_says_what_it_thinks_and_what_a_cell_does():
    assert notice(reading(2, 2, 7, 7), 2, CLASSES) == (
        "After row 2 it says 2 (70%). From row 3 on it says 7 for good, in the end with 70.0%."
    )


def test_the_registries():
    assert list(QUANTITIES) == [field.name for field in fields(Steps)]
    assert [quantity.symbol for quantity in QUANTITIES.values()] == list("figoch")
    assert FORGETTING["learnt"].gate is None
    assert all(entry.gate is None or 0 <= entry.gate <= 1 for entry in FORGETTING.values())
