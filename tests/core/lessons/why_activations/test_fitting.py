import contextlib
import io
import math

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from core.activations import ACTIVATIONS
from core.digits.canvas_json import canvas_from_strokes, strokes_from_canvas
from core.lessons.why_activations.fitting import (
    CLOSE,
    KNOTS,
    LIMIT,
    MAX_STEPS,
    PARTS_AT,
    POINTS,
    TARGETS,
    Ending,
    Fit,
    FitConfig,
    FitError,
    curve_from_strokes,
    curve_to_stroke,
    format_curve,
    notice,
    parse_curve,
    samples,
    script,
    trace,
)
from core.optimizers import OPTIMIZERS
from tests.given import TEXTS, read_or_refused

WAVE = tuple(round(math.sin(place / 5), 2) for place in range(KNOTS))
SIZE = (260, 150)


def run(code):
    output = io.StringIO()
    before = torch.get_rng_state()
    with contextlib.redirect_stdout(output):
        exec(code, {})
    torch.set_rng_state(before)
    return float(output.getvalue())


@pytest.mark.parametrize("name", TARGETS)
def test_every_target_and_its_code(name):
    config = FitConfig(name, WAVE)
    x, y = samples(config)
    assert x.shape == y.shape == (POINTS, 1)
    assert y.abs().max() <= 1
    expected = eval(TARGETS[name].code, {"torch": torch, "F": torch.nn.functional, "x": x, "knots": torch.tensor(WAVE)})
    assert torch.allclose(y, expected)


def test_a_drawn_curve_is_joined_by_straight_lines():
    x, y = samples(FitConfig("drawn", WAVE))
    expected = np.interp(x[:, 0].numpy(), np.linspace(-LIMIT, LIMIT, KNOTS), WAVE)
    assert y[:, 0].numpy() == pytest.approx(expected, abs=1e-5)


@pytest.mark.parametrize("activation", ["tanh", "relu", "gelu"])
def test_the_usual_network_learns_the_sine(activation):
    fit = Fit(FitConfig(activation=activation, width=32, seed=19))
    fit.advance_to(MAX_STEPS + 1)
    assert fit.error < 0.05 < 0.5 < fit.line_error


def test_with_the_identity_it_stays_the_best_line():
    fit = Fit(FitConfig(activation="identity", width=32, depth=4, seed=19))
    assert fit.bend < 1e-5
    fit.advance_to(MAX_STEPS + 1)
    assert fit.ending is Ending.OUT_OF_STEPS
    assert fit.steps == MAX_STEPS
    assert fit.bend < 1e-5
    assert fit.error == pytest.approx(fit.line_error, rel=1e-3)
    assert "straight line itself" in notice(fit)
    assert (fit.outputs - fit.line).abs().max() < 0.05


def test_the_line_is_that_of_least_squares():
    fit = Fit(FitConfig(target="step"))
    x, y = fit.x[:, 0].double().numpy(), fit.y[:, 0].double().numpy()
    assert fit.line[:, 0].numpy() == pytest.approx(np.polyval(np.polyfit(x, y, 1), x), abs=1e-6)
    assert fit.line_error == pytest.approx(0.5, abs=0.01)


def test_it_stops_when_it_is_close_enough():
    fit = Fit(FitConfig(target="line", activation="identity"))
    fit.advance_to(MAX_STEPS + 1)
    assert fit.ending is Ending.CLOSE
    assert fit.error < CLOSE
    steps = fit.steps
    fit.advance_to(MAX_STEPS + 1)
    assert fit.steps == steps < MAX_STEPS
    assert f"after {steps:,} steps" in notice(fit)


def test_a_fit_that_runs_away_says_so():
    fit = Fit(FitConfig(optimizer="sgd", learning_rate=10.0))
    fit.advance_to(MAX_STEPS + 1)
    assert fit.ending is Ending.DIVERGED
    assert notice(fit).endswith("Take a learning rate smaller than 10.")


def test_the_first_step_of_sgd_is_the_formula():
    fit = Fit(FitConfig(optimizer="sgd", learning_rate=0.1))
    before = [parameter.detach().clone() for parameter in fit.network.parameters()]
    loss = torch.nn.functional.mse_loss(fit.network(fit.x), fit.y)
    gradients = torch.autograd.grad(loss, list(fit.network.parameters()))
    fit.advance_to(1)
    for old, gradient, new in zip(before, gradients, fit.network.parameters(), strict=True):
        assert torch.allclose(new, old - 0.1 * gradient, atol=1e-7)


def test_time_in_slices_changes_nothing(monkeypatch):
    whole, sliced = Fit(FitConfig()), Fit(FitConfig())
    whole.advance_to(50)
    monkeypatch.setattr("core.lessons.why_activations.fitting.SLICE", 0.0001)
    sliced.advance_to(50)
    assert torch.equal(whole.outputs, sliced.outputs)
    assert whole.error == sliced.error


