import pytest
from streamlit.testing.v1 import AppTest

from pages.ui import background


def page():
    import streamlit as st

    from pages.ui.background import finished

    def count(to):
        for number in range(to):
            st.session_state["counted"] = st.session_state.get("counted", 0) + 1
            yield number / 4
        return to

    st.write("before")
    found = finished("work", st.session_state["to"], lambda: count(st.session_state["to"]), "Counting")
    st.write(f"found {found}")


def texts(at):
    assert not at.exception
    return [element.value for element in at.markdown]


def opened(to):
    at = AppTest.from_function(page)
    at.session_state["to"] = to
    return at.run()


def test_what_is_done_in_a_slice_is_there_at_once():
    at = opened(3)
    assert texts(at) == ["before", "found 3"]
    assert not at.get("progress")
    at.run()
    assert at.session_state["counted"] == 3  # once
    at.session_state["to"] = 2
    assert texts(at.run()) == ["before", "found 2"]  # it is about something else now
    assert at.session_state["counted"] == 5


def test_until_it_is_done_the_share_is_shown(monkeypatch):
    monkeypatch.setattr(background.time, "perf_counter", iter(range(1000)).__next__)  # each look takes a second
    monkeypatch.setattr(background, "SLICE", 1.5)  # one look in which it works, and one in which the slice is over
    at = opened(8)
    assert texts(at) == ["before", "found None"]
    seen = []
    while at.get("progress"):
        seen.append(at.get("progress")[0].proto.value)
        assert at.get("progress")[0].proto.text == "Counting"
        at.run()
    assert seen == pytest.approx(sorted(seen))
    assert len(seen) > 2
    assert seen[-1] == 100  # never beyond the end of the bar
    assert texts(at) == ["before", "found 8"]
