from types import SimpleNamespace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from streamlit.testing.v1 import AppTest

from pages.ui.url_settings import MAX_TEXT
from tests.given import words_of
from tests.pages.app import address, as_read


def script():
    from types import SimpleNamespace

    import streamlit as st

    from pages.ui.url_settings import Settings

    def pair(text):
        first, second = text.split(":")
        return int(first), int(second)

    menu = {name: SimpleNamespace(label=name.title()) for name in ("bowl", "ravine", "saddle")}
    settings = Settings("lesson")
    values = {
        "inputs": settings.slider("inputs", "Inputs", 1, 10, 4),
        "rate": settings.slider("rate", "Rate", 0.0, 1.0, 0.5, 0.1),
        "seed": settings.number("seed", "Seed", 0, 99, 0),
        "batch": settings.select_slider("batch", "Batch", [1, 2, 3, 200], 2),
        "surface": settings.menu("surface", "Surface", menu, "bowl"),
        "part": settings.segments("part", "Part", menu, "bowl"),
        "shown": settings.several("shown", "Shown", menu, ["bowl"]),
        "bias": settings.switch("bias", "Bias", True),
        "sizes": settings.text("sizes", "Sizes", "1, 2"),
        "picked": settings.bind_value("picked", (0, 0), pair, lambda place: f"{place[0]}:{place[1]}"),
    }
    if values["bias"]:
        values["late"] = settings.slider("late", "Late", 1, 5, 1)
    settings.write_url()
    st.button("try", on_click=settings.set, args=({"inputs": 9, "picked": (3, 4), "late": 5},))
    st.session_state["values"] = values


DEFAULTS = {
    "inputs": 4,
    "rate": 0.5,
    "seed": 0,
    "batch": 2,
    "surface": "bowl",
    "part": "bowl",
    "shown": ["bowl"],
    "bias": True,
    "sizes": "1, 2",
    "picked": (0, 0),
    "late": 1,
}
CHANGED = {
    "inputs": ("7", 7),
    "rate": ("0.123456789", 0.123456789),
    "seed": ("12", 12),
    "batch": ("200", 200),
    "surface": ("saddle", "saddle"),
    "part": ("ravine", "ravine"),
    "shown": ("bowl,saddle", ["bowl", "saddle"]),
    "bias": ("0", False),
    "sizes": ("5", "5"),
    "picked": ("1:2", (1, 2)),
    "late": ("3", 3),
}


def open_page(**address: str) -> AppTest:
    at = AppTest.from_function(script)
    for name, text in address.items():
        at.query_params[name] = text
    at.run()
    assert not at.exception
    return at


def values(at: AppTest) -> dict:
    return at.session_state["values"]


def test_usual_settings_are_not_in_the_address():
    at = open_page()
    assert values(at) == DEFAULTS
    assert address(at) == {}


@pytest.mark.parametrize("name", CHANGED)
def test_a_setting_comes_from_the_address_and_stays_in_it(name):
    text, value = CHANGED[name]
    at = open_page(**{name: text})
    expected = DEFAULTS | {name: value}
    if name == "bias":
        del expected["late"]
    assert values(at) == expected
    assert address(at) == {name: text}
    assert not at.warning


def test_a_changed_widget_goes_into_the_address_and_leaves_it_when_it_is_usual_again():
    at = open_page()
    at.slider(key="lesson.inputs").set_value(10).run()
    assert address(at) == {"inputs": "10"}
    at.slider(key="lesson.inputs").set_value(4).run()
    assert address(at) == {}


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("inputs", "1000000000"),
        ("inputs", "0"),
        ("inputs", "2.5"),
        ("rate", "nan"),
        ("rate", "inf"),
        ("rate", "-0.1"),
        ("seed", "x"),
        ("seed", "9" * 400),
        ("inputs", "9" * 5000),
        ("rate", "9" * 400),
        ("rate", "1e999"),
        ("batch", "4"),
        ("surface", "Bowl"),
        ("part", "__class__"),
        ("shown", "bowl,moon"),
        ("bias", "yes"),
        ("sizes", "1" * (MAX_TEXT + 1)),
        ("picked", "1"),
        ("picked", "a:b"),
        ("late", "`9`"),
    ],
)
def test_nonsense_is_named_and_the_usual_taken(name, text):
    at = open_page(**{name: text})
    assert values(at) == DEFAULTS
    assert address(at) == {}
    (warning,) = at.warning
    assert f"{name}={text[:40]}" in as_read(warning)
    at.run()
    assert not at.warning


def test_the_address_counts_on_arrival_and_not_again():
    at = open_page(inputs="7")
    at.slider(key="lesson.inputs").set_value(2).run()
    at.query_params["inputs"] = "7"  # a browser that has not heard of the change yet
    at.run()
    assert values(at)["inputs"] == 2


def test_a_button_sets_widgets_also_where_the_address_waits_for_one_to_be_shown():
    at = open_page(bias="0", late="3")
    at.button[0].click().run()
    at.toggle(key="lesson.bias").set_value(True).run()
    assert values(at) == DEFAULTS | {"inputs": 9, "picked": (3, 4), "late": 5}
    assert address(at) == {"inputs": "9", "picked": "3:4", "late": "5"}


def test_labels_are_shown_and_keys_are_kept():
    at = open_page()
    assert at.selectbox(key="lesson.surface").options == ["Bowl", "Ravine", "Saddle"]
    assert SimpleNamespace(**values(at)).surface == "bowl"


ADDRESS_TEXTS = words_of("1", "-", ".", "9" * 400, "e", "nan", "1e999", ",", ":", "bowl", "`").filter(
    lambda text: text.isprintable()  # no address holds half a character
)


@settings(max_examples=30)
@given(st.dictionaries(st.sampled_from(sorted(DEFAULTS)), ADDRESS_TEXTS, max_size=4))
def test_any_address_gives_values_that_the_address_then_holds(given_address):
    at = open_page(**given_address)
    again = open_page(**address(at))
    assert values(again) == values(at)
    assert not again.warning
