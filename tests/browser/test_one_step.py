import re

from playwright.sync_api import expect

from tests.browser.journey import address_has, button, nothing_sent, slider


def test_a_step_goes_line_by_line(page, app):
    page.goto(f"{app}/one_step")
    network, said = page.locator(".net"), page.locator(".notice")
    expect(network).to_contain_text("w₁₁ 0.5")
    for _line in range(2):
        before = said.text_content()
        button(page, "One step further").click()
        expect(said).not_to_have_text(before)
    expect(network.locator(".w11")).to_contain_text("grad −0.84")
    address_has(page, "stage=backward")

    # It plays on through the lines, each of which stands out while it runs; and it is scrubbed, with nothing sent.
    running = page.locator(".program .now")
    expect(running).to_have_text("loss.backward()")
    button(page, "Play (space bar)").click()
    expect(running).to_have_text("y = network(x)")
    expect(page.locator(".token").locator("visible=true").first).to_be_visible()
    button(page, "Pause (space bar)").click()
    place = slider(page, "Line")
    place.press("Home")
    expect(running).to_have_text("optimizer.zero_grad()")
    address_has(page, "stage=zero_grad")

    # A number is typed where it stands; Escape leaves the old one. Another one is dragged.
    with nothing_sent(page):
        network.locator(".v2").focus()
        page.keyboard.press("Enter")
        page.keyboard.type("0.7")
        expect(network.locator(".v2")).to_contain_text("0.7")
    page.keyboard.press("Escape")
    expect(network.locator(".v2")).to_contain_text("−0.5")
    address_has(page, "picked=v2")
    page.keyboard.press("Enter")
    page.keyboard.type("0.25")
    page.keyboard.press("Enter")
    address_has(page, "v2=0.25")
    expect(network.locator("button.v2")).to_be_focused()
    page.keyboard.press("ArrowLeft")
    expect(network.locator("button.v1")).to_be_focused()
    expect(network).not_to_have_class("stale")
    box = network.locator(".x1").bounding_box()
    x, y = box["x"] + 20, box["y"] + 20
    with nothing_sent(page):
        page.mouse.move(x, y)
        page.mouse.down()
        page.mouse.move(x + 80, y, steps=10)
        expect(network.locator(".x1")).to_contain_text("2")
    page.mouse.up()
    address_has(page, "x1=2")

    # What it says of a step is what PyTorch computes: the page's table is the server's.
    place.press("ArrowRight")
    y = network.locator("div.y b").text_content()
    expect(page.locator(".katex").last).to_contain_text(y)

    button(page, "Forget zero_grad").click()
    address_has(page, "forget=1")
    page.get_by_role("tab", name="net.parameters()").click()
    expect(page.get_by_role("cell", name=re.compile("hidden.weight")).locator("visible=true").first).to_be_visible()
