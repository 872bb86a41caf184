import math
from itertools import pairwise

import numpy as np
import pytest
import torch

from core.digits import rasterize
from core.digits.rasterize import DrawingCheck, check_answer, check_drawing, render, to_picture, to_pictures

SEVEN = [np.array([[80.0, 70], [200, 68], [140, 220]]), np.array([[110.0, 150], [190, 145]])]


def exact_distance(strokes, side=28):
    """Distance of each pixel centre from the nearest segment, [side, side]."""
    y, x = np.mgrid[:side, :side].astype(float)
    nearest = np.full((side, side), np.inf)
    for stroke in strokes:
        for a, b in pairwise(stroke):
            along = b - a
            t = ((x - a[0]) * along[0] + (y - a[1]) * along[1]) / (along @ along)
            t = t.clip(0, 1)
            nearest = np.minimum(nearest, np.hypot(x - a[0] - t * along[0], y - a[1] - t * along[1]))
    return nearest


def centre_of_mass(picture):
    picture, line = picture[0].double(), torch.arange(28.0).double()
    return (picture.sum(0) @ line / picture.sum()).item(), (picture.sum(1) @ line / picture.sum()).item()


# --- Pictures ---------------------------------------------------------------------------------------------------------


def test_a_straight_line_by_hand():
    picture = render([np.array([[5.0, 10.0], [20.0, 10.0]])], thickness=3.0)
    assert picture.shape == (28, 28)
    assert picture.dtype == torch.float32
    # distance 0 and 1: inside a pen of 3; distance 2: 3 / 2 + 0.5 - 2 = 0, the edge
    assert picture[8:13, 12].tolist() == pytest.approx([0, 1, 1, 1, 0], abs=0.01)
    half = render([np.array([[5.0, 10.5], [20.0, 10.5]])], thickness=3.0)
    assert half[8:14, 12].tolist() == pytest.approx([0, 0.5, 1, 1, 0.5, 0], abs=0.01)


@pytest.mark.parametrize("thickness", [2.5, 3.25, 5.0])
def test_ink_is_the_distance_to_the_nearest_segment(thickness):
    lines = [np.array([[4.0, 6.3], [21.7, 8.1]]), np.array([[8.0, 14.0], [18.5, 23.1]])]
    corner = [np.array([[4.0, 6.3], [21.7, 8.1], [9.2, 23.4]])]
    for strokes, tolerance in ((lines, 0.011), (corner, 0.12)):  # the dots pass a sharp corner by up to an eighth
        expected = (thickness / 2 + 0.5 - exact_distance(strokes)).clip(0, 1)
        assert np.abs(render(strokes, thickness).numpy() - expected).max() < tolerance


def test_a_thick_pen_on_a_large_picture():
    strokes = [np.array([[20.0, 31.5], [108.5, 40.5]]), np.array([[40.0, 70.0], [92.5, 115.5]])]
    expected = (27 / 2 + 0.5 - exact_distance(strokes, 140)).clip(0, 1)
    picture = render(strokes, 27, side=140)
    assert picture.shape == (140, 140)
    assert np.abs(picture.numpy() - expected).max() < 0.03


def test_ink_beyond_the_edge_is_cut_off():
    inside = render([np.array([[14.0, 14.0], [14.0, 20.0]])])
    both = render([np.array([[14.0, 14.0], [14.0, 20.0]]), np.array([[-50.0, 14.0], [-40.0, 90.0]])])
    assert torch.equal(inside, both)
    assert render([np.array([[0.0, 0.0], [0.0, 27.0]])])[:, 0].min() == 1


@pytest.mark.parametrize("thickness", [0.0, -1.0, 21.0, math.nan])
def test_a_pen_of_impossible_width(thickness):
    with pytest.raises(ValueError, match="thickness is"):
        render(SEVEN, thickness)


def test_the_longest_side_of_the_ink_fills_twenty_pixels():
    tall, wide = to_picture(SEVEN), to_picture([np.array([[10.0, 100], [250, 120]])])
    for drawn, rows in ((tall, True), (wide, False)):
        points = np.concatenate(drawn.scaled)
        extent = np.ptp(points, axis=0)
        assert extent.max() + rasterize.THICKNESS == pytest.approx(20)
        assert (extent.argmax() == 1) == rows
        assert (points.min(axis=0) + points.max(axis=0)) / 2 == pytest.approx([13.5, 13.5])
    assert np.ptp(np.concatenate(tall.scaled), axis=0)[0] / np.ptp(np.concatenate(tall.scaled), axis=0)[1] == (
        pytest.approx(120 / 152)
    )


def test_the_centre_of_mass_is_in_the_middle():
    assert centre_of_mass(to_picture(SEVEN).picture) == pytest.approx((14, 14), abs=0.03)


