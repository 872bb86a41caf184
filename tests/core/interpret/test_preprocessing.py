import numpy as np
import pytest
import torch
from torch import nn

from core.digits import rasterize
from core.digits.handwriting import draw, scribble
from core.digits.rasterize import to_picture
from core.inference import Classifier
from core.interpret.preprocessing import SHOWN, STAGES, describe_inputs, notice, preprocessing_steps
from core.pretrained import pretrained_classifier

PEN = 18
SEVEN = [np.array([[80.0, 70], [200, 68], [140, 220]]), np.array([[110.0, 150], [190, 145]])]
BAR = [np.array([[40.0, 60.0], [40.0, 180.0]])]  # 120 units tall, in the left upper part of the canvas
TAP = np.array([[270.0, 5.0], [270.04, 5.0]])
SWITCHES = [name for name, step in STAGES.items() if step.without]
CLASSES = tuple("0123456789")


def pictures(strokes, *switched_off):
    return {
        result.name: result.picture for result in preprocessing_steps(strokes, PEN, frozenset(switched_off)).results
    }


def last(strokes, *switched_off):
    return preprocessing_steps(strokes, PEN, frozenset(switched_off)).picture[0]


def inked(picture):
    """First and last row and column with ink: (top, bottom, left, right)."""
    rows, columns = (picture > 0.5).nonzero(as_tuple=True)
    return [rows.min().item(), rows.max().item(), columns.min().item(), columns.max().item()]


def centre_of_mass(picture):
    line = torch.arange(28.0)
    return (picture.sum(0) @ line / picture.sum()).item(), (picture.sum(1) @ line / picture.sum()).item()


@pytest.mark.parametrize("seed", range(20))
def test_with_all_stages_on_it_is_the_usual_picture_to_the_last_bit(seed):
    generator = torch.Generator().manual_seed(seed)
    for strokes in (draw(seed % 10, generator), [*draw(seed % 10, generator), TAP], scribble(generator)):
        assert torch.equal(preprocessing_steps(strokes, PEN).picture, to_picture(strokes).picture)


def test_a_top_heavy_drawing_has_the_usual_room_as_well():
    bar = np.array([[0.0, 0], [280, 0], [280, 15], [0, 15], [0, 30], [280, 30]])
    strokes = [bar, np.array([[140.0, 30], [140, 280]])]
    assert torch.equal(preprocessing_steps(strokes, PEN).picture, to_picture(strokes).picture)


def test_each_stage_gives_a_picture():
    result = preprocessing_steps(SEVEN, PEN)
    assert [each.name for each in result.results] == list(STAGES)
    assert all(each.on for each in result.results)
    assert result.switched_off == frozenset()
    for each in result.results:
        assert each.picture.dtype == torch.float32
        assert 0 <= each.picture.min() < each.picture.max() == 1
    shapes = [tuple(each.picture.shape) for each in result.results]
    assert shapes[:2] == [(SHOWN, SHOWN)] * 2
    assert shapes[3:] == [(28, 28)] * 3


def test_the_canvas_is_shown_as_it_is():
    # A pixel is two units, and the pen reaches 9 units around the bar: from 51 to 189 down and from 31 to 49 across.
    assert inked(pictures(BAR)["canvas"]) == [26, 93, 16, 23]


def test_redrawing_takes_the_pen_of_the_data():
    scale = (20 - rasterize.THICKNESS) / 120  # pixels of the picture for each unit
    pen = rasterize.THICKNESS / scale / 2  # pixels of the shown canvas, half a unit each
    row = pictures(BAR)["redrawn"][60]
    assert row.sum().item() == pytest.approx(pen, abs=0.05)
    assert pictures(BAR, "redrawn")["redrawn"][60].sum().item() == pytest.approx(9, abs=0.05)


def test_without_redrawing_the_pen_of_the_canvas_is_scaled_along():
    pen = 18 * 20 / (120 + 18)  # the ink, pen included, fills the box
    picture = last(BAR, "redrawn", "centred")
    assert picture[14].sum().item() == pytest.approx(pen, abs=0.05)
    assert inked(picture)[:2] == [4, 23]
    uncropped = last(BAR, "redrawn", "cropped", "boxed", "centred")
    assert uncropped[12].sum().item() == pytest.approx(1.8, abs=0.05)


