import subprocess
import sys

import pytest
import torch
from torch.nn import Parameter

from core.lessons.optimizers.race import (
    LEARNING_RATES,
    MAX_STEPS,
    VARIANTS,
    Entry,
    RaceError,
    Setup,
    race,
    run,
    snippet,
)
from core.lessons.optimizers.surfaces import SURFACES

ON_EVERY_SURFACE = pytest.mark.parametrize("surface", SURFACES)
EVERY_RACER = pytest.mark.parametrize("variant", VARIANTS)

# The same optimizers as their users write them.
PLAIN = {
    "sgd": lambda p: torch.optim.SGD(p, lr=0.02),
    "momentum": lambda p: torch.optim.SGD(p, lr=0.02, momentum=0.8),
    "nesterov": lambda p: torch.optim.SGD(p, lr=0.02, momentum=0.8, nesterov=True),
    "adagrad": lambda p: torch.optim.Adagrad(p, lr=0.02),
    "rmsprop": lambda p: torch.optim.RMSprop(p, lr=0.02),
    "adam": lambda p: torch.optim.Adam(p, lr=0.02),
    "adamw": lambda p: torch.optim.AdamW(p, lr=0.02, weight_decay=0.1),
}


def setup(surface="bowl", **changed):
    return Setup(**{"surface": surface, "start": SURFACES[surface].start, "steps": 30} | changed)


def entry(variant, learning_rate=0.02, **changed):
    return Entry(variant, learning_rate, **{"momentum": 0.8, "weight_decay": 0.1} | changed)


def default(surface, variants=VARIANTS):
    return [Entry(name, VARIANTS[name].default_learning_rate(SURFACES[surface])) for name in variants]


def far(path):
    return path.distances[-1].item()


@EVERY_RACER
@pytest.mark.parametrize("surface", ["ravine", "saddle"])
def test_each_racer_is_torchs_own_optimizer(variant, surface):
    path = run(setup(surface, steps=15), entry(variant))
    point = Parameter(torch.tensor(SURFACES[surface].start))
    optimizer = PLAIN[variant]([point])
    for step in range(15):
        optimizer.zero_grad()
        SURFACES[surface].function(point).backward()
        torch.testing.assert_close(path.gradients[step], point.grad, rtol=1e-4, atol=1e-4)
        optimizer.step()
        torch.testing.assert_close(path.positions[step + 1], point.detach(), rtol=1e-4, atol=1e-5)


@EVERY_RACER
def test_effective_step_times_direction_is_the_move(variant):
    """Each optimizer's own update rule (docs.pytorch.org/docs/stable/optim.html), from what is on record."""
    path = run(setup("noisy"), entry(variant))
    steps = torch.arange(1, path.steps + 1).unsqueeze(-1)
    direction, shrink = path.gradients, 1.0
    if variant == "momentum":
        direction = path.velocities
    elif variant == "nesterov":
        direction = path.gradients + 0.8 * path.velocities
    elif variant in ("adam", "adamw"):
        direction = path.velocities / (1 - 0.9**steps)
        shrink = 1 - 0.02 * 0.1 if variant == "adamw" else 1.0
    expected = shrink * path.positions[:-1] - path.effective * direction
    torch.testing.assert_close(path.positions[1:], expected, rtol=1e-4, atol=1e-6)


@pytest.mark.parametrize(
    ("variant", "velocity", "squares"),
    [
        ("sgd", None, None),
        ("momentum", lambda v, g: 0.8 * v + g, None),
        ("nesterov", lambda v, g: 0.8 * v + g, None),
        ("adagrad", None, lambda s, g: s + g**2),
        ("rmsprop", None, lambda s, g: 0.99 * s + 0.01 * g**2),
        ("adam", lambda v, g: 0.9 * v + 0.1 * g, lambda s, g: 0.999 * s + 0.001 * g**2),
        ("adamw", lambda v, g: 0.9 * v + 0.1 * g, lambda s, g: 0.999 * s + 0.001 * g**2),
    ],
)
def test_the_state_follows_its_formula(variant, velocity, squares):
    path = run(setup("noisy"), entry(variant))
    for kept, rule in ((path.velocities, velocity), (path.squares, squares)):
        if rule is None:
            assert kept is None
            continue
        value = torch.zeros(2)
        for step, gradient in enumerate(path.gradients):
            value = rule(value, gradient)
            torch.testing.assert_close(kept[step], value, rtol=1e-4, atol=1e-7)


@ON_EVERY_SURFACE
def test_usual_learning_rates_come_nearer_and_stay_on_the_map(surface):
    for path in race(setup(surface, steps=100), default(surface)).values():
        assert path.left is None
        assert path.distances[-1] < path.distances[0]
        torch.testing.assert_close(path.distances, SURFACES[surface].distance(path.positions))
        torch.testing.assert_close(path.values, SURFACES[surface].function(path.positions))


@ON_EVERY_SURFACE
@EVERY_RACER
@pytest.mark.parametrize("learning_rate", LEARNING_RATES)
def test_every_learning_rate_gives_finite_numbers(surface, variant, learning_rate):
    corner = tuple(maximum for _least, maximum in SURFACES[surface].view)
    path = run(setup(surface, start=corner, steps=20), entry(variant, learning_rate, momentum=0.99, weight_decay=1.0))
    made = (path.positions, path.values, path.distances, path.gradients, path.velocities, path.squares, path.effective)
    assert all(numbers.isfinite().all() for numbers in made if numbers is not None)
    assert path.steps == (path.left or 20)


