import os
import subprocess
import sys

import pytest

# In a process of its own, as it changes the whole process.
PROGRAM = """
import os, sys, threading, torch
from core.runtime import prepare_thread, prepare_torch

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
