"""What can be looked at and changed beneath the picture of the 2-D playground, one part at a time."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import cast

import streamlit as st
import torch

from core.activations import ACTIVATIONS
from core.codegen.script import script
from core.config import TrainConfig
from core.config.fields import SETTINGS
from core.interpret.metrics import confusion_matrix
from core.losses import class_indices
from core.models import PointsNet
from core.playground.health import DEAD, SATURATED, health
from core.plots.confusion import confusion_drawing, confusion_key
from core.runs import Run
from core.text.i18n import N_, _
from pages.parts.playground.shared_weights import share_weights
from pages.parts.playground.user_points import show_own
from pages.ui import say
from pages.ui.carrying_link import carrying_link
from pages.ui.page_frame import live
from pages.ui.svg_view import picture
from pages.ui.url_settings import Settings

REFRESH = 0.5  # seconds
CODE_HEIGHT = 600  # pixels


def show_inside(run: Run, settings: Settings) -> None:
    """Show how the neurons fare, and which classes are mixed up."""
    live(run_every=REFRESH if run.view().moving else None)(_inside)(run)


def _inside(run: Run) -> None:
    network, data = cast(PointsNet, run.model_snapshot()), run.data  # no other kind is trained on this page
    left, right = st.columns(2, gap="medium")
    with left:
        st.markdown(_("**Neurons that hardly learn**"))
        for place, layer in enumerate(health(network, data.train.inputs), start=1):
            dead, saturated = ((layer.flags == flag).sum().item() for flag in (DEAD, SATURATED))
            st.caption(
                _("Hidden {number}: {dead} dead, {saturated} saturated, of {units}").format(
                    number=place, dead=dead, saturated=saturated, units=len(layer.flags)
                )
            )
    with right:
        st.markdown(_("**Test points**"))
        if data.task == "regression":
            st.caption(_("Values are neither right nor wrong."))
            return
        if not len(data.test):
            st.caption(_("There are none yet."))
            return
        with torch.inference_mode():
            chances = run.probabilities(network(data.test.inputs))
        counts = confusion_matrix(chances, class_indices(data.test.targets))
        picture(confusion_drawing(counts.numpy(), data.classes), "confusion")
        st.caption(confusion_key())


def show_layers(run: Run, settings: Settings) -> None:
    """Let each hidden layer have an activation and a dropout of its own."""
    layers = _layers(run.config)
    if not layers:
        st.caption(_("This network has no hidden layer: add one with + above."))
        return
    minimum, maximum, _step = cast(tuple[float, float, float], SETTINGS["dropout"].slider)  # it has one
    for place, (neurons, chosen) in enumerate(zip(run.config.hidden, layers, strict=True)):
        keys = [settings.key(f"layer_{place}_{name}") for name in ("activation", "dropout")]
        st.session_state.update(zip(keys, chosen, strict=True))
        options = {"on_change": _set_layer, "args": (run.config, settings, place, keys)}
        with st.container(horizontal=True, vertical_alignment="bottom"):
            label = _("**Hidden {number}**, {neurons} neurons").format(number=place + 1, neurons=neurons)
            st.markdown(label, width=200)
            st.selectbox(
                _("Activation of hidden {number}").format(number=place + 1),
                list(ACTIVATIONS),
                format_func=lambda name: _(ACTIVATIONS[name].label),
                key=keys[0],
                **options,
            )
            label = _("Dropout of hidden {number}").format(number=place + 1)
            st.slider(label, minimum, maximum, step=0.1, key=keys[1], **options)
    st.caption(_("A change begins anew. Dropout works in training only: the picture shows the whole network."))


def _layers(config: TrainConfig) -> list[tuple[str, float]]:
    """Return the activation and the dropout of each hidden layer."""
    activations = config.activations or [config.activation] * len(config.hidden)
    return list(zip(activations, config.dropouts or [0.0] * len(config.hidden), strict=True))


def _set_layer(config: TrainConfig, settings: Settings, place: int, keys: list[str]) -> None:
    layers = _layers(config)
    layers[place] = tuple(st.session_state[key] for key in keys)
    activations, dropouts = zip(*layers, strict=True)
    alike = set(activations) == {config.activation}
    settings.set({"activations": () if alike else activations, "dropouts": dropouts if any(dropouts) else ()})


def show_code(run: Run, settings: Settings) -> None:
    """Show the program that does the run again, with its very points."""
    st.code(script(run.config), language="python", height=CODE_HEIGHT)
    carrying_link("runs", _("Take it home, with these very points"), {"part": "home", "home_run": f"run-{run.number}"})


def show_share(run: Run, settings: Settings) -> None:
    """Put the weights into the address, or take them out."""
    st.write(_("The address has all settings: whoever opens it begins with the same points and first weights."))
    if settings.get("weights"):
        say.success(_("The weights are in the address too, as they were then."), icon=":material/link:")
        st.button(_("Take them out"), key="drop_weights", on_click=settings.set, args=({"weights": ""},))
    st.button(
        _("Put the present weights into the address"),
        icon=":material/add_link:",
        key="share_weights",
        on_click=share_weights,
        args=(settings, run),
    )


@dataclass(frozen=True)
class Part:
    """One part: `show` is called with the run and the page's settings."""

    label: str
    show: Callable[[Run, Settings], None]


PARTS = {
    "inside": Part(N_("Neurons and errors"), show_inside),
    "layers": Part(N_("Layer by layer"), show_layers),
    "own": Part(N_("Your own points"), show_own),
    "code": Part(N_("The code"), show_code),
    "share": Part(N_("Share"), show_share),
}
