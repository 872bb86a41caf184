"""A tab that is reloaded, goes back and forward, and loses its server."""

from urllib.parse import urlsplit

import torch
from playwright.sync_api import expect

from core.digits import handwriting
from tests.browser.journey import CANVAS, address_has, draw, follow, keyed, press, slider
from tests.browser.server import running_app
from tests.browser.test_draw import answer

RUN = "dataset=digits&hidden=7&epochs=1"


def test_a_reload_keeps_runs_and_drawing_and_a_restart_of_the_server_is_said(page, tmp_path):
    with running_app(tmp_path) as address:
        page.goto(f"{address}/train?{RUN}")
        press(page, "start")
        expect(keyed(page, "confusion")).to_be_visible()
        page.reload()
        expect(keyed(page, "confusion")).to_be_visible()
        page.goto(f"{address}/draw?network=mlp")
        page.locator(CANVAS).wait_for()
        draw(page, handwriting.draw(2, torch.Generator().manual_seed(2)))
        expect(answer(page)).to_have_text("2")
        page.reload()
        expect(answer(page)).to_have_text("2")
        port = urlsplit(address).port
    bar = page.locator("#playground-bar")
    expect(bar).to_be_visible()
    expect(bar.get_by_role("link")).to_have_count(0)
    with running_app(tmp_path, port=port):
        expect(bar.get_by_role("link")).to_have_count(1)
        page.reload()
        bar.get_by_role("link").click()
        expect(page.locator(".st-key-train-hidden input")).to_have_value("7")
        expect(bar).to_be_visible()
        bar.get_by_role("button").click()
        expect(bar).to_have_count(0)
        page.reload()
        expect(keyed(page, "start")).to_be_visible()
        expect(bar).to_have_count(0)


def test_back_leaves_the_page_whatever_was_changed_and_the_address_is_what_is_shown(page, app):
    page.goto(f"{app}/linear?inputs=99&nonsense=1")
    address_is(page, "/linear")
    follow(page, "activations")
    follow(page, "linear")
    inputs = slider(page, "Inputs")
    for shown in ("5", "6", "7"):
        inputs.press("ArrowRight")
        address_is(page, f"/linear?inputs={shown}")
    page.go_back()
    expect(page).to_have_title("Activations · PyTorch playground")
    address_is(page, "/activations")
    page.go_back()
    address_is(page, "/linear?inputs=7")
    expect(inputs).to_have_attribute("aria-valuetext", "7")
    entries = page.evaluate("history.length")
    page.go_forward()
    page.go_forward()
    expect(inputs).to_have_attribute("aria-valuetext", "7")
    address_is(page, "/linear?inputs=7")
    assert page.evaluate("history.length") == entries
    page.reload()
    expect(inputs).to_have_attribute("aria-valuetext", "7")
    address_has(page, "inputs=7")


def address_is(page, path):
    page.wait_for_function("(path) => location.pathname + location.search === path", arg=path)
