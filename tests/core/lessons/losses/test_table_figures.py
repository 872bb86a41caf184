from xml.etree import ElementTree

import pytest

from core.lessons.losses.batches import MAX_SAMPLES, compare
from core.lessons.losses.classes import choose
from core.lessons.losses.table_figures import WIDTH, choice_table, number_line, terms_table
from core.losses import LOSSES

ONE_BY_ONE = [name for name, loss in LOSSES.items() if not loss.compares_classes]


def words(svg):
    return [node.text for node in ElementTree.fromstring(svg).iter("{http://www.w3.org/2000/svg}text")]


def bars(svg):
    return [float(node.get("width")) for node in ElementTree.fromstring(svg).iter("{http://www.w3.org/2000/svg}rect")]


def test_out_and_target_stand_side_by_side_with_each_term_and_the_mean():
    svg = terms_table(compare("mse", [2.5, 5.0], [2.0, 8.0]))
    shown = words(svg)
    row = shown.index("2.5")
    assert shown[row - 1 : row + 5] == ["1", "2.5", "2", "(2.5 − 2)² =", "0.25", "+0.5"]
    assert shown[-2:] == ["(0.25 + 9) / 2 =", "4.625"]
    assert bars(svg)[1] / bars(svg)[0] == pytest.approx(9 / 0.25, rel=1e-3)


@pytest.mark.parametrize("loss", ONE_BY_ONE)
@pytest.mark.parametrize("number", [0.0, 1.0, -999.9, 0.123456])
def test_any_batch_can_be_drawn(loss, number):
    target = 0.4567 if LOSSES[loss].squashes else -999.9
    svg = terms_table(compare(loss, [number] * MAX_SAMPLES, [target] * MAX_SAMPLES))
    assert len(words(svg)) == 4 + 6 * MAX_SAMPLES + 3
    assert not any("nan" in shown for shown in words(svg))
    assert max(bars(svg)) < 120


def test_many_terms_are_shortened_in_the_sum_and_the_count_is_right():
    batch = compare("mse", [0.0] * MAX_SAMPLES, [31.7] * MAX_SAMPLES)
    assert words(terms_table(batch))[-2] == f"(1005 + … + 1005) / {MAX_SAMPLES} ="


def test_the_best_answers_stand_where_they_are_on_the_line():
    svg = number_line([0.0, 2.0, 10.0], {"mse": 4.0, "l1": 2.0})
    shown = words(svg)
    assert shown[:2] == ["MSE 4", "L1 2"]
    lines = [node for node in ElementTree.fromstring(svg).iter("{http://www.w3.org/2000/svg}line")]
    dots = [float(node.get("cx")) for node in ElementTree.fromstring(svg).iter("{http://www.w3.org/2000/svg}circle")]
    assert float(lines[2].get("x1")) == pytest.approx(dots[1])  # the median is the middle target
    assert dots[0] < 60
    assert dots[2] > WIDTH - 60
    assert float(lines[1].get("x1")) == pytest.approx(dots[0] + 0.4 * (dots[2] - dots[0]))


def test_equal_targets_lie_on_one_spot():
    svg = number_line([3.0, 3.0], {"mse": 3.0})
    dots = [float(node.get("cx")) for node in ElementTree.fromstring(svg).iter("{http://www.w3.org/2000/svg}circle")]
    assert len(set(dots)) == 1
    assert 0 < dots[0] < WIDTH


def test_a_choice_shows_the_way_from_logit_to_loss():
    choice = choose([2.0, -1.0, 0.5], 1.0, 1)
    svg = choice_table(choice, ("A", "B", "C"))
    shown = words(svg)
    assert shown[shown.index("B") :][:6] == ["B", "−1", "0.3679", "3.9%", "1", "−0.961"]
    assert shown[-2:] == ["−log(0.3679 / 9.406) = −log 0.03911 =", "3.241"]
    widths = bars(svg)
    assert widths[2] / widths[0] == pytest.approx(choice.probabilities[2] / choice.probabilities[0], rel=1e-3)


def test_the_temperature_stands_in_the_head():
    assert "e^(z / 2.5)" in words(choice_table(choose([6.0, -6.0, 0.0], 2.5, 0), ("A", "B", "C")))
