import re

from playwright.sync_api import expect

# What the browser said last it says again every 10 ms, as for an impatient hand on a slow line.
INSISTENT = """
  const send = WebSocket.prototype.send
  WebSocket.prototype.send = function (data) {
    send.call(this, data)
    window.again = () => send.call(this, data)
  }
  setInterval(() => window.insistent && window.again(), 10)
"""


def test_from_a_stack_to_a_curve_drawn_by_hand_to_its_gradients(page, app):
    page.goto(f"{app}/why_activations")
    notice = page.locator(".st-key-notice")
    expect(notice).to_contain_text("One layer does what 3 layers do")
    page.get_by_role("slider", name="Linear layers").press("ArrowRight")
    expect(notice).to_contain_text("One layer does what 4 layers do")
    page.get_by_role("button", name="Bend it").click()
    expect(notice).to_contain_text("No longer a straight line")

    page.get_by_role("radio", name="Fit a curve").click()
    expect(notice).to_contain_text("Untrained")
    page.locator(".st-key-why_activations-target input").click()
    page.get_by_role("option", name="Draw it").click()
    canvas = page.locator("canvas.upper-canvas")
    canvas.wait_for()
    expect(page.get_by_text("Draw a curve in the box")).to_be_visible()
    draw_a_hill(page, canvas.bounding_box())
    expect(notice).to_contain_text("Untrained")
    untrained = notice.inner_text()
    watch_for_a_new_chart(page)
    page.locator(".st-key-start button:visible").click()
    expect(notice).to_contain_text("Close enough")
    assert page.evaluate("window.charts.size") == 1
    expect(page.locator(".st-key-again button:visible")).to_be_visible()
    page.wait_for_function("location.search.includes('curve=')")

    page.get_by_role("link", name="Linear layer", exact=True).click()
    page.get_by_role("link", name="Why activations", exact=True).click()
    expect(notice).to_contain_text("Close enough")
    page.goto(page.evaluate("location.href"))
    expect(notice).to_have_text(untrained)  # the same curve, from the address alone

    page.get_by_role("radio", name="Vanishing gradients").click()
    expect(page.get_by_text("one backward pass")).to_be_visible()
    expect(notice).to_have_count(1)  # the part before has left the page
    expect(notice).to_have_text(re.compile("Sigmoid: the gradient in layer 1 is .* times smaller than in layer 12"))
    page.get_by_role("slider", name="Linear layers").press("End")
    expect(notice).to_contain_text("than in layer 20")


def test_reset_may_be_pressed_many_times_on_a_slow_line(page, app):
    page.add_init_script(INSISTENT)
    page.goto(f"{app}/why_activations?part=fit")
    page.locator(".st-key-start button:visible").click()
    page.locator(".st-key-again button:visible").wait_for()
    page.locator(".st-key-reset button:visible").click()
    page.evaluate("() => { window.insistent = true }")
    page.locator(".st-key-start button:visible").wait_for()
    page.wait_for_timeout(500)  # in which it is pressed on
    page.evaluate("() => { window.insistent = false }")
    expect(page.locator(".st-key-notice")).to_contain_text("Untrained")


def draw_a_hill(page, box):
    points = [(x, box["height"] * (0.2 + abs(x / box["width"] - 0.5))) for x in range(2, int(box["width"]) - 2, 4)]
    page.mouse.move(box["x"] + points[0][0], box["y"] + points[0][1])
    page.mouse.down()
    for x, y in points[1:]:
        page.mouse.move(box["x"] + x, box["y"] + y)
    page.mouse.up()


def watch_for_a_new_chart(page):
    """Count the charts that there are from now on: one that is built anew on the way blinks."""
    page.locator("[data-testid=stVegaLiteChart] canvas, [data-testid=stVegaLiteChart] svg").first.wait_for()
    page.evaluate(
        """() => {
            window.charts = new Set()
            const look = () => {
                const chart = "[data-testid=stVegaLiteChart]"
                window.charts.add(document.querySelector(`${chart} canvas, ${chart} svg`))
                requestAnimationFrame(look)
            }
            look()
        }"""
    )
