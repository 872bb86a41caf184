"""The faults of Streamlit that pages/ui/streamlit_workarounds.py works around, each in a bare app without it.

A test that fails here says that Streamlit has mended a fault: then what works around it can go, and the test with it.
Nothing but the server is asked, over its websocket and without a browser.
"""

from contextlib import ExitStack
from types import SimpleNamespace

import pytest
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.sync.client import connect  # comes with Streamlit, whose server speaks it

from pages.ui import streamlit_workarounds
from tests.browser.server import PATIENCE, running_script

QUIET = 1  # seconds after which nothing more is awaited
CODE = "\nexport default function () {}\n"
PAGES = {
    "first": "st.write('first page')",
    "second": "st.write('second page')",
    # The pause leaves a visitor the time to ask before the fragment is drawn.
    "ticking": """
import time
@st.fragment
def panel():
    st.write("in the fragment")
time.sleep(0.02)
panel()
""",
    "frames": f"""
@st.fragment
def panel():
    st.session_state.number = st.session_state.get("number", 0) + 1
    st.components.v2.component("frame", js={CODE!r})(data=str(st.session_state.number), key="frame")
panel()
""",
}
MAIN = """
import streamlit as st
st.write("main script")
st.navigation([st.Page(f"pages/{name}.py", default=name == "first") for name in NAMES]).run()
"""


class Visitor:
    """Someone who asks a server for pages, as a browser does."""

    def __init__(self, socket) -> None:
        self._socket = socket

    def predict_proba(self, name: str = "", page: str = "", fragment: str = "") -> None:
        """Ask for a page by its name or hash, or for one of its fragments."""
        message = BackMsg()
        asked = message.rerun_script
        asked.page_name, asked.page_script_hash, asked.fragment_id = name, page, fragment
        self._socket.send(message.SerializeToString())

    def hear(self, until: str, timeout: float = PATIENCE) -> list[ForwardMsg]:
        """Return what the server says up to a message of this kind. Raises TimeoutError."""
        heard = [ForwardMsg.FromString(self._socket.recv(timeout))]
        while not heard[-1].HasField(until):
            heard.append(ForwardMsg.FromString(self._socket.recv(timeout)))
        return heard


@pytest.fixture(scope="module")
def bare_app(tmp_path_factory):
    """A folder with the main script and the pages of a bare app."""
    folder = tmp_path_factory.mktemp("bare")
    (folder / "pages").mkdir()
    for name, body in PAGES.items():
        (folder / "pages" / f"{name}.py").write_text(f"import streamlit as st\n{body}")
    main = folder / "main.py"
    main.write_text(MAIN.replace("NAMES", repr(list(PAGES))))
    return main


@pytest.fixture(scope="module")
def address(bare_app):
    with running_script(bare_app) as address:
        yield address


@pytest.fixture
def visit():
    """Return a new visitor of a server."""
    with ExitStack() as open_sockets:

        def come(address: str) -> Visitor:
            address = f"{address.replace('http', 'ws')}/_stcore/stream"
            return Visitor(open_sockets.enter_context(connect(address, max_size=None, compression=None)))

        yield come


def texts(heard: list[ForwardMsg]) -> list[str]:
    return [message.delta.new_element.markdown.body for message in heard if message.delta.new_element.markdown.body]


def page_hash(heard: list[ForwardMsg]) -> str:
    return next(message.new_session.page_script_hash for message in heard if message.HasField("new_session"))


def fragment_id(heard: list[ForwardMsg]) -> str:
    return next(message.delta.fragment_id for message in heard if message.delta.fragment_id)


def test_the_first_page_of_a_cold_server_skips_the_main_script(bare_app, visit):
    with running_script(bare_app) as cold:
        visitor = visit(cold)
        visitor.predict_proba("second")
        said = texts(visitor.hear("script_finished"))
        assert said == ["second page"], "main_script(), skipped_main_script() and rerun_by_main_script() can go"


def test_a_question_of_the_page_before_brings_that_page_back(address, visit):
    """Seen nearly every time; not when the old page's fragment was forgotten before its question came."""
    for _try in range(20):
        visitor = visit(address)
        visitor.predict_proba("ticking")
        heard = visitor.hear("script_finished")
        old, fragment = page_hash(heard), fragment_id(heard)
        visitor.predict_proba("second")
        visitor.predict_proba(page=old, fragment=fragment)
        visitor.hear("script_finished")
        try:
            assert page_hash(visitor.hear("new_session", timeout=QUIET)) == old
        except TimeoutError:
            continue
        return
    pytest.fail("Departure in streamlit_workarounds.js can go")


def test_the_timer_of_a_fragment_drops_what_the_page_has_drawn(address, visit):
    """Seen about one time in ten: whenever the server does not look for what is to be sent in between."""
    for _try in range(400):
        visitor = visit(address)
        visitor.predict_proba("ticking")
        heard = visitor.hear("script_finished")
        page, fragment = page_hash(heard), fragment_id(heard)
        visitor.predict_proba(page=page)
        visitor.hear("new_session")
        visitor.predict_proba(page=page, fragment=fragment)
        heard = visitor.hear("script_finished")
        if heard[-1].script_finished == ForwardMsg.FINISHED_SUCCESSFULLY and "in the fragment" not in texts(heard):
            return
    pytest.fail("note_timer() and sent_before_timer_asks() can go")


def test_the_code_of_a_component_is_sent_with_each_value(address, visit):
    visitor = visit(address)
    visitor.predict_proba("frames")
    heard = visitor.hear("script_finished")
    visitor.predict_proba(page=page_hash(heard), fragment=fragment_id(heard))
    again = visitor.hear("script_finished")
    codes = [
        message.delta.new_element.bidi_component.js_content
        for message in (*heard, *again)
        if message.delta.new_element.HasField("bidi_component")
    ]
    assert codes == [CODE, CODE], "shown_by() can go: the playground's component may bring its code itself"


def test_the_end_of_a_run_waits_only_where_there_was_a_timer_before(monkeypatch):
    slept = []
    monkeypatch.setattr(streamlit_workarounds, "time", SimpleNamespace(sleep=slept.append))
    monkeypatch.setattr(streamlit_workarounds.st, "session_state", {})

    def run(with_timer: bool) -> None:
        with streamlit_workarounds.sent_before_timer_asks():
            if with_timer:
                streamlit_workarounds.note_timer()

    run(False)
    run(True)
    assert not slept  # no timer before
    run(True)
    assert slept == [streamlit_workarounds.SENDING]
    run(False)
    assert len(slept) == 2  # the timer of the run before may still ask
    run(False)
    assert len(slept) == 2
