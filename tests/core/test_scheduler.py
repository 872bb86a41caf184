import os
import subprocess
import sys
import threading
from concurrent.futures import CancelledError

import pytest
import torch

from core import scheduler
from core.scheduler import IN_BETWEEN, SLICE, FairLock, Job, JobFailed, JobStatus, PageRuns

PATIENCE = 60  # seconds until a test gives up; none waits that long unless something is broken


def test_only_one_at_a_time_and_in_the_order_of_asking():
    lock, order, inside = FairLock(), [], []

    def work(number):
        with lock:
            inside.append(number)
            assert len(inside) == 1
            order.append(number)
            inside.remove(number)

    threads = []
    with lock:
        for number in range(8):
            threads.append(threading.Thread(target=work, args=(number,)))
            threads[-1].start()
            while len(lock._queue) <= number:  # until it stands in the queue
                pass
    for thread in threads:
        thread.join(10)
    assert order == list(range(8))


def test_the_turn_is_handed_on_after_an_error():
    lock = FairLock()
    with pytest.raises(ZeroDivisionError), lock:
        raise ZeroDivisionError
    with lock:
        pass


def test_whoever_waits_goes_before_whoever_has_just_had_a_turn():
    lock, order = FairLock(), []

    def work(number):
        for _again in range(20):
            with lock:
                order.append(number)

    threads = [threading.Thread(target=work, args=(number,)) for number in range(3)]
    with lock:
        for waiting, thread in enumerate(threads, start=1):
            thread.start()
            while len(lock._queue) < waiting:
                pass
    for thread in threads:
        thread.join(10)
    assert order == [0, 1, 2] * 20


def test_who_has_the_lock_can_hand_it_on_and_gets_it_back():
    lock, order = FairLock(), []

    def work():
        with lock:
            order.append("other")

    lock.hand_on()  # it is not held
    with lock:
        lock.hand_on()  # nobody waits
        thread = threading.Thread(target=work)
        thread.start()
        while not lock.waiting:
            pass
        lock.hand_on()
        order.append("first again")
        late = threading.Thread(target=lock.hand_on)  # holds nothing, so nothing changes
        late.start()
        late.join(PATIENCE)
        assert lock._held
    thread.join(PATIENCE)
    assert order == ["other", "first again"]


def test_a_page_goes_before_all_trainings_that_wait():
    lock, pages, order = FairLock(), PageRuns(), []

    def train():
        with lock:
            order.append("training")

    def show():
        with pages.answer(), lock:
            order.append("page")

    threads = [threading.Thread(target=work) for work in (train, train, show)]
    with lock:
        for waiting, thread in enumerate(threads, start=1):
            thread.start()
            while lock.waiting < waiting:
                pass
    for thread in threads:
        thread.join(PATIENCE)
    assert order == ["page", "training", "training"]


def test_a_slice_waits_for_pages_but_not_for_ever(monkeypatch):
    pages = PageRuns()
    assert pages.let_pass() == SLICE
    for mark in (pages.answer, pages.update):
        with mark():
            assert pages.under_way
            monkeypatch.setattr(scheduler, "GIVE_WAY", 0)
            assert pages.let_pass() == IN_BETWEEN
            monkeypatch.setattr(scheduler, "GIVE_WAY", PATIENCE)
            slices = []
            thread = threading.Thread(target=lambda slices=slices: slices.append(pages.let_pass()))
            thread.start()
            assert slices == []
        thread.join(PATIENCE)
        assert slices == [SLICE]
        assert not pages.under_way


def test_updates_wait_for_answers_and_for_each_other(monkeypatch):
    monkeypatch.setattr(scheduler, "GIVE_WAY", PATIENCE)
    pages, order, inside = PageRuns(), [], []

    def update():
        with pages.update():
            inside.append(None)
            assert len(inside) == 1
            order.append("update")
            inside.pop()

    threads = [threading.Thread(target=update) for _page in range(8)]
    with pages.answer():
        for waiting, thread in enumerate(threads):
            thread.start()
            while pages._turn.waiting < waiting:
                pass
        order.append("answer")
    for thread in threads:
        thread.join(PATIENCE)
    assert order == ["answer"] + ["update"] * 8


def test_an_update_that_is_part_of_an_answer_waits_for_nothing(monkeypatch):
    monkeypatch.setattr(scheduler, "GIVE_WAY", PATIENCE)
    pages = PageRuns()
    with pages.answer():
        with pages.update(), pages.answer():
            assert pages.under_way
        assert pages.under_way
    assert not pages.under_way


def test_a_page_run_that_fails_is_over():
    pages = PageRuns()
    for mark in (pages.answer, pages.update):
        with pytest.raises(ZeroDivisionError), mark():
            raise ZeroDivisionError
        assert not pages.under_way
        with mark():
            assert pages.under_way


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


class Wait(Job[int]):
    """Does what it is told when it is let go."""

    unexpected = "There is a mistake in it."

    def __init__(self, do):
        self.advance, self.do = threading.Event(), do
        super().__init__("waiting")

    def _work(self):
        self.advance.wait(10)
        return self.do(self)


def ended(do):
    job = Wait(do)
    job.advance.set()
    assert job.wait(10)
    return job


def raising(error):
    raise error


def test_a_job_tells_where_it_is_and_what_came_of_it():
    job = Wait(lambda _job: torch.get_num_threads())
    assert (job.status, job.over, job.result, job.message) == (JobStatus.RUNNING, False, None, "")
    job.advance.set()
    assert job.wait(10)
    assert (job.status, job.over, job.result, job.message) == (JobStatus.FINISHED, True, 1, "")
    job.cancel()  # too late
    assert job.status is JobStatus.FINISHED


def test_a_job_that_is_canceled_is_over_at_once_and_what_it_does_then_counts_no_longer():
    job, done = Wait(lambda _job: 3), []
    job.when_over(lambda: done.append("then"))
    job.cancel()
    assert (job.status, job.over, job.result, job.message) == (JobStatus.CANCELED, True, None, "")
    assert done == ["then"]
    job.when_over(lambda: done.append("now"))
    assert done == ["then", "now"]
    job.advance.set()
    assert job.wait(10)
    assert (job.status, job.result) == (JobStatus.CANCELED, None)


def test_a_job_that_sees_that_it_was_canceled_ends_quietly():
    job = Wait(lambda job: raising(CancelledError) if job.over else 3)
    job.cancel()
    job.advance.set()
    assert job.wait(10)
    assert job.status is JobStatus.CANCELED


def test_a_job_that_fails_says_why_in_the_words_of_whoever_asks(monkeypatch):
    job = ended(lambda _job: raising(JobFailed("No {thing} {here}.", thing="way", here="{x}")))
    assert (job.status, job.result, job.message) == (JobStatus.FAILED, None, "No way {x}.")
    monkeypatch.setattr("core.scheduler._", str.upper)
    assert str(JobFailed("It is so.")) == "IT IS SO."
    assert ended(lambda _job: raising(JobFailed("Of a file: {x}."))).message == "OF A FILE: {X}."


def test_a_mistake_in_a_job_goes_to_the_log_and_leaves_nobody_waiting(monkeypatch):
    logged = []
    monkeypatch.setattr(threading, "excepthook", lambda args: logged.append(args.exc_type))
    job = ended(lambda _job: raising(ZeroDivisionError))
    assert (job.status, job.message) == (JobStatus.FAILED, "There is a mistake in it.")
    assert logged == [ZeroDivisionError]
