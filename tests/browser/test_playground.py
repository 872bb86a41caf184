import base64
import re

import numpy as np
from playwright.sync_api import expect

from core.config import TrainConfig
from core.datasets import data_of
from core.playground.scene import scene
from core.plots.packing import pack
from core.runs import Run
from tests.browser.journey import (
    address_has,
    box_of,
    button,
    come_anew,
    follow,
    keyed_button,
    notice,
    press,
    says,
    upload,
)
from tests.browser.modules import load

# What the plane shows, without the points and what a mouse over it adds.
PIXELS = "(plane) => plane.toDataURL()"
ANOTHER = "([plane, before]) => plane.toDataURL() !== before"
THE_SAME = "([plane, before]) => plane.toDataURL() === before"
# Takes leave of each value when the next one is shown, as Streamlit does of one that was overtaken.
OVERTAKEN = """() => {
  const show = globalThis.playgroundStage_playground.show
  const leaves = new Map() // of each element
  globalThis.playgroundStage_playground.show = (component) => {
    const before = leaves.get(component.parentElement)
    leaves.set(component.parentElement, show(component))
    before?.()
    return leaves.get(component.parentElement)
  }
}"""
# A picture without a server: what it tells is kept, and `fed` hands it weights that are all the same number.
ALONE = """(bytes) => {
  document.body.innerHTML = '<div class="stage"></div>'
  const stage = new modules.Stage(document.querySelector(".stage"), () => {})
  stage.receive(Uint8Array.from(atob(bytes), (letter) => letter.charCodeAt(0)), modules)
  globalThis.told = []
  const trigger = (name, value) => told.push([name, value])
  const numbers = { epoch: 0, train_loss: 1, test_loss: 1, train_accuracy: 1, test_accuracy: 1 }
  const { count } = stage.view.network
  const matrix = (values, ...shape) => Object.assign(Float32Array.from(values), { shape })
  let step = 0
  globalThis.view = stage.view
  globalThis.fed = (weight, playing, edits = 0) => view.fed({
    run: 1, pause: 200, playing, over: false, step: step++, edits, numbers, gradients: null,
    arrays: {
      weights: matrix(Array(count).fill(weight), 1, count), epochs: matrix([step], 1), curve: matrix([], 3, 0),
      health: new Uint8Array(0), flat: new Float32Array(0),
    },
  }, { trigger, state() {} })
  globalThis.frames = (count) => new Promise((done) => {
    const tick = () => (count-- ? requestAnimationFrame(tick) : done())
    tick()
  })
}"""


def test_a_spiral_is_learnt_edited_and_shared(page, app):
    open_playground(page, app, "?speed=0&seed=1")
    press(page, "preset_spiral")
    address_has(page, "dataset=spiral")
    untrained = pixels(page)
    button(page, "Play").click()
    says(page, "Solved")
    button(page, "Pause").click()
    expect(button(page, "Play")).to_be_visible()
    becomes(page, ANOTHER, untrained)

    # a weight is changed by hand, and the picture with it
    page.get_by_role("button", name=re.compile("^Layer 1, neuron 1")).press("Enter")
    field = page.get_by_role("spinbutton").first
    field.fill("20000000")
    field.press("Enter")
    expect(page.locator(".fields :invalid")).to_have_count(1)
    learnt = pixels(page)
    field.fill("5")
    field.press("Enter")
    becomes(page, ANOTHER, learnt)
    expect(page.locator(".fields :invalid")).to_have_count(0)
    button(page, "Show the answer").click()
    stands_still(page)

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
    button(page, "Play").click()
    epoch_is(page, r"[1-9][\d,]*")
    follow(page, "runs")
    expect(notice(page)).to_be_visible()  # where the run is already
    follow(page, "playground")
    expect(page.locator("canvas.plane")).to_be_visible()
    expect(button(page, "Pause")).to_be_visible()


def test_a_line_is_dragged_and_the_server_learns_of_it_when_it_is_let_go(page, app):
    sent = []
    page.on("websocket", lambda socket: socket.on("framesent", lambda frame: sent.append(frame)))
    open_playground(page, app, "?hidden=none")
    stands_still(page)
    before, count = pixels(page), len(sent)
    # Over all that can be pointed at, and along the only line that leads from x1 to the output.
    for unit in page.locator(".map").all():
        unit.hover()
    page.locator(".points").hover()
    start = box_of(page.locator("[data-unit='0,0']"))
    x = start["x"] + start["width"] + 4
    page.mouse.move(x, start["y"] + start["height"] / 2)
    expect(page.locator(".sum")).to_contain_text("→")
    page.mouse.down()
    page.mouse.move(x, start["y"] + start["height"] / 2 - 100, steps=10)
    becomes(page, ANOTHER, before)
    dragged = pixels(page)
    assert len(sent) == count
    page.mouse.up()
    stands_still(page)
    assert len(sent) > count
    page.mouse.move(0, 0)
    becomes(page, THE_SAME, dragged)
    page.get_by_role("radio", name="Share").click()  # which runs the whole page
    press(page, "share_weights")
    expect(keyed_button(page, "drop_weights")).to_be_visible()
    assert pixels(page) == dragged


