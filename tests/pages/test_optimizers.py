import json
import re
import time

import pytest
import torch
from streamlit.testing.v1 import AppTest

from core.lessons.optimizers.race import VARIANTS, Entry, Setup, notice, race, snippet
from core.lessons.optimizers.surfaces import SURFACES
from tests.pages.app import open_page

DEFAULTS = ("sgd", "momentum", "rmsprop", "adam")


def a_race(surface="ravine", variants=DEFAULTS, steps=100, rates=None, **settings):
    start = settings.pop("start", SURFACES[surface].start)
    setup = Setup(surface, start, steps, settings.pop("seed", 0))
    rates = {name: VARIANTS[name].default_learning_rate(SURFACES[surface]) for name in variants} | (rates or {})
    return setup, [Entry(name, rate, **settings) for name, rate in rates.items()]


def sentence(at: AppTest) -> str:
    said = [
        element.value
        for element in at.markdown
        if re.match(r"At step \d+|At the start|\S.* left the map", element.value)
    ]
    assert len(said) == 1
    return said[0]


def table(at: AppTest) -> list[list[str]]:
    (text,) = [element.value for element in at.markdown if element.value.startswith("| ")]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in text.splitlines()]


def slider(at: AppTest, name: str):
    widgets = [*at.slider, *at.select_slider]
    return next(widget for widget in widgets if widget.key == f"optimizers.{name}")


def button(at: AppTest, label: str):
    return next(widget for widget in at.button if widget.label == label)


def press(at: AppTest, label: str) -> None:
    """Press Play or Pause. After st.rerun AppTest, unlike a browser, gives widgets another identity, for one run."""
    button(at, label).click().run()
    at.run()


def codes(at: AppTest) -> list[str]:
    return [tab.code[0].value for tab in at.tabs]


def agrees(at: AppTest, setup: Setup, entries: list[Entry], step: int | None = None) -> None:
    """Check the sentence, the table and the code on the page against core's numbers."""
    paths = race(setup, entries)
    step = setup.steps if step is None else step
    assert sentence(at) == notice(paths, step)
    rows = table(at)[2:]
    for row, (name, path) in zip(rows, paths.items(), strict=True):
        assert VARIANTS[name].label in row[0]
        for cell, numbers in zip(row[1:], path.state(step), strict=True):
            assert cell == (
                "–" if numbers is None else ", ".join(f"{n:.3g}" for n in numbers.tolist()).replace("-", "−")
            )
    assert [code.strip() for code in codes(at)] == [snippet(setup, entry).strip() for entry in entries]


def test_starts_with_the_end_of_a_race():
    at = open_page("optimizers")
    agrees(at, *a_race())
    assert slider(at, "step").value == 100
    assert not at.query_params


@pytest.mark.parametrize("surface", SURFACES)
def test_every_surface_with_every_racer(surface):
    at = open_page("optimizers", surface=surface, racers=",".join(VARIANTS))
    agrees(at, *a_race(surface, VARIANTS))
    assert any(SURFACES[surface].formula in caption.value for caption in at.caption)
    assert not at.warning


@pytest.mark.parametrize("variant", VARIANTS)
@pytest.mark.parametrize("rate", [0.0001, 10.0])
def test_learning_rates_at_both_ends(variant, rate):
    at = open_page("optimizers", racers=variant)
    slider(at, f"ravine_{variant}").set_value(rate).run()
    assert not at.exception
    agrees(at, *a_race(variants=[variant], rates={variant: rate}))
    assert at.query_params[f"ravine_{variant}"] == f"{rate:g}"


@pytest.mark.parametrize(("name", "values"), [("momentum", (0.0, 0.99)), ("weight_decay", (0.0, 1.0))])
def test_knobs_at_both_ends(name, values):
    for value in values:
        at = open_page("optimizers", racers="nesterov,adamw")
        slider(at, name).set_value(value).run()
        assert not at.exception
        agrees(at, *a_race(variants=("nesterov", "adamw"), **{name: value}))


def test_knobs_are_there_for_those_who_know_them():
    at = open_page("optimizers", racers="sgd,adam")
    keys = {widget.key for widget in [*at.slider, *at.select_slider]}
    assert not {"optimizers.momentum", "optimizers.weight_decay"} & keys


def test_start_steps_and_seed():
    at = open_page("optimizers", surface="noisy")
    slider(at, "noisy_x").set_value(3.0)
    slider(at, "noisy_y").set_value(-2.4)
    at.number_input(key="optimizers.seed").set_value(999)
    slider(at, "steps").set_value(400).run()
    agrees(at, *a_race("noisy", steps=400, start=(3.0, -2.4), seed=999))
    slider(at, "steps").set_value(20).run()
    agrees(at, *a_race("noisy", steps=20, start=(3.0, -2.4), seed=999))
    assert slider(at, "step").value == 20


@pytest.mark.parametrize("step", [0, 1, 37])
def test_a_step_in_between(step):
    at = open_page("optimizers")
    slider(at, "step").set_value(step).run()
    assert not at.exception
    agrees(at, *a_race(), step)
    assert at.query_params["step"] == str(step)


def test_everything_is_in_the_address():
    at = open_page(
        "optimizers",
        surface="bowl",
        racers="sgd,adamw",
        bowl_sgd="0.3",
        bowl_x="1.5",
        steps="50",
        step="9",
        weight_decay="0.1",
    )
    setup, entries = a_race("bowl", ("sgd", "adamw"), 50, {"sgd": 0.3}, start=(1.5, 1.8), weight_decay=0.1)
    agrees(at, setup, entries, 9)
    assert not at.warning


