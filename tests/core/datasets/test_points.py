"""The sets of points: their shapes, classes and geometry, the same by seed, and a sentence for a bad text."""

import math
import random
from dataclasses import replace
from itertools import pairwise

import pytest
import torch
from sklearn.datasets import make_moons

from core.datasets.formula import FormulaError, parse
from core.datasets.points import MAX_CLASSES, MAX_NOISE, MAX_SAMPLES, POINTS, draw_points
from core.datasets.points_table import MAX_POINTS, PointsError
from core.datasets.types import Data
from core.datasets.user_points import PLANE, parse_points
from core.lessons.build.problems import TASKS

RULED = [name for name, points in POINTS.items() if "text" not in points.takes]
DRAWN = [name for name, points in POINTS.items() if "samples" in points.takes]
CLASSES = [name for name in RULED if POINTS[name].problem("").classes]
BY_FORMULA = ["formula", "formula_values"]
BY_HAND = ["own", "own_values"]


def draw(name: str, text: str | None = None, samples=300, noise=0.0, test_share=0.5, seed=0) -> Data:
    return draw_points(name, POINTS[name].default_text if text is None else text, samples, noise, test_share, seed)


def whole(data: Data) -> tuple[torch.Tensor, torch.Tensor]:
    """All points [N, 2] and their targets [N], training points first."""
    targets = torch.cat([data.train.targets, data.test.targets])
    return torch.cat([data.train.inputs, data.test.inputs]), targets.reshape(-1)


def same(first: Data, second: Data) -> bool:
    return all(
        torch.equal(getattr(getattr(first, split), part), getattr(getattr(second, split), part))
        for split in ("train", "test")
        for part in ("inputs", "targets")
    )


# --- What holds for every set


@pytest.mark.parametrize("name", POINTS)
def test_every_set_has_its_words_and_a_problem_that_can_be_learnt(name):
    points = POINTS[name]
    assert points.label
    assert points.note.endswith((".", "?"))
    assert set(points.takes) <= {"samples", "noise", "text"}
    assert bool(points.default_text) == ("text" in points.takes)
    problem = points.problem(points.default_text)
    assert problem.shape == (2,)
    assert problem.task in TASKS
    assert problem.outputs == TASKS[problem.task].neurons(len(problem.classes))
    assert len(set(problem.classes)) == len(problem.classes)


@pytest.mark.parametrize("noise", [0, MAX_NOISE])
@pytest.mark.parametrize("samples", [2, 3, 300, MAX_SAMPLES])
@pytest.mark.parametrize("name", POINTS)
def test_shapes_and_types_suit_the_task(name, samples, noise):
    data = draw(name, samples=samples, noise=noise)
    count = samples if name in DRAWN else len(parse_points(POINTS[name].default_text).points)
    assert len(data.train) + len(data.test) == count
    assert data.name == name
    assert data.problem == POINTS[name].problem(POINTS[name].default_text)
    for split in (data.train, data.test):
        assert split.inputs.dtype == torch.float32
        assert split.inputs.shape == (len(split), 2)
        assert split.inputs.isfinite().all()
        assert split.inputs.abs().max() <= PLANE
        assert data.prepare(split.inputs) is split.inputs
        if data.task == "multi_class":
            assert split.targets.dtype == torch.int64
            assert split.targets.shape == (len(split),)
            assert set(split.targets.tolist()) <= set(range(len(data.classes)))
        else:
            assert split.targets.dtype == torch.float32
            assert split.targets.shape == (len(split), 1)
        if data.task == "binary":
            assert set(split.targets.flatten().tolist()) <= {0.0, 1.0}
            assert len(data.classes) == 2


@pytest.mark.parametrize("noise", [0, MAX_NOISE])
@pytest.mark.parametrize("samples", [2, 7, 300, MAX_SAMPLES])
@pytest.mark.parametrize("name", CLASSES)
def test_the_classes_are_equally_large(name, samples, noise):
    data = draw(name, samples=samples, noise=noise)
    sizes = torch.bincount(whole(data)[1].long(), minlength=len(data.classes))
    assert sizes.max() - sizes.min() <= 1


@pytest.mark.parametrize("name", POINTS)
def test_the_same_arguments_give_the_same_data_whatever_else_is_drawn(name):
    first = draw(name, noise=0.2, seed=3)
    torch.manual_seed(99)
    state = torch.random.get_rng_state()
    assert same(first, draw(name, noise=0.2, seed=3))
    assert torch.equal(torch.random.get_rng_state(), state)
    # A person's own points are what they are, and each stays on its side.
    assert same(first, draw(name, noise=0.2, seed=4)) == (name in BY_HAND)


