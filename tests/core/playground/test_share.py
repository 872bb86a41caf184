import base64
import struct

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch import nn

from core.playground.share import WeightsError, format_weights, read_weights
from tests.given import TEXTS, read_or_refused


def network(seed: int) -> nn.Module:
    made = nn.Sequential(nn.Linear(2, 4), nn.Tanh(), nn.Linear(4, 1))
    with torch.no_grad():
        for parameter in made.parameters():
            parameter.normal_(generator=torch.Generator().manual_seed(seed))
    return made


def test_weights_come_back_to_the_last_bit():
    first, second = network(1), network(2)
    text = format_weights(first)
    assert text.isascii()
    assert not set(text) & set("=&?#+/%")
    read_weights(text, second)
    assert all(torch.equal(a, b) for a, b in zip(first.parameters(), second.parameters(), strict=True))


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "another network"),
        ("AAAA", "another network"),
        ("é" * 20, "damaged"),
        ("!" * 20, "damaged"),
        ("A" * 5, "damaged"),
        ("A" * 1_000_000, "another network"),
        (base64.urlsafe_b64encode(struct.pack("<17f", *[float("nan")] * 17)).decode(), "finite"),
    ],
)
def test_a_text_that_does_not_fit_is_refused_and_changes_nothing(text, says):
    mine = network(3)
    before = format_weights(mine)
    with pytest.raises(WeightsError, match=says):
        read_weights(text, mine)
    assert format_weights(mine) == before


@given(TEXTS | st.binary(min_size=12, max_size=12).map(lambda packed: base64.urlsafe_b64encode(packed).decode()))
def test_any_text_gives_finite_weights_that_are_written_again_or_a_sentence(text):
    network = nn.Linear(2, 1)
    taken = read_or_refused(lambda text: read_weights(text, network) or network, text, WeightsError)
    if taken is not None:
        again = nn.Linear(2, 1)
        read_weights(format_weights(network), again)
        assert torch.equal(again.weight, network.weight)
        assert network.weight.isfinite().all()