def test_who_leaves_the_map_stops_there():
    path = run(setup(), entry("sgd", 0.7))
    assert path.left == path.steps < 30
    assert not SURFACES["bowl"].on_map(path.positions[-1].tolist())
    assert all(SURFACES["bowl"].on_map(position) for position in path.positions[:-1].tolist())


def test_the_same_seed_is_the_same_race_and_another_is_another():
    first = run(setup("noisy"), entry("adam")).positions
    run.cache_clear()
    assert torch.equal(first, run(setup("noisy"), entry("adam")).positions)
    assert not torch.equal(first, run(setup("noisy", seed=1), entry("adam")).positions)


def test_the_noise_is_on_the_gradient_alone_and_the_same_for_all():
    noisy = {name: run(setup("noisy"), entry(name)) for name in ("sgd", "adam")}
    noises = {}
    for name, path in noisy.items():
        x, y = path.positions[:-1].unbind(-1)
        noises[name] = path.gradients - torch.stack([x, 3 * y], dim=-1)
        torch.testing.assert_close(path.values, (path.positions**2 * torch.tensor([0.5, 1.5])).sum(dim=-1))
    torch.testing.assert_close(noises["sgd"], noises["adam"], rtol=1e-3, atol=1e-5)
    assert 0.3 < noises["sgd"].std() < 0.7


def test_only_the_racer_that_changed_runs_again():
    race(setup(), default("bowl"))
    before = run.cache_info()
    race(setup(), [*default("bowl")[:-1], Entry("adamw", 0.0123)])
    after = run.cache_info()
    assert (after.misses - before.misses, after.hits - before.hits) == (1, len(VARIANTS) - 1)


@EVERY_RACER
def test_settings_that_a_racer_does_not_know_change_nothing(variant):
    momentum, decay = VARIANTS[variant].momentum, VARIANTS[variant].weight_decay
    path = run(setup(), entry(variant))
    assert torch.equal(path.positions, run(setup(), entry(variant, momentum=0.5)).positions) != momentum
    assert torch.equal(path.positions, run(setup(), entry(variant, weight_decay=0.5)).positions) != decay


def test_nesterov_without_momentum_is_plain_sgd():
    plain, nesterov = (run(setup(), entry(name, momentum=0.0)) for name in ("sgd", "nesterov"))
    assert torch.equal(plain.positions, nesterov.positions)


def test_sgd_beats_adam_on_the_bowl_whatever_their_learning_rates():
    rates = [float(f"{mantissa}e{power}") for power in range(-4, 1) for mantissa in (1, 2, 5)]
    best = {name: min(far(run(setup(steps=100), Entry(name, rate))) for rate in rates) for name in ("sgd", "adam")}
    assert best["sgd"] < 0.01 * best["adam"]
    assert far(run(setup(steps=100), Entry("sgd", 0.1))) < 0.1 * far(run(setup(steps=100), Entry("adam", 0.1)))


def test_the_minimum_that_is_found_depends_on_the_optimizer():
    paths = race(setup("himmelblau", steps=100), default("himmelblau", ("sgd", "adam")))
    assert (paths["sgd"].positions[-1] - paths["adam"].positions[-1]).norm() > 1


@EVERY_RACER
@pytest.mark.parametrize("surface", ["ravine", "noisy"])
def test_the_shown_code_makes_the_same_run(variant, surface, capsys):
    names = {}
    exec(snippet(setup(surface), entry(variant)), names)
    path = run(setup(surface), entry(variant))
    torch.testing.assert_close(names["point"].detach(), path.positions[-1], rtol=1e-3, atol=1e-5)
    assert str(names["point"].detach()) in capsys.readouterr().out


def test_the_shown_code_runs_alone():
    code = snippet(setup("himmelblau"), entry("nesterov", 0.001))
    printed = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert "tensor([" in printed
    assert "momentum=0.8, nesterov=True" in code


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"surface": "moon"}, "surface is “moon”: choose one of bowl,"),
        ({"start": (9.0, 0.0)}, "start x is 9.0: it must be a number from -3 to 3."),
        ({"start": (0.0, float("nan"))}, "start y is nan"),
        ({"steps": 0}, "steps is 0: it must be a number from 1 to"),
        ({"steps": MAX_STEPS + 1}, "steps is"),
    ],
)
def test_a_course_that_cannot_be(changed, words):
    with pytest.raises(RaceError, match=words.replace("(", r"\(")):
        Setup(**{"surface": "bowl", "start": (0.0, 0.0)} | changed)


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"variant": "horse"}, "racer is “horse”"),
        ({"learning_rate": 0.0}, "learning rate is 0.0"),
        ({"learning_rate": 1e30}, "learning rate is 1e[+]30"),
        ({"momentum": 1.0}, "momentum is 1.0"),
        ({"weight_decay": float("inf")}, "weight decay is inf"),
    ],
)
def test_an_entry_that_cannot_be(changed, words):
    with pytest.raises(RaceError, match=words):
        Entry(**{"variant": "sgd", "learning_rate": 0.1} | changed)


def test_racers_are_told_apart():
    assert len({variant.letter for variant in VARIANTS.values()}) == len(VARIANTS)
    assert len({(variant.color, variant.hollow) for variant in VARIANTS.values()}) == len(VARIANTS)
