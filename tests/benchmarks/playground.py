"""Is the 2-D playground live? `python -m tests.benchmarks.playground` prints four tables.

- What a frame costs the browser: the maps of all neurons on a 100x100 grid from the weights; beside it the same by
  arithmetic on single numbers, an object for each neuron, as a playground without typed arrays does it (`objects.js`,
  in the same browser). And what an epoch costs the server: 250 training points in batches of 10.
- What a person sees in a real browser: frames a second, those that were late, bytes a snapshot, and how long after a
  press on Pause the picture still moves.
- Dragging a line, and pointing at everything: frames and messages.
- Twenty people at once: snapshots of the weights a second that each of them gets, and messages.
"""

import os
import statistics
import tempfile
import threading
import time
from itertools import pairwise
from pathlib import Path

import torch
from playwright.sync_api import Browser, ElementHandle, Page, WebSocket, sync_playwright
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.proto.WidgetStates_pb2 import WidgetState
from websockets.sync.client import connect  # comes with Streamlit, whose server speaks it

from core.config import TrainConfig
from core.datasets import data_of
from core.features import FEATURES
from core.interpret.network_tables import LIMIT, activation_table
from core.models import build_network
from core.scheduler import prepare_torch
from core.training import train
from tests.benchmarks.picture_told import FEED, order, question
from tests.benchmarks.report import Table
from tests.browser.chromium import launch
from tests.browser.modules import load
from tests.browser.server import running_app
from tests.packed import unpack

NETWORKS = {  # name -> features, hidden layers
    "2-4-2-1": (("x1", "x2"), (4, 2)),
    "2-8-8-8-1": (("x1", "x2"), (8, 8, 8)),
    "7-8-8-8-8-8-8-1": (tuple(FEATURES), (8,) * 6),
}
OBJECTS = Path(__file__).with_name("objects.js")
SECONDS = 8.0
PEOPLE = 20
PLANE = "canvas.plane"
# All maps from weights that are others each time: the milliseconds of the quickest rounds, as objects.js counts them.
MAPS = """([sizes, table]) => {
  const points = 10000
  const values = Float32Array.from(table)
  const random = (length, most) => Float32Array.from({ length }, () => most * (2 * Math.random() - 1))
  const inputs = Array.from({ length: sizes[0] }, () => random(points, 6))
  const tables = sizes.slice(2).map(() => ({ values, limit: LIMIT }))
  const network = new modules.Network(inputs, sizes.slice(1), [...tables, null])
  const weights = Array.from({ length: 10 }, () => random(network.count, 0.5))
  const round = () => weights.forEach((each) => network.compute(each))
  round()
  round()
  return Math.min(...Array.from({ length: 7 }, () => {
    const began = performance.now()
    round()
    return (performance.now() - began) / weights.length
  }))
}""".replace("LIMIT", str(LIMIT))
# Counts the frames, and those in which the picture was another one.
WATCH = """(plane) => {
  window.watched = { frames: [], moved: [] }
  const { stage } = plane.closest(".stage")
  let before = null
  const look = (now) => {
    if (!window.watched) return
    watched.frames.push(now)
    const weights = stage.view.weights.join()
    if (weights !== before) watched.moved.push(now)
    before = weights
    requestAnimationFrame(look)
  }
  requestAnimationFrame(look)
}"""

# Presses Pause; how long the picture moved after that, before the server says where the run has stopped.
PAUSE = """async (plane) => {
  const { view } = plane.closest(".stage").stage
  const frame = () => new Promise(requestAnimationFrame)
  await frame()
  let [before, moved] = [view.weights.join(), 0]
  const began = performance.now()
  view.play.click()
  while (view.expected === false) {
    await frame()
    const weights = view.weights.join()
    if (weights !== before && view.expected === false) moved = performance.now() - began
    before = weights
  }
  return moved
}"""


def main() -> None:
    """Measure and print all tables."""
    print(f"load {os.getloadavg()[0]:.1f}\n")
    with tempfile.TemporaryDirectory() as empty, sync_playwright() as playwright, launch(playwright) as browser:
        _compute(browser)
        with running_app(Path(empty)) as app:
            _in_a_browser(browser, app)
            _by_hand(browser, app)
        browser.close()
        with running_app(Path(empty)) as app:
            _crowd(app)


