import re
from xml.etree import ElementTree

import pytest

from core.lessons.data.figures import draw_tensors, split_bar
from core.lessons.data.puzzles import PUZZLES


def words(svg: str) -> list[str]:
    return [element.text or "" for element in ElementTree.fromstring(svg).iter() if element.tag.endswith("text")]


def size(svg: str) -> str:
    return re.search(r'viewBox="([^"]*)"', svg)[1]


@pytest.mark.parametrize("stacked", [False, True])
@pytest.mark.parametrize("puzzle", PUZZLES.values(), ids=PUZZLES)
def test_the_result_comes_without_moving_anything(puzzle, stacked):
    result = (puzzle.expression, puzzle.result())
    asked, told = (draw_tensors(puzzle.tensors(), result, shown, "x", stacked) for shown in (False, True))
    assert size(asked) == size(told)
    assert "?" in words(asked)
    assert "?" not in words(told)
    title = f"{puzzle.expression} {list(result[1].shape)}"
    assert any(word.startswith(title) for word in words(told))
    assert not any(word.startswith(title) for word in words(asked))


def test_every_set_has_its_name_and_number():
    assert words(split_bar([("training", 300, "green"), ("fresh", 4300, "violet")], 900, "x")) == [
        "training", "300", "fresh", "4,300",
    ]  # fmt: skip