def test_every_step_is_kept():
    drawn = to_picture(SEVEN)
    assert drawn.strokes[0] is SEVEN[0]
    shifts = [centred - scaled for centred, scaled in zip(drawn.centred, drawn.scaled, strict=True)]
    assert np.ptp(np.concatenate(shifts), axis=0) == pytest.approx([0, 0])
    assert torch.allclose(render(drawn.centred), drawn.picture[0], atol=1e-5)
    assert drawn.picture.shape == (1, 28, 28)
    assert 0 <= drawn.picture.min() < drawn.picture.max() == 1


@pytest.mark.parametrize(("size", "place"), [(0.25, (3, 200)), (0.5, (100, 0)), (1.15, (-5, 10))])
def test_size_and_place_make_no_difference(size, place):
    moved = [stroke * size + place for stroke in SEVEN]
    assert torch.allclose(to_picture(moved).picture, to_picture(SEVEN).picture, atol=0.02)


def test_many_or_few_points_make_no_difference():
    dense = [
        np.stack([np.interp(np.linspace(0, len(s) - 1, 700), np.arange(len(s)), s[:, k]) for k in (0, 1)], 1)
        for s in SEVEN
    ]
    assert torch.allclose(to_picture(dense).picture, to_picture(SEVEN).picture, atol=0.02)


def test_centring_never_pushes_ink_off_the_edge():
    # A T with a heavy bar: its centre of mass is so high that centring alone would cut off the foot.
    bar = np.array([[0.0, 0], [280, 0], [280, 15], [0, 15], [0, 30], [280, 30]])
    drawn = to_picture([bar, np.array([[140.0, 30], [140, 280]])])
    foot = np.concatenate(drawn.centred)[:, 1].max()
    assert centre_of_mass(drawn.picture)[1] < 13.9
    assert foot + rasterize.THICKNESS / 2 == pytest.approx(27.5)


def test_a_stray_tap_is_left_out():
    tap = np.array([[270.0, 5.0], [270.04, 5.0]])
    assert torch.equal(to_picture([*SEVEN, tap]).picture, to_picture(SEVEN).picture)


@pytest.mark.parametrize("strokes", [[], [np.zeros((0, 2))]])
def test_no_ink_gives_an_empty_picture(strokes):
    drawn = to_picture(strokes)
    assert drawn.picture.shape == (1, 28, 28)
    assert drawn.picture.sum() == 0
    assert drawn.centred == []


def test_a_dot_stays_a_dot():
    picture = to_picture([np.array([[30.0, 40.0], [30.04, 40.0]])]).picture
    assert 5 < picture.sum() < 15
    assert centre_of_mass(picture) == pytest.approx((14, 14), abs=0.05)


def test_many_at_once_are_the_same_as_one_by_one():
    drawings = [SEVEN, [], [SEVEN[1]], [SEVEN[0][:, ::-1]]]
    together = to_pictures(drawings)
    assert together.shape == (4, 1, 28, 28)
    for strokes, picture in zip(drawings, together, strict=True):
        assert torch.allclose(to_picture(strokes).picture, picture)


def test_a_monstrous_drawing_is_inked_with_few_dots():
    there_and_back = np.tile([[0.0, 0.0], [280.0, 280.0]], (10_000, 1))
    assert len(rasterize._dots(to_picture([there_and_back]).scaled)) <= rasterize._MAX_DOTS + 1


# --- Verdicts ---------------------------------------------------------------------------------------------------------


def test_verdicts():
    generator = np.random.default_rng(0)
    tap = np.array([[30.0, 40.0], [30.04, 40.0]])
    assert check_drawing([]) is check_drawing([np.zeros((0, 2))]) is DrawingCheck.NOTHING
    assert check_drawing([tap]) is check_drawing([tap, tap + 100]) is DrawingCheck.DOT
    assert check_drawing([np.array([[30.0, 40.0], [42.0, 45.0]])]) is DrawingCheck.DOT
    assert check_drawing([np.array([[30.0, 40.0], [30.0, 60.0]])]) is DrawingCheck.OK
    assert check_drawing(SEVEN) is check_drawing([*SEVEN, tap]) is DrawingCheck.OK
    assert check_drawing([*SEVEN, *SEVEN]) is DrawingCheck.OK
    assert check_drawing([generator.uniform(50, 200, (60, 2))]) is DrawingCheck.SCRIBBLE


def test_an_answer_without_a_clear_winner_is_unsure():
    assert check_answer(torch.full((10,), 0.1)) is DrawingCheck.UNSURE
    assert check_answer(torch.eye(10)[3]) is DrawingCheck.OK
    assert check_answer(torch.full((10,), math.nan)) is DrawingCheck.UNSURE


def test_each_verdict_but_ok_has_a_sentence():
    assert DrawingCheck.OK.sentence == ""
    assert all(verdict.sentence.endswith(".") for verdict in DrawingCheck if verdict is not DrawingCheck.OK)
