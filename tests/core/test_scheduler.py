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