def test_a_pause_holds_whenever_it_is_pressed(page):
    stand_alone(page)
    held = page.evaluate("""async () => {
      let held = 0
      fed(0, false)
      for (let trial = 0; trial < 50; trial++) {
        view.order("play")
        for (let weight = 0; weight < 3; weight++) {
          fed(weight, true)
          await frames(Math.floor(Math.random() * 3))
        }
        view.order("pause")
        await frames(1)
        const weight = view.weights[0]
        fed(5, true) // what was under way
        await frames(3)
        held += view.weights[0] === weight && !view.playing
        fed(weight, false)
        await frames(1)
        held += view.weights[0] === weight && !view.playing
      }
      return held
    }""")
    assert held == 100


def test_a_weight_stays_in_hand_until_the_server_has_set_it(page):
    stand_alone(page)
    shown = page.evaluate("""async () => {
      const number = { layer: 0, row: 0, column: 1 }
      const shown = []
      const look = async () => {
        await frames(20)
        shown.push([...view.weights].slice(0, 2))
      }
      fed(1, false)
      view.turn(number, 3)
      await look()
      fed(2, true)
      await look()
      view.settle(number, 4)
      fed(2, true)
      await look()
      fed(2.5, false, 1)
      await look()
      return shown
    }""")
    assert shown == [[1, 3], [2, 3], [2, 4], [2.5, 2.5]]
    assert page.evaluate("told") == [["edited", {"layer": 0, "row": 0, "column": 1, "value": 4}]]


def test_with_less_motion_the_weights_are_there_at_once(page):
    page.emulate_media(reduced_motion="reduce")
    stand_alone(page)
    page.evaluate("() => { fed(0, true); fed(1, true) }")
    assert not page.evaluate("() => view.glide.moving()")


def stand_alone(page):
    config = TrainConfig(dataset="circle", model="points", loss="bce", hidden=(2,), activation="tanh", batch_size=10)
    run = Run(config, data_of(config), paused=True)
    made = scene(run)
    run.stop()
    assert run.wait(60)
    arrays = {name: np.asarray(value, np.float32) for name, value in made.items() if hasattr(value, "shape")}
    frame = {"picture": "playground", "key": "plane", "alt": "", "height": 400, "values": {}, "turn": 0}
    plain = {name: value for name, value in made.items() if name not in arrays}
    load(page, "stage", "pictures/playground")
    bytes_ = base64.b64encode(pack({**plain, **frame, "words": {"numbers": "Numbers"}}, arrays)).decode()
    page.evaluate(ALONE, bytes_)


def keys_play_step_and_reset(page):
    button(page, "Step").focus()
    for epoch in (1, 2, 3):
        page.keyboard.press("ArrowRight")
        epoch_is(page, epoch)
    page.locator(".points").focus()
    page.keyboard.press(" ")
    expect(button(page, "Pause")).to_be_visible()
    epoch_is(page, r"([5-9]|[1-9][\d,]+)")
    page.keyboard.press(" ")
    expect(button(page, "Play")).to_be_visible()
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

    drawn, count = page.locator(".points g:not(.probe)"), len(points(page))
    expect(drawn).to_have_count(count)
    page.locator(".points").click(position=place(page, 0.75, 0.25))
    page.wait_for_function(
        "(count) => new URLSearchParams(location.search).get('points').split(';').length > count", arg=count
    )
    x1, x2, _label = points(page)[-1].split(",")
    assert abs(float(x1) - 3) < 0.2
    assert abs(float(x2) - 3) < 0.2
    expect(drawn).to_have_count(count + 1)


def the_sum_under_the_mouse_is_written_out(page):
    plane = page.locator(".points")
    plane.hover(position=place(page, 0.6, 0.5))
    total = page.locator(".sum")
    expect(total).to_contain_text("z =")
    written = total.text_content()
    plane.hover(position=place(page, 0.1, 0.5))
    expect(total).not_to_have_text(written)


def open_playground(page, app, query=""):
    page.goto(f"{app}/playground{query}")
    epoch_is(page, 0)


def epoch_is(page, number):
    expect(page.locator(".epoch")).to_have_text(re.compile(rf"^\D+{number}$"))


def place(page, x, y):
    """A position in the picture by its shares of width and height."""
    box = box_of(page.locator("canvas.plane"))
    return {"x": x * box["width"], "y": y * box["height"]}


def points(page):
    return page.evaluate("new URLSearchParams(location.search).get('points')").split(";")


def pixels(page):
    return page.locator("canvas.plane").evaluate(PIXELS)


def stands_still(page):
    """Wait until the browser has nothing more to ask the server for."""
    page.wait_for_function("""() => [...document.querySelectorAll("*")].map((node) => node.shadowRoot).filter(Boolean)
      .some((root) => root.querySelector(".stage")?.stage?.view.wants === false)""")


def becomes(page, state, before):
    page.wait_for_function(state, arg=[page.locator("canvas.plane").element_handle(), before])
