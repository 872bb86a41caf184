import math

import torch

from core.plots.palette import COLORS, GRAY
from core.plots.probability_bars import bars, describe, rows

CLASSES = ["Bag", "Coat", "Shirt"]


def test_one_row_a_class_in_the_networks_order():
    frame = rows(CLASSES, torch.tensor([0.25, 0.004, 0.746]))
    assert frame["class"].tolist() == CLASSES
    assert frame["probability"].tolist() == torch.tensor([0.25, 0.004, 0.746]).tolist()
    assert frame["label"].tolist() == ["25%", "", "75%"]
    assert frame["color"].tolist() == [GRAY, GRAY, COLORS["blue"]]


def test_an_unsure_network_has_no_coloured_bar():
    sure, unsure = (rows(CLASSES, torch.tensor([0.4, 0.3, 0.3]), sure) for sure in (True, False))
    assert set(unsure["color"]) == {GRAY}
    assert unsure["opacity"].max() < sure["opacity"].min()
    assert unsure["probability"].equals(sure["probability"])


def test_no_answer_and_no_number_have_no_length():
    assert rows(CLASSES, None, sure=False)["probability"].tolist() == [0, 0, 0]
    assert rows(CLASSES, None, sure=False)["label"].tolist() == ["", "", ""]
    assert rows(CLASSES, torch.full((3,), math.nan), sure=False)["probability"].tolist() == [0, 0, 0]


def test_the_spec_depends_on_the_class_names_alone_and_names_the_columns():
    assert bars(CLASSES) == bars(tuple(CLASSES))
    assert bars(CLASSES)["encoding"]["y"]["sort"] == CLASSES
    assert bars(CLASSES)["height"] == bars(["a", "b", "c"])["height"]
    columns = set(rows(CLASSES, None).columns)
    layers = bars(CLASSES)["layer"]
    used = [bars(CLASSES)["encoding"], *(layer["encoding"] for layer in layers)]
    assert {channel["field"] for encoding in used for channel in encoding.values()} == columns


def test_the_words_name_the_most_probable_first_and_leave_out_what_has_no_bar():
    assert describe(CLASSES, torch.tensor([0.25, 0.004, 0.746])) == (
        "The probability of each class: Shirt 75%, Bag 25%; all others less than 0.5%."
    )
    assert "no answer" in describe(CLASSES, None)
    assert "Bag" not in describe(CLASSES, torch.full((3,), math.nan))