@pytest.mark.parametrize("settings", [{"width": 5}, {"activation": "relu", "depth": 1}, {"target": "step", "depth": 3}])
def test_the_parts_and_the_bias_add_up_to_the_curve(settings):
    fit = Fit(FitConfig(**settings))
    fit.advance_to(30)
    curve = fit.network(PARTS_AT[:, None])[:, 0]
    assert torch.allclose(fit.parts().sum(0) + fit.last_layer.bias, curve, atol=1e-6)


def test_a_trace_is_the_fit_as_it_goes():
    config = FitConfig(width=6)
    seen = trace(config)
    again = Fit(config)
    for place in (0, 1, 5, len(seen.steps) - 1):
        again.advance_to(int(seen.steps[place]))
        assert torch.equal(seen.outputs[place], again.outputs[:, 0])
        assert seen.errors[place].item() == pytest.approx(again.error)
        assert torch.allclose(seen.parts[place].sum(0), again.parts().sum(0), atol=1e-6)
    assert seen.steps.diff().min() > 0
    assert seen.steps[-1] == seen.fit.steps
    spans = seen.parts[-1].amax(1) - seen.parts[-1].amin(1)
    assert spans.diff().max() <= 0  # those that add most come first


@pytest.mark.parametrize(
    ("settings", "ending"),
    [
        ({"target": "line", "activation": "identity"}, Ending.CLOSE),
        ({"optimizer": "sgd", "learning_rate": 10.0}, Ending.DIVERGED),
        ({"activation": "identity", "width": 1, "depth": 1}, Ending.OUT_OF_STEPS),
    ],
)
def test_a_trace_goes_on_to_the_end(settings, ending, monkeypatch):
    monkeypatch.setattr("core.lessons.why_activations.fitting.MAX_STEPS", 200)
    seen = trace.__wrapped__(FitConfig(**settings))
    assert seen.fit.ending is ending
    assert seen.steps[-1] == seen.fit.steps <= 200


def test_a_look_is_not_changed_by_later_steps():
    fit = Fit(FitConfig())
    seen = fit.outputs
    copy = seen.clone()
    fit.advance_to(5)
    assert torch.equal(seen, copy)
    assert not torch.equal(seen, fit.outputs)


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
@pytest.mark.parametrize("target", ["sine", "drawn"])
def test_the_script_does_the_same_number_for_number(optimizer, target, monkeypatch):
    monkeypatch.setattr("core.lessons.why_activations.fitting.MAX_STEPS", 40)
    config = FitConfig(target, WAVE, "silu", 5, 2, optimizer, 0.03, 4)
    fit = Fit(config)
    fit.advance_to(40)
    assert run(script(config)) == fit.error


@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_the_script_of_every_activation(activation, monkeypatch):
    monkeypatch.setattr("core.lessons.why_activations.fitting.MAX_STEPS", 3)
    config = FitConfig(activation=activation, width=3, depth=1)
    fit = Fit(config)
    fit.advance_to(3)
    assert run(script(config)) == fit.error


def test_the_script_stops_where_the_fit_stops():
    config = FitConfig(target="line", activation="identity")
    fit = Fit(config)
    fit.advance_to(MAX_STEPS + 1)
    assert run(script(config)) == fit.error


def test_sentences_before_and_while_it_learns():
    fit = Fit(FitConfig())
    assert notice(fit).startswith(f"Untrained, the {fit.parameters} weights")
    assert fit.parameters == 2 * 16 + 16 * 17 + 17
    fit.advance_to(7)
    assert notice(fit).startswith(f"After 7 steps the network is {fit.error:.3g} away")
    assert f"{fit.line_error:.3g}" in notice(fit)


@pytest.mark.parametrize(
    "settings",
    [
        {"target": "moon"},
        {"activation": "moon"},
        {"optimizer": "moon"},
        {"width": 0},
        {"width": 10**9},
        {"depth": 0},
        {"depth": 10**9},
        {"learning_rate": 0.0},
        {"learning_rate": math.nan},
        {"learning_rate": math.inf},
        {"target": "drawn"},
        {"target": "drawn", "curve": WAVE[:-1]},
        {"target": "drawn", "curve": (*WAVE[:-1], math.nan)},
        {"target": "drawn", "curve": (*WAVE[:-1], 2.0)},
    ],
)
def test_what_cannot_be_fitted_is_refused_in_a_sentence(settings):
    with pytest.raises(FitError, match=r"^[A-Z].*\.$"):
        FitConfig(**settings)


def test_a_curve_in_the_address():
    assert parse_curve(format_curve(WAVE)) == WAVE
    assert parse_curve(format_curve(())) == ()
    assert len(format_curve((-1.0,) * KNOTS)) <= 5 * KNOTS


@pytest.mark.parametrize(
    "text",
    ["1", "nan", ".".join(["101"] * KNOTS), ".".join(["x"] * KNOTS), ".".join(["²"] * KNOTS), "." * 32, "9" * 5000],
)
def test_nonsense_is_no_curve(text):
    with pytest.raises(FitError, match="33 heights"):
        parse_curve(text)


