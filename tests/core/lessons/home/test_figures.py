from xml.etree import ElementTree

import pytest

from core.lessons.home.figures import STEPS, loop
from core.lessons.home.training_loop import journey

SVG = "{http://www.w3.org/2000/svg}"


def words(drawing: str) -> list[str]:
    return [text.text for text in ElementTree.fromstring(drawing).iter(f"{SVG}text")]


@pytest.mark.parametrize("stacked", [False, True])
def test_every_station_is_there_and_can_be_clicked_on(stacked):
    drawing = loop(journey(0), 5, stacked=stacked)
    picks = [group.get("data-pick") for group in ElementTree.fromstring(drawing).iter(f"{SVG}g")]
    assert [pick for pick in picks if pick] == list(STEPS)
    for place, step in enumerate(STEPS.values(), start=1):
        assert f"{place}. {step.label}" in words(drawing)


def test_the_numbers_are_those_of_the_round():
    shown = journey(0).rounds[5]
    drawing = words(loop(journey(0), 5))
    assert f"loss {shown.loss:.3f}" in drawing
    for output in shown.outputs.flatten().tolist():
        assert f"{output:.2f}" in drawing
    name, row, column = shown.steepest
    new = f"{shown.moved[name][row, column]:.2f}".replace("-", "−")
    assert any(text.endswith(f"= {new}") for text in drawing)


def test_a_station_that_is_not_reached_yet_shows_the_round_before():
    before, now = (journey(0).rounds[number].loss for number in (4, 5))
    assert f"loss {before:.3f}" in words(loop(journey(0), 5, active="network"))
    assert f"loss {now:.3f}" in words(loop(journey(0), 5, active="loss"))


@pytest.mark.parametrize("active", STEPS)
def test_the_present_station_has_the_strongest_frame(active):
    stations = [g for g in ElementTree.fromstring(loop(journey(0), 0, active)).iter(f"{SVG}g") if g.get("data-pick")]
    widths = {g.get("data-pick"): float(g.find(f"{SVG}rect").get("stroke-width")) for g in stations}
    assert max(widths, key=widths.get) == active


@pytest.mark.parametrize("number", [0, 59])
def test_the_first_and_the_last_round_can_be_drawn(number):
    ElementTree.fromstring(loop(journey(2), number))
