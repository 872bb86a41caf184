import re

from playwright.sync_api import expect

from tests.browser.journey import (
    CANVAS,
    address_has,
    button,
    choose,
    come_anew,
    draw,
    follow,
    keyed,
    notice,
    press,
    says,
    slider,
)


def test_from_a_stack_to_a_curve_drawn_by_hand_to_its_gradients(page, app):
    hand = ImpatientHand(page)
    page.goto(f"{app}/why_activations")
    stack = "{depth} layers"
    says(page, stack.format(depth=3))
    slider(page, "Linear layers").press("ArrowRight")
    says(page, stack.format(depth=4))
    line = notice(page).text_content()
    button(page, "Bend it").click()
    expect(notice(page)).not_to_have_text(line)

    page.get_by_role("radio", name="Fit a curve").click()
    choose(page, keyed(page, "why_activations-target").get_by_role("combobox"), "Draw it")
    page.locator(CANVAS).wait_for()
    expect(notice(page)).to_have_count(0)  # until there is a curve
    width, height = (page.locator(CANVAS).bounding_box()[side] for side in ("width", "height"))
    draw(page, [[(x, height * (0.2 + abs(x / width - 0.5))) for x in range(2, int(width) - 2, 4)]])
    expect(notice(page)).to_be_visible()
    untrained = notice(page).text_content()
    press(page, "start")
    expect(keyed(page, "again")).to_be_visible()  # it ends by itself
    expect(notice(page)).not_to_have_text(untrained)
    fitted = notice(page).text_content()
    address_has(page, "curve=")

    follow(page, "linear")
    says(page, "y[0, 0] =")
    follow(page, "why_activations")
    expect(notice(page)).to_have_text(fitted)
    come_anew(page, page.evaluate("location.href"))
    expect(notice(page)).to_have_text(untrained)  # the same curve, from the address alone

    press(page, "start")
    expect(keyed(page, "again")).to_be_visible()
    with hand.pressing_many_times():
        press(page, "reset")
        expect(keyed(page, "start")).to_be_visible()
    expect(notice(page)).to_have_text(untrained)

    page.get_by_role("radio", name="Vanishing gradients").click()
    expect(notice(page)).to_have_count(1)  # the part before has left the page
    says(page, re.compile(r"Sigmoid.* layer 12\b"))
    slider(page, "Linear layers").press("End")
    says(page, re.compile(r"Sigmoid.* layer 20\b"))


class ImpatientHand:
    """Says to the server several times what the browser says once, as many presses on a slow line do."""

    def __init__(self, page):
        self._times = 1
        page.route_web_socket("**/_stcore/stream", self._connect)

    def _connect(self, socket):
        server = socket.connect_to_server()

        def send(message):
            for _time in range(self._times):
                server.send(message)

        socket.on_message(send)
        server.on_message(socket.send)

    def pressing_many_times(self):
        self._times = 10
        return self

    def __enter__(self):
        return self

    def __exit__(self, *_problem):
        self._times = 1
