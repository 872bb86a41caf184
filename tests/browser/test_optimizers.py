"""The race in the browser: its arithmetic against torch, and a start that is dragged without the server."""

import math

import numpy as np
import pytest
import torch
import torch.nn.functional as F
from playwright.sync_api import expect

from core.lessons.optimizers.scene import drawn_heights
from core.lessons.optimizers.surfaces import SURFACES
from tests.browser.journey import address_has, box_of, keyed
from tests.browser.modules import load


@pytest.mark.parametrize("surface", SURFACES)
def test_the_hill_under_a_ball_is_what_torch_gives(page, surface):
    load(page, "arrays")
    heights = drawn_heights(SURFACES[surface])
    shares = torch.rand(200, 2, generator=torch.Generator().manual_seed(1))
    expected = F.grid_sample(heights[None, None], shares[None, None] * 2 - 1, align_corners=True)[0, 0, 0]
    look = """([table, shape, shares]) => {
      const heights = Object.assign(Float32Array.from(table), { shape })
      return shares.map(([along, across]) => modules.lookUpGrid(heights, along, across))
    }"""
    found = page.evaluate(look, [heights.flatten().tolist(), heights.shape, shares.tolist()])
    np.testing.assert_allclose(found, expected, atol=1e-5)


def test_balls_at_one_place_are_spread_until_none_hides_another(page):
    load(page, "canvas")
    at_one_place = [[50, 50]] * 7
    apart = page.evaluate("(points) => modules.spread(points, 10)", at_one_place)
    gaps = [math.dist(one, other) for k, one in enumerate(apart) for other in apart[:k]]
    assert min(gaps) > 16  # of 20, and no more than touching
    assert max(math.dist(point, [50, 50]) for point in apart) < 40
    far = [[0, 0], [100, 0]]
    np.testing.assert_allclose(page.evaluate("(points) => modules.spread(points, 10)", far), far, atol=0.5)


def test_a_start_is_dragged_and_nothing_is_sent_before_it_is_let_go(page, app):
    sent = []
    page.on("websocket", lambda socket: socket.on("framesent", lambda frame: sent.append(frame)))
    page.goto(f"{app}/optimizers?surface=bowl&racers=sgd&step=40")
    picture = keyed(page, "stage_race")
    said = picture.locator(".sentence")
    expect(said).to_contain_text("At step 40")
    box = box_of(picture.locator("svg image"))
    page.mouse.move(box["x"] + 30, box["y"] + 30)
    before = len(sent)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] / 2 + 40, box["y"] + box["height"] / 2, steps=20)
    expect(said).to_contain_text("At the start")
    assert len(sent) == before
    page.mouse.up()
    address_has(page, "bowl_x=")
    expect(said).to_contain_text("At step 100")


def test_the_hill_is_turned_by_hand_and_by_buttons(page, app):
    page.goto(f"{app}/optimizers?step=100")
    hill = keyed(page, "stage_race").locator("canvas.drag-x")
    hill.wait_for()
    shown = "(canvas) => canvas.toDataURL()"
    before = hill.evaluate(shown)
    keyed(page, "stage_race").get_by_role("button", name="Turn the hill to the left").click()
    turned = hill.evaluate(shown)
    assert turned != before
    hill.drag_to(hill, source_position={"x": 40, "y": 60}, target_position={"x": 120, "y": 60})
    assert hill.evaluate(shown) != turned
