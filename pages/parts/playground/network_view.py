"""The live picture of the 2-D playground: a frame on the server becomes a drawing in the browser, which answers."""

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import streamlit as st
from streamlit.components import v2

from core.features import FEATURES
from core.playground.frame import legend
from core.playground.unit_maps import LIMIT, Unit
from core.plots.palette import COLORS, GRAY, LIGHT_BACKGROUND
from core.text.i18n import _
from pages.ui.streamlit_workarounds import IN_THE_BROWSER, shown_by

_LARGEST = 1e6  # of a weight or a bias that is typed
_TOLD = ("view", "edited", "asked", "point", "shape")
FOLDER = Path(__file__).with_name("network_view")
_FILES = (IN_THE_BROWSER, *(FOLDER / name for name in ("paint.js", "weight_card.js", "network.js", "view.js")))


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
    """What the browser has told since the last run: what is looked at, which stays, and what was done, which does not.

    Attributes:
        hovered: the unit that the plane shows, for Picture.hovered.
        probe: the point (x1, x2) that is looked at, for Picture.probe.
        edited: a weight or bias that was typed; finite and at most a million in size, but the place may not exist.
        asked: "toggle", "step" or "reset", by key.
        point: the place (x1, x2) of a click on the plane, where Picture.own is on.
        shape: another shape of the network that was asked for.
    """

    hovered: Unit | None = None
    probe: tuple[float, float] | None = None
    edited: Edit | None = None
    asked: str | None = None
    point: tuple[float, float] | None = None
    shape: Change | None = None


def plane_events(key: str) -> Events:
    """Return what the browser has told; to be called before the frame is made, in the run that it asked for."""
    told = st.session_state.get(key) or {}
    view = told.get("view") or {}
    return Events(
        hovered=_unit(view.get("hovered")),
        probe=_point(view.get("probe")),
        edited=_edit(told.get("edited")),
        asked=told.get("asked") if told.get("asked") in ("toggle", "step", "reset") else None,
        point=_point(told.get("point")),
        shape=_change(told.get("shape")),
    )


def plane_view(frame: bytes, key: str, most_layers: int = 6, most_neurons: int = 8) -> None:
    """Show a frame of core.playground.frame. To be called in a fragment, which then runs again for every frame.

    While the frame says that it is playing, the browser asks for the next one as soon as it has drawn this one, at most
    20 times a second and never while nobody looks at the page; else it asks only when something else is looked at.

    Args:
        key: the element's own, and that of `plane_events`.
        most_layers, most_neurons: how many hidden layers, and neurons in each, the buttons allow.
    """
    # Both are registered in each run, which costs nothing: see svg_view.py.
    code = v2.component("plane_code", js=_code())
    show = v2.component("plane", js=shown_by("neuralPlane"))
    constant = {"words": _words(), "colors": _COLORS, "most_layers": most_layers, "most_neurons": most_neurons}
    with st.container(gap=None):
        callbacks: dict[str, Any] = {f"on_{name}_change": _nothing for name in _TOLD}
        show(data=frame, key=key, **callbacks)
        code(data=legend(constant), key=f"{key}_code")


def _nothing() -> None:
    """Streamlit keeps what a component tells only where it has a callback."""


@cache
def _code() -> str:
    style = (FOLDER / "view.css").read_text(encoding="utf-8")
    files = [file.read_text(encoding="utf-8") for file in _FILES]
    return "\n".join([f"const STYLE = {json.dumps(style)}", *files])


# What comes from a browser is input like any other: whatever has not the expected form counts as nothing.


def _unit(told: object) -> Unit | None:
    match told:
        case [int(layer), int(place)]:
            return layer, place
    return None


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


def _words() -> dict[str, str]:
    """Return every word of the drawing in the reader's language; the browser fills in what is in braces."""
    return {
        "features": _("Features"),
        "feature": _("Feature {label}"),
        "switch_on": _("Let the network see this"),
        "switch_off": _("Hide this from the network"),
        "no_layer": _("No hidden layer"),
        "one_layer": _("1 hidden layer"),
        "layers": _("{count} hidden layers"),
        "fewer_layers": _("Take the last hidden layer away"),
        "more_layers": _("Add a hidden layer"),
        "fewer": _("One neuron less in layer {layer}"),
        "more": _("One neuron more in layer {layer}"),
        "neuron": _("Layer {layer}, neuron {neuron}"),
        "output": _("Output"),
        "output_of": _("Output “{name}”"),
        "bias": _("bias"),
        "bias_is": _("bias {bias}"),
        "weight": _("weight"),
        "weight_of": _("weight of {label}"),
        "gradient": _("Size of the gradient of this layer’s weights and biases, over all training points"),
        "dead": _("Dead: at every training point its output and its slope are 0, so it cannot learn"),
        "saturated": _("Saturated: at {share} % of the training points its slope is nearly 0, so it hardly learns"),
        "click": _("Click to change"),
        "enter": _("Enter sets it, Escape leaves"),
        "refused": _("Type a number between −1,000,000 and 1,000,000."),
        "answer": _("What the network answers"),
        "back": _("Show the answer"),
        "plane": _("{name} over the plane of x₁ and x₂ from −6 to 6, with the data points"),
        "sum_hint": _("Point at the plane, and the sum that a neuron computes there is written out here."),
        "epoch": _("Epoch {epoch}"),
        "loss": _("Loss"),
        "accuracy": _("Accuracy"),
        "train": _("Training"),
        "test": _("Test"),
        "train_points": _("Training points: filled"),
        "test_points": _("Test points: hollow"),
        "curve": _("Loss over the epochs; now {train} on the training points and {test} on the test points"),
    }


# The six classes of own data need two more hues than the palette tells apart; every class has its own shape as well.
_COLORS = {
    "positive": COLORS["blue"],
    "negative": COLORS["orange"],
    "classes": [*COLORS.values(), "#C8412B", GRAY],
    "rims": {"class": LIGHT_BACKGROUND, "value": GRAY},
    "train": COLORS["green"],
    "test": COLORS["violet"],
}
