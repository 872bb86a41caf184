"""Forty people at once: `python -m tests.benchmarks.load` says how long a click takes, beside a bare app's.

Twenty-five train a network and watch, five play the 2-D playground, and ten click through a lesson. On the same machine
at the same time runs an app of one line, where as many people click: it meets the same busy cores, so that the ratio of
the two says what this app adds. The bare app has Streamlit's own settings, of which the full collection after each run
is most of its time; `--same-settings` gives it this app's, which is the harder comparison. The goals are ratios of at
most 2, trainings that all get on, and at most 800 MB.

`--minutes 60 --churn` is a soak: visitors leave and others come all the time, each for half a minute to five. Every
minute has a row, and below it stands what was shown in a red box.
"""

import argparse
import asyncio
import os
import random
import statistics
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from functools import partial
from itertools import count, pairwise
from math import nan
from pathlib import Path
from shutil import copytree

from websockets.exceptions import ConnectionClosed

from tests.benchmarks.report import Table, parser
from tests.benchmarks.visitors import Clicker, Missed, Player, Trainer, Visitor
from tests.browser.server import ROOT, running_app, running_script

TRAINERS, PLAYERS, CLICKERS = 25, 5, 10
LESSONS = (("losses", "Huber $\\delta$"), ("convolution", "Stride"))
PAUSE = 2.0  # seconds between two clicks of one person, on average
ARRIVAL = 0.3  # seconds between two who come
STAY = (30.0, 300.0)  # seconds that a visitor of a soak stays
SETTLE = 5.0  # seconds from the last one's coming until it is measured
AFTERWARDS = (10.0, 120.0)  # seconds after which the memory is measured again when all have left
BARE = 'import streamlit as st; st.write(st.slider("Number", 0, 100, 50))'
MEGABYTE = 1024**2
RATIO_GOAL, MEMORY_GOAL = 2, 800


