import numpy as np
import pytest

from core.activations import ACTIVATIONS
from core.lessons.activations.analysis import FlatRegion, curve, flat_regions
from core.lessons.activations.figures import Trace, axes, curves, key, marks, slope_trace
from core.plots.palette import series_line

GRID = np.linspace(-6, 6, 301)


def trace(name: str) -> Trace:
    values, slopes = curve(ACTIVATIONS[name], GRID)
    return Trace(name, GRID, values, (1.0, 0.5), flat_regions(GRID, slopes))


def test_a_curve_is_its_points():
    rows = curves([trace("tanh"), trace("relu")])
    for label, values in (("Tanh", np.tanh(GRID)), ("ReLU", np.maximum(GRID, 0))):
        drawn = rows[(rows["part"] == "curve") & (rows["of"] == label)]
        np.testing.assert_allclose(drawn["x"], GRID, atol=1e-4)
        np.testing.assert_allclose(drawn["y"], values, atol=1e-6)


def test_each_function_has_one_mark():
    rows = marks([trace("tanh"), Trace("relu", GRID, GRID, (-2.0, 0.25))])
    assert [tuple(row) for row in rows[["of", "x", "y"]].itertuples(index=False)] == [
        ("Tanh", 1.0, 0.5),
        ("ReLU", -2.0, 0.25),
    ]


def test_every_layer_with_data_names_one_of_the_two():
    names = [layer["data"].get("name") for layer in axes("f(x)", (-6, 6))["layer"]]
    assert names == [None, None, "curves", "curves", "marks"]


def test_flat_stretches_are_drawn_where_they_are_and_apart():
    ours = trace("tanh")
    rows = curves([ours])
    flat = rows[rows["part"] == "flat"]
    assert flat["stretch"].nunique() == len(ours.flat) == 2
    for place, region in enumerate(ours.flat):
        inside = flat[flat["stretch"] == place]["x"]
        assert inside.min() >= region.start - 1e-3
        assert inside.max() <= region.stop + 1e-3


def test_a_jump_interrupts_the_line():
    x = np.array([-0.1, 0.0, 1e-9, 0.1])
    rows = curves([Trace("relu", x, np.array([0.0, 0.0, 1.0, 1.0]), (0.0, 0.0), jumps=[0.0])])
    assert rows.groupby("stretch")["y"].agg(list).to_dict() == {0: [0.0, 0.0], 1: [1.0, 1.0]}
    layer = axes("f′(x)", (-6, 6))["layer"][3]
    assert layer["encoding"]["detail"]["field"] == "stretch"


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_a_slope_is_nowhere_drawn_slanted_where_it_jumps(name):
    x = np.linspace(-6, 6, 121)
    hyperparameters = {param.name: param.maximum for param in ACTIVATIONS[name].hyperparameters}
    drawn = slope_trace(name, x, (0.0, 0.0), [], **hyperparameters)
    for _stretch, piece in curves([drawn]).groupby("stretch"):
        between = (piece["x"].to_numpy()[1:] + piece["x"].to_numpy()[:-1]) / 2
        halfway = (piece["y"].to_numpy()[1:] + piece["y"].to_numpy()[:-1]) / 2
        real = curve(ACTIVATIONS[name], between.astype("float64"), **hyperparameters)[1]
        np.testing.assert_allclose(halfway, real, atol=0.01)
    assert len(drawn.jumps) == (name in ("relu", "leaky_relu", "elu"))


def test_no_flat_stretch_no_rows():
    rows = curves([Trace("relu", GRID, GRID, (0.0, 0.0), [FlatRegion(9.0, 9.5, *_rest())])])
    assert set(rows["part"]) == {"curve"}


def _rest() -> list:
    """Whatever else a region knows, from a real one."""
    region = trace("tanh").flat[0]
    return [getattr(region, name) for name in list(region.__dataclass_fields__)[2:]]


def test_each_function_has_its_own_colour_and_dash():
    scale = axes("f(x)", (-6, 6))["encoding"]["color"]["scale"]
    assert scale["domain"] == [activation.label for activation in ACTIVATIONS.values()]
    assert scale["range"] == [series_line(place)["color"] for place in range(len(ACTIVATIONS))]


def test_the_key_names_the_functions_in_the_menus_order():
    names = key(["relu", "sigmoid"])
    assert names.index("Sigmoid") < names.index("ReLU")
    assert "Tanh" not in names
