import re
from xml.etree import ElementTree

import pytest

from core.lessons.one_step.explain import STAGES, View, view
from core.lessons.one_step.figures import NARROW, STRONG, WIDE, brief, slow_motion
from core.lessons.one_step.trace import ONE_OUTPUT_LOSSES, WEIGHTS, Setup

LAYOUTS = [WIDE, NARROW]


def draw(step=1, stage="forward", layout=WIDE, picked="w11", **settings) -> ElementTree.Element:
    return ElementTree.fromstring(slow_motion(view(Setup(**settings), step, stage, picked), layout))


def words(svg: ElementTree.Element) -> list[str]:
    return [element.text for element in svg.iter() if element.tag.endswith("}text")]


def picks(svg: ElementTree.Element) -> dict[str, ElementTree.Element]:
    return {element.get("data-pick"): element for element in svg.iter() if element.get("data-pick")}


def test_every_stage_is_drawn():
    assert STRONG.keys() == STAGES.keys()


@pytest.mark.parametrize("layout", LAYOUTS)
def test_every_number_of_the_forward_pass(layout):
    written = words(draw(layout=layout))
    for text in ("w₁₁ 0.5", "w₁₂ −0.2", "w₂₁ 0.3", "w₂₂ 0.4", "b₁ 0.1", "b₂ −0.1", "v₁ 0.6", "v₂ −0.5", "c 0.2"):
        assert text in written
    for name, value in (("x₁", "1"), ("x₂", "0.5"), ("z₁", "0.5"), ("h₂ ReLU", "0.4"), ("y", "0.3"), ("target", "1")):
        assert written[written.index(name) + 1] == value
    assert written[written.index("loss") + 1] == "?"
    assert not any("grad" in text for text in written)
    assert "forward" in written


@pytest.mark.parametrize("layout", LAYOUTS)
def test_every_gradient_is_beside_its_weight(layout):
    svg = draw(stage="backward", layout=layout, activation="tanh")
    moment = view(Setup(activation="tanh"), 1, "backward", "w11").moment
    for place, (name, group) in enumerate(picks(svg).items()):
        assert name == list(WEIGHTS)[place]
        assert words(group)[1] == f"grad {brief(moment.gradients[place])}"
    written = words(svg)
    for numbers in moment.node_gradients.values():
        assert all(f"grad {brief(number)}" in written for number in numbers)
    assert "backward" in written


@pytest.mark.parametrize("layout", LAYOUTS)
def test_all_nine_weights_can_be_picked(layout):
    svg = draw(layout=layout, picked="v2")
    assert list(picks(svg)) == list(WEIGHTS)
    framed = [name for name, group in picks(svg).items() if group.find("{*}rect").get("stroke") != "none"]
    assert framed == ["v2"]


def test_after_the_step_it_says_where_the_weights_come_from():
    group = picks(draw(stage="step"))["w11"]
    assert words(group) == ["w₁₁ 0.584", "was 0.5"]


def test_cleared_and_forgotten_gradients():
    assert words(picks(draw(2, "zero_grad"))["w11"])[1] == "no grad"
    assert words(picks(draw(2, "zero_grad", zero_grad=False))["w11"])[1] == "grad −0.84"
    assert words(picks(draw(2, "forward", zero_grad=False))["w11"])[1] == "grad −0.84"


def test_what_the_line_works_on_stands_out():
    def opacity(svg: ElementTree.Element, text: str) -> float:
        return next(float(element.get("opacity")) for element in svg.iter() if element.text == text)

    forward, loss = draw(), draw(stage="loss")
    assert opacity(forward, "w₁₁ 0.5") == opacity(forward, "y") == opacity(loss, "y") == opacity(loss, "loss") == 1
    assert opacity(loss, "w₁₁ 0.5") == opacity(forward, "loss") < 1


@pytest.mark.parametrize("layout", LAYOUTS)
def test_nothing_is_drawn_over_something_else_or_outside(layout):
    boxes = [(x - half, y - 28, x + half, y + 28) for x, y, half in layout.boxes.values()]
    boxes += [(x - half, y - 19, x + half, y + 19) for x, y, half in layout.labels.values()]
    boxes += [(x - 24, y - 24, x + 24, y + 24) for x, y in layout.inputs]
    for place, (left, top, right, bottom) in enumerate(boxes):
        assert left >= 0
        assert top >= 0
        assert right <= layout.width
        assert bottom <= layout.height
        for other in boxes[:place]:
            apart = left >= other[2] or right <= other[0] or top >= other[3] or bottom <= other[1]
            assert apart, (boxes[place], other)


@pytest.mark.parametrize("loss", ONE_OUTPUT_LOSSES)
def test_extreme_numbers_stay_short(loss):
    setup = Setup(weights=(10.0,) * 9, inputs=(-10.0, 10.0), activation="identity", loss=loss, learning_rate=10.0)
    shown: View = view(setup, 20, "step", "w11")
    written = words(ElementTree.fromstring(slow_motion(shown, WIDE)))
    assert max(map(len, written)) <= 18
    assert not any(re.search("nan|inf", text) for text in written)


def test_it_is_small():
    assert len(slow_motion(view(Setup(), 2, "backward", "w11"), WIDE)) < 20_000