@pytest.mark.parametrize("name", DRAWN)
def test_noise_moves_the_same_points_and_leaves_their_targets(name):
    (still, targets), (moved, same_targets) = (whole(draw(name, noise=noise)) for noise in (0, 0.1))
    assert torch.equal(targets, same_targets)
    steps = (moved - still).norm(dim=1)
    assert steps.min() > 0
    assert 0.05 < steps.median() < 0.5


@pytest.mark.parametrize("name", RULED)
def test_more_noise_is_more(name):
    still = whole(draw(name))[0]
    low, high = ((whole(draw(name, noise=noise))[0] - still).norm(dim=1).median().item() for noise in (0.1, 0.2))
    assert high == pytest.approx(2 * low, rel=0.1)


@pytest.mark.parametrize(
    ("samples", "test_share", "tests"),
    [(300, 0.5, 150), (300, 0.1, 30), (300, 0, 1), (300, 1, 299), (2, 0, 1), (2, 1, 1), (3, 0.5, 2), (5000, 0.2, 1000)],
)
def test_the_share_of_test_points(samples, test_share, tests):
    data = draw("circle", samples=samples, test_share=test_share)
    assert (len(data.train), len(data.test)) == (samples - tests, tests)


@pytest.mark.parametrize("name", POINTS)
def test_the_share_moves_points_from_one_split_to_the_other_only(name):
    rows = [sorted(map(tuple, whole(draw(name, test_share=share))[0].tolist())) for share in (0.1, 0.9)]
    assert rows[0] == rows[1]


@pytest.mark.parametrize("name", CLASSES)
def test_each_split_has_a_bit_of_every_class(name):
    data = draw(name)
    for split in (data.train, data.test):
        sizes = torch.bincount(split.targets.flatten().long(), minlength=len(data.classes))
        assert sizes.min() > 0.6 * len(split) / len(data.classes)


@pytest.mark.parametrize(
    "changes",
    [
        {"samples": 1},
        {"samples": 10**9},
        {"noise": -0.1},
        {"noise": 0.6},
        {"noise": math.nan},
        {"test_share": -0.1},
        {"test_share": 1.1},
        {"test_share": math.nan},
    ],
)
def test_other_settings_are_refused_with_a_sentence(changes):
    with pytest.raises(ValueError, match=r"Take 2 to 5,000 points, a noise of 0 to 0\.5 and a share of 0 to 1"):
        draw("circle", **changes)


def test_an_unknown_set_is_refused_with_the_choices():
    with pytest.raises(ValueError, match="There are no points “square”: choose circle, xor"):
        draw_points("square", "", 100, 0, 0.5, 0)


# --- The geometry of each


def test_the_circle_has_class_1_inside():
    points, targets = whole(draw("circle", samples=MAX_SAMPLES))
    radius = points.norm(dim=1)
    inside, outside = radius[targets == 1], radius[targets == 0]
    assert inside.max() <= 2.5
    assert inside.max() == pytest.approx(2.5, abs=0.01)
    assert 3.5 <= outside.min() < 3.51
    assert 4.99 < outside.max() <= 5.0001
    assert points[targets == 0].mean(dim=0).abs().max() < 0.3


def test_xor_is_the_sign_of_the_product_with_a_gap_at_the_axes():
    points, targets = whole(draw("xor", samples=MAX_SAMPLES))
    assert torch.equal(points.prod(dim=1) > 0, targets == 1)
    assert 0.3 <= points.abs().min() < 0.31
    assert 5.29 < points.abs().max() <= 5.3001
    quadrants = torch.bincount(((points > 0).long() * torch.tensor([1, 2])).sum(dim=1))
    assert quadrants.min() > 0.2 * MAX_SAMPLES


@pytest.mark.parametrize(("noise", "variance"), [(0, 0.5), (0.25, 0.5 + 14 * 0.25**2)])
def test_the_gaussians_have_their_centres_and_variance(noise, variance):
    points, targets = whole(draw("gaussians", samples=MAX_SAMPLES, noise=noise))
    for target, centre in ((1, 2.0), (0, -2.0)):
        cloud = points[targets == target]
        assert cloud.mean(dim=0).tolist() == pytest.approx([centre, centre], abs=0.1)
        assert cloud.var(dim=0).tolist() == pytest.approx([variance, variance], rel=0.1)


