import json

import pytest

from core.activations import ACTIVATIONS
from core.lessons.why_activations.vanishing_figure import gradient_chart, named
from core.plots.palette import series_line, series_name

SIZES = {"relu": (1e-9, 2e-5, 0.3), "tanh": (0.0, 1e-4, 0.2)}


def test_every_size_that_has_a_place_on_the_axis_is_drawn():
    rows = gradient_chart(SIZES)["data"]["values"]
    assert [(row["of"], row["layer"], row["size"]) for row in rows] == [
        ("ReLU", 1, 1e-9),
        ("ReLU", 2, 2e-5),
        ("ReLU", 3, 0.3),
        ("Tanh", 2, 1e-4),
        ("Tanh", 3, 0.2),
    ]


def test_only_the_data_change_else_the_chart_blinks():
    charts = [gradient_chart(SIZES), gradient_chart({"elu": (0.5,)})]
    assert charts[0].pop("data") != charts[1].pop("data")
    assert charts[0] == charts[1]
    json.dumps(charts, allow_nan=False)


@pytest.mark.parametrize("key", ACTIVATIONS)
def test_a_line_has_the_colour_and_the_dash_of_its_name(key):
    encoding = gradient_chart({key: (0.5,)})["encoding"]
    place = list(ACTIVATIONS).index(key)
    assert encoding["color"]["scale"]["domain"][place] == ACTIVATIONS[key].label
    assert encoding["color"]["scale"]["range"][place] == series_line(place)["color"]
    assert named(key).startswith(f":{series_name(place)}[")
    assert named(key).endswith(ACTIVATIONS[key].label)


def test_no_two_lines_look_alike():
    encoding = gradient_chart(SIZES)["encoding"]
    looks = zip(encoding["color"]["scale"]["range"], map(tuple, encoding["strokeDash"]["scale"]["range"]), strict=True)
    assert len(set(looks)) == len(ACTIVATIONS) == len({named(key) for key in ACTIVATIONS})
