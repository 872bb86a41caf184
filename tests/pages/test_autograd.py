import pytest
from streamlit.testing.v1 import AppTest

from core.lessons.autograd.predictions import DETACH, TWICE, detach_truth, twice_truth
from core.lessons.autograd.scene import scene
from core.lessons.autograd.trace import CASES, NUMBERS, run, snippet
from tests.pages.app import address, open_page, picture, settle

PICTURE = "autograd_graph"


def last(case: str) -> int:
    return len(run(case, NUMBERS).steps) - 1


def check(at: AppTest, case: str = "once", step: int | None = None, **numbers: float) -> None:
    """Compare what the picture was sent, and the program below it, with what PyTorch does."""
    assert not at.exception
    header, _arrays = picture(at, PICTURE)
    all_numbers = NUMBERS | numbers
    assert header["values"] == {"step": last(case) if step is None else step, **all_numbers}
    assert header["steps"] == scene(case, all_numbers)["steps"]
    assert at.code[0].value == snippet(case, all_numbers)


def test_it_begins_with_all_gradients():
    at = open_page("autograd")
    check(at)
    assert not at.query_params
    assert not at.warning


@pytest.mark.parametrize("case", CASES)
def test_a_program_is_chosen_and_shown_to_its_end(case):
    at = open_page("autograd", step="3")
    check(at, step=3)
    at.button_group(key="autograd.case").set_value(case).run()
    check(at, case, step=3 if case == "once" else None)
    link = address(at)
    assert link.get("case", "once") == case
    check(open_page("autograd", **link), case, step=3 if case == "once" else None)


def test_where_it_is_let_go_is_in_the_address():
    at = open_page("autograd")
    settle(at, PICTURE, step=5, x=-1.5, w=0.25)
    check(at, step=5, x=-1.5, w=0.25)
    assert address(at) == {"step": "5", "x": "-1.5", "w": "0.25"}
    settle(at, PICTURE, step=last("once"), x=2, w=0.5)
    assert not at.query_params


@pytest.mark.parametrize(
    "nonsense", [{"x": "nan"}, {"w": "1e9"}, {"b": "inf"}, {"target": "<b>"}, {"step": "99"}, {"case": "bogus"}]
)
def test_nonsense_in_the_address(nonsense):
    at = open_page("autograd", **nonsense)
    assert "The address asks for what cannot be had" in at.warning[0].value
    check(at)


@pytest.mark.parametrize("told", ["much", 11, float("nan"), None, [1, 2], "1" * 10_000])
def test_what_no_picture_would_tell_changes_nothing(told):
    at = open_page("autograd", w="2")
    settle(at, PICTURE, w=told, step=99)
    check(at, w=2.0)


@pytest.mark.parametrize(
    ("question", "truth", "case"),
    [(TWICE, twice_truth, "twice"), (DETACH, detach_truth, "detach")],
    ids=["twice", "detach"],
)
def test_it_asks_before_it_shows(question, truth, case):
    at = open_page("autograd", x="3")
    numbers = NUMBERS | {"x": 3.0}
    assert truth(numbers).sentence not in [element.value for element in at.markdown]
    at.button(key=f"{question.id}.{next(iter(question.answers))}").click().run()
    assert truth(numbers).sentence in [element.value for element in at.markdown]
    check(at, case, x=3.0)  # the picture shows it as well
    at.button(key=f"{question.id}.again").click().run()
    assert truth(numbers).sentence not in [element.value for element in at.markdown]
