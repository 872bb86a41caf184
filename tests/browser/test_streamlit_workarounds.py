"""What pages/ui/streamlit_workarounds.js works around; tests/pages/ui has the rest, for which no browser is needed."""

import pytest
from playwright.sync_api import TimeoutError, expect
from streamlit.proto.BackMsg_pb2 import BackMsg

from pages.ui.stage import bundle
from pages.ui.streamlit_workarounds import IN_THE_BROWSER
from tests.browser.journey import button, follow, notice
from tests.browser.server import running_script

# A component whose first value is shown only when the second one is.
BARE = '''
import streamlit as st
JS = """
window.shown = []
window.left = []
window.held = []
export default async function ({ data }) {
  window.shown.push(data)
  if (data === "1") await new Promise((goOn) => window.held.push(goOn))
  return () => window.left.push(data)
}
"""
st.session_state.number = st.session_state.get("number", 0) + 1
st.components.v2.component("frame", js=JS)(data=str(st.session_state.number), key="frame")
st.button("Next")
'''
# What reaches Streamlit's own listeners, and whether it came from a person.
HEARD = """() => {
  window.heard = []
  window.departure = new Departure(() => window.asking)
  window.asking = true
  window.departure.watch({ capture: true })
  const hear = (event) => {
    event.preventDefault()
    window.heard.push(`${event.type} ${event.isTrusted ? "by hand" : "again"}`)
  }
  document.addEventListener("click", hear)
  window.addEventListener("popstate", hear)
}"""


def put_in(page):
    """Put what the module exports into the page's own names."""
    code = f"{bundle(IN_THE_BROWSER)}\nObject.assign(globalThis, {IN_THE_BROWSER.stem}_module)\nglobalThis.ready = true"
    page.add_script_tag(content=code, type="module")
    page.wait_for_function("() => globalThis.ready")


def test_a_value_that_was_overtaken_is_taken_leave_of(page, tmp_path):
    """Fails once Streamlit has mended it."""
    script = tmp_path / "bare.py"
    script.write_text(BARE)
    with running_script(script) as address:
        page.goto(address)
        page.wait_for_function("window.shown?.includes('1')")
        page.get_by_role("button", name="Next").click()
        page.wait_for_function("window.shown.includes('2')")
        page.evaluate("window.held.forEach((goOn) => goOn())")
        try:
            page.wait_for_function("window.left.includes('1')")
        except TimeoutError:
            pytest.fail("leaveOfLast() can go")
        assert not page.evaluate("window.left.includes('2')")  # the component is still there


def test_only_the_last_value_takes_leave(page):
    put_in(page)
    left = page.evaluate("""() => {
        const view = {}, left = []
        const leaves = ["first", "second"].map((value) => leaveOfLast(view, () => left.push(value)))
        leaves.forEach((leave) => leave())
        return left
    }""")
    assert left == ["second"]


def test_the_way_to_another_page_is_held_while_something_asks(page, app):
    page.goto(f"{app}/_stcore/health")  # some page of this server, without Streamlit's listeners
    page.set_content("<a href='/elsewhere'>elsewhere</a> <a href='/_stcore/health'>here</a>")
    put_in(page)
    page.evaluate("history.replaceState(null, '', '/before'); history.pushState(null, '', '/_stcore/health')")
    page.evaluate(HEARD)
    page.get_by_role("link", name="here", exact=True).click()
    page.wait_for_function("window.heard.join() === 'click by hand'")
    assert not page.evaluate("window.departure.underWay")
    page.get_by_role("link", name="elsewhere").click()
    page.wait_for_function("window.heard.at(-1) === 'click again'")
    assert page.evaluate("window.departure.underWay")
    page.evaluate("history.back()")
    page.wait_for_function("window.heard.at(-1) === 'popstate again'")
    page.evaluate("window.asking = false")
    page.get_by_role("link", name="elsewhere").click()
    page.wait_for_function("window.heard.at(-1) === 'click by hand'")
    assert page.evaluate("window.heard") == ["click by hand", "click again", "popstate again", "click by hand"]


def test_a_playing_playground_asks_nothing_on_the_way_to_another_page(page, app):
    asked = []

    def relay(socket):
        server = socket.connect_to_server()
        socket.on_message(lambda data: (asked.append(BackMsg.FromString(data)), server.send(data)))
        server.on_message(socket.send)

    page.route_web_socket("**/_stcore/stream", relay)
    page.goto(f"{app}/playground?speed=0")
    epoch = page.locator(".epoch")
    expect(epoch).to_be_visible()
    before = epoch.text_content()
    button(page, "Play").click()
    expect(epoch).not_to_have_text(before)
    # A question at the very moment of the click, which Streamlit sends a little later.
    page.locator("canvas.plane").evaluate("""(plane) => {
        const { view } = plane.closest(".stage").stage
        window.addEventListener("click", () => view.ask(), { capture: true, once: true })
    }""")
    follow(page, "runs")
    expect(notice(page)).to_be_visible()
    expect(page.locator("canvas.plane")).to_have_count(0)
    pages = [message.rerun_script.page_script_hash for message in asked if message.HasField("rerun_script")]
    assert pages == sorted(pages, key=pages.index)  # none of the old page's after the first of the new one's
    assert len(set(pages) - {""}) == 2
