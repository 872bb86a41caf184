import json
import re

import torch
from playwright.sync_api import expect

from core.config.json_file import read_config
from core.digits.handwriting import draw
from core.export.load_weights import bring_back
from tests.browser.test_draw import draw_with_mouse


def take(page, item):
    """Press the button of a thing to take home; return the content of the file."""
    with page.expect_download() as started:
        page.locator(f".st-key-take_{item} button:visible").click()
    return started.value.path().read_bytes(), started.value.suggested_filename


def test_a_run_is_taken_home_and_brought_back(page, app):
    page.goto(f"{app}/train?dataset=digits&epochs=4&hidden=32&learning_rate=0.01")
    page.locator(".st-key-start button:enabled:visible").click()
    page.get_by_text("right on all").wait_for()
    page.get_by_role("link", name="Compare runs", exact=True).click()
    page.get_by_role("radio", name="Take home").click()
    weights, name = take(page, "weights")
    assert name == "run-1.safetensors"
    settings, name = take(page, "settings")
    assert name == "run-1.json"
    config = read_config(settings)
    assert (config.hidden, config.learning_rate) == ((32,), 0.01)
    assert take(page, "onnx")[0]
    assert b"<h1>Run 1: MLP 32" in take(page, "report")[0]
    assert json.loads(take(page, "notebook")[0])["nbformat"] == 4

    page.goto(f"{app}/draw")  # another session, which knows nothing of the run
    page.locator("canvas.upper-canvas").wait_for()
    draw_with_mouse(page, draw(3, torch.Generator().manual_seed(1)))
    answer = page.locator(".st-key-prediction h1")
    expect(answer).to_have_text("3")
    sure = page.locator(".st-key-prediction").get_by_text(re.compile("sure$"))
    before = sure.inner_text()
    page.get_by_role("button", name="Load weights").click()
    page.locator("input[type=file]").set_input_files(
        {"name": "mine.safetensors", "mimeType": "application/octet-stream", "buffer": weights}
    )
    fits = bring_back(weights, []).fits
    expect(page.get_by_text(f"These weights fit {fits.label}.")).to_be_visible()
    expect(page.locator(".st-key-draw-network input")).to_have_value("Loaded: mine.safetensors")
    expect(answer).to_have_text(re.compile(r"^[\d?]$"))  # the drawing is still there
    expect(sure).not_to_have_text(before)

    page.locator("input[type=file]").set_input_files(
        {"name": "other.pt", "mimeType": "application/octet-stream", "buffer": weights[:5000]}
    )
    expect(page.get_by_text("damaged or cut short")).to_be_visible()
    expect(page.locator(".st-key-draw-network input")).to_have_value("Loaded: mine.safetensors")
