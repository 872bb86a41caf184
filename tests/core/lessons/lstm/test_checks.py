import pytest
import torch
from torch import nn

from core.lessons.lstm.checks import CHECKS
from tests.checks import prove

ROWS, PIXELS, CELLS = 28, 28, 6


def network() -> nn.LSTM:
    torch.manual_seed(0)
    return nn.LSTM(PIXELS, CELLS, batch_first=True)


def state():
    lstm, rows = network().double(), torch.rand(1, ROWS, PIXELS, dtype=torch.float64)
    states = [lstm(rows[:, :read])[1] for read in (1, ROWS)]
    sizes = [sum(part.numel() for part in each) for each in states]
    other = rows.clone()
    other[:, 0] = torch.rand(PIXELS)
    depends_on_first = not torch.equal(lstm(rows)[1][0], lstm(other)[1][0])
    return sizes[0] == sizes[1] == 2 * CELLS, sizes[1] >= ROWS * PIXELS, not depends_on_first


def weights():
    lstm = network()
    before = {name: value.clone() for name, value in lstm.named_parameters()}
    for rows in (1, ROWS):
        lstm(torch.rand(1, rows, PIXELS))  # any number of rows
    changed = any(not torch.equal(value, before[name]) for name, value in lstm.named_parameters())
    one_set = sum(map(torch.numel, before.values())) == 4 * CELLS * (PIXELS + CELLS + 2)
    return one_set and not changed, not one_set, changed


def forget():
    torch.manual_seed(0)
    cell = nn.LSTMCell(PIXELS, CELLS)
    with torch.no_grad():
        cell.bias_ih[CELLS : 2 * CELLS] = -1000.0  # the forget gates come after the input gates
    row, hidden = torch.rand(1, PIXELS), torch.rand(1, CELLS)
    after = [cell(row, (hidden, held))[1] for held in (torch.zeros(1, CELLS), torch.full((1, CELLS), 5.0))]
    kept = not torch.equal(*after)
    return not kept, kept, kept or not after[0].any()


def order():
    lstm, rows = network(), torch.rand(1, ROWS, PIXELS)
    upright, reversed_ = lstm(rows)[0][:, -1], lstm(rows.flip(1))[0][:, -1]
    differ = not torch.allclose(upright, reversed_, atol=1e-4)
    return differ, not differ, upright.shape != reversed_.shape


PROOFS = {"lstm.state": state, "lstm.weights": weights, "lstm.forget": forget, "lstm.order": order}


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.id)
def test_only_the_right_answer_is_true(check):
    prove(check, PROOFS)
