"""A server process of its own for the browser to visit."""

import os
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).parents[2]
PATIENCE = 60  # seconds until something that should have appeared counts as missing


@contextmanager
def running_app(data: Path, prelude: str = "", port: int = 0) -> Iterator[str]:
    """A fresh server process of the app, whose data sets lie in `data`; gives its address.

    Args:
        prelude: Python that the process runs before it starts the app.
        port: any free one where it is 0.
    """
    with running_script(ROOT / "app.py", prelude, port, NEURAL_PLAYGROUND_DATA=str(data)) as address:
        yield address


@contextmanager
def running_script(script: Path, prelude: str = "", port: int = 0, **environment: str) -> Iterator[str]:
    """A fresh process of `streamlit run`, in the script's folder; gives its address."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        probe.bind(("127.0.0.1", port))
        port = probe.getsockname()[1]
    start = f"{prelude}\nfrom streamlit.web.cli import main\nmain()"
    command = [sys.executable, "-u", "-c", start, "run", script.name, "--browser.gatherUsageStats", "false"]
    command += ["--server.headless", "true", "--server.address", "127.0.0.1", "--server.port", str(port)]
    with subprocess.Popen(
        command,
        cwd=script.parent,
        env={**os.environ, **environment},
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    ) as process:
        try:
            _wait_for_its_address(process)
            rest = threading.Thread(target=process.stdout.read, daemon=True)  # else a full pipe would stop the process
            rest.start()
            yield f"http://127.0.0.1:{port}"
            process.terminate()
            rest.join(PATIENCE)
        finally:
            process.kill()


def _wait_for_its_address(process: subprocess.Popen) -> None:
    """Read what the server prints up to its address, which it prints when it can be visited."""
    too_late = threading.Timer(PATIENCE, process.kill)
    too_late.start()
    try:
        if not any("URL: " in line for line in process.stdout):
            raise RuntimeError("the server did not start")
    finally:
        too_late.cancel()