def test_cropping_cuts_as_narrowly_as_the_ink_allows():
    cut = pictures(BAR)["cropped"]
    pen = rasterize.THICKNESS * 120 / (20 - rasterize.THICKNESS)
    height, width = cut.shape
    assert height == pytest.approx((120 + pen) / 2, abs=2)
    assert width == pytest.approx(pen / 2, abs=2)
    assert min(cut[:2].max(), cut[-2:].max(), cut[:, :2].max(), cut[:, -2:].max()) > 0
    assert torch.equal(pictures(BAR, "cropped")["cropped"], pictures(BAR, "cropped")["redrawn"])


def test_without_cropping_and_box_the_canvas_is_merely_resized():
    picture = last(BAR, "cropped", "boxed", "centred")
    # One pixel is 10 units: the bar runs along x = 3.5 from y = 5.5 to 17.5, with half a pen of 1.25 around it.
    assert inked(picture) == [5, 18, 3, 4]
    assert torch.equal(picture, rasterize.render([BAR[0] / 10 - 0.5]))


def test_the_whole_canvas_in_the_box():
    picture = last(BAR, "cropped", "centred")
    expected = (BAR[0] - 140) / 14 + 13.5  # 280 units are 20 pixels in the middle
    assert torch.allclose(picture, rasterize.render([expected]), atol=1e-5)


def test_without_the_box_what_is_cropped_fills_the_picture():
    picture = last(BAR, "boxed", "centred")
    assert inked(picture)[:2] == [0, 27]
    assert torch.equal(picture, last(BAR, "boxed"))  # it has no room to be moved


def test_centring_moves_the_ink_to_the_middle_and_not_centring_leaves_it():
    assert centre_of_mass(last(SEVEN)) == pytest.approx((14, 14), abs=0.03)
    assert centre_of_mass(last(SEVEN, "centred"))[1] < 12.5
    assert torch.equal(last(SEVEN, "centred"), pictures(SEVEN)["boxed"])
    assert centre_of_mass(last(BAR, "cropped", "boxed")) == pytest.approx((14, 14), abs=0.03)


def test_centring_pushes_no_ink_off_the_edge_where_the_canvas_is_kept():
    bar = np.array([[0.0, 10], [280, 10], [280, 20], [0, 20], [0, 30], [280, 30]])
    strokes = [bar, np.array([[140.0, 30], [140, 270]])]
    picture = last(strokes, "cropped", "boxed")
    assert centre_of_mass(picture)[1] < 13.5  # balanced it would lose its foot
    assert picture.sum().item() == pytest.approx(last(strokes, "cropped", "boxed", "centred").sum().item(), rel=0.05)


def test_ink_that_reaches_beyond_the_canvas_is_moved_only_where_it_has_room():
    strokes = [np.array([[-60.0, 40], [300, 40]]), np.array([[-60.0, 80], [100, 80]])]
    moved, there = last(strokes, "cropped", "boxed"), last(strokes, "cropped", "boxed", "centred")
    assert moved.sum(dim=0).tolist() == pytest.approx(there.sum(dim=0).tolist(), abs=0.2)
    assert centre_of_mass(moved)[1] == pytest.approx(14, abs=0.03)
    strokes = [np.array([[250.0, 60], [250, 180]]), np.array([[-60.0, 120], [-40, 120]])]  # all that is seen is right
    assert centre_of_mass(last(strokes, "cropped", "boxed"))[0] == pytest.approx(24.5, abs=0.03)


