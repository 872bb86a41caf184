"""The app as the tests of its pages open it."""

import re
from pathlib import Path
from typing import Any

from numpy.typing import NDArray
from streamlit.testing.v1 import AppTest
from streamlit.testing.v1.element_tree import Element

from core.runs.store import RunStore
from pages.ui.markdown import JOINER
from tests.packed import unpack

APP = Path(__file__).parents[2] / "app.py"


def open_page(name: str, **settings: str) -> AppTest:
    """Open pages/<name>.py with these settings in its address."""
    at = AppTest.from_file(str(APP), default_timeout=60).run()
    at.switch_page(f"pages/{name}.py")
    for setting, text in settings.items():
        at.query_params[setting] = text
    at.run()
    assert not at.exception
    return at


def address(at: AppTest) -> dict[str, str]:
    """Return what the page has put into its address; AppTest holds some values in lists."""
    return {name: text if isinstance(text, str) else text[0] for name, text in at.query_params.items()}


def run_store_of(at: AppTest) -> RunStore:
    """Return the runs of the session."""
    return at.session_state["ui.session.visit"].workspace.run_store


def picture(at: AppTest, key: str) -> tuple[dict[str, Any], dict[str, NDArray]]:
    """Return what the picture with this key was sent: its header and its arrays."""
    (sent,) = (element for element in at.get("bidi_component") if element.key == key)
    return unpack(sent.proto.bytes)


def settle(at: AppTest, key: str, **values: object) -> None:
    """Move values in a picture and let go, as the browser tells it; the page runs again."""
    header, _arrays = picture(at, key)
    at.session_state[key] = {"settled": {"turn": header["turn"] + 1, "values": values}}
    at.run()
    assert not at.exception


def as_read(element: Element) -> str:
    """Return the sentence of a box as a person reads it, whatever is escaped in it."""
    return read(element.value)


def read(markdown: str) -> str:
    """Return Markdown in which everything is escaped as it is read."""
    return re.sub(r"\\([!-/:-@\[-`{-~])", r"\1", markdown.replace(JOINER, ""))


def told(at: AppTest) -> list[str]:
    """Return the texts of a lesson, up to what it ends with."""
    texts = [element.value for element in at.markdown]
    end = "**Things to remember**"
    return texts[: texts.index(end)] if end in texts else texts
