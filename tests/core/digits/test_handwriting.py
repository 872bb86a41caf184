import numpy as np
import pytest
import torch

from core.digits import rasterize
from core.digits.handwriting import SCRIBBLES, draw, ink, sample, scribble, vary
from core.digits.rasterize import DrawingCheck, check_drawing, to_pictures
from core.digits.styles import SIGNS, STYLES, Style

EVERY_STYLE = [(digit, style) for digit, styles in STYLES.items() for style in range(len(styles))]


def seeded(seed=0):
    return torch.Generator().manual_seed(seed)


def template(style):
    """The style as it was designed, nothing varied."""
    return [curve @ controls for controls, (curve, _) in zip(style.controls, style.weights, strict=True)]


def test_every_digit_has_several_styles_with_a_name_each():
    assert list(STYLES) == list(range(10))
    for styles in [*STYLES.values(), SIGNS]:
        labels = [style.label for style in styles]
        assert len(set(labels)) == len(labels) >= 5


def test_a_smooth_curve_passes_through_its_points():
    style = Style("bow", "0,0 50,30 100,0")
    ((curve, _),) = style.weights
    # Halfway to the middle point by hand: tangents (50, 30) and (50, 0) give y = 30 / 2 + 30 / 8 - 0
    points = curve @ style.controls[0]
    assert points[[0, len(points) // 2, -1]] == pytest.approx(style.controls[0])
    assert points[len(points) // 4] == pytest.approx([25, 18.75])
    assert points[-1 - len(points) // 4] == pytest.approx([75, 18.75])


def test_a_corner_is_sharp_and_lines_are_straight():
    style = Style("hook", "0,0 50,30! 100,0; 0,50 100,50")
    for (curve, lines), controls in zip(style.weights, style.controls, strict=True):
        assert curve @ controls == pytest.approx(lines @ controls)
    assert len(style.controls) == 2


@pytest.mark.parametrize(("digit", "style"), EVERY_STYLE)
def test_every_style_stays_on_the_canvas_and_passes_for_a_digit(digit, style):
    generator = seeded()
    for _ in range(20):
        strokes = draw(digit, generator, style)
        points = np.concatenate(strokes)
        assert len(strokes) == len(STYLES[digit][style].controls)
        assert all(len(stroke) >= 2 for stroke in strokes)
        assert 5 <= points.min() <= points.max() <= rasterize.CANVAS - 5
        assert 39 < np.ptp(points, axis=0).max() < 261
        assert check_drawing(strokes) is DrawingCheck.OK


@pytest.mark.parametrize("digit", STYLES)
def test_a_drawing_is_nearest_to_a_template_of_its_own_digit(digit):
    """A stranger's reading in its simplest form: compare with the styles as they were designed."""
    templates = {k: to_pictures([template(style) for style in styles]) for k, styles in STYLES.items()}
    generator = seeded()
    right = 0
    for picture in to_pictures([draw(digit, generator) for _ in range(100)]):
        distance = {k: (pictures - picture).square().sum(dim=(1, 2, 3)).min() for k, pictures in templates.items()}
        right += min(distance, key=distance.get) == digit
    assert right >= 60  # a fifth is far narrower or wider than its template


def test_some_drawings_are_very_narrow_and_some_very_wide():
    generator = seeded()
    aspects = []
    for _time in range(200):
        width, height = np.ptp(np.concatenate(draw(0, generator, 0)), axis=0)
        aspects.append(width / height)
    assert min(aspects) < 0.3
    assert max(aspects) > 1.3
    assert 0.4 < np.median(aspects) < 1


def test_a_drawing_is_written_again_on_the_canvas_and_stays_what_it_is():
    strokes, generator = [10 * stroke - 500 for stroke in draw(8, seeded(), 0)], seeded(1)
    again = [vary(strokes, generator) for _time in range(20)]
    points = np.concatenate([stroke for drawing in again for stroke in drawing])
    assert points.min() >= 0
    assert points.max() <= 280
    assert all(list(map(len, drawing)) == list(map(len, strokes)) for drawing in again)
    pictures = to_pictures(again)
    assert pictures.var(dim=0).sum() > 5
    assert (to_pictures([strokes]) - pictures).square().sum(dim=(1, 2, 3)).min() < to_pictures([strokes]).square().sum()


def test_pens_are_as_thin_and_thick_as_asked():
    drawings = [draw(0, seeded(k), 0) for k in range(64)]
    thin, thick = (ink(drawings, seeded(), (pen, pen)).float().mean() for pen in (2.0, 3.0))
    assert thin < 0.8 * thick


def test_drawings_vary():
    generator = seeded()
    drawings = [draw(7, generator, 1) for _ in range(60)]
    sizes = [np.ptp(np.concatenate(strokes), axis=0).max() for strokes in drawings]
    counts = [sum(map(len, strokes)) for strokes in drawings]
    assert min(sizes) < 80 < 220 < max(sizes)
    assert min(counts) < 16 < 50 < max(counts)
    assert to_pictures(drawings).var(dim=0).sum() > 20


def test_same_seed_same_drawing_whatever_others_do():
    first = draw(4, seeded(3))
    np.random.default_rng(0).random()
    torch.rand(3)
    second = draw(4, seeded(3))
    assert all(np.array_equal(a, b) for a, b in zip(first, second, strict=True))
    other = draw(4, seeded(4))
    assert not np.array_equal(np.concatenate(first), np.concatenate(other))


def test_the_global_generators_are_left_alone():
    state = torch.get_rng_state()
    sample(20, seeded(), scribbles=0.5)
    assert torch.equal(state, torch.get_rng_state())


@pytest.mark.parametrize(
    ("digit", "style", "words"), [(10, None, "0 to 9"), (-1, None, "0 to 9"), (1, 99, "styles 0 to")]
)
def test_what_cannot_be_drawn(digit, style, words):
    with pytest.raises(ValueError, match=words):
        draw(digit, seeded(), style)


@pytest.mark.parametrize("name", SCRIBBLES)
def test_every_scribble_stays_on_the_canvas_and_has_ink(name):
    random = np.random.default_rng(0)
    for _ in range(20):
        strokes = SCRIBBLES[name](random)
        points = np.concatenate(strokes)
        assert np.isfinite(points).all()
        assert 5 <= points.min() <= points.max() <= rasterize.CANVAS - 5
        assert check_drawing(strokes) in (DrawingCheck.OK, DrawingCheck.SCRIBBLE)


def test_scribbles_are_of_many_kinds():
    generator = seeded()
    assert len({len(scribble(generator)) for _ in range(100)}) >= 5


def test_sample():
    pictures, labels = sample(300, seeded(), scribbles=0.25)
    assert pictures.shape == (300, 1, 28, 28)
    assert pictures.dtype == torch.uint8
    assert labels.dtype == torch.int64
    assert set(labels.tolist()) == set(range(-1, 10))
    assert 50 <= (labels < 0).sum() <= 100
    assert (pictures.amax(dim=(1, 2, 3)) == 255).all()
    again, same = sample(300, seeded(), scribbles=0.25)
    assert torch.equal(pictures, again)
    assert torch.equal(labels, same)


def test_sample_without_scribbles_and_of_nothing():
    assert sample(130, seeded())[1].min() == 0
    pictures, labels = sample(0, seeded())
    assert pictures.shape == (0, 1, 28, 28)
    assert len(labels) == 0
