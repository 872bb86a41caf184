"""Every page under the security headers that docs/hosting/nginx.conf sends along."""

import re
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Page, Route, expect

from pages.ui.navigation import LESSONS
from tests.browser.journey import CANVAS, keyed, press
from tests.browser.server import ROOT

PARTS = {  # what shows another kind of element than the page does at first
    "data": ("part=batches", "part=sets", "part=puzzles"),
    "inside": ("part=embedding", "part=mistakes", "part=time"),
    "runs": ("part=landscape", "part=search"),
    "playground": ("dataset=spiral",),
}
BLOCKED = """
addEventListener('securitypolicyviolation', (e) => console.error('BLOCKED', e.effectiveDirective, e.blockedURI))
"""


@pytest.fixture
def guarded(page, app) -> Page:
    """A tab whose pages come with the headers; at the end nothing was blocked and nothing asked of another server."""
    host, blocked, elsewhere = urlsplit(app).netloc, [], []

    def add_headers(route: Route) -> None:
        answer = route.fetch()
        route.fulfill(response=answer, headers={**answer.headers, **headers()})

    page.route(lambda url: urlsplit(url).netloc == host and "." not in urlsplit(url).path, add_headers)
    page.add_init_script(BLOCKED)
    page.on("console", lambda said: said.text.startswith("BLOCKED") and blocked.append(said.text))
    page.on("request", lambda asked: foreign(asked.url, host) and elsewhere.append(asked.url))
    yield page
    assert blocked == []
    assert elsewhere == []


def test_every_page_works_and_loads_nothing_from_elsewhere(guarded, app):
    for name in LESSONS:
        for query in ("", *PARTS.get(name, ())):
            guarded.goto(f"{app}/{name if name != 'home' else ''}?{query}")
            expect(guarded.get_by_test_id("stMain").get_by_role("heading", level=1).first).to_be_visible()
            expect(guarded.get_by_test_id("stApp")).to_have_attribute("data-test-script-state", "notRunning")
            for kind in guarded.get_by_test_id("stVegaLiteChart").all():
                expect(kind.locator("svg, canvas").first).to_be_attached()
            for kind in guarded.get_by_test_id("stPlotlyChart").all():
                expect(kind.locator(".main-svg").first).to_be_attached()
    guarded.goto(f"{app}/draw")
    guarded.locator(CANVAS).wait_for()
    guarded.goto(f"{app}/train?dataset=digits&hidden=8&epochs=1")
    press(guarded, "start")
    expect(keyed(guarded, "confusion").locator(".main-svg").first).to_be_attached()


def headers() -> dict[str, str]:
    """Return the headers that the example of a proxy adds."""
    text = (ROOT / "docs" / "hosting" / "nginx.conf").read_text(encoding="utf-8")
    found = dict(re.findall(r'^ *add_header (\S+) "([^"]*)" always;', text, re.M))
    assert "Content-Security-Policy" in found
    return found


def foreign(url: str, host: str) -> bool:
    parts = urlsplit(url)
    return parts.scheme in ("http", "https", "ws", "wss") and parts.netloc != host
