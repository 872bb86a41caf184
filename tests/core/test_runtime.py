import subprocess
import sys


def test_one_thread_for_the_process_and_for_new_threads():
    # In a process of its own, as it changes the whole process.
    code = (
        "import threading, torch; from core.runtime import prepare_torch; prepare_torch();"
        "seen = []; thread = threading.Thread(target=lambda: seen.append(torch.get_num_threads()));"
        "thread.start(); thread.join(); print(torch.get_num_threads(), *seen)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["1", "1"]
