import numpy as np
import pytest

from core.interpret.embedding_figure import embedding

DIGITS = tuple("0123456789")


def points(count, dimensions):
    random = np.random.default_rng(0)
    return random.normal(size=(count, dimensions)), np.arange(count) % 10, random.permutation(10_000)[:count]


@pytest.mark.parametrize("dimensions", [2, 3])
def test_every_picture_is_where_it_belongs(dimensions):
    places, targets, numbers = points(200, dimensions)
    figure = embedding(places, targets, numbers, DIGITS, drawn=np.arange(dimensions) + 0.5)
    *traces, star = figure.data
    assert [trace.name for trace in traces] == list(DIGITS)
    for digit, trace in enumerate(traces):
        axes = [getattr(trace, axis) for axis in "xyz"[:dimensions]]
        np.testing.assert_allclose(np.stack(axes, axis=1), places[targets == digit], rtol=1e-6)
        assert trace.customdata.tolist() == numbers[targets == digit].tolist()
        assert trace.text == str(digit)
        assert trace.hovertemplate.startswith(f"{digit}: test picture %{{customdata}}<")
    assert [getattr(star, axis).tolist() for axis in "xyz"[:dimensions]] == [[k + 0.5] for k in range(dimensions)]


@pytest.mark.parametrize("dimensions", [2, 3])
def test_a_thousand_points_are_small(dimensions):
    figure = embedding(*points(1_000, dimensions), DIGITS, np.zeros(dimensions), [0.2] * dimensions)
    assert len(figure.to_json()) < 60_000


@pytest.mark.parametrize("dimensions", [2, 3])
def test_classes_of_long_names_differ_in_colour_or_symbol(dimensions):
    names = tuple(f"class {number}" for number in range(10))
    traces = embedding(*points(50, dimensions), names).data
    assert len({(trace.marker.color, trace.marker.symbol) for trace in traces}) == 10


def test_axes_say_what_they_hold():
    plane = embedding(*points(20, 2), DIGITS, shares=[0.4, 0.25])
    assert plane.layout.xaxis.title.text == "direction 1 (40%)"
    assert plane.layout.yaxis.title.text == "direction 2 (25%)"
    space = embedding(*points(20, 3), DIGITS, shares=[0.4, 0.25, 0.1])
    assert space.layout.scene.zaxis.title.text == "direction 3 (10%)"
    assert not embedding(*points(20, 2), DIGITS).layout.xaxis.title.text


def test_a_class_may_have_no_picture():
    places, _targets, numbers = points(5, 2)
    traces = embedding(places, np.zeros(5, dtype=int), numbers, DIGITS).data
    assert [len(trace.x) for trace in traces] == [5] + [0] * 9
