"""The browser's side against torch and against cases made by hand."""

import base64
from itertools import product

import numpy as np
import pytest
import torch
from playwright.sync_api import expect

from core.activations import ACTIVATIONS
from core.lessons.activations.analysis import curve
from core.lessons.activations.scene import GRID, scene
from core.lessons.convolution.convolution import KERNELS, MAX_PADDING, MAX_STRIDE, Layer, convolve
from core.plots.packing import pack
from tests.browser.journey import box_of, keyed
from tests.browser.modules import load

UNPACK = "(text) => modules.unpack(Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0)))"


def test_arrays_arrive_as_they_were_packed(page):
    load(page, "arrays")
    matrix, bytes_ = np.array([[1.5, -2.0, 3.25]], dtype=np.float32), np.array([0, 255, 7], dtype=np.uint8)
    packed = base64.b64encode(pack({"name": "Größe", "gone": float("nan")}, {"a": matrix, "b": bytes_})).decode()
    told = page.evaluate(
        f"(text) => {{ const {{ name, gone, arrays }} = ({UNPACK})(text);"
        " return [name, gone, [...arrays.a], arrays.a.shape, [...arrays.b]] }",
        packed,
    )
    assert told == ["Größe", None, [1.5, -2.0, 3.25], [1, 3], [0, 255, 7]]


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_a_table_gives_what_torch_gives(page, name):
    load(page, "arrays")
    hyperparameters = {param.name: param.default for param in ACTIVATIONS[name].hyperparameters}
    made = scene({name: hyperparameters})
    generator = torch.Generator().manual_seed(1)
    x = GRID[torch.randint(0, len(GRID), (200,), generator=generator).numpy()]  # the dot stands on the grid
    look = "([table, xs]) => xs.map((x) => modules.lookUp(table, -6, 6, x))"
    expected = curve(ACTIVATIONS[name], x, **hyperparameters)
    for table, numbers in zip((made["curves"][0], made["slopes"][0]), expected, strict=True):
        found = page.evaluate(look, [table.astype(np.float32).tolist(), x.tolist()])
        np.testing.assert_allclose(found, numbers, atol=1e-5)


def test_between_two_steps_of_a_trace(page):
    load(page, "arrays")
    find = """(place) => {
      const trace = Object.assign(Float32Array.from([0, 10, 1, 20, 3, 40]), { shape: [3, 2] })
      return [...modules.between(trace, place, new Float32Array(2))]
    }"""
    assert [page.evaluate(find, place) for place in (0, 0.5, 1, 1.25, 2, 9)] == [
        *([0, 10], [0.5, 15], [1, 20], [1.5, 25], [3, 40], [3, 40])
    ]


