from typing import cast

import pytest
import torch
from torch import nn

from core import pretrained
from core.datasets import load
from core.lessons.lstm.predictions import COUNT, FORGET, STATE, forget_truth, state_counts, state_truth
from core.lessons.lstm.sine import Forecaster
from core.models import LSTMNet

CHECKPOINT, DATA = pretrained.load("lstm"), load("digits")
NETWORK = cast(LSTMNet, CHECKPOINT.network)
VALUES = torch.linspace(-1, 1, 100)


@pytest.fixture
def without_memory():
    """The shipped network, which PyTorch itself makes forget: its forget gates are far below 0 before the sigmoid."""
    network = LSTMNet((1, 28, 28), [128], 10)
    network.load_state_dict(NETWORK.state_dict())
    (lstm,) = cast("list[nn.LSTM]", list(network.lstms))
    with torch.no_grad():
        for name, parameter in lstm.named_parameters():
            parameter[128:256] = -1e4 if name == "bias_ih_l0" else 0
    return network.eval()


@torch.no_grad()
def right(network: LSTMNet) -> int:
    images = (DATA.test.inputs[:COUNT].float() / 255 - CHECKPOINT.data_mean) / CHECKPOINT.data_std
    return int((network(images).argmax(dim=1) == DATA.test.targets[:COUNT]).sum())


def test_without_forget_gates_hardly_any_digit_is_read(without_memory):
    truth = forget_truth(NETWORK, DATA, CHECKPOINT.data_mean, CHECKPOINT.data_std)
    assert truth.answer == "few" in FORGET.answers
    assert f"reads {right(NETWORK)} right" in truth.sentence
    assert f"**{right(without_memory)}** with" in truth.sentence
    assert right(without_memory) < 0.3 * COUNT < 0.85 * COUNT < right(NETWORK)


def test_other_gates_would_be_found_out():
    found = {
        forget_truth(NETWORK, DATA, CHECKPOINT.data_mean, CHECKPOINT.data_std, gate).answer
        for gate in torch.linspace(0, 1, 11).tolist()
    }
    assert found <= FORGET.answers.keys()
    assert len(found) > 1


@pytest.mark.parametrize("cells", [8, 32])
@pytest.mark.parametrize("seen", [2, 16, 64, 80])
def test_the_state_is_as_large_after_every_step(cells, seen):
    forecaster = Forecaster(cells)
    truth = state_truth(forecaster, VALUES, seen)
    assert truth.answer == "state" in STATE.answers
    _output, state = forecaster.lstm(VALUES[:seen, None])
    assert sum(part.numel() for part in state) == state_counts(seen, cells)["state"]
    assert f"**{2 * cells} numbers** after {seen} values" in truth.sentence


class Keeps(nn.Module):
    """Hands on a row of numbers for each value, or always the same few, in place of an LSTM's two states."""

    hidden_size = 8

    def __init__(self, width: int, grows: bool) -> None:
        super().__init__()
        self.width, self.grows = width, grows

    def forward(self, values):
        rows = values.expand(-1, self.width) if self.grows else values[-1:, :]
        return values, (rows, rows[:0])


@pytest.mark.parametrize(("width", "grows", "answer"), [(8, True, "grows"), (1, True, "values"), (1, False, "last")])
def test_another_network_would_be_found_out(width, grows, answer):
    forecaster = Forecaster(8)
    forecaster.lstm = Keeps(width, grows)
    assert state_truth(forecaster, VALUES, 40).answer == answer in STATE.answers
