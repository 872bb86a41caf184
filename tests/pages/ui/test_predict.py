"""A question is answered or waved through; only then is the truth computed, and it stands over the guess."""

from streamlit.testing.v1 import AppTest

SCRIPT = """
import streamlit as st
from core.text.prediction import Prediction, Truth
from pages.ui.predict import predict

def find_truth():
    st.session_state["computed"] = st.session_state.get("computed", 0) + 1
    return Truth("b", "It is {2}.")

def reveal(word):
    st.session_state["revealed"] = word

predict(
    Prediction("page.sum", "What is {first} + 1?", {"a": "{first}", "b": "2", "c": "3"}),
    find_truth, {"first": 1}, reveal, ("set up",),
)
predict(Prediction("page.other", "And 1 + 2?", {"a": "2", "b": "3"}), lambda: Truth("b", "It is 3."))
"""


def shown() -> AppTest:
    at = AppTest.from_string(SCRIPT).run()
    assert not at.exception
    return at


def press(at: AppTest, key: str) -> list[str]:
    at.button(key=key).click().run()
    assert not at.exception
    return [element.value for element in at.markdown]


def test_a_question_comes_with_its_numbers_and_a_way_past_it():
    at = shown()
    assert [button.label for button in at.button] == ["1", "2", "3", "Just show me", "2", "3", "Just show me"]
    assert at.markdown[0].value.endswith("What is 1 + 1?")
    assert "computed" not in at.session_state


def test_the_truth_stands_over_the_guess():
    at = shown()
    lines = press(at, "page.sum.c")[1].splitlines()
    assert lines == ["- 1", "- **2** :green-badge[computed]", "- 3 :gray-badge[your guess]"]
    assert at.session_state["revealed"] == "set up"
    assert at.session_state["computed"] == 1
    assert "page.other.a" in [button.key for button in at.button]  # the other one is still open


def test_a_guess_that_is_true_is_both():
    lines = press(shown(), "page.sum.b")[1].splitlines()
    assert lines == ["- 1", "- **2** :green-badge[computed] :gray-badge[your guess]", "- 3"]


def test_nobody_has_to_guess_and_everybody_may_do_so_again():
    at = shown()
    assert not any("your guess" in text for text in press(at, "page.sum.shown"))
    assert at.session_state["revealed"] == "set up"
    press(at, "page.sum.again")
    assert at.button(key="page.sum.a")
