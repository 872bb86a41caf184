"""What the picture of the 2-D playground tells the server, and what it is sent while a run goes on."""

from dataclasses import dataclass

import streamlit as st

from core.features import FEATURES
from core.playground.scene import LIMIT
from pages.ui.stage import feed

PICTURE, FEED = "plane", "plane_feed"  # keys of the two elements
ORDERS = ("play", "pause", "step", "reset")
_LARGEST = 1e6  # of a weight or a bias that is typed
_TELLS = ("view", "edited", "asked", "point", "shape")


@dataclass(frozen=True)
class Edit:
    """A number that somebody typed: weight [row, column] of linear layer `layer`, or its bias if `column` is None."""

    layer: int
    row: int
    column: int | None
    value: float


@dataclass(frozen=True)
class Change:
    """Another shape that somebody asked for; only one of the three is set.

    Attributes:
        layers: 1 for one more hidden layer, -1 for one less.
        layer, neurons: 1 for one more neuron in this hidden layer, counted from 0; -1 for one less.
        feature: the key of the feature to be switched on or off.
    """

    layers: int = 0
    layer: int = 0
    neurons: int = 0
    feature: str = ""


@dataclass(frozen=True)
class Events:
    """What the browser has told since the last run.

    Attributes:
        seen: the step whose weights the browser had last when it asked; -1 for none.
        beat: counts these questions.
        edited: a weight or bias that was set; finite and at most a million in size, but the place may not exist.
        asked: one of ORDERS.
        point: the place (x1, x2) of a click on the plane, where it sets points.
        shape: another shape of the network that was asked for.
    """

    seen: int = -1
    beat: int = 0
    edited: Edit | None = None
    asked: str | None = None
    point: tuple[float, float] | None = None
    shape: Change | None = None


def plane_events() -> Events:
    """Return what the browser has told; to be called before `send_snapshot`, in the run that it asked for."""
    told = st.session_state.get(FEED) or {}
    seen, beat = _view(told.get("view"))
    return Events(
        seen=seen,
        beat=beat,
        edited=_edit(told.get("edited")),
        asked=told.get("asked") if told.get("asked") in ORDERS else None,
        point=_point(told.get("point")),
        shape=_change(told.get("shape")),
    )


def send_snapshot(snapshot: bytes) -> None:
    """Send a snapshot of core.playground.snapshot to the picture. To be called in a fragment.

    While the snapshot says that it is playing, the browser asks for the next one, a few times a second and never while
    nobody looks at the page.
    """
    feed("playground", snapshot, PICTURE, key=FEED, tells=_TELLS)


# What comes from a browser is input like any other: whatever has not the expected form counts as nothing.


def _view(told: object) -> tuple[int, int]:
    match told:
        case {"seen": int(step), "beat": int(beat)}:
            return step, beat
    return Events.seen, Events.beat


def _point(told: object) -> tuple[float, float] | None:
    match told:
        case [int() | float() as x1, int() | float() as x2] if abs(x1) <= LIMIT and abs(x2) <= LIMIT:
            return float(x1), float(x2)
    return None


def _edit(told: object) -> Edit | None:
    match told:
        case {
            "layer": int(layer),
            "row": int(row),
            "column": "bias" | int() as column,
            "value": int() | float() as value,
        }:
            if abs(value) <= _LARGEST:
                return Edit(layer, row, None if column == "bias" else column, float(value))
    return None


def _change(told: object) -> Change | None:
    match told:
        case {"layers": 1 | -1 as layers}:
            return Change(layers=layers)
        case {"layer": int(layer), "neurons": 1 | -1 as neurons}:
            return Change(layer=layer, neurons=neurons)
        case {"feature": str(feature)} if feature in FEATURES:
            return Change(feature=feature)
    return None
