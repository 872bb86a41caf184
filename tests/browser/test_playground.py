import re

from playwright.sync_api import expect
from streamlit.proto.BackMsg_pb2 import BackMsg

ROOT = """() => [...document.querySelectorAll("*")].map((node) => node.shadowRoot).filter(Boolean)
    .find((shadow) => shadow.querySelector(".plane"))"""
# What the picture shows, without what a mouse over it adds.
PIXELS = f"""() => ({ROOT})().querySelector(".plane").toDataURL()"""


def open_playground(page, app, query=""):
    page.goto(f"{app}/playground{query}")
    expect(page.locator("th.epoch")).to_have_text("Epoch 0")


def press(page, name):
    page.locator(".st-key-play_buttons").get_by_role("button", name=name, exact=True).click()


def bias_card(page, layer, neuron):
    page.get_by_role("button", name=re.compile(f"^Layer {layer}, neuron {neuron}")).focus()
    page.keyboard.press("Enter")
    card = page.locator(".card.pinned")
    expect(card).to_be_visible()
    return card


def test_the_spiral_is_learnt_and_shared(page, app):
    open_playground(page, app, "?speed=0&seed=1")
    page.get_by_role("button", name="Learn the spiral").click()
    expect(page.locator(".st-key-notice")).to_contain_text("random")
    plane = page.locator("canvas.plane")
    plane.evaluate("node => { node.dataset.mark = 'the same' }")
    first = page.evaluate(PIXELS)
    press(page, "Play")
    expect(page.locator(".st-key-notice")).to_contain_text("Solved", timeout=180_000)
    press(page, "Pause")
    expect(page.locator(".st-key-play_buttons").get_by_role("button", name="Play", exact=True)).to_be_visible()
    assert plane.get_attribute("data-mark") == "the same"
    assert page.evaluate(PIXELS) != first

    # a weight is changed by hand, and the picture with it
    learnt = page.evaluate(PIXELS)
    card = bias_card(page, 1, 1)
    field = card.get_by_role("textbox").first
    field.fill("NaN")
    field.press("Enter")
    expect(card.get_by_role("alert")).not_to_be_empty()
    field.fill("5")
    field.press("Enter")
    page.wait_for_function(f"(before) => ({PIXELS})() !== before", arg=learnt)
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Show the answer").click()

    # and all of it travels with the address
    page.get_by_role("radio", name="Share").or_(page.get_by_role("button", name="Share")).first.click()
    page.get_by_role("button", name="Put the present weights into the address").click()
    page.wait_for_function("location.search.includes('weights=')")
    page.mouse.move(0, 0)
    expect(page.locator("button:visible", has_text="Take them out")).to_be_visible()
    shared, link = page.evaluate(PIXELS), page.evaluate("location.href")
    page.goto("about:blank")
    page.goto(link)
    expect(page.locator("th.epoch")).to_have_text("Epoch 0")
    page.wait_for_function(f"(shared) => ({PIXELS})() === shared", arg=shared)


def test_keys_play_step_and_reset(page, app):
    open_playground(page, app)
    page.locator("h1").click()
    page.keyboard.press("ArrowRight")
    expect(page.locator("th.epoch")).to_have_text("Epoch 1")
    page.keyboard.press(" ")
    expect(page.locator(".st-key-play_buttons")).to_contain_text("Pause")
    page.wait_for_function("""() => [...document.querySelectorAll("*")].map((node) => node.shadowRoot).filter(Boolean)
        .some((root) => /Epoch [5-9]|Epoch \\d\\d/.test(root.querySelector("th.epoch")?.textContent ?? ""))""")
    page.keyboard.press(" ")
    expect(page.locator(".st-key-play_buttons")).to_contain_text("Play")
    page.keyboard.press("r")
    expect(page.locator("th.epoch")).to_have_text("Epoch 0")


# Streamlit takes leave of a frame that the next one overtook while it was still being shown.
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


def test_the_keys_survive_a_frame_that_was_overtaken(page, app):
    open_playground(page, app)
    page.evaluate(OVERTAKEN)
    page.locator("h1").click()
    for epoch in range(1, 5):
        page.keyboard.press("ArrowRight")
        expect(page.locator("th.epoch")).to_have_text(f"Epoch {epoch}")


