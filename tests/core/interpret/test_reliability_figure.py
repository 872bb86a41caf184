import json

import altair
import torch

from core.interpret.metrics import reliability
from core.interpret.reliability_figure import reliability_chart


def made_up(seed: int, count: int = 300, sharpness: float = 2.0):
    generator = torch.Generator().manual_seed(seed)
    probabilities = (sharpness * torch.randn(count, 10, generator=generator)).softmax(dim=1)
    return reliability(probabilities, torch.multinomial(probabilities, 1, generator=generator).squeeze(1))


def test_each_bin_with_answers_is_drawn():
    found = made_up(0)
    rows = reliability_chart(found)["data"]["values"]
    full = found.counts > 0
    assert [row["count"] for row in rows] == found.counts[full].tolist()
    assert [row["sure"] for row in rows] == [round(value, 4) for value in found.confidence[full].tolist()]
    assert [row["right"] for row in rows] == [round(value, 4) for value in found.accuracy[full].tolist()]
    assert all(row["low"] <= row["sure"] <= row["high"] for row in rows)
    assert all(0 <= row["least"] <= row["sure"] <= row["most"] <= 1 for row in rows)


def test_only_the_data_change_else_the_chart_blinks():
    before, after = reliability_chart(made_up(0)), reliability_chart(made_up(1, 50, 5.0))
    assert before.pop("data") != after.pop("data")
    assert before == after


def test_it_is_a_valid_specification():
    altair.Chart.from_dict(reliability_chart(made_up(0))).to_dict()


def test_all_layers_have_the_same_titles():
    layers = reliability_chart(made_up(0))["layer"]
    for axis in ("x", "y"):
        assert len({layer["encoding"][axis]["title"] for layer in layers}) == 1


def test_dot_and_bar_are_both_as_high_as_it_is_often_right():
    chart = reliability_chart(made_up(0))
    drawn = {layer["mark"]["type"]: layer["encoding"] for layer in chart["layer"]}
    for mark in ("bar", "point"):
        assert drawn[mark]["y"]["field"] == "right"
        assert drawn[mark]["y"]["title"] == "how often it is right"
    assert drawn["point"]["x"]["field"] == "sure"


def test_it_can_be_sent_and_is_small():
    nothing = reliability(torch.empty(0, 10), torch.empty(0, dtype=torch.int64))
    assert reliability_chart(nothing)["data"]["values"] == []
    for found in (nothing, made_up(0)):
        assert len(json.dumps(reliability_chart(found), allow_nan=False)) < 10_000
