"""The torchvision import works here, whether torch is the CPU build or not, and in a process that has nothing else."""

import subprocess
import sys
from pathlib import Path

from core.datasets.torchvision_import import check_integrity, datasets

ROOT = Path(__file__).parents[3]


def run_fresh(code: str) -> str:
    finished = subprocess.run(
        [sys.executable, "-W", "error", "-c", code], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert finished.returncode == 0, finished.stderr
    return finished.stdout.strip()


def test_a_fresh_process_gets_torchvisions_data_sets():
    code = "from core.datasets.torchvision_import import datasets; print(datasets.MNIST.resources[0][0])"
    assert run_fresh(code) == "train-images-idx3-ubyte.gz"


def test_the_data_sets_module_imports_neither_torchvision_nor_sklearn():
    code = "import core.datasets.downloads, sys; print([m for m in ('torchvision', 'sklearn') if m in sys.modules])"
    assert run_fresh(code) == "[]"


def test_reading_the_offline_digits_imports_neither():
    code = (
        "import core.datasets, sys; core.datasets.load('digits');"
        "print([m for m in ('torchvision', 'sklearn') if m in sys.modules])"
    )
    assert run_fresh(code) == "[]"


def test_what_is_imported_is_torchvisions_own(tmp_path):
    file = tmp_path / "file"
    file.write_bytes(b"abc")
    assert check_integrity(file, "900150983cd24fb0d6963f7d28e17f72")  # MD5 of "abc", RFC 1321.
    assert not check_integrity(file, "900150983cd24fb0d6963f7d28e17f73")
    assert issubclass(datasets.KMNIST, datasets.MNIST)
