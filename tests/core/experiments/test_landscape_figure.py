import json

import numpy as np
import pytest

from core.experiments.landscape import Landscape, Path
from core.experiments.landscape_figure import is_logarithmic, loss_hill, loss_map
from core.optimizers import OPTIMIZERS
from core.plots.palette import COLORS

X, Y = np.linspace(-2, 1, 4), np.linspace(0, 1, 3)
LOSSES = np.array([[1.0, 2, 3, 4], [0.1, 0.2, 3, 500], [1, 1, 1, np.inf]])
PICTURES = pytest.mark.parametrize("picture", [loss_map, loss_hill])


def path(optimizer="adam", places=((-1, 0), (0, 0.5), (0.5, 1)), losses=(2.0, 1.0, 0.5)) -> Path:
    count = len(losses)
    return Path(optimizer, np.arange(count), np.array(places, dtype=float), np.array(losses), np.array(losses) + 0.1)


def landscape(*paths, losses=LOSSES, share=0.9) -> Landscape:
    return Landscape(X, Y, losses, paths or (path(),), share, 500, 2.0)


def named(figure, name):
    (trace,) = [trace for trace in figure.data if trace.name == name]
    return trace


def test_losses_are_cut_off_at_the_ceiling():
    seen = landscape()
    assert seen.ceiling == 20
    assert seen.cut == 2 / 12
    ground = loss_map(seen).data[0]
    assert ground.x.tolist() == X.tolist()
    assert ground.y.tolist() == Y.tolist()
    assert ground.customdata.max() == 20
    np.testing.assert_allclose(ground.z, np.log10(np.minimum(LOSSES, 20)))


def test_a_small_range_is_drawn_as_it_is():
    flat = landscape(losses=1 + np.arange(12.0).reshape(3, 4) / 10)
    assert not is_logarithmic(flat)
    assert loss_map(flat).data[0].z.tolist() == flat.losses.tolist()
    assert is_logarithmic(landscape())


def test_a_loss_of_zero_has_no_logarithm():
    zero = landscape(losses=np.where(LOSSES < 1, 0, LOSSES))
    assert not is_logarithmic(zero)
    assert np.isfinite(loss_hill(zero).data[0].z).all()


def test_the_path_is_on_the_map_and_above_the_hill():
    line = named(loss_map(landscape()), "Adam")
    assert line.x.tolist() == [-1, 0, 0.5]
    assert line.y.tolist() == [0, 0.5, 1]
    assert line.customdata.tolist() == pytest.approx(np.array([[0, 2, 2.1], [1, 1, 1.1], [2, 0.5, 0.6]]))
    assert "step" in line.hovertemplate
    above = named(loss_hill(landscape()), "Adam")
    lift = np.array(above.z) - np.log10([2.0, 1.0, 0.5])
    assert (lift > 0).all()
    assert (lift < 0.1).all()


@PICTURES
def test_start_and_end_are_marked(picture):
    figure = picture(landscape(path(), path("sgd", ((-1, 0), (1, 1)), (2.0, 3.0))))
    start, end = named(figure, "start"), named(figure, "end")
    assert (start.x.tolist(), start.y.tolist()) == ([-1, -1], [0, 0])
    assert (end.x.tolist(), end.y.tolist()) == ([0.5, 1], [1, 1])
    assert start.marker.symbol != end.marker.symbol


@PICTURES
def test_a_random_plane_has_the_network_in_it(picture):
    figure = picture(landscape(path(places=((0, 0),), losses=(0.5,)), share=None))
    assert [trace.name for trace in figure.data] == [None, "the network: loss 0.5"]
    assert figure.data[1].x.tolist() == [0]


@PICTURES
def test_optimizers_are_told_apart_by_colour_or_mark(picture):
    figure = picture(landscape(*(path(name) for name in OPTIMIZERS)))
    lines = [named(figure, optimizer.label) for optimizer in OPTIMIZERS.values()]
    assert len({(line.line.color, line.marker.symbol) for line in lines}) == len(OPTIMIZERS)
    assert {line.line.color for line in lines} <= set(COLORS.values())


@PICTURES
@pytest.mark.parametrize("losses", [LOSSES, np.ones((3, 4)), np.full((3, 4), np.inf)])
def test_it_is_plain_json(picture, losses):
    spec = json.loads(picture(landscape(losses=losses)).to_json())
    assert "infinity" not in json.dumps(spec).lower()
    assert "nan" not in json.dumps(spec).lower()


def test_ticks_are_losses():
    bar = loss_map(landscape()).data[0].colorbar
    np.testing.assert_allclose(10 ** np.array(bar.tickvals), [float(text) for text in bar.ticktext], rtol=1e-6)
    assert len(bar.tickvals) > 3
