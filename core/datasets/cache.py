"""Where downloaded data sets are kept."""

import os
import sys
from pathlib import Path

ENVIRONMENT_VARIABLE = "NEURAL_PLAYGROUND_DATA"
APPLICATION = "neural-playground"


def cache_directory() -> Path:
    """Return the folder of the data sets (it need not exist yet), laid out as torchvision does: MNIST/raw/...

    The environment variable NEURAL_PLAYGROUND_DATA names it; otherwise it is this user's cache folder, as each system
    has it (on Linux by the XDG Base Directory Specification).
    """
    if chosen := os.environ.get(ENVIRONMENT_VARIABLE):
        return Path(chosen).expanduser().absolute()
    if sys.platform == "win32":
        local = os.environ.get("LOCALAPPDATA")
        return (Path(local) if local else Path.home() / "AppData" / "Local") / APPLICATION
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Caches" / APPLICATION
    xdg = Path(os.environ.get("XDG_CACHE_HOME", ""))
    return (xdg if xdg.is_absolute() else Path.home() / ".cache") / APPLICATION
