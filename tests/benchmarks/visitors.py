"""People at a Streamlit app, without a browser: each is a few coroutines that speak the app's own messages.

A visitor keeps what a browser would need to go on: the widgets on the page, by label, and the timers of its fragments,
which ask again and again until the whole page is run anew. One process is enough for dozens.
"""

import asyncio
import random
import re
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from streamlit.proto.Alert_pb2 import Alert
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.Element_pb2 import Element
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.proto.WidgetStates_pb2 import WidgetState
from websockets.asyncio.client import ClientConnection, connect  # comes with Streamlit, whose server speaks it
from websockets.exceptions import ConnectionClosed

from tests.benchmarks.picture_told import ASK_AGAIN, FEED, order, question
from tests.packed import unpack

PATIENCE = 60.0  # seconds until something that should have come counts as missing
STEP = re.compile(r"step ([\d,]+)")


class Missed(Exception):
    """What a visitor waited for did not come."""


@dataclass(frozen=True)
class Widget:
    """A widget on the page; `fragment` is empty where using it runs the whole page."""

    id: str
    fragment: str
    element: Any


class Visitor:
    """One session on one page, open until `leave`.

    Args:
        app: the server's address.
        page: its name in the address; empty for the first.
        query: the settings in the address.

    Attributes:
        errors: the sentences of all error boxes that were shown.
        late: the seconds of all clicks, from sending one until its run of the page was over.
    """

    def __init__(self, app: str, page: str = "", query: str = "") -> None:
        self._address = app.replace("http", "ws", 1) + "/_stcore/stream"
        self._page, self._query = page, query
        self._socket: ClientConnection | None = None
        self._timers: dict[str, asyncio.Task] = {}
        self._widgets: dict[str, Widget] = {}
        self._changed = asyncio.Condition()
        self._whole_runs = 0  # that are over
        self._runs = 0  # that are over, of fragments as well
        self._began = 0  # whole runs that have begun
        self.errors: list[str] = []
        self.late: list[float] = []

    async def visit(self) -> None:
        """Open the page, and stay there until canceled."""
        async with connect(self._address, max_size=None, compression=None) as self._socket:
            try:
                async with asyncio.TaskGroup() as together:
                    receiving = together.create_task(self._receive())
                    await self._ask()
                    await self._until(lambda: self._whole_runs > 0, "the page")
                    await self.do()
                    await receiving
            finally:
                self._stop_timers()

    async def do(self) -> None:
        """Do what this visitor came for."""

    def take(self, element: Element, fragment: str) -> None:
        """Look at what came onto the page."""

    async def click(self, label: str, **value: object) -> None:
        """Use a widget, and wait until what it brings about is on the page.

        Args:
            value: the field of its message, such as trigger_value=True.
        """
        await self.until_shown(label)
        widget = self._widgets[label]
        began, whole, runs = time.perf_counter(), self._began, self._runs
        state = WidgetState(id=widget.id, **value)
        await self._ask(widget.fragment, state)
        if widget.fragment:
            await self._until(lambda: self._runs > runs, f"the answer to {label}")
        else:
            await self._until(lambda: self._began > whole and self._whole_runs >= self._began, f"the answer to {label}")
        self.late.append(time.perf_counter() - began)

    def widget(self, label: str) -> Any:
        """Return what the page says of a widget."""
        return self._widgets[label].element

    async def until_shown(self, label: str) -> None:
        """Wait until there is such a widget."""
        await self._until(lambda: label in self._widgets, label)

    async def send(self, fragment: str, state: WidgetState) -> None:
        """Send a widget's value for a run of its fragment, and do not wait."""
        await self._ask(fragment, state)

    async def _ask(self, fragment: str = "", *states: WidgetState, by_timer: bool = False) -> None:
        message = BackMsg()
        run = message.rerun_script
        run.query_string, run.page_name, run.fragment_id, run.is_auto_rerun = (
            self._query,
            self._page,
            fragment,
            by_timer,
        )
        run.widget_states.widgets.extend(states)
        await self._socket.send(message.SerializeToString())

    async def _until(self, condition: Callable[[], bool], what: str) -> None:
        try:
            async with asyncio.timeout(PATIENCE), self._changed:
                await self._changed.wait_for(condition)
        except TimeoutError:
            raise Missed(f"{what} did not come on /{self._page}?{self._query}") from None

    async def _receive(self) -> None:
        async for data in self._socket:
            message = ForwardMsg.FromString(data)
            kind = message.WhichOneof("type")
            if kind == "delta":
                self._take(message)
            elif kind == "auto_rerun":
                self._start_timer(message.auto_rerun.fragment_id, message.auto_rerun.interval)
            elif kind == "new_session":
                self._begin(message)
            elif kind == "script_finished":
                self._end(message.script_finished)
            else:
                continue
            async with self._changed:
                self._changed.notify_all()

    def _begin(self, message: ForwardMsg) -> None:
        if not message.metadata.run.fragment_ids:
            self._began += 1
            self._stop_timers()
            self._widgets.clear()

    def _end(self, status: int) -> None:
        if status == ForwardMsg.FINISHED_SUCCESSFULLY:
            self._whole_runs = self._began
        if status in (ForwardMsg.FINISHED_SUCCESSFULLY, ForwardMsg.FINISHED_FRAGMENT_RUN_SUCCESSFULLY):
            self._runs += 1

    def _take(self, message: ForwardMsg) -> None:
        element, fragment = message.delta.new_element, message.delta.fragment_id
        kind = element.WhichOneof("type")
        if kind == "exception":
            self.errors.append(f"{element.exception.type}: {element.exception.message}")
        elif kind == "alert" and element.alert.format == Alert.ERROR:
            self.errors.append(element.alert.body)
        elif kind in ("button", "slider"):
            widget = getattr(element, kind)
            self._widgets[widget.label] = Widget(widget.id, fragment, widget)
        if kind:
            self.take(element, fragment)

    def _start_timer(self, fragment: str, interval: float) -> None:
        if fragment not in self._timers:
            self._timers[fragment] = asyncio.create_task(self._tick(fragment, interval))

    async def _tick(self, fragment: str, interval: float) -> None:
        while True:
            await asyncio.sleep(interval)
            await self._ask(fragment, by_timer=True)

    def _stop_timers(self) -> None:
        for timer in self._timers.values():
            timer.cancel()
        self._timers.clear()