def test_the_arms_of_the_spiral_are_point_symmetric_and_turn_as_they_should():
    points, targets = whole(draw("spiral"))
    first, second = (points[targets == target] for target in (0, 1))
    first, second = (arm[arm.norm(dim=1).argsort()] for arm in (first, second))
    torch.testing.assert_close(first, -second, atol=1e-5, rtol=0)
    along = (torch.arange(150) + 0.5) / 150
    torch.testing.assert_close(first.norm(dim=1), 5 * along, atol=1e-5, rtol=0)
    turned = torch.atan2(first[:, 0], first[:, 1]).diff().remainder(2 * math.pi).sum() / (2 * math.pi)
    assert turned == pytest.approx(1.75 * 149 / 150, abs=1e-4)


def test_the_moons_are_scikit_learns():
    points, targets = whole(draw("moons"))
    theirs, their_targets = make_moons(300, shuffle=False, noise=None)
    theirs = (torch.tensor(theirs) - torch.tensor([0.5, 0.25])) * 10 / 3
    for target in (0, 1):
        ours = points[targets == target]
        expected = theirs[their_targets == target].float()
        torch.testing.assert_close(ours[ours[:, 0].argsort()], expected[expected[:, 0].argsort()], atol=1e-5, rtol=0)
    assert points.abs().max() == pytest.approx(5, abs=1e-5)


@pytest.mark.parametrize(("name", "classes"), [("rings3", 3), ("rings4", 4)])
def test_the_rings_lie_one_in_another(name, classes):
    points, targets = whole(draw(name, samples=MAX_SAMPLES))
    radius = points.norm(dim=1)
    ends = [(radius[targets == ring].min(), radius[targets == ring].max()) for ring in range(classes)]
    assert ends[0][0] < 0.1
    for (_low, high), (low, _high) in pairwise(ends):
        assert low - high > 0.29 * 5.5 / classes
    assert len(draw(name).classes) == classes


def test_the_plane_rises_along_the_diagonal():
    points, targets = whole(draw("plane"))
    torch.testing.assert_close(targets, (points[:, 0] + points[:, 1]) / 10)
    assert targets.max() > 0.8
    assert targets.min() < -0.8


def test_the_hills_and_hollows_are_where_they_should():
    points, targets = whole(draw("multi_gaussian", samples=MAX_SAMPLES))
    signs = {(-4, 2.5): 1, (0, 2.5): -1, (4, 2.5): 1, (-4, -2.5): -1, (0, -2.5): 1, (4, -2.5): -1}
    apart = torch.stack([(points - torch.tensor(top)).norm(dim=1) for top in signs])
    nearest, top = apart.min(dim=0)
    expected = torch.tensor(list(signs.values()))[top] * (1 - nearest / 2).clamp(min=0)
    torch.testing.assert_close(targets, expected)
    assert targets.max() > 0.9
    assert targets.min() < -0.9


# --- By a formula


@pytest.mark.parametrize("text", ["x1 - x2", "sin(x1) * x2", "r - 3", "1", "x1²x2 - 2"])
def test_a_formula_tells_classes_by_its_sign_and_values_by_its_value(text):
    points, classes = whole(draw("formula", text))
    same_points, values = whole(draw("formula_values", text))
    assert torch.equal(points, same_points)
    expected = parse(text)(*points.unbind(1))
    torch.testing.assert_close(values, expected)
    assert torch.equal(classes == 1, expected > 0)


@pytest.mark.parametrize("name", BY_FORMULA)
def test_a_text_that_is_no_formula_is_refused(name):
    for text in ("", "x3", "__import__('os')", "(" * 1000):
        for attempt in (draw, lambda name, text: POINTS[name].problem(text)):
            with pytest.raises(FormulaError):
                attempt(name, text)


@pytest.mark.parametrize("text", ["1/0", "log(-1)", "9^9^9^9", "sqrt(x1)", "exp(exp(x1^2))", "0/0 + x1"])
@pytest.mark.parametrize("name", BY_FORMULA)
def test_a_formula_that_is_not_finite_everywhere_is_refused_at_the_point(name, text):
    with pytest.raises(
        FormulaError, match=r"At x1 = [−\d.]+, x2 = [−\d.]+ the formula gives (inf|−inf|nan), expected a"
    ):
        draw(name, text)


def test_values_beyond_1000_are_refused_and_classes_are_not():
    with pytest.raises(FormulaError, match="expected a number from −1000 to 1000"):
        draw("formula_values", "400 * x1")
    assert draw("formula", "400 * x1").task == "binary"
    assert whole(draw("formula_values", "1000"))[1].unique().tolist() == [1000]
    assert whole(draw("formula_values", "-1000"))[1].unique().tolist() == [-1000]


