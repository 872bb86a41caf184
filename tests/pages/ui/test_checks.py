"""A question is answered correctly or not, and what is said of it; the link to what shows it; what comes back later."""

import pytest
from streamlit.testing.v1 import AppTest

from core.text.check import RIGHT, Check
from pages.ui.checks import CHECKS, earlier
from tests.pages.app import address, open_page, read


def key(page: str, check: Check) -> str:
    return f"check_{page}_{check.id.replace('.', '_')}"


def choose(at: AppTest, page: str, check: Check, answer: int) -> None:
    at.radio(key=key(page, check)).set_value(answer).run()
    assert not at.exception


def says(at: AppTest, sentence: str) -> bool:
    return any(read(text.value).endswith(sentence) for text in at.markdown)


def counted(at: AppTest) -> list[str]:
    return [caption.value for caption in at.caption if caption.value.endswith("understood")]


def question(id: str) -> Check:
    return next(check for checks in CHECKS.values() for check in checks if check.id == id)


LINEAR = question("linear.bias")


def test_the_questions_are_folded_and_open():
    at = open_page("linear")
    (folded,) = (each for each in at.expander if each.label == "Check yourself")
    assert not folded.proto.expanded
    for check in CHECKS["linear"]:
        asked = at.radio(key=key("linear", check))
        assert asked.label == check.prompt
        assert asked.options == [check.answers[place] for place in check.order()]
        assert asked.value is None
        assert not says(at, check.because)
    assert counted(at) == []


def test_the_right_answer_is_told_why():
    at = open_page("linear")
    choose(at, "linear", LINEAR, RIGHT)
    assert says(at, LINEAR.because)
    assert not [button for button in at.button if button.key == f"see_{key('linear', LINEAR)}"]
    assert counted(at) == [f"1 of {len(CHECKS['linear'])} understood"]


def test_a_wrong_answer_is_told_its_mistake_and_may_be_changed():
    at = open_page("linear")
    for place, wrong in enumerate(LINEAR.wrong, start=1):
        choose(at, "linear", LINEAR, place)
        assert says(at, wrong.mistake)
        assert not says(at, LINEAR.because)
        assert counted(at) == []
    choose(at, "linear", LINEAR, RIGHT)
    assert says(at, LINEAR.because)
    assert not says(at, LINEAR.wrong[-1].mistake)


def test_a_mistake_is_shown_on_the_page_that_is_open():
    at = open_page("losses", part="batch")
    check = question("losses.confident")
    choose(at, "losses", check, 1)
    button = at.button(key=f"see_{key('losses', check)}")
    assert button.label == "See it above"
    button.click().run()
    assert not at.exception
    assert address(at)["part"] == "not_mse"
    assert address(at)["lead"] == "8"


@pytest.mark.parametrize("visited", [True, False])
def test_a_mistake_is_shown_on_another_page(visited):
    if visited:
        at = open_page("optimizers", surface="saddle", racers="adam")
        at.query_params.clear()
        at.switch_page("pages/losses.py").run()
    else:
        at = open_page("losses", part="batch", outlier="2")
    check = question("losses.slope")
    choose(at, "losses", check, 2)
    button = at.button(key=f"see_{key('losses', check)}")
    assert button.label == "See it: Optimizers"
    button.click().run()
    assert not at.exception
    assert at.title[0].value == "Who is first at the bottom of the valley?"
    assert at.session_state["optimizers.surface"] == "bowl"
    assert address(at) == {"surface": "bowl", "racers": "sgd"}
    assert at.session_state["optimizers.arrived"] == {}  # not what stood in the other page's address


def test_an_answer_is_kept_on_other_pages():
    at = open_page("linear")
    choose(at, "linear", LINEAR, 1)
    at.switch_page("pages/data.py").run()
    at.switch_page("pages/linear.py").run()
    assert at.radio(key=key("linear", LINEAR)).value == 1
    assert says(at, LINEAR.wrong[0].mistake)


def test_questions_of_earlier_lessons_come_back_and_are_asked_anew():
    back = earlier("losses")
    assert len(back) == 2
    at = open_page("losses")
    origins = [caption.value for caption in at.caption if caption.value.startswith("From an earlier lesson")]
    assert origins == ["From an earlier lesson: Convolution", "From an earlier lesson: Why activations"]
    for check in back:
        choose(at, "losses", check, RIGHT)
        assert says(at, check.because)
    assert counted(at) == []  # they are not this page's own
    at.switch_page("pages/convolution.py").run()
    assert at.radio(key=key("convolution", back[0])).value is None


def test_how_many_are_understood_is_known():
    script = """
import streamlit as st
from pages.ui.checks import ANSWERS, CHECKS, total, understood

first, second, third, *_rest = CHECKS["lstm"]
st.session_state[ANSWERS] = {
    ("lstm", first.id): 0, ("lstm", second.id): 2, ("lstm", third.id): 0, ("losses", second.id): 0,
}
st.write(understood("lstm"), total("lstm"), understood("data"))
"""
    assert AppTest.from_string(script).run().markdown[0].value == f"`2` `{len(CHECKS['lstm'])}` `0`"
