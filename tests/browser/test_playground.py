import re

from playwright.sync_api import expect

from tests.browser.journey import address_has, button, come_anew, follow, keyed_button, notice, press, says, upload

# What the picture shows, without what a mouse over it adds.
PIXELS = "(plane) => plane.toDataURL()"
ANOTHER = "([plane, before]) => plane.toDataURL() !== before"
THE_SAME = "([plane, before]) => plane.toDataURL() === before"
# Takes leave of each frame when the next one is shown, as Streamlit does of one that was overtaken.
OVERTAKEN = """() => {
  const show = globalThis.neuralPlane.show
  let leave
  globalThis.neuralPlane.show = (component) => {
    const before = leave
    leave = show(component)
    before?.()
    return leave
  }
}"""


def test_a_spiral_is_learnt_edited_and_shared(page, app):
    open_playground(page, app, "?speed=0&seed=1")
    press(page, "preset_spiral")
    address_has(page, "dataset=spiral")
    untrained = pixels(page)
    press(page, "play")
    says(page, "Solved")
    press(page, "play")
    expect(keyed_button(page, "play")).to_contain_text("Play")
    becomes(page, ANOTHER, untrained)

    # a weight is changed by hand, and the picture with it
    learnt = pixels(page)
    page.get_by_role("button", name=re.compile("^Layer 1, neuron 1")).press("Enter")
    card = page.locator(".card.pinned")
    field = card.get_by_role("textbox").first
    field.fill("NaN")
    field.press("Enter")
    expect(card.get_by_role("alert")).not_to_be_empty()
    field.fill("5")
    field.press("Enter")
    becomes(page, ANOTHER, learnt)
    page.keyboard.press("Escape")
    button(page, "Show the answer").click()

    # and all of it travels with the address
    page.get_by_role("radio", name="Share").click()
    press(page, "share_weights")
    address_has(page, "weights=")
    page.mouse.move(0, 0)
    expect(keyed_button(page, "drop_weights")).to_be_visible()
    shared, link = pixels(page), page.evaluate("location.href")
    come_anew(page, link)
    epoch_is(page, 0)
    becomes(page, THE_SAME, shared)


def test_the_picture_is_worked_with_and_left_while_it_plays(page, app):
    open_playground(page, app)
    page.evaluate(OVERTAKEN)
    keys_play_step_and_reset(page)
    the_network_is_changed_in_the_picture(page)
    points_are_set_and_brought(page)
    the_sum_under_the_mouse_is_written_out(page)
    press(page, "play")
    epoch_is(page, r"[1-9][\d,]*")
    follow(page, "runs")
    expect(notice(page)).to_be_visible()  # where the run is already
    follow(page, "playground")
    expect(page.locator("canvas.plane")).to_be_visible()
    expect(keyed_button(page, "play")).to_contain_text("Pause")


def keys_play_step_and_reset(page):
    page.get_by_role("heading", level=1).click()
    for epoch in (1, 2, 3):
        page.keyboard.press("ArrowRight")
        epoch_is(page, epoch)
    page.keyboard.press(" ")
    expect(keyed_button(page, "play")).to_contain_text("Pause")
    epoch_is(page, r"([5-9]|[1-9][\d,]+)")
    page.keyboard.press(" ")
    expect(keyed_button(page, "play")).to_contain_text("Play")
    page.keyboard.press("r")
    epoch_is(page, 0)


def the_network_is_changed_in_the_picture(page):
    button(page, "Add a hidden layer").click()
    address_has(page, "hidden=4%2C2%2C2")
    button(page, "One neuron more in layer 1").click()
    address_has(page, "hidden=5%2C2%2C2")
    expect(page.get_by_role("button", name=re.compile("^Layer 1, neuron 5"))).to_be_visible()
    page.get_by_role("button", name=re.compile("x₁²")).click()
    address_has(page, "x1_squared")


def points_are_set_and_brought(page):
    page.get_by_role("radio", name="Own points").click()
    address_has(page, "part=own")
    before = page.evaluate("location.href")
    upload(page, "bad.csv", b"x1,x2,label\n1,2,A\n3,four,B\n")
    problem = page.get_by_role("alert").filter(has_text="four")
    expect(problem).to_contain_text(re.compile("3.*2"))  # line and column
    assert page.evaluate("location.href") == before
    upload(page, "good.csv", b"x1,x2,label\n1,2,A\n3,4,B\n-1,-2,C\n")
    address_has(page, "dataset=own")
    expect(page.locator(".classes")).to_contain_text("C")

    seen, count = pixels(page), len(points(page))
    page.locator("canvas.plane").click(position=place(page, 0.75, 0.25))
    page.wait_for_function(
        "(count) => new URLSearchParams(location.search).get('points').split(';').length > count", arg=count
    )
    x1, x2, _label = points(page)[-1].split(",")
    assert abs(float(x1) - 3) < 0.2
    assert abs(float(x2) - 3) < 0.2
    becomes(page, ANOTHER, seen)


def the_sum_under_the_mouse_is_written_out(page):
    plane = page.locator("canvas.plane")
    plane.hover(position=place(page, 0.6, 0.5))
    total = page.locator("section.sum")
    expect(total).to_contain_text("z =")
    written = total.text_content()
    plane.hover(position=place(page, 0.1, 0.5))
    expect(total).not_to_have_text(written)


def open_playground(page, app, query=""):
    page.goto(f"{app}/playground{query}")
    epoch_is(page, 0)


def epoch_is(page, number):
    expect(page.locator("th.epoch")).to_have_text(re.compile(rf"^\D+{number}$"))


def place(page, x, y):
    """A position in the picture by its shares of width and height."""
    box = page.locator("canvas.plane").bounding_box()
    return {"x": x * box["width"], "y": y * box["height"]}


def points(page):
    return page.evaluate("new URLSearchParams(location.search).get('points')").split(";")


def pixels(page):
    return page.locator("canvas.plane").evaluate(PIXELS)


def becomes(page, state, before):
    page.wait_for_function(state, arg=[page.locator("canvas.plane").element_handle(), before])