@pytest.mark.parametrize("name", [name for name in KERNELS if KERNELS[name].filters is not None])
def test_a_window_times_a_kernel_is_the_convolution_of_torch(page, name):
    load(page, "pictures/convolution")
    generator = torch.Generator().manual_seed(1)
    image = torch.rand(28, 28, generator=generator)
    look = """([arrays, stride, places]) => {
      const matrices = Object.fromEntries(Object.entries(arrays).map(([name, rows]) =>
        [name, Object.assign(Float32Array.from(rows.flat()), { shape: [rows.length, rows[0].length] })]))
      return places.map(([row, column]) => modules.productsAt(matrices, stride, row, column, []))
    }"""
    for stride, padding in product(range(1, MAX_STRIDE + 1), range(MAX_PADDING + 1)):
        kernel = KERNELS[name].filters()[-1]
        maps = convolve(image, kernel, Layer(stride, padding))
        rows, columns = maps.sums.shape
        places = [
            [int(at) // columns, int(at) % columns] for at in torch.randperm(rows * columns, generator=generator)[:20]
        ]
        arrays = {"padded": maps.padded.tolist(), "kernel": kernel.tolist()}
        found = page.evaluate(look, [arrays, stride, places])
        np.testing.assert_allclose(found, [maps.sums[row, column].item() for row, column in places], atol=1e-5)


def test_ticks_are_round_and_within(page):
    load(page, "chart")
    assert page.evaluate("() => modules.ticks([-6, 6], 5)") == [-5, 0, 5]
    assert page.evaluate("() => modules.ticks([0, 0.31], 4)") == [0, 0.1, 0.2, 0.3]


# A stage without a server: what is told is kept, and the picture says its step.
STAGE = """() => {
  document.body.innerHTML = '<div class="stage"></div>'
  const stage = new modules.Stage(document.querySelector(".stage"), (told) => (globalThis.told = told))
  stage.words = { play: "Play", pause: "Pause", back: "Back", next: "Next", speed: "Speed" }
  stage.view = { layout() {}, show({ step }) { stage.shown = step }, say: ({ step }) => `Step ${step}` }
  stage.values = { step: 0 }
  globalThis.stage = stage
  globalThis.player = new modules.Player(stage, { label: "Step", steps: 101, rate: 20 })
  stage.controls.append(player.element)
}"""


def test_a_player_plays_pauses_and_tells_where_it_stands(page):
    load(page, "stage", "player")
    page.evaluate(STAGE)
    page.get_by_role("button", name="Play").click()
    page.wait_for_function("() => stage.shown > 3")
    page.get_by_role("button", name="Pause").click()
    step = page.evaluate("() => stage.values.step")
    assert step == round(step)
    page.wait_for_function("() => globalThis.told?.values.step === stage.values.step")
    page.get_by_role("button", name="Next").click()
    assert page.evaluate("() => stage.values.step") == step + 1
    page.get_by_role("slider").press("Home")
    page.wait_for_function("() => globalThis.told.values.step === 0")
    page.get_by_role("slider").press("Space")
    page.wait_for_function("() => stage.shown > 0")
    assert page.evaluate("() => player.playing")


@pytest.mark.parametrize("move", ["player.go(3)", "slide(3)"])
def test_a_late_answer_puts_nothing_back_that_was_moved_since(page, move):
    load(page, "arrays", "stage", "player")
    page.evaluate(STAGE)
    answer = {"picture": "none", "alt": "", "words": {}, "height": 100, "values": {"step": 2}, "turn": 1}
    packed = base64.b64encode(pack(answer, {})).decode()
    step = page.evaluate(
        f"""(packed) => {{
          const slide = (step) => {{
            Object.assign(player.scrub.input, {{ value: step }}).dispatchEvent(new Event("input"))
          }}
          player.go(2)
          stage.settle()
          {move}
          stage.view.layout = () => {{}}
          stage.receive(Uint8Array.from(atob(packed), (letter) => letter.charCodeAt(0)), {{}})
          return stage.values.step
        }}""",
        packed,
    )
    assert step == 3
    page.evaluate("() => stage.settle()")
    assert page.evaluate("() => told.values.step") == 3


def test_a_pause_holds_whenever_it_is_pressed(page):
    load(page, "stage", "player")
    page.evaluate(STAGE)
    held = page.evaluate("""async () => {
      const frames = (count) => new Promise((done) => {
        const tick = () => (count-- ? requestAnimationFrame(tick) : done())
        tick()
      })
      let held = 0
      for (let trial = 0; trial < 50; trial++) {
        player.play()
        await frames(Math.floor(Math.random() * 6))
        player.toggle.click()
        const step = stage.values.step
        await frames(3)
        held += stage.values.step === step && !player.playing
      }
      return held
    }""")
    assert held == 50


def test_what_is_settled_while_it_plays_is_whole_and_does_not_throw_it_back(page):
    load(page, "stage", "player")
    page.evaluate(STAGE)
    went_on = page.evaluate("""() => {
      player.play()
      stage.values.step = 3.7
      stage.settle()
      stage.take({ step: told.values.step })
      return stage.values.step === 3.7
    }""")
    assert page.evaluate("() => told.values.step") == 4
    assert went_on
    ask_for = "(step) => { stage.take({ step }); return stage.values.step }"
    assert page.evaluate(ask_for, 0) == 0  # as a button of the page asks for


def test_another_trace_plays_by_itself_from_its_start_and_only_there(page):
    load(page, "stage", "player")
    page.evaluate(STAGE)
    take = """async ([step, steps, isNew]) => {
      stage.set({ step })
      player.take(steps, isNew)
      const { playing } = player
      await new Promise(requestAnimationFrame)
      player.stop()
      return playing
    }"""
    assert page.evaluate(take, [0, 101, True])
    assert not page.evaluate(take, [50, 101, True])
    assert page.evaluate(take, [0, 101, False])  # put back to its start
    page.evaluate("() => { stage.set({ step: 0 }); stage.draw() }")
    assert not page.evaluate(take, [0, 101, False])
    assert page.evaluate(take, [0, 51, True])
    assert page.evaluate("() => player.steps") == 51
    page.emulate_media(reduced_motion="reduce")
    assert not page.evaluate(take, [0, 51, True])


def test_a_clock_that_was_stopped_near_the_end_ends_no_later_one(page):
    load(page, "stage", "player")
    page.evaluate(STAGE)
    playing = page.evaluate("""async () => {
      stage.values.step = 99.999
      player.play()
      await new Promise(requestAnimationFrame)
      player.stop()
      stage.values.step = 0
      player.play()
      for (let frame = 0; frame < 3; frame++) await new Promise(requestAnimationFrame)
      return player.playing && stage.values.step < 99
    }""")
    assert playing


def test_with_less_motion_it_goes_in_whole_steps(page):
    page.emulate_media(reduced_motion="reduce")
    load(page, "stage", "player")
    page.evaluate(STAGE)
    page.get_by_role("button", name="Play").click()
    steps = page.evaluate("""async () => {
      const seen = new Set()
      while (stage.values.step < 2) {
        await new Promise(requestAnimationFrame)
        seen.add(stage.values.step)
      }
      return [...seen]
    }""")
    assert steps == [0, 1, 2]


def test_a_dot_is_dragged_and_nothing_is_sent_before_it_is_let_go(page, app):
    sent = []
    page.on("websocket", lambda socket: socket.on("framesent", lambda frame: sent.append(frame)))
    page.goto(f"{app}/activations?functions=tanh")
    curves = page.locator(".stage svg").first
    curves.wait_for()
    keyed(page, "stage_activation_curves").scroll_into_view_if_needed()
    before = len(sent)
    box = box_of(curves)
    page.mouse.move(box["x"] + 80, box["y"] + 60)
    page.mouse.down()
    page.mouse.move(box["x"] + 60, box["y"] + 60, steps=20)
    page.wait_for_function("() => !location.search.includes('x=')")
    assert len(sent) == before
    page.mouse.up()
    page.wait_for_function("() => location.search.includes('x=')")


def test_a_loss_ten_times_smaller_sounds_an_octave_lower(page):
    load(page, "pictures/sound")
    tones = page.evaluate("() => [10, 1, 0.1, 0.01, 0, -1].map(modules.pitch)")
    assert tones == pytest.approx([1760, 880, 440, 220, 55, 55])


def test_a_matrix_shows_its_numbers_by_sign_and_size_and_knows_its_cells(page):
    load(page, "matrix", "dom")
    shown = page.evaluate("""() => {
      const svg = modules.shape(document.body, "svg")
      const names = { rowNames: ["0", "1"], columnNames: ["a", "b", "c"] }
      const matrix = new modules.Matrix(svg, { rows: 2, columns: 3, ...names })
      matrix.show(Float32Array.from([1, -4, 0, 12.345, NaN, 2]), 4)
      matrix.mark(1, 0, 1, 3)
      const cells = [...svg.querySelectorAll(".cell")]
      return {
        words: [...svg.querySelectorAll("text")].map((word) => word.textContent),
        fills: cells.map((cell) => cell.getAttribute("fill").slice(6, -1)),
        strengths: cells.map((cell) => Number(cell.getAttribute("fill-opacity"))),
        found: [matrix.at(...matrix.middle(1, 2)), matrix.at(0, 0), matrix.at(matrix.width + 1, 30)],
        frame: Number(svg.querySelector(".frame").getAttribute("width")),
      }
    }""")
    assert shown == {
        "words": ["0", "1", "a", "b", "c", "1.00", "−4.00", "0.00", "12.3", "–", "2.00"],
        "fills": ["blue", "orange", "blue", "blue", "blue", "blue"],
        "strengths": [0.175, 0.7, 0, 0.7, 0, 0.35],
        "found": [[1, 2], None, None],
        "frame": 3 * 58 - 1,
    }


# Of a stage only what the sound needs; of a browser's sound only what was asked of it, in `asked`.
LISTENING = """() => {
  globalThis.asked = { tones: [], volumes: [] }
  const param = (list) => ({ cancelScheduledValues() {}, setTargetAtTime: (value) => asked.volumes.push(value),
    linearRampToValueAtTime: (value) => asked.tones.push(value) })
  const node = (name) => class { constructor() { this[name] = param() } connect(next) { return next } start() {} }
  Object.assign(globalThis, { OscillatorNode: node("frequency"), GainNode: node("gain") })
  globalThis.AudioContext = class { currentTime = 0; resume() {} suspend() {} close() {} }
  const stage = { controls: document.body, leaving() {} }
  globalThis.view = modules.sound(stage)
  view.layout({ says: { listen: "Listen", means: "" } })
  globalThis.feed = (steps, losses, moving = true) => view.fed({ arrays: { steps, losses }, moving })
}"""


def test_only_new_losses_are_heard_and_only_when_asked_for(page):
    load(page, "pictures/sound")
    page.evaluate(LISTENING)
    page.evaluate("() => feed([1, 2], [1, 1])")
    assert page.evaluate("() => asked.tones") == []
    page.get_by_role("button", name="Listen").click()
    page.evaluate("() => feed([1, 2, 3], [1, 1, 0.1])")
    assert page.evaluate("() => asked.tones") == [440]
    page.evaluate("() => feed([1], [10])")  # another run
    assert page.evaluate("() => asked.tones") == [440, 1760]
    page.evaluate("() => feed([1], [10], false)")
    assert page.evaluate("() => asked.volumes.at(-1)") == 0


RECEIVE = """(packed) => {
  const bytes = Uint8Array.from(atob(packed), (letter) => letter.charCodeAt(0))
  stage.receive(bytes, {
    counted: (stage) => ({
      layout({ word }) { stage.picture.innerHTML = `<button>${word}</button>` }, show() {}, say: () => "counted",
    }),
  })
}"""


def test_a_picture_is_not_drawn_anew_under_a_finger(page):
    load(page, "stage", "player")
    page.evaluate(STAGE)
    page.evaluate("() => (stage.view = undefined)")

    def send(word: str) -> None:
        scene = {"picture": "counted", "key": "k", "alt": "a", "words": {}, "height": 9, "values": {}, "turn": 0}
        page.evaluate(RECEIVE, base64.b64encode(pack(scene | {"word": word}, {})).decode())

    send("first")
    button = page.get_by_role("button", name="first")
    box = box_of(button)
    page.mouse.move(box["x"] + 3, box["y"] + 3)
    page.mouse.down()
    page.evaluate("() => document.querySelector('button').addEventListener('click', () => (globalThis.clicked = true))")
    send("second")
    send("third")
    expect(button).to_be_visible()
    page.mouse.up()
    expect(page.get_by_role("button", name="third")).to_be_visible()
    assert page.evaluate("() => globalThis.clicked")
    send("fourth")
    expect(page.get_by_role("button", name="fourth")).to_be_visible()
