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
from tests.browser.touch import Fingers

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
        expect(bars(page)).to_have_attribute("aria-label", re.compile(f": {digit} "))

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


def test_on_a_phone_canvas_and_answer_are_on_one_screen_and_a_pinch_draws_nothing(browser, app):
    phone = browser.new_context(viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True)
    try:
        page = phone.new_page()
        page.goto(f"{app}/draw")
        canvas = page.locator(CANVAS)
        canvas.wait_for()
        page.wait_for_function("globalThis.oneFinger")
        blank = verdict(page).text_content()
        fingers, box = Fingers(page), canvas.bounding_box()
        fingers.pinch((box["x"] + 140, box["y"] + 140), apart=(20, 30, 50, 80))
        for stroke in handwriting.draw(4, seeded(4)):
            fingers.stroke([(box["x"] + x, box["y"] + y) for x, y in stroke.tolist()])
        expect(answer(page)).to_have_text("4")  # with a stroke of the pinch in it the strokes would be more
        strokes = len(handwriting.draw(4, seeded(4)))
        expect(keyed(page, "seen").get_by_role("img")).to_have_attribute("alt", re.compile(f": {strokes} strokes"))
        for part in (canvas, answer(page), bars(page)):
            expect(part).to_be_in_viewport(ratio=1)
        page.set_viewport_size({"width": 844, "height": 390})
        expect(canvas).to_be_in_viewport(ratio=1)
        expect(answer(page)).to_be_in_viewport(ratio=1)
        button(page, "Clear").press("Enter")
        expect(verdict(page)).to_have_text(blank)
    finally:
        phone.close()


def test_a_digit_is_drawn_with_keys_and_a_copy_learns_that_it_was_another(page, app):
    page.goto(f"{app}/draw?network=mlp")
    page.get_by_text("Draw without a mouse").click()
    board = page.get_by_role("application", name="Draw with the arrow keys")
    for key in [" ", *3 * ["Right"], *2 * ["Down"], "Left", *2 * ["Down"], "Left", *3 * ["Down"], "Enter"]:
        board.press("Space" if key == " " else key if key == "Enter" else f"Arrow{key}")
    expect(page.get_by_text("Pen down at 57, 70")).to_be_visible()
    expect(answer(page)).to_have_text("7")

    page.get_by_text("Is it wrong?").click()
    keyed(page, "draw_label").get_by_role("radio", name="2", exact=True).click()
    keyed(page, "draw_teach").get_by_role("button").click()
    expect(keyed(page, "draw_taught")).to_contain_text("the copy reads 1 of 1 right, the network 0")
    page.get_by_text("Show the training images").click()
    expect(keyed(page, "draw_nearest_images").get_by_role("img").first).to_be_visible()

    page.get_by_text("Draw without a mouse").scroll_into_view_if_needed()
    keyed(page, "draw_sample").get_by_role("radio", name="0", exact=True).click()
    expect(answer(page)).to_have_text("0")


def bars(page):
    return keyed(page, "bars_chart").get_by_role("img")


def seeded(seed):
    return torch.Generator().manual_seed(seed)


def answer(page):
    return keyed(page, "seen").get_by_role("heading", level=2)


def verdict(page):
    """How confident it is, or why it says nothing."""
    return keyed(page, "verdict").get_by_test_id("stMarkdown")


def clear(page, blank):
    before = page.locator(CANVAS).element_handle()
    button(page, "Clear").click()
    page.wait_for_function("(canvas) => !canvas.isConnected", arg=before)  # there is a new one in its place
    page.locator(CANVAS).wait_for()
    expect(verdict(page)).to_have_text(blank)
