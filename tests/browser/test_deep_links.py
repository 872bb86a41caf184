import pytest
from playwright.sync_api import expect

from pages.ui.navigation import LESSONS
from tests.browser.conftest import running_app


@pytest.mark.parametrize("name", ["home", "optimizers", "playground", "train", "inside"])
def test_a_cold_deep_link_opens_its_page_with_navigation(name, page, tmp_path):
    # The first visitor of a fresh process comes by a page's own address.
    with running_app(tmp_path) as address:
        first = next(iter(LESSONS))
        page.goto(f"{address}/{'' if name == first else name}")
        current = page.get_by_test_id("stSidebarNavLink").and_(page.locator("[aria-current=page]"))
        expect(current).to_contain_text(LESSONS[name].title, timeout=60_000)
        expect(page.get_by_role("heading", level=1).first).to_be_visible()
        assert page.get_by_test_id("stSidebarNavLink").count() == len(LESSONS)


def test_after_a_cold_deep_link_its_settings_hold_and_the_first_click_counts(page, tmp_path):
    with running_app(tmp_path) as address:
        page.goto(f"{address}/train?hidden=7&optimizer=sgd")
        page.locator(".st-key-step_once button:enabled:visible").click(timeout=60_000)
        expect(page.get_by_test_id("stProgress")).to_contain_text("step 1", timeout=60_000)
        expect(page.get_by_text("MLP 7 · SGD 0.1 · Offline digits")).to_be_visible()
        assert page.url.endswith("/train?hidden=7&optimizer=sgd")