# --- By hand


@pytest.mark.parametrize(
    ("text", "task", "classes"),
    [
        ("1,2,b;3,4,a", "binary", ("a", "b")),
        ("1,2,b;3,4,a;5,6,c;0,0,b", "multi_class", ("a", "b", "c")),
        (";".join(f"{i},0,{i}" for i in range(MAX_CLASSES)), "multi_class", tuple("012345")),
    ],
)
def test_own_points_keep_their_places_and_labels(text, task, classes):
    points, targets = whole(data := draw("own", text))
    assert (data.task, data.classes) == (task, classes)
    found = {(x1, x2, classes[int(target)]) for (x1, x2), target in zip(points.tolist(), targets, strict=True)}
    own = parse_points(text)
    assert found == {(*point, label) for point, label in zip(own.points, own.labels, strict=True)}


def test_own_values_are_the_numbers_of_the_labels():
    data = draw("own_values", "1;2;3,5\n-4;5;−2\n0;0;1000")
    points, targets = whole(data)
    found = {(*point, target) for point, target in zip(points.tolist(), targets.tolist(), strict=True)}
    assert found == {(1.0, 2.0, 3.5), (-4.0, 5.0, -2.0), (0.0, 0.0, 1000.0)}
    assert data.classes == ()


def sides(labels: str, share: float = 0.5) -> str:
    """Draw a point for each letter, which is its class; return a letter for each, in upper case where it is a test."""
    text = ";".join(f"{place},0,{label}" for place, label in enumerate(labels))
    tests = {int(x1) for x1, _x2 in draw("own", text, test_share=share).test.inputs.tolist()}
    return "".join(label.upper() if place in tests else label for place, label in enumerate(labels))


@pytest.mark.parametrize("share", [0.1, 0.3, 0.5, 0.9])
def test_own_points_keep_their_side_when_others_come(share):
    labels = "".join(random.Random(1).choices("abc", k=80))
    whole = sides("abc" + labels, share)
    for count in range(3, len(whole)):
        assert sides(whole[:count].lower(), share) == whole[:count]


@pytest.mark.parametrize(
    ("labels", "expected"),
    [("ab", "ab"), ("abab", "abab"), ("aaabbb", "aaabbb"), ("aaaaab", "aaaaAb"), ("aaaaaaabbbbb", "aaaaAaAbbbbB")],
)
def test_the_first_points_of_each_class_are_to_be_learnt(labels, expected):
    assert sides(labels) == expected


@pytest.mark.parametrize("share", [0.0, 0.1, 0.5, 0.9, 1.0])
def test_each_class_can_be_learnt_and_the_share_is_kept_among_many(share):
    whole = sides("a" * 200 + "b" * 30 + "c", share)
    assert set("abc") <= set(whole)
    assert sum(map(str.isupper, whole)) == pytest.approx(share * (197 + 27), abs=2)


@pytest.mark.parametrize("name", BY_HAND)
def test_samples_and_noise_mean_nothing_to_own_points(name):
    assert same(draw(name), draw(name, samples=7, noise=MAX_NOISE))


@pytest.mark.parametrize(
    ("name", "text", "words"),
    [
        ("own", "", "found 0"),
        ("own", "1,2,a", "found 1"),
        ("own", "1,2,a;oops,4,b", "Line 2, column 1"),
        ("own", "1,2,a;3,4,a", "Found 1 different labels, expected 2 to 6"),
        ("own", ";".join(f"{i},0,{i}" for i in range(7)), "Found 7 different labels"),
        ("own", "1,2,a;" * (MAX_POINTS + 1), "one too many"),
        ("own_values", "1,2,3;4,5,a", "Point 2: its label is “a”, expected a number"),
        ("own_values", "1,2,nan;4,5,3", "Point 1: its label is “nan”"),
        ("own_values", "1,2,1001;4,5,3", "Point 1: its label is “1001”"),
    ],
)
def test_points_that_make_no_data_are_refused(name, text, words):
    for attempt in (draw, lambda name, text: POINTS[name].problem(text)):
        with pytest.raises(PointsError, match=words):
            attempt(name, text)


def test_the_records_are_immutable():
    with pytest.raises(AttributeError):
        POINTS["circle"].label = "Square"
    assert replace(POINTS["circle"], label="Square").draw is POINTS["circle"].draw