def _compute(browser: Browser) -> None:
    prepare_torch()
    page = browser.new_page()
    load(page, "network")
    page.add_script_tag(path=OBJECTS)
    table = Table("ms             ", "all maps", "objects: all maps", "ratio", "goal", "an epoch, on the server")
    for name, (features, hidden) in NETWORKS.items():
        sizes = [len(features), *hidden, 1]
        ours = page.evaluate(MAPS, [sizes, activation_table("tanh").tolist()])
        _their_epoch, theirs = page.evaluate("(sizes) => measure(sizes)", sizes)
        cells = (f"{cell:.2f}" for cell in (ours, theirs, ours / theirs))
        table.row(name, *cells, "< 1", f"{_epoch(features, hidden):.1f}")
    page.close()
    print()


def _config(features: tuple[str, ...], hidden: tuple[int, ...]) -> TrainConfig:
    return TrainConfig(
        dataset="circle",
        model="points",
        features=features,
        hidden=hidden,
        activation="tanh",
        loss="bce",
        optimizer="sgd",
        learning_rate=0.03,
        batch_size=10,
        epochs=100_000,
        tests_per_epoch=1,
    )


def _epoch(features: tuple[str, ...], hidden: tuple[int, ...]) -> float:
    config = _config(features, hidden)
    data = data_of(config)
    steps = train(config, data, build_network(config, (2,), 1))
    batches = -(-len(data.train) // config.batch_size)

    def epoch() -> None:
        for _batch in range(batches):
            next(steps)

    return _best(epoch)


def _best(work, repeats: int = 7, times: int = 10) -> float:
    """Return the milliseconds of one call, of the quickest of several rounds."""
    rounds = []
    for _round in range(repeats):
        began = time.perf_counter()
        for _time in range(times):
            work()
        rounds.append(1000 * (time.perf_counter() - began) / times)
    return min(rounds)


def _in_a_browser(browser: Browser, app: str) -> None:
    columns = ("frames/s", "goal", "moving", "95th, ms", "snapshots/s", "KB a message", "goal", "pause, ms", "goal")
    table = Table("playing        ", *columns)
    for name, (features, hidden) in NETWORKS.items():
        query = f"features={','.join(features)}&hidden={','.join(map(str, hidden))}"
        page, plane, snapshots, _sent = _open(browser, app, query)
        _press(page, "Play")
        page.wait_for_timeout(2000)
        snapshots.clear()
        plane.evaluate(WATCH)
        page.wait_for_timeout(1000 * SECONDS)
        seen = page.evaluate("window.watched")
        gaps = [after - before for before, after in pairwise(seen["frames"])]
        stopped = page.evaluate(PAUSE, plane)
        cells = (f"{1000 / statistics.median(gaps):.0f}", 50, f"{len(seen['moved']) / len(seen['frames']):.0%}")
        late = statistics.quantiles(gaps, n=20)[-1]
        cells += (
            f"{late:.0f}",
            f"{sum(new for _size, new in snapshots) / SECONDS:.1f}",
            f"{max(snapshots)[0] / 1000:.1f}",
            8,
            f"{stopped:.0f}",
            50,
        )
        table.row(name, *cells)
        page.close()
    print()


def _by_hand(browser: Browser, app: str) -> None:
    table = Table("by hand        ", "frame, ms: 95th", "goal", "messages", "goal")
    page, plane, _snapshots, sent = _open(browser, app, "")
    page.wait_for_timeout(1500)
    sent.clear()
    start = page.locator("[data-unit='2,0']").bounding_box()
    x, y = start["x"] + start["width"] + 3, start["y"] + start["height"] / 2
    page.mouse.move(x, y)
    page.mouse.down()
    plane.evaluate(WATCH)
    for step in range(60):
        page.mouse.move(x, y + 3 * (step % 20))
        page.wait_for_timeout(16)
    seen = page.evaluate("window.watched")
    gaps = [after - before for before, after in pairwise(seen["frames"])]
    table.row("drag a line", f"{statistics.quantiles(gaps, n=20)[-1]:.0f}", 20, len(sent), 0)
    page.mouse.up()
    page.wait_for_timeout(1500)
    sent.clear()
    page.evaluate("() => (window.watched = null)")
    plane.evaluate(WATCH)
    field = page.locator(".points").bounding_box()
    for step in range(60):
        page.mouse.move(field["x"] + 4 * step, field["y"] + 2 * step)
    for unit in page.locator(".map").all():
        unit.hover()
    gaps = [after - before for before, after in pairwise(page.evaluate("window.watched.frames"))]
    table.row("point at all", f"{statistics.quantiles(gaps, n=20)[-1]:.0f}", 20, len(sent), 0)
    page.close()
    print()


def _open(browser: Browser, app: str, query: str) -> tuple[Page, ElementHandle, list[tuple[int, int]], list[int]]:
    """Open the playground; return the page, its plane, what comes (see _read), and the sizes of what goes."""
    page = browser.new_page(viewport={"width": 1280, "height": 900})
    page.set_default_timeout(90_000)
    snapshots: list[tuple[int, int]] = []
    sent: list[int] = []

    def listen(socket: WebSocket) -> None:
        socket.on("framereceived", lambda data: snapshots.append(_read(data)) if FEED.encode() in data else None)
        socket.on("framesent", lambda data: sent.append(len(data)))

    page.on("websocket", listen)
    page.goto(f"{app}/playground?{query}")
    page.locator(".epoch").wait_for()
    page.wait_for_timeout(3000)
    return page, page.locator(PLANE).element_handle(), snapshots, sent


def _read(data: bytes) -> tuple[int, int]:
    """Return the bytes of a message, and of how many moments it has the weights."""
    component = ForwardMsg.FromString(data).delta.new_element.bidi_component
    return len(data), len(unpack(component.bytes)[1]["weights"])


def _press(page: Page, name: str) -> None:
    page.get_by_role("button", name=name, exact=True).click()


class Player(threading.Thread):
    """Someone at the playground, without a browser: presses Play and asks as the browser does."""

    def __init__(self, app: str) -> None:
        super().__init__(daemon=True)
        self._address = app.replace("http", "ws") + "/_stcore/stream"
        self._seen, self._asked, self._pause, self._beats = -1, 0.0, 0.0, 0
        self._fragment = self._component = ""
        self.playing = threading.Event()
        self.ended = threading.Event()
        self.messages: list[tuple[float, int, int]] = []  # when it came, its bytes, and how many new weights it had

    def run(self) -> None:
        with connect(self._address, max_size=None, compression=None) as self._socket:
            self._ask()
            while not self.ended.is_set():
                data = self._socket.recv()
                self._take(ForwardMsg.FromString(data), len(data))

    def _take(self, message: ForwardMsg, size: int) -> None:
        sent = message.delta.new_element.bidi_component
        if sent.component_name == FEED and sent.bytes:
            header, arrays = unpack(sent.bytes)
            new = len(arrays["weights"]) if header["step"] != self._seen else 0
            self.messages.append((time.perf_counter(), size, new))
            self._pause = header["pause"] / 1000
            self._seen, self._component, self._fragment = header["step"], sent.id, message.delta.fragment_id
        # Not before the page is whole: a script that is still running would begin again.
        if message.HasField("script_finished") and self._fragment:
            if self.playing.is_set():
                time.sleep(max(0.0, self._asked + self._pause - time.perf_counter()))
                self._beats += 1
                self._ask(question(self._component, self._seen, self._beats))
            else:
                self.playing.set()
                self._ask(question(self._component, self._seen, 0), order(self._component, "play"))

    def _ask(self, *told: WidgetState) -> None:
        self._asked = time.perf_counter()
        message = BackMsg()
        message.rerun_script.page_name, message.rerun_script.fragment_id = "playground", self._fragment
        message.rerun_script.widget_states.widgets.extend(told)
        self._socket.send(message.SerializeToString())


def _crowd(app: str) -> None:
    torch.set_num_threads(1)
    players = [Player(app) for _person in range(PEOPLE)]
    for player in players:
        player.start()
        time.sleep(0.3)
    for player in players:
        assert player.playing.wait(60)
    time.sleep(3)
    began = time.perf_counter()
    time.sleep(2 * SECONDS)
    until = time.perf_counter()
    for player in players:
        player.ended.set()
    for player in players:
        player.join()  # before the server goes away
    columns = ("slowest", "median", "fastest", "goal")
    table = Table(f"{PEOPLE} people                ", *columns)
    kept = [[each for each in player.messages if began < each[0] < until] for player in players]
    for name, goal, count in (
        ("snapshots/s of each", ">= 5", lambda each: sum(new for _when, _size, new in each)),
        ("messages/s of each", "", len),
    ):
        rates = sorted(count(each) / (until - began) for each in kept)
        table.row(name, f"{rates[0]:.1f}", f"{statistics.median(rates):.1f}", f"{rates[-1]:.1f}", goal)


if __name__ == "__main__":
    main()
