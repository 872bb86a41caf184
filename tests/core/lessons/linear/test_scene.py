import pytest
from hypothesis import given

from core.lessons.linear.linear_layer import (
    MAX_NUMBER,
    Case,
    Change,
    forward,
    make,
    read_changes,
    snippet,
    write_changes,
)
from core.lessons.linear.scene import MOST, shown, sum_scene
from tests.given import TEXTS, read_or_refused, words_of


@pytest.mark.parametrize(("count", "wanted"), [(1, 0), (MOST, 3), (MOST + 1, 7), (784, 0), (784, 500), (784, 783)])
def test_a_few_places_are_drawn_and_the_wanted_one_always(count, wanted):
    places = shown(count, wanted)
    assert {0, wanted, count - 1} <= set(places)
    assert len(places) <= MOST
    assert places == sorted(set(places))


def test_the_picture_has_one_row_and_the_weights_of_the_outputs_it_shows():
    x, layers = make(Case(((784, 512),), 3))
    made = sum_scene(layers[0], x, 2, 400)
    assert made["outputs"] == [*range(6), 400, 511]
    assert made["weight"].equal(layers[0].weight[made["outputs"]])
    assert made["bias"].equal(layers[0].bias[made["outputs"]])
    assert made["x"].equal(x[2])
    assert "bias" not in sum_scene(make(Case(((4, 2),), 3, bias=False))[1][0], x[:, :4], 0, 0)


def test_changes_are_read_as_they_were_written():
    changes = (Change("x", (0, 1), 1.5), Change("weight", (1, 783), -0.4), Change("bias", (0,), 3.0))
    assert write_changes(changes) == "x:0:1=1.5,weight:1:783=-0.4,bias:0=3"
    assert read_changes(write_changes(changes)) == changes
    assert read_changes("") == ()


@given(TEXTS | words_of("x:0:1=1", "weight:0:0=", "bias:0=-3", "nan", "1e9", ",", "=", ":", "x"))
def test_any_text_gives_changes_or_is_refused(text):
    changes = read_or_refused(read_changes, text, ValueError)
    for change in changes or ():
        assert abs(change.number) <= MAX_NUMBER


def test_a_change_moves_its_own_number_and_one_outside_none():
    case = Case(((4, 2),), 3)
    x, layers = make(case)
    changed = Case(
        ((4, 2),), 3, changes=(Change("x", (0, 1), 1.5), Change("weight", (9, 0), 1.0), Change("bias", (1,), 2.0))
    )
    moved, others = make(changed)
    assert (moved != x).nonzero().tolist() == [[0, 1]]
    assert others[0].weight.equal(layers[0].weight)
    assert others[0].bias.tolist() == [layers[0].bias[0].item(), 2.0]
    assert "x[0, 1] = 1.5" in snippet(changed)
    assert "[9, 0]" not in snippet(changed)
    assert forward(others, moved)[0].shape == (3, 2)
