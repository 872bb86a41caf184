import math
from types import ModuleType

import pytest

from core.codegen import excerpt as module
from core.codegen.excerpt import excerpt

SOURCE = '''\
"""A module."""

import math
from dataclasses import dataclass
from functools import lru_cache, partial

from core.text.i18n import N_

HALF = 0.5  # of a whole
# Why it is
# a quarter.
QUARTER = HALF / 2
LABEL = N_("unused")


@dataclass(frozen=True)
class Shape:
    side: float


def unused() -> None:
    partial(print)


def area(shape: Shape) -> float:
    """Return it."""
    return _square(shape.side) * QUARTER


@lru_cache
def _square(side: float) -> float:
    # A power.
    return math.pow(side, 2)


def labelled() -> str:
    return LABEL
'''


@pytest.fixture
def figures(monkeypatch):
    made = ModuleType("figures")
    monkeypatch.setattr(module.inspect, "getsource", lambda which: SOURCE if which is made else None)
    return made


def test_a_function_brings_what_it_needs_and_no_more(figures):
    taken = excerpt(figures, "area")
    assert taken.imports == ("from dataclasses import dataclass", "from functools import lru_cache", "import math")
    wanted = SOURCE.partition("HALF")[2].replace('LABEL = N_("unused")\n', "")
    wanted = "HALF" + wanted.replace("def unused() -> None:\n    partial(print)\n\n\n", "")
    assert taken.code == wanted.partition("\n\n\ndef labelled")[0] + "\n"


def test_it_stands_alone(figures):
    taken = excerpt(figures, "area")
    room = {"__name__": "__main__"}
    exec("\n".join([*taken.imports, taken.code]), room)
    assert room["area"](room["Shape"](3.0)) == math.pow(3, 2) / 4


def test_what_needs_another_part_of_the_app_cannot_be_taken(figures):
    with pytest.raises(ValueError, match=r"from core\.text\.i18n import N_"):
        excerpt(figures, "labelled")