def test_a_surface_keeps_its_own_learning_rates():
    at = open_page("optimizers")
    slider(at, "ravine_sgd").set_value(0.2).run()
    at.selectbox(key="optimizers.surface").set_value("bowl").run()
    agrees(at, *a_race("bowl"))
    at.selectbox(key="optimizers.surface").set_value("ravine").run()
    agrees(at, *a_race(rates={"sgd": 0.2}))


def test_3d():
    at = open_page("optimizers", view="landscape", racers="sgd,adam")
    (chart,) = at.get("plotly_chart")
    figure = json.loads(chart.proto.spec)
    assert [trace["type"] for trace in figure["data"]] == ["surface", "scatter3d", "scatter3d"]
    at.segmented_control(key="optimizers.view").set_value("map").run()
    assert not at.exception
    assert not at.get("plotly_chart")


def test_play_goes_on_with_the_clock_and_ends_at_the_last_step(monkeypatch):
    at = open_page("optimizers")
    clock = [1000.0]
    monkeypatch.setattr(time, "monotonic", lambda: clock[0])
    press(at, "Play")
    assert button(at, "Pause")
    assert sentence(at) == notice(race(*a_race()), 0)
    clock[0] += 2.0
    at.run()
    agrees(at, *a_race(), 25)
    clock[0] += 2.0
    press(at, "Pause")
    agrees(at, *a_race(), 50)
    assert slider(at, "step").value == 50
    assert at.query_params["step"] == "50"
    clock[0] += 100.0
    press(at, "Play")
    assert slider(at, "step").value == 50
    clock[0] += 1.0
    at.run()
    assert slider(at, "step").value == 62
    clock[0] += 100.0
    at.run()
    assert button(at, "Play")
    agrees(at, *a_race())
    assert not at.exception


def test_moving_the_step_pauses(monkeypatch):
    at = open_page("optimizers")
    monkeypatch.setattr(time, "monotonic", lambda: 5.0)
    press(at, "Play")
    slider(at, "step").set_value(70).run()
    at.run()
    assert button(at, "Play")
    agrees(at, *a_race(), 70)


def test_a_browser_that_is_behind_the_clock_does_not_pause(monkeypatch):
    at = open_page("optimizers")
    clock = [1000.0]
    monkeypatch.setattr(time, "monotonic", lambda: clock[0])
    press(at, "Play")
    clock[0] += 2.0
    at.run()
    shown = slider(at, "step").value
    clock[0] += 3.0
    at.run()
    slider(at, "step").set_value(shown).run()
    assert button(at, "Pause")
    assert slider(at, "step").value > shown


def after(label: str) -> dict:
    """Press a button of "try this"; return the paths that it shows, by racer."""
    at = open_page("optimizers", racers="adagrad", momentum="0.2", steps="20")
    button(at, label).click().run()
    assert not at.exception
    assert button(at, "Pause")  # it plays
    surface = at.selectbox(key="optimizers.surface").value
    variants = at.pills(key="optimizers.racers").value
    rates = {name: slider(at, f"{surface}_{name}").value for name in variants}
    setup, entries = a_race(surface, variants, rates=rates)
    assert [code.strip() for code in codes(at)] == [snippet(setup, entry).strip() for entry in entries]
    return race(setup, entries)


def test_try_too_small():
    for path in after("Too small").values():
        assert path.distances[-1] > 0.6 * path.distances[0]


def test_try_too_large():
    paths = after("Too large")
    assert paths["sgd"].left is not None
    assert all(path.distances[1:].max() > 0.9 * path.distances[0] for path in paths.values())


def test_try_momentum():
    paths = after("Momentum")
    y = paths["sgd"].positions[:8, 1]
    assert (y[1:] * y[:-1] < 0).all()  # from wall to wall
    assert max(paths["momentum"].distances[-1], paths["nesterov"].distances[-1]) < 0.2 * paths["sgd"].distances[-1]


def test_try_where_sgd_beats_adam():
    paths = after("SGD beats Adam")
    assert paths["sgd"].distances[-1] < 0.1 * paths["adam"].distances[-1]


def test_nobody_chosen():
    at = open_page("optimizers")
    at.pills(key="optimizers.racers").set_value([]).run()
    assert not at.exception
    assert at.info[0].value == "Choose at least one optimizer above."


def test_the_shown_code_gives_the_shown_position():
    at = open_page("optimizers", racers="momentum")
    names = {}
    exec(codes(at)[0], names)
    shown = [float(number) for number in table(at)[2][1].replace("−", "-").split(",")]
    torch.testing.assert_close(names["point"].detach(), torch.tensor(shown), rtol=1e-2, atol=1e-3)


@pytest.mark.parametrize(
    "parameters",
    [
        {"surface": "moon"},
        {"racers": "sgd,horse"},
        {"racers": "x" * 5000},
        {"ravine_sgd": "nan"},
        {"ravine_sgd": "1e30"},
        {"ravine_sgd": "0.123"},
        {"steps": "1000000000"},
        {"step": "101"},
        {"step": "-1"},
        {"steps": "20", "step": "90"},
        {"ravine_x": "inf"},
        {"ravine_y": "9"},
        {"momentum": "1"},
        {"surface": "noisy", "seed": "-3"},
        {"view": "cave"},
    ],
)
def test_nonsense_in_the_address(parameters):
    at = open_page("optimizers", **parameters)
    assert len(at.warning) == 1
    assert sentence(at)


def test_every_control_has_a_label():
    at = open_page("optimizers", surface="noisy", racers=",".join(VARIANTS))
    controls = [
        *at.selectbox,
        *at.pills,
        *at.slider,
        *at.select_slider,
        *at.number_input,
        *at.segmented_control,
        *at.button,
    ]
    assert len(controls) == 1 + 1 + 4 + 9 + 1 + 1 + 5
    assert all(control.label for control in controls)