class Trainer(Visitor):
    """Trains a network, again as soon as it is done, and watches the curves; `steps` are all that were seen done."""

    def __init__(self, app: str, seed: int) -> None:
        super().__init__(app, "train", f"dataset=digits&batch_size=16&epochs=50&seed={seed}")
        self._before, self._now = 0, 0

    @property
    def steps(self) -> int:
        return self._before + self._now

    async def do(self) -> None:
        while True:
            await self.until_shown("Start")
            self._before, self._now = self.steps, 0
            await self.click("Start", trigger_value=True)
            await self.until_over()

    async def until_over(self) -> None:
        async with self._changed:
            await self._changed.wait_for(lambda: "Start" in self._widgets)

    def take(self, element: Element, fragment: str) -> None:
        if element.WhichOneof("type") == "progress" and (found := STEP.search(element.progress.text)):
            self._now = int(found[1].replace(",", ""))


class Player(Visitor):
    """Plays the 2-D playground and asks for the next snapshot when one has come; `pictures` counts them."""

    def __init__(self, app: str, seed: int) -> None:
        super().__init__(app, "playground", f"seed={seed}")
        self.pictures = 0
        self._feed = self._fragment = ""
        self._asking: asyncio.Task | None = None

    async def do(self) -> None:
        await self._ask(self._fragment, question(self._feed, -1, 0), order(self._feed, "play"))

    def take(self, element: Element, fragment: str) -> None:
        component = element.bidi_component
        if component.component_name == FEED and component.bytes:
            self.pictures += 1
            self._feed, self._fragment = component.id, fragment
            if self._asking is not None:
                self._asking.cancel()
            header, _arrays = unpack(component.bytes)
            self._asking = asyncio.create_task(self._go_on(header["step"], header["pause"] / 1000))

    async def _go_on(self, seen: int, pause: float) -> None:
        await asyncio.sleep(pause)
        with suppress(ConnectionClosed):
            while True:
                await self.send(self._fragment, question(self._feed, seen, self.pictures))
                await asyncio.sleep(ASK_AGAIN)


class Clicker(Visitor):
    """Moves a slider up and down, and thinks between two clicks, so many seconds on average."""

    def __init__(self, app: str, page: str, label: str, pause: float, seed: int) -> None:
        super().__init__(app, page)
        self._label, self._pause, self._random = label, pause, random.Random(seed)

    async def do(self) -> None:
        await self.until_shown(self._label)
        up = False
        while True:
            await asyncio.sleep(self._random.uniform(0.5, 1.5) * self._pause)
            up, slider = not up, self.widget(self._label)
            await self.click(self._label, double_array_value={"data": [slider.default[0] + up * slider.step]})
