"""Four processes that only compute: `python -m tests.busy [seconds]`, to run the tests beside them.

What passes on an idle machine alone has been written for that machine. They end by themselves, at the latest after the
seconds asked for (600 unless told), and at once when this is interrupted or terminated.
"""

import argparse
import multiprocessing
import os
import signal
import time

PROCESSES = 4
LONGEST = 600.0  # seconds


def main() -> None:
    """Keep the machine busy for so long, or until interrupted."""
    parser = argparse.ArgumentParser(prog="python -m tests.busy", description=__doc__)
    parser.add_argument("seconds", nargs="?", type=float, default=LONGEST)
    ends = time.monotonic() + parser.parse_args().seconds
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    processes = [multiprocessing.Process(target=_compute, args=(ends, os.getpid())) for _number in range(PROCESSES)]
    try:
        for process in processes:
            process.start()
        for process in processes:
            process.join()
    except KeyboardInterrupt:
        pass
    finally:
        for process in processes:
            if process.is_alive():
                process.terminate()


def _compute(ends: float, parent: int) -> None:
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    while time.monotonic() < ends and os.getppid() == parent:  # nor longer than the one that began it, if it was killed
        sum(number * number for number in range(100_000))


if __name__ == "__main__":
    main()
