import json
import re

import torch
from playwright.sync_api import expect

from core.config.json_file import read_config
from core.digits import handwriting
from tests.browser.journey import (
    CANVAS,
    button,
    can_be_started,
    come_anew,
    draw,
    follow,
    keyed,
    press,
    take_home,
    upload,
)

DIGIT = re.compile(r"^\d$")


def test_what_is_drawn_is_read_and_kept(page, app):
    page.goto(f"{app}/draw")
    page.locator(CANVAS).wait_for()
    blank = verdict(page).text_content()
    draw(page, [[(140, 140), (142, 141)]])  # a dot
    expect(verdict(page)).not_to_have_text(blank)
    expect(answer(page)).to_have_text("?")
    clear(page, blank)
    draw(page, handwriting.scribble(seeded(4)))
    expect(verdict(page)).not_to_have_text(blank)
    expect(answer(page)).to_have_text("?")
    for digit in (2, 4, 7, 9):
        clear(page, blank)
        draw(page, handwriting.draw(digit, seeded(digit)))
        expect(answer(page)).to_have_text(str(digit))

    page.locator(".st-key-draw-network input").click()
    page.get_by_role("option", name="MLP").click()
    expect(page).to_have_url(re.compile("network=mlp"))
    expect(answer(page)).to_have_text("9")
    follow(page, "activations")
    expect(page.get_by_role("slider", name="Input x")).to_be_visible()
    follow(page, "draw")
    expect(answer(page)).to_have_text("9")
    clear(page, blank)


def test_ones_own_network_answers_is_taken_home_and_brought_back(page, app):
    page.goto(f"{app}/train?dataset=digits&epochs=50&hidden=32&learning_rate=0.01")
    press(page, "start")
    expect(page.get_by_test_id("stProgress")).to_be_visible()
    follow(page, "draw")
    page.locator(CANVAS).wait_for()
    draw(page, handwriting.draw(0, seeded(2)))
    expect(answer(page)).to_have_text("0")
    menu = keyed(page, "draw-network").get_by_role("combobox")
    menu.click()
    page.get_by_role("option", name=re.compile("^Run 1")).click()
    expect(page).to_have_url(re.compile("network=run-1"))
    expect(answer(page)).to_have_text("0")  # at the latest when it has learnt enough
    follow(page, "train")
    page.evaluate("document.querySelector('.st-key-stop button:enabled')?.click()")
    can_be_started(page)

    follow(page, "runs")
    page.get_by_role("radio", name="Take home").click()
    weights = take_home(page, "take_weights")
    assert weights.suggested_filename == "run-1.safetensors"
    settings = take_home(page, "take_settings")
    assert settings.suggested_filename == "run-1.json"
    config = read_config(settings.path().read_bytes())
    assert (config.hidden, config.learning_rate) == ((32,), 0.01)
    assert take_home(page, "take_onnx").path().read_bytes()
    assert b"<h1>Run 1: MLP 32" in take_home(page, "take_report").path().read_bytes()
    assert json.loads(take_home(page, "take_notebook").path().read_bytes())["nbformat"] == 4

    come_anew(page, f"{app}/draw")  # nothing is known of the run
    page.locator(CANVAS).wait_for()
    draw(page, handwriting.draw(3, seeded(1)))
    expect(answer(page)).to_have_text("3")
    before = verdict(page).text_content()
    keyed(page, "bring_back").get_by_role("button").click()
    content = weights.path().read_bytes()
    upload(page, "mine.safetensors", content)
    loaded = re.compile(r"mine\.safetensors")
    expect(page.locator(".st-key-draw-network input")).to_have_value(loaded)
    expect(answer(page)).to_have_text(re.compile(r"^[\d?]$"))  # the drawing is still there
    expect(verdict(page)).not_to_have_text(before)
    upload(page, "other.pt", content[:5000])
    expect(page.get_by_test_id("stAlertContentError")).to_be_visible()
    expect(page.locator(".st-key-draw-network input")).to_have_value(loaded)


def seeded(seed):
    return torch.Generator().manual_seed(seed)


def answer(page):
    return keyed(page, "prediction").get_by_role("heading", level=1)


def verdict(page):
    """How sure it is, or why it says nothing."""
    return keyed(page, "prediction").get_by_test_id("stMarkdown").first


def clear(page, blank):
    before = page.locator(CANVAS).element_handle()
    button(page, "Clear").click()
    page.wait_for_function("(canvas) => !canvas.isConnected", arg=before)  # there is a new one in its place
    page.locator(CANVAS).wait_for()
    expect(verdict(page)).to_have_text(blank)
