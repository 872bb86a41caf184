import pytest
import torch
from playwright.sync_api import expect

from core.digits.handwriting import draw, scribble
from core.digits.rasterize import Verdict, to_picture
from core.pretrained import load, shipped_reader


def seeded(seed):
    return torch.Generator().manual_seed(seed)


def draw_with_mouse(page, strokes):
    canvas = page.locator("canvas.upper-canvas")
    canvas.scroll_into_view_if_needed()
    corner = canvas.bounding_box()
    for stroke in strokes:
        (x, y), *rest = stroke
        page.mouse.move(corner["x"] + x, corner["y"] + y)
        page.mouse.down()
        for x, y in rest:
            page.mouse.move(corner["x"] + x, corner["y"] + y)
        page.mouse.up()


def open_draw(page, app):
    page.goto(f"{app}/draw")
    expect(page.locator(".st-key-prediction")).to_contain_text(Verdict.NOTHING.sentence)
    page.locator("canvas.upper-canvas").wait_for()


@pytest.mark.parametrize("digit", [2, 4, 7, 9])
def test_a_digit_drawn_with_the_mouse_is_read(page, app, digit):
    open_draw(page, app)
    strokes = draw(digit, seeded(digit))
    draw_with_mouse(page, strokes)
    answer = page.locator(".st-key-prediction h1")
    expect(answer).to_have_text(str(digit))
    assert shipped_reader("cnn").ask(to_picture(strokes).picture).argmax() == digit


def test_the_drawing_survives_a_page_switch_and_clear_removes_it(page, app):
    open_draw(page, app)
    draw_with_mouse(page, draw(3, seeded(1)))
    answer = page.locator(".st-key-prediction h1")
    expect(answer).to_have_text("3")
    page.get_by_role("link", name="Activations", exact=True).click()
    expect(page.get_by_role("slider", name="Input x")).to_be_visible()
    page.get_by_role("link", name="Draw", exact=True).click()
    expect(answer).to_have_text("3")
    page.get_by_role("button", name="Clear").click()
    expect(page.locator(".st-key-prediction")).to_contain_text(Verdict.NOTHING.sentence)


def test_a_dot_and_a_scribble_get_no_digit(page, app):
    open_draw(page, app)
    draw_with_mouse(page, [[(140, 140), (142, 141)]])
    expect(page.locator(".st-key-prediction")).to_contain_text(Verdict.DOT.sentence)
    page.get_by_role("button", name="Clear").click()
    expect(page.locator(".st-key-prediction")).to_contain_text(Verdict.NOTHING.sentence)
    draw_with_mouse(page, scribble(seeded(4)))
    expect(page.locator(".st-key-prediction h1")).to_have_text("?")
    expect(page.locator(".st-key-prediction")).not_to_contain_text(Verdict.NOTHING.sentence)


def test_the_other_shipped_network_answers_too(page, app):
    open_draw(page, app)
    draw_with_mouse(page, draw(0, seeded(2)))
    expect(page.locator(".st-key-prediction h1")).to_have_text("0")
    page.locator(".st-key-draw-network input").click()
    page.get_by_role("option", name="MLP").click()
    expect(page.get_by_text(f"{load('mlp').card['test_accuracy']:.1%}")).to_be_visible()
    expect(page.locator(".st-key-prediction h1")).to_have_text("0")


def test_ones_own_network_answers_while_it_trains(page, app):
    page.goto(f"{app}/train?dataset=digits&epochs=50&hidden=64")
    page.locator(".st-key-start button:enabled:visible").click()
    page.locator("[data-testid=stProgress]").wait_for()
    page.get_by_role("link", name="Draw", exact=True).click()
    page.locator(".st-key-draw-network input").click()
    page.get_by_role("option", name="Run 1").click()
    expect(page.get_by_text("Your network")).to_be_visible()
    page.locator("canvas.upper-canvas").wait_for()
    draw_with_mouse(page, draw(0, seeded(2)))
    expect(page.locator(".st-key-prediction h1")).to_have_text("0")
