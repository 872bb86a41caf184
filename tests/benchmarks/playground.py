"""Is the 2-D playground live? `python -m tests.benchmarks.playground` prints three tables.

- What a frame costs to compute: an epoch on 250 training points in batches of 10, and the maps of all units on a
  100x100 grid; beside it the same by arithmetic on single numbers, neuron by neuron, as a playground without a tensor
  library does it in the browser (`objects.js`, run by the same browser on the same machine).
- What arrives in a real browser: pictures a second, milliseconds between two, bytes, and how long a pause takes.
- Twenty people at once, each asking for the next picture as soon as one has come: pictures a second of each.
"""

import json
import os
import statistics
import tempfile
import threading
import time
from itertools import pairwise
from pathlib import Path

import torch
from core.playground.unit_maps import unit_maps
from playwright.sync_api import Browser, Page, sync_playwright
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.sync.client import connect  # comes with Streamlit, whose server speaks it

from core.config import TrainConfig
from core.datasets import data_of
from core.features import FEATURES
from core.models import build_network
from core.scheduler import prepare_torch
from core.training import train
from tests.benchmarks.report import Table
from tests.browser.chromium import launch
from tests.browser.server import running_app

NETWORKS = {  # name -> features, hidden layers
    "2-4-2-1": (("x1", "x2"), (4, 2)),
    "2-8-8-8-1": (("x1", "x2"), (8, 8, 8)),
    "7-8-8-8-8-8-8-1": (tuple(FEATURES), (8,) * 6),
}
OBJECTS = Path(__file__).with_name("objects.js")
SECONDS = 8.0
PEOPLE = 20
SEEN = """() => { window.frames = []; const open = [...document.querySelectorAll("*")].map((node) => node.shadowRoot)
  .filter(Boolean).find((root) => root.querySelector("th.epoch"))
  new MutationObserver(() => window.frames.push(performance.now()))
    .observe(open.querySelector("tbody"), { subtree: true, childList: true, characterData: true }) }"""


def main() -> None:
    """Measure and print all three tables."""
    print(f"load {os.getloadavg()[0]:.1f}\n")
    with tempfile.TemporaryDirectory() as empty, sync_playwright() as playwright, launch(playwright) as browser:
        _compute(browser)
        with running_app(Path(empty)) as app:
            _in_a_browser(browser, app)
        browser.close()
        with running_app(Path(empty)) as app:
            _crowd(app)


def _compute(browser: Browser) -> None:
    prepare_torch()
    page = browser.new_page()
    page.add_script_tag(path=OBJECTS)
    table = Table("compute, ms    ", "epoch", " maps", "  sum", "objects: epoch", " maps", "  sum", "ratio")
    for name, (features, hidden) in NETWORKS.items():
        epoch, maps = _ours(features, hidden)
        their_epoch, their_maps = page.evaluate("(sizes) => measure(sizes)", [len(features), *hidden, 1])
        ours, theirs = epoch + maps, their_epoch + their_maps
        cells = (epoch, maps, ours, their_epoch, their_maps, theirs, ours / theirs)
        table.row(name, *(f"{cell:.2f}" for cell in cells))
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


def _ours(features: tuple[str, ...], hidden: tuple[int, ...]) -> tuple[float, float]:
    config = _config(features, hidden)
    data = data_of(config)
    network = build_network(config, (2,), 1)
    steps = train(config, data, network)
    batches = -(-len(data.train) // config.batch_size)

    def epoch() -> None:
        for _batch in range(batches):
            next(steps)

    return _best(epoch), _best(lambda: unit_maps(network, data.problem))


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
    table = Table(
        "in a browser   ", "pictures/s", "goal", "ms, median", "95th", "KB a picture", "goal", "pause, ms", "goal"
    )
    for (name, (features, hidden)), goal in zip(NETWORKS.items(), (10, 5, 5), strict=True):
        page = browser.new_page(viewport={"width": 1280, "height": 900})
        sizes: list[int] = []
        page.on("websocket", lambda socket, sizes=sizes: socket.on("framereceived", lambda d: sizes.append(len(d))))
        page.goto(f"{app}/playground?features={','.join(features)}&hidden={','.join(map(str, hidden))}")
        page.locator("th.epoch").wait_for()
        page.wait_for_timeout(3000)
        _press(page, "Play")
        page.wait_for_timeout(1500)
        page.evaluate(SEEN)
        sizes.clear()
        page.wait_for_timeout(1000 * SECONDS)
        moments = sorted(set(page.evaluate("window.frames")))
        gaps = [after - before for before, after in pairwise(moments)]
        heavy = max(sizes) / 1000
        began = time.perf_counter()
        _press(page, "Pause")
        page.locator(".st-key-play_buttons").get_by_role("button", name="Play", exact=True).wait_for()
        pause = 1000 * (time.perf_counter() - began)
        late = statistics.quantiles(gaps, n=20)[-1]
        rate = len(moments) / SECONDS
        cells = (f"{rate:.1f}", goal, f"{statistics.median(gaps):.0f}", f"{late:.0f}", f"{heavy:.1f}", 60)
        table.row(name, *cells, f"{pause:.0f}", 300)
        page.close()
    print()


def _press(page: Page, name: str) -> None:
    page.locator(".st-key-play_buttons").get_by_role("button", name=name, exact=True).click()


class Player(threading.Thread):
    """Someone at the playground, without a browser: presses Play and asks for picture after picture."""

    def __init__(self, app: str) -> None:
        super().__init__(daemon=True)
        self._address = app.replace("http", "ws") + "/_stcore/stream"
        self._values: dict[str, object] = {}
        self.playing = threading.Event()
        self.ended = threading.Event()
        self.pictures: list[float] = []

    def run(self) -> None:
        with connect(self._address, max_size=None, compression=None) as self._socket:
            self._ask()
            while not self.ended.is_set():
                self._take(ForwardMsg.FromString(self._socket.recv()))

    def _take(self, message: ForwardMsg) -> None:
        element = message.delta.new_element
        if element.button.label == "Play" and not self.playing.is_set():
            self._button = element.button.id
        if element.bidi_component.component_name == "plane" and element.bidi_component.bytes:
            self.pictures.append(time.perf_counter())
            self._component, self._fragment = element.bidi_component.id, message.delta.fragment_id
            if self.playing.is_set():
                self._ask(self._fragment)
        # Not before the page is whole: a script that is still running would begin again.
        if message.HasField("script_finished") and not self.playing.is_set() and self.pictures:
            self.playing.set()
            self._ask(pressed=self._button)

    def _ask(self, fragment: str = "", pressed: str = "") -> None:
        message = BackMsg()
        state = message.rerun_script
        state.page_name, state.fragment_id = "playground", fragment
        if fragment:
            seen = state.widget_states.widgets.add()
            seen.id, seen.json_value = self._component, json.dumps({"view": {"seen": len(self.pictures)}})
        if pressed:
            button = state.widget_states.widgets.add()
            button.id, button.trigger_value = pressed, True
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
    rates = sorted(sum(began < moment < until for moment in player.pictures) / (until - began) for player in players)
    table = Table(f"{PEOPLE} people        ", "slowest", "median", "fastest", "goal")
    table.row("pictures/s of each", f"{rates[0]:.1f}", f"{statistics.median(rates):.1f}", f"{rates[-1]:.1f}", ">= 2")


if __name__ == "__main__":
    main()