def test_a_curve_goes_to_the_canvas_and_back_unchanged():
    generator = np.random.default_rng(0)
    for curve in [WAVE, *(tuple(np.round(generator.uniform(-1, 1, KNOTS), 2).tolist()) for _ in range(50))]:
        canvas = canvas_from_strokes([curve_to_stroke(curve, *SIZE)], "#FFFFFF", 4)
        assert curve_from_strokes(strokes_from_canvas(canvas), *SIZE) == curve


def test_edges_and_middle_of_the_canvas():
    curve = curve_from_strokes([np.array([[0.0, 0.0], [260.0, 150.0]])], *SIZE)
    assert (curve[0], curve[KNOTS // 2], curve[-1]) == (1.0, 0.0, -1.0)


def test_what_is_drawn_last_counts_and_gaps_are_bridged():
    low = np.array([[40.0, 150.0], [100.0, 150.0]])
    high = np.array([[200.0, 0.0], [160.0, 0.0]])  # from right to left
    over = np.array([[60.0, 75.0], [80.0, 75.0]])
    curve = curve_from_strokes([low, high, over], *SIZE)
    at = np.linspace(0, 260, KNOTS)
    assert {curve[i] for i in np.flatnonzero(at < 60)} == {-1.0}
    assert {curve[i] for i in np.flatnonzero((at >= 60) & (at <= 80))} == {0.0}
    assert {curve[i] for i in np.flatnonzero(at >= 160)} == {1.0}
    bridge = [curve[i] for i in np.flatnonzero((at > 98) & (at < 162))]
    assert bridge == sorted(bridge)
    assert len(set(bridge)) > 5


def test_a_stroke_that_turns_back_counts_as_it_passes_last():
    turn = np.array([[0.0, 0.0], [260.0, 0.0], [260.0, 150.0], [130.0, 150.0]])
    curve = curve_from_strokes([turn], *SIZE)
    assert curve[0] == 1.0
    assert curve[-1] == -1.0


def test_ink_beyond_the_edge_is_cut_off():
    curve = curve_from_strokes([np.array([[-50.0, -80.0], [300.0, 400.0]])], *SIZE)
    assert len(curve) == KNOTS
    assert (min(curve), max(curve)) == (-1.0, 1.0)


@pytest.mark.parametrize(
    "strokes",
    [[], [np.zeros((0, 2))], [np.array([[50.0, 50.0]])], [np.array([[50.0, 0.0], [50.0, 90.0]])]],
)
def test_too_little_to_be_a_curve(strokes):
    assert curve_from_strokes(strokes, *SIZE) == ()


def test_a_scrawl_of_very_many_points():
    scrawl = np.random.default_rng(0).uniform(0, 150, (20_000, 2))
    assert len(curve_from_strokes([scrawl], *SIZE)) == KNOTS


@given(TEXTS | st.lists(st.integers(-110, 110).map(str) | TEXTS, min_size=KNOTS, max_size=KNOTS).map(".".join))
def test_any_text_gives_a_curve_that_is_written_and_read_again_or_a_sentence(text):
    curve = read_or_refused(parse_curve, text, FitError)
    if curve is not None:
        assert parse_curve(format_curve(curve)) == curve


@given(st.lists(st.integers(-100, 100), min_size=KNOTS, max_size=KNOTS))
def test_a_curve_of_its_knots_is_read(heights):
    assert parse_curve(".".join(map(str, heights))) == tuple(height / 100 for height in heights)


def with_weights(activation, weights, biases, outputs):
    fit = Fit(FitConfig("zigzag", activation=activation, width=len(weights), depth=1))
    hidden, last = (module for module in fit.network.modules() if isinstance(module, torch.nn.Linear))
    with torch.no_grad():
        hidden.weight[:, 0], hidden.bias[:], last.weight[0] = map(torch.tensor, (weights, biases, outputs))
    return fit


@pytest.mark.parametrize("activation", ["relu", "leaky_relu"])
def test_corners_are_counted_where_they_are(activation):
    # at -1, 0.5 and 2; too little to be seen; outside the picture
    fit = with_weights(activation, [1.0, -2.0, 0.5, 1.0, 1.0], [1.0, 1.0, -1.0, 0.0, 9.0], [1.0, 1.0, -1.0, 0.1, 1.0])
    assert fit.corners == pytest.approx([-1.0, 0.5, 2.0])
    # two at one place that cancel each other, and two that do not
    assert with_weights(activation, [1.0, -1.0], [1.0, -1.0], [1.0, -1.0]).corners == []
    assert with_weights(activation, [1.0, 1.0], [1.0, 1.0], [1.0, 1.0]).corners == [-1.0]
    assert "**Corners: 1**, and no more than one for each neuron: 2." in notice(
        with_weights(activation, [1.0, 1.0], [1.0, 1.0], [1.0, 1.0])
    )


def test_only_one_layer_with_kinks_has_corners():
    assert Fit(FitConfig(activation="relu", depth=2)).corners is None
    assert Fit(FitConfig(activation="tanh", depth=1)).corners is None
