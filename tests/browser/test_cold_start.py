"""The first visitor of a fresh process, who comes by a page's own address past Streamlit's main script."""

import re
import socket

from playwright.sync_api import expect

from pages.ui.navigation import LESSONS
from tests.browser.journey import button, press
from tests.browser.server import PATIENCE, running_app

# Tells another process when a run ends with its tab, for which it does not wait as long as it would.
TELLING = """
import socket
import core.runs.idle_policy, core.runs.run
abandon = core.runs.run.Run._abandon
def abandon_and_tell(run, message):
    with socket.create_connection(("127.0.0.1", {port})) as told:
        told.sendall(message.encode())
    abandon(run, message)
core.runs.run.Run._abandon = abandon_and_tell
core.runs.idle_policy.DISCONNECT_GRACE = 1.0
"""
# Imports torch only when another process says so.
WAITING = """
import socket, sys
class Waiting:
    def find_spec(self, name, path, target=None):
        if name == "torch":
            sys.meta_path.remove(self)
            with socket.create_connection(("127.0.0.1", {port})) as told:
                told.recv(1)
sys.meta_path.insert(0, Waiting())
"""


def test_a_cold_link_shows_its_heading_before_torch_is_imported(page, tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as told:
        told.settimeout(PATIENCE)
        with running_app(tmp_path, WAITING.format(port=told.getsockname()[1])) as address:
            page.goto(f"{address}/losses")
            importing, _address = told.accept()
            with importing:
                expect(page.get_by_role("heading", level=1)).to_contain_text(LESSONS["losses"].question)
                importing.sendall(b"!")
            expect(page.locator(".st-key-notice")).to_be_visible()


def test_a_cold_link_opens_its_page_with_the_navigation(page, tmp_path):
    with running_app(tmp_path) as address:
        page.goto(f"{address}/optimizers")
        expect(page.get_by_test_id("stTopNavLink")).to_have_count(1)
        page.get_by_test_id("stTopNavSection").filter(has_text=LESSONS["optimizers"].section).click()
        links = page.get_by_test_id("stTopNavDropdownLink")
        expect(links.and_(page.locator("[aria-current=page]"))).to_have_attribute("href", f"{address}/optimizers")
        expect(page.get_by_role("heading", level=1)).to_be_visible()
        expect(button(page, "Play (space bar)")).to_be_enabled()


def test_after_a_cold_link_its_settings_hold_the_first_click_counts_and_a_run_ends_with_its_tab(page, tmp_path):
    query = "?batch_size=1&epochs=50&hidden=7&optimizer=sgd"
    with socket.create_server(("127.0.0.1", 0)) as told:
        told.settimeout(PATIENCE)
        prelude = TELLING.format(port=told.getsockname()[1])
        with running_app(tmp_path, prelude) as address:
            page.goto(f"{address}/train{query}")
            press(page, "step_once")
            expect(page.get_by_test_id("stProgress")).to_contain_text("step 1")
            expect(page.locator(".st-key-train-hidden input")).to_have_value("7")
            expect(page).to_have_url(f"{address}/train{query}")
            button(page, "Resume").click()
            expect(page.get_by_test_id("stProgress")).to_contain_text(re.compile(r"step (?!1\b(?!,))"))
            expect(button(page, "Pause")).to_be_enabled()  # as long as the tab is open
            page.close()
            ended, _address = told.accept()
            with ended:
                assert b"closed" in ended.recv(1000)