def test_a_drawing_larger_than_the_canvas_is_cut_out_whole():
    cut = pictures([np.array([[-500.0, 100], [500, 120]])])["cropped"]
    assert cut.shape[1] == SHOWN
    assert 0 < cut[:, 0].sum() < cut[:, SHOWN // 2].sum() / 2  # the round end of the pen


def test_without_redrawing_a_stray_tap_counts():
    assert torch.equal(last([*SEVEN, TAP]), last(SEVEN))
    assert not torch.equal(last([*SEVEN, TAP], "redrawn"), last(SEVEN, "redrawn"))


@pytest.mark.parametrize("name", SWITCHES)
def test_a_stage_that_is_off_says_so_and_changes_what_the_network_gets(name):
    result = preprocessing_steps(BAR, PEN, frozenset([name]))
    assert result.switched_off == {name}
    assert [each.on for each in result.results] == [each.name != name for each in result.results]
    classifier = Classifier(nn.Flatten(), 0.13, 0.31, CLASSES)
    strokes = SEVEN  # the bar is symmetric: centring moves it by half a pixel alone
    assert not torch.allclose(
        preprocessing_steps(strokes, PEN, frozenset([name])).inputs(classifier),
        preprocessing_steps(strokes, PEN).inputs(classifier),
        atol=0.1,
    )


def test_the_network_is_fed_normalised_numbers_or_the_pixels_as_they_are():
    classifier = Classifier(nn.Sequential(nn.Flatten(), nn.Linear(784, 10)).eval(), 0.25, 0.5, CLASSES)
    on, off = preprocessing_steps(SEVEN, PEN), preprocessing_steps(SEVEN, PEN, frozenset(["normalised"]))
    assert torch.equal(on.inputs(classifier), (on.picture - 0.25) / 0.5)
    assert torch.equal(off.inputs(classifier), on.picture)
    assert describe_inputs(on.inputs(classifier)).startswith("from −0.5 to 1.5, on average ")
    with torch.no_grad():
        assert torch.equal(on.predict_proba(classifier), classifier.predict_proba(on.picture))
        assert torch.equal(off.predict_proba(classifier), classifier.network(on.picture[None]).softmax(dim=1)[0])


def test_the_shipped_networks_need_the_stages():
    right = {off: 0 for off in ("", "cropped boxed centred", "normalised")}
    for seed in range(50):
        strokes = draw(seed % 10, torch.Generator().manual_seed(1000 + seed))
        for off in right:
            answer = (
                preprocessing_steps(strokes, PEN, frozenset(off.split()))
                .predict_proba(pretrained_classifier("cnn"))
                .argmax()
            )
            right[off] += answer.item() == seed % 10
    assert right[""] >= 48
    assert max(right["cropped boxed centred"], right["normalised"]) <= 40


@pytest.mark.parametrize(
    "strokes", [[], [np.zeros((0, 2))], [TAP], [TAP, TAP - 200], [np.array([[-9e3, 0], [9e3, 5]])]]
)
@pytest.mark.parametrize("switched_off", [[], ["cropped"], ["redrawn"], ["boxed", "redrawn"], SWITCHES])
def test_strange_drawings_give_finite_pictures(strokes, switched_off):
    for picture in pictures(strokes, *switched_off).values():
        assert picture.isfinite().all()
        assert 0 <= picture.min() <= picture.max() <= 1
        assert min(picture.shape) >= 1
    if not any(len(stroke) for stroke in strokes):
        assert all(picture.sum() == 0 for picture in pictures(strokes, *switched_off).values())


def test_a_stage_that_cannot_be_switched_off():
    for name in ("canvas", "sharpened"):
        with pytest.raises(ValueError, match=f"no stage “{name}”.*redrawn, cropped, boxed, centred, normalised"):
            preprocessing_steps(SEVEN, PEN, frozenset([name]))
    with pytest.raises(ValueError, match="thickness is"):
        preprocessing_steps(SEVEN, 0.0)


def test_the_sentence():
    sure = torch.full((10,), 0.001)
    sure[7] = 0.991
    unsure = torch.full((10,), 0.01)
    unsure[7], unsure[1] = 0.3, 0.62
    assert notice(sure, sure, CLASSES, frozenset()) == "With every stage on, it says **7** and is 99.10% sure of it."
    assert notice(sure, unsure, CLASSES, {"boxed", "cropped"}) == (
        "Without “Cropped”, “Longest side 20 pixels” it says **1** (62%), not **7**: that falls from 99.10% to 30%. "
        "The network is the same, only the picture that it gets is another."
    )
    unsure[1] = 0.01
    assert notice(sure, unsure, CLASSES, {"centred"}) == (
        "Without “Centre of mass” it still says **7** and is 30% sure of it, before 99.10%."
    )


def test_the_registry():
    for step in STAGES.values():
        assert step.label
        assert step.note.endswith(".")
    assert [name for name, step in STAGES.items() if not step.without] == ["canvas"]
