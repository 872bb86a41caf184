"""Print the option that makes pip look for torch's CPU builds too, where their index answers within 3 seconds.

pip asks an index that it cannot reach again and again, for every package, which takes minutes in all. So the Makefile
asks once, and leaves the index out if there is no answer: pip then takes the torch that it finds elsewhere.
"""

import os
import threading
import urllib.request
from http.client import HTTPException
from pathlib import Path

OPTION = "--extra-index-url"
PATIENCE = 3.0  # seconds for all of it; urlopen's own limit does not count the time spent on finding the host

lines = Path(__file__).parents[1].joinpath("requirements.txt").read_text(encoding="utf-8").splitlines()
address = next(line.removeprefix(OPTION).strip() for line in lines if line.startswith(OPTION))
giving_up = threading.Timer(PATIENCE, os._exit, [0])
giving_up.start()
try:
    with urllib.request.urlopen(f"{address}/torch/"):
        print(OPTION, address)
except (OSError, HTTPException):
    pass
giving_up.cancel()
