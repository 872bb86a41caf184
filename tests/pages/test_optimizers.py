import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from core.lessons.optimizers.predictions import ADAM, RATE
from core.lessons.optimizers.race import VARIANTS, Entry, Setup, race, snippet
from core.lessons.optimizers.scene import scene
from core.lessons.optimizers.surfaces import SURFACES
from tests.pages.app import address, open_page, picture, settle

RACE = "race"
DEFAULTS = ("sgd", "momentum", "rmsprop", "adam")


def a_race(surface="ravine", variants=DEFAULTS, steps=100, rates=None, **settings):
    start = settings.pop("start", SURFACES[surface].start)
    setup = Setup(surface, start, steps, settings.pop("seed", 0))
    rates = {name: VARIANTS[name].default_learning_rate(SURFACES[surface]) for name in variants} | (rates or {})
    return setup, [Entry(name, rate, **settings) for name, rate in rates.items()]


def slider(at: AppTest, name: str):
    widgets = [*at.slider, *at.select_slider]
    return next(widget for widget in widgets if widget.key == f"optimizers.{name}")


def button(at: AppTest, label: str):
    return next(widget for widget in at.button if widget.label == label)


def codes(at: AppTest) -> list[str]:
    return [tab.code[0].value for tab in at.tabs]


def agrees(at: AppTest, setup: Setup, entries: list[Entry], step: int = 0) -> None:
    """Check the picture and the code on the page against core's numbers."""
    header, arrays = picture(at, RACE)
    paths = race(setup, entries)
    assert header["values"]["step"] == step
    assert [header["values"][name] for name in header["start"]] == list(setup.start)
    assert [racer["label"] for racer in header["racers"]] == [VARIANTS[name].label for name in paths]
    for name in ("positions", "distances", "states"):
        np.testing.assert_allclose(arrays[name], scene(setup, paths)[name], rtol=1e-6)
    assert [code.strip() for code in codes(at)] == [snippet(setup, entry).strip() for entry in entries]


def test_starts_before_the_race():
    at = open_page("optimizers")
    agrees(at, *a_race())
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


@pytest.mark.parametrize("step", [1, 37, 100])
def test_where_it_was_stopped_is_in_the_address(step):
    at = open_page("optimizers")
    settle(at, RACE, step=step)
    agrees(at, *a_race(), step)
    assert address(at) == {"step": str(step)}


@pytest.mark.parametrize("told", [-1, 101, 3.5, "nan", None])
def test_a_step_that_no_player_would_tell(told):
    at = open_page("optimizers", step="9")
    settle(at, RACE, step=told)
    agrees(at, *a_race(), 9)


def test_the_start_is_dragged_to_another_place():
    at = open_page("optimizers")
    settle(at, RACE, step=0, ravine_x=-1.05, ravine_y=3)
    agrees(at, *a_race(start=(-1.05, 3.0)))
    assert address(at) == {"ravine_x": "-1.05", "ravine_y": "3"}
    assert slider(at, "ravine_x").value == -1.05
    settle(at, RACE, ravine_x=99)
    agrees(at, *a_race(start=(-1.05, 3.0)))


def test_another_length_is_looked_at_from_its_end():
    at = open_page("optimizers", step="100")
    slider(at, "steps").set_value(20).run()
    agrees(at, *a_race(steps=20), 20)
    slider(at, "steps").set_value(200).run()
    agrees(at, *a_race(steps=200), 200)


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


@pytest.mark.parametrize(("link", "view"), [("map", "map"), ("landscape", "hill"), ("distance", "distance")])
def test_what_a_narrow_screen_shows(link, view):
    at = open_page("optimizers", view=link)
    assert picture(at, RACE)[0]["values"]["view"] == view
    settle(at, RACE, view="hill")
    assert address(at) == {"view": "hill"}


def after(label: str) -> dict:
    """Press a button of "try this"; return the paths that it shows, by racer."""
    at = open_page("optimizers", racers="adagrad", momentum="0.2", steps="20")
    button(at, label).click().run()
    assert not at.exception
    assert picture(at, RACE)[0]["values"]["step"] == 0
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
    assert at.info[0].value == "Choose at least one optimizer below."


def test_the_shown_code_ends_where_the_picture_does():
    at = open_page("optimizers", racers="momentum")
    names = {}
    exec(codes(at)[0], names)
    last = picture(at, RACE)[1]["positions"][0, -1]
    np.testing.assert_allclose(names["point"].detach(), last, rtol=1e-5)


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
    assert picture(at, RACE)


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
    asked = sum(len(question.answers) + 1 for question in (ADAM, RATE))
    assert len(controls) == 1 + 1 + 3 + 9 + 1 + 4 + asked
    assert all(control.label for control in controls)
