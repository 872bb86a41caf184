import os
import subprocess
import sys
import threading

import pytest

from core.scheduler import Turns


def test_only_one_at_a_time_and_in_the_order_of_asking():
    turns, order, inside = Turns(), [], []

    def work(number):
        with turns.turn():
            inside.append(number)
            assert len(inside) == 1
            order.append(number)
            inside.remove(number)

    threads = []
    with turns.turn():
        for number in range(8):
            threads.append(threading.Thread(target=work, args=(number,)))
            threads[-1].start()
            while len(turns._queue) <= number:  # until it stands in the queue
                pass
    for thread in threads:
        thread.join(10)
    assert order == list(range(8))


def test_the_turn_is_handed_on_after_an_error():
    turns = Turns()
    with pytest.raises(ZeroDivisionError), turns.turn():
        raise ZeroDivisionError
    with turns.turn():
        pass


def test_whoever_waits_goes_before_whoever_has_just_had_a_turn():
    turns, order = Turns(), []

    def work(number):
        for _again in range(20):
            with turns.turn():
                order.append(number)

    threads = [threading.Thread(target=work, args=(number,)) for number in range(3)]
    with turns.turn():
        for waiting, thread in enumerate(threads, start=1):
            thread.start()
            while len(turns._queue) < waiting:
                pass
    for thread in threads:
        thread.join(10)
    assert order == [0, 1, 2] * 20


# In a process of its own, as it changes the whole process.
PROGRAM = """
import os, sys, threading, torch
from core.scheduler import prepare_thread, prepare_torch

prepare_torch()
seen = []

def work():
    if sys.argv[1] == "prepared":
        prepare_thread()
    torch.randn(250, 2).tanh()
    seen.append(len(os.listdir("/proc/self/task")))

threads_before = len(os.listdir("/proc/self/task")) + 1
thread = threading.Thread(target=work)
thread.start()
thread.join()
print(torch.get_num_threads(), seen[0] - threads_before)
"""


def run(kind: str) -> list[str]:
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("OMP_", "MKL_"))}
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, kind], capture_output=True, text=True, check=True, env=environment
    )
    return done.stdout.split()


@pytest.mark.skipif(not os.path.isdir("/proc/self/task"), reason="counts its threads as Linux shows them")
@pytest.mark.skipif((os.cpu_count() or 1) < 2, reason="with one core torch never starts a helper")
def test_a_prepared_thread_starts_no_helpers():
    assert run("prepared") == ["1", "0"]
    assert int(run("unprepared")[1]) > 0, "torch has changed: preparing each thread is needed no longer"