class Server:
    """What the operating system knows of a server's process."""

    def __init__(self, number: int) -> None:
        self._process = Path("/proc", str(number))

    @property
    def megabytes(self) -> float:
        """Its resident memory now."""
        pages = int((self._process / "statm").read_text().split()[1])
        return pages * os.sysconf("SC_PAGE_SIZE") / MEGABYTE

    @property
    def seconds(self) -> float:
        """How long it has computed."""
        fields = (self._process / "stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


class Chair:
    """Where one visitor sits after another; with `churn` each leaves after a while, else the first one stays."""

    def __init__(self, make: Callable[[int], Visitor], number: int, churn: bool) -> None:
        self._make, self._number, self._churn = make, number, churn
        self._random = random.Random(number)
        self.visitors: list[Visitor] = []

    async def be_taken(self) -> None:
        """Have visitors come, until canceled."""
        await asyncio.sleep(self._number * ARRIVAL)
        while True:
            visitor = self._make(self._random.randrange(1000))
            self.visitors.append(visitor)
            try:
                async with asyncio.timeout(self._random.uniform(*STAY) if self._churn else None):
                    await visitor.visit()
            except* TimeoutError:
                pass  # it has been here long enough
            except* (Missed, OSError, ConnectionClosed) as problems:
                visitor.errors += map(str, problems.exceptions)


class Crowd:
    """All who are at the app, and as many clickers at the bare one."""

    def __init__(self, app: str, bare: str, churn: bool) -> None:
        def chairs(count: int, make: Callable[[int, int], Visitor]) -> list[Chair]:
            return [Chair(partial(make, number), next(numbers), churn) for number in range(count)]

        numbers = count()
        self.trainers = chairs(TRAINERS, lambda _number, seed: Trainer(app, seed))
        self.players = chairs(PLAYERS, lambda _number, seed: Player(app, seed))
        self.clickers = chairs(
            CLICKERS, lambda number, seed: Clicker(app, *LESSONS[number % len(LESSONS)], PAUSE, seed)
        )
        numbers = count()
        self.bare = chairs(CLICKERS, lambda _number, seed: Clicker(bare, "", "Number", PAUSE, seed))

    @property
    def chairs(self) -> list[Chair]:
        """All of them."""
        return [*self.trainers, *self.players, *self.clickers, *self.bare]

    @property
    def errors(self) -> list[str]:
        """What went wrong so far, at whichever chair."""
        return [error for visitor in _visitors(self.chairs) for error in visitor.errors]


class Spell:
    """What happens from now on, until it is printed."""

    def __init__(self, crowd: Crowd, server: Server) -> None:
        self._crowd, self._server = crowd, server
        self._began, self._computed = time.perf_counter(), server.seconds
        self._clicks = {id(visitor): len(visitor.late) for visitor in _visitors(crowd.clickers + crowd.bare)}
        self._errors = Counter(crowd.errors)
        self._steps = [_steps(chair) for chair in crowd.trainers]
        self._pictures = [_pictures(chair) for chair in crowd.players]

    def cells(self) -> tuple[object, ...]:
        """Return what a row says of it."""
        seconds = time.perf_counter() - self._began
        ours, bare = self._percentiles(self._crowd.clickers), self._percentiles(self._crowd.bare)
        steps = [_steps(chair) - before for chair, before in zip(self._crowd.trainers, self._steps, strict=True)]
        pictures = [
            _pictures(chair) - before for chair, before in zip(self._crowd.players, self._pictures, strict=True)
        ]
        return (
            *(f"{1000 * late:.0f}" for late in (*ours, *bare)),
            *(f"{our / their:.1f}" for our, their in zip(ours, bare, strict=True)),
            f"{sum(steps) / seconds:,.0f}",
            f"{min(steps) / seconds:.1f}",
            f"{min(pictures) / seconds:.1f}",
            f"{(self._server.seconds - self._computed) / seconds:.0%}",
            f"{self._server.megabytes:,.0f}",
            len(self._crowd.errors),
        )

    def print_errors(self) -> None:
        """Say what went wrong since it began."""
        for error, times in (Counter(self._crowd.errors) - self._errors).most_common():
            print(f"  {times} × {error}", flush=True)

    def _percentiles(self, chairs: list[Chair]) -> tuple[float, float]:
        late = [s for visitor in _visitors(chairs) for s in visitor.late[self._clicks.get(id(visitor), 0) :]]
        return (statistics.median(late), statistics.quantiles(late, n=20)[-1]) if len(late) > 1 else (nan, nan)


def main() -> None:
    """Measure and print."""
    asked = _arguments()
    with tempfile.TemporaryDirectory() as folder:
        script, number = Path(folder, "bare.py"), Path(folder, "number")
        script.write_text(BARE)
        if asked.same_settings:
            copytree(ROOT / ".streamlit", Path(folder, ".streamlit"))
        note = f"import os, pathlib; pathlib.Path({str(number)!r}).write_text(str(os.getpid()))"
        with running_app(Path(folder), note) as app, running_script(script) as bare:
            asyncio.run(_measure(asked, Crowd(app, bare, asked.churn), Server(int(number.read_text()))))


def _arguments() -> argparse.Namespace:
    expected = parser("load", __doc__)
    expected.add_argument("--minutes", type=float, default=1.0, help="how long all are there")
    expected.add_argument("--same-settings", action="store_true", help="run the bare app with this app's settings")
    expected.add_argument("--churn", action="store_true", help="visitors leave and others come")
    return expected.parse_args()


async def _measure(asked: argparse.Namespace, crowd: Crowd, server: Server) -> None:
    print(f"load {os.getloadavg()[0]:.1f}; {server.megabytes:,.0f} MB before anyone comes\n")
    peak = Peak(server)
    tasks = [asyncio.create_task(chair.be_taken()) for chair in crowd.chairs]
    tasks += [asyncio.create_task(peak.watch()), asyncio.create_task(_watch(crowd, server, 60 * asked.minutes))]
    done, others = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    for task in others:
        task.cancel()
    await asyncio.gather(*others, return_exceptions=True)
    for task in done:
        task.result()  # raises what has ended it
    print(f"\nGoals: ratios of at most {RATIO_GOAL}, no error, at most {MEMORY_GOAL} MB.")
    print(f"{peak.megabytes:,.0f} MB at the highest")
    for before, seconds in pairwise((0.0, *AFTERWARDS)):
        await asyncio.sleep(seconds - before)
        print(f"{server.megabytes:,.0f} MB {seconds:.0f} s after all have left", flush=True)


async def _watch(crowd: Crowd, server: Server, seconds: float) -> None:
    await asyncio.sleep((TRAINERS + PLAYERS + CLICKERS) * ARRIVAL + SETTLE)
    table = Table(
        *("minute", "click, ms", "  95th", "bare, ms", "  95th", "ratio", "  95th"),
        *("steps/s", "slowest", "pictures/s", "computes", "   MB", "errors"),
    )
    whole, ends = Spell(crowd, server), time.perf_counter() + seconds
    for minute in count(1):
        spell = Spell(crowd, server)
        await asyncio.sleep(min(60.0, ends - time.perf_counter()))
        table.row(minute, *spell.cells())
        spell.print_errors()
        if time.perf_counter() >= ends:
            break
    table.row("all", *whole.cells())


class Peak:
    """The highest memory of a server that was seen."""

    def __init__(self, server: Server) -> None:
        self._server = server
        self.megabytes = 0.0

    async def watch(self) -> None:
        while True:
            self.megabytes = max(self.megabytes, self._server.megabytes)
            await asyncio.sleep(0.5)


def _visitors(chairs: list[Chair]) -> list[Visitor]:
    return [visitor for chair in chairs for visitor in chair.visitors]


def _steps(chair: Chair) -> int:
    return sum(visitor.steps for visitor in chair.visitors if isinstance(visitor, Trainer))


def _pictures(chair: Chair) -> int:
    return sum(visitor.pictures for visitor in chair.visitors if isinstance(visitor, Player))


if __name__ == "__main__":
    main()