def test_nothing_is_asked_after_a_click_on_another_page(page, app):
    """A question of the old page after the one for the new page would make Streamlit empty the new one."""
    asked, answers, slow = [], [], False

    def relay(socket):
        server = socket.connect_to_server()
        socket.on_message(lambda data: (asked.append(BackMsg.FromString(data)), server.send(data)))
        server.on_message(lambda data: answers.append(data) if slow else socket.send(data))
        relay.answer = socket.send

    page.route_web_socket("**/_stcore/stream", relay)
    open_playground(page, app, "?speed=0")
    press(page, "Play")
    expect(page.locator("th.epoch")).not_to_have_text("Epoch 0")
    slow = True
    page.wait_for_timeout(500)  # now a question is on its way
    asked.clear()
    ask = f"() => ({ROOT})().view.ask()"
    page.evaluate(f"""() => window.addEventListener("click", {ask}, {{ capture: true, once: true }})""")
    page.get_by_role("link", name="Compare runs", exact=True).click()
    for held in list(answers):
        relay.answer(held)
        answers.remove(held)
    page.wait_for_timeout(500)  # in which the picture would ask for the next one
    for held in answers:
        relay.answer(held)
    slow = False
    expect(page.locator("h1")).to_have_text("Which settings work best?")
    pages = [message.rerun_script.page_script_hash for message in asked if message.HasField("rerun_script")]
    assert pages == sorted(pages, key=pages.index)
    assert len(set(pages)) == 2


def test_the_network_is_changed_in_the_picture(page, app):
    open_playground(page, app)
    page.get_by_role("button", name="Add a hidden layer").click()
    page.wait_for_function("location.search.includes('hidden=4%2C2%2C2')")
    page.get_by_role("button", name="One neuron more in layer 1").click()
    page.wait_for_function("location.search.includes('hidden=5%2C2%2C2')")
    expect(page.get_by_role("button", name=re.compile("^Layer 1, neuron 5"))).to_be_visible()
    page.get_by_role("button", name=re.compile("x₁²")).click()
    page.wait_for_function("location.search.includes('x1_squared')")


def test_a_click_on_the_plane_sets_a_point(page, app):
    open_playground(page, app, "?dataset=own")
    plane = page.locator("canvas.plane")
    box = plane.bounding_box()
    before = page.evaluate(PIXELS)
    page.mouse.click(box["x"] + 0.75 * box["width"], box["y"] + 0.25 * box["height"])
    page.wait_for_function("location.search.includes('points=')")
    address = page.evaluate("new URLSearchParams(location.search).get('points')")
    x1, x2, _label = address.split(";")[-1].split(",")
    assert abs(float(x1) - 3) < 0.2
    assert abs(float(x2) - 3) < 0.2
    page.wait_for_function(f"(before) => ({PIXELS})() !== before", arg=before)


def test_the_sum_of_the_point_under_the_mouse_is_written_out(page, app):
    open_playground(page, app)
    box = page.locator("canvas.plane").bounding_box()
    page.mouse.move(box["x"] + box["width"] / 2 + 20, box["y"] + box["height"] / 2)
    total = page.locator("section.sum")
    expect(total).to_contain_text("z =")
    expect(total).to_contain_text("sigmoid(z)")
    text = total.inner_text()
    page.mouse.move(box["x"] + 20, box["y"] + box["height"] / 2)
    expect(total).not_to_have_text(text)


def test_a_file_of_points_is_taken_and_a_bad_one_changes_nothing(page, app):
    open_playground(page, app, "?part=own")
    before = page.evaluate("location.href")
    upload = page.locator("input[type=file]")
    bad = b"x1,x2,label\n1,2,A\n3,four,B\n"
    upload.set_input_files({"name": "bad.csv", "mimeType": "text/csv", "buffer": bad})
    problem = page.locator("[data-testid=stAlert]")
    expect(problem).to_contain_text("Line 3, column 2")
    expect(problem).to_contain_text("four")
    assert page.evaluate("location.href") == before
    good = b"x1,x2,label\n1,2,A\n3,4,B\n-1,-2,C\n"
    upload.set_input_files({"name": "good.csv", "mimeType": "text/csv", "buffer": good})
    page.wait_for_function("location.search.includes('dataset=own')")
    expect(page.locator(".classes")).to_contain_text("C")
