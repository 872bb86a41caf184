"""The lesson Data with mouse and keys, and what its pictures compute, against torch."""

import re

import numpy as np
import torch
from playwright.sync_api import Page, expect

from core.datasets.types import normalize
from tests.browser.journey import (
    address_has,
    address_has_not,
    box_of,
    button,
    keyed,
    keyed_button,
    nothing_sent,
    notice,
    says,
    slider,
)
from tests.browser.modules import load


def test_normalize_wherever_mean_and_std_are_dragged(page):
    load(page, "pictures/data_way")
    generator = torch.Generator().manual_seed(3)
    pixels = torch.randint(0, 256, (200,), dtype=torch.uint8, generator=generator)
    means = torch.rand(200, generator=generator).double()
    stds = 0.1 + 0.9 * torch.rand(200, generator=generator).double()
    given = torch.stack([pixels.double(), means, stds], 1).tolist()
    found = page.evaluate("(given) => given.map((each) => modules.normalized(...each))", given)
    expected = [
        normalize(pixel[None], mean.item(), std.item()).item()
        for pixel, mean, std in zip(pixels, means, stds, strict=True)
    ]
    np.testing.assert_allclose(found, expected, rtol=1e-5, atol=1e-5)
    start = page.evaluate("(given) => given.map(([pixel]) => modules.normalized(pixel, 0.3, 0.2, 0))", given)
    np.testing.assert_allclose(start, (pixels / 255).tolist(), atol=1e-6)


def test_from_bytes_to_batches_and_back_to_puzzles(page, app):
    page.goto(f"{app}/data?station=1")
    images_go_their_way(page)
    page.get_by_role("radio", name="Batches", exact=True).click()
    batches_are_dealt_out(page)
    page.get_by_role("radio", name="Three sets").click()
    networks_are_chosen(page)
    page.get_by_role("radio", name="Tensor puzzles").click()
    puzzles_are_guessed(page)


def images_go_their_way(page: Page):
    told = page.locator(".stage .notice")
    stations = page.locator(".stations button")
    expect(told).to_contain_text("whole numbers from 0 to 255")
    stations.filter(has_text="Normalize").click()
    expect(told).to_contain_text(re.compile(r"to 0\.00, the standard deviation from .* to 1\.00"))
    address_has(page, "station=3")
    with nothing_sent(page):  # while it is pointed at
        picture = keyed(page, "stage_data_way").locator("rect.cell[fill=transparent]")
        frame = keyed(page, "stage_data_way").locator("rect.lens")
        before = frame.get_attribute("y")
        picture.hover(position={"x": 5, "y": 5})
        expect(frame).not_to_have_attribute("y", before)
    slider(page, "mean").press("ArrowRight")
    expect(told).not_to_contain_text("to 0.00,")
    address_has(page, "mean=")
    expect(page.get_by_test_id("stCode").first).to_contain_text("transforms.Normalize((0.15")
    slider(page, "Station").press("End")
    expect(told).to_contain_text(re.compile(r"One-hot, (\d) is [01]{10}: "))
    address_has(page, "station=6")
    button(page, "A 0, one-hot").click()
    expect(told).to_contain_text("One-hot, 0 is 1000000000")


def batches_are_dealt_out(page: Page):
    says(page, "260 = 4 × 64 + 4")
    place = keyed(page, "stage_data_batches").get_by_role("slider", name="Batch")
    place.press("End")
    expect(place).to_have_attribute("aria-valuetext", "epoch 2, batch 5 of 5")
    address_has(page, "batch=9")
    slider(page, "Batch size").press("ArrowRight")
    says(page, "260 = 1 × 200 + 60")
    expect(place).to_have_attribute("aria-valuetext", re.compile("batch . of 2"))
    keyed_button(page, "measure").click()
    expect(keyed(page, "speeds")).to_contain_text("times as many as")
    expect(page.get_by_test_id("stVegaLiteChart")).to_be_visible()


def networks_are_chosen(page: Page):
    expect(notice(page).last).to_contain_text("training")
    button(page, "Just as well").click()
    says(page, "You said “Just as well”; it is “Worse than that”.")
    told = page.locator(".stage .notice")
    expect(told).to_contain_text("The best of 40 networks")
    address_has(page, "guess=same")
    with nothing_sent(page):
        box = box_of(keyed(page, "stage_data_choosing").locator("svg"))
        page.mouse.move(box["x"] + box["width"] * 0.9, box["y"] + box["height"] / 2)
        page.mouse.down()
        page.mouse.move(box["x"] + box["width"] * 0.5, box["y"] + box["height"] / 2, steps=5)
        expect(told).not_to_contain_text("The best of 40 networks")
    page.mouse.up()
    address_has(page, "networks=")
    networks = slider(page, "networks to choose from")
    networks.press("Home")
    expect(told).to_contain_text("One network, with nothing to choose from")
    address_has(page, "networks=1")


def puzzles_are_guessed(page: Page):
    button(page, "[20, 200, 255]").press("Enter")
    says(page, "PyTorch gives [20, 200, 144], not [20, 200, 255].")
    address_has(page, "answer_dtype_overflow=clipped")
    button(page, "Ask me again").click()
    address_has_not(page, "answer_dtype_overflow")
    button(page, "Just show me").click()
    says(page, "PyTorch gives [20, 200, 144].")
    button(page, "Next: shape").click()
    button(page, "[2, 2, 3]").click()
    says(page, "PyTorch gives [2, 2, 3], as you said.")
