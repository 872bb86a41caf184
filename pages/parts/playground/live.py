"""The live picture of the 2-D playground, and what is done in it."""

from contextlib import suppress

import streamlit as st
from torch import nn

from core.playground.edit import add_layer, remove_layer, resize_layer, toggle_feature
from core.playground.notice import notice
from core.playground.scene import scene
from core.playground.snapshot import network_state, snapshot
from core.runs import Run, Status
from core.text.i18n import _
from pages.parts.playground.network_view import PICTURE, Change, Edit, Events, plane_events, send_snapshot
from pages.parts.playground.user_points import set_point
from pages.ui import say
from pages.ui.page_frame import live
from pages.ui.session import Runs
from pages.ui.stage import stage
from pages.ui.url_settings import Settings

SHAPE = ("features", "hidden", "activations", "dropouts")
HEIGHT = 560  # pixels


def show_picture(runs: Runs, run: Run, settings: Settings, label: str, watched: bool, **look: bool) -> None:
    """Show the network of a run over the plane; while it trains, the browser asks for snapshot after snapshot.

    Args:
        label: of the points that a click sets.
        watched: whether what stands around the picture changes when the run begins or ceases to move.
        look: show_test, discretize and own, as core.playground.scene.scene takes them.
    """
    alt = _("A network that learns points of the plane")
    stage("playground", scene(run, **look), {}, key=PICTURE, alt=alt, height=HEIGHT)
    live(in_turn=True)(_panel)(runs, settings, label, run.view().moving if watched else None)


def _panel(runs: Runs, settings: Settings, label: str, drawn_moving: bool | None) -> None:
    run = runs.current
    if run is None:
        st.rerun()
    run.heartbeat()
    events = plane_events()
    if _do(events, runs, run, settings, label):
        st.rerun()
    view = run.view()
    if drawn_moving not in (None, view.moving):
        st.rerun()
    state = network_state(run, view)
    send_snapshot(snapshot(run, view, state, events.seen, events.beat))
    if view.message:
        (say.error if view.status is Status.DIVERGED else say.info)(view.message)
    with st.container(key="notice"):
        st.markdown(notice(state))


def _do(events: Events, runs: Runs, run: Run, settings: Settings, label: str) -> bool:
    """Do what was asked for in the picture; return whether the page around it changes by that."""
    if events.edited:
        _edit(run, events.edited)
    match events.asked:
        case "play":
            run.play()
        case "pause":
            run.pause()
        case "step":
            step(run)
        case "reset":
            runs.put_aside()
            return True
    if events.shape:
        settings.set(_shaped({name: settings.get(name) for name in SHAPE}, events.shape))
        return True
    if events.point:
        set_point(settings, events.point, label)
        return True
    return False


def step(run: Run) -> None:
    """Let a run go through all training points once."""
    run.pause()
    run.step(run.steps_per_epoch)


def _edit(run: Run, edit: Edit) -> None:
    layers = [name for name, module in run.model_snapshot().named_modules() if isinstance(module, nn.Linear)]
    kind, place = ("bias", (edit.row,)) if edit.column is None else ("weight", (edit.row, edit.column))
    with suppress(ValueError, IndexError):  # it may come in for a network that is gone, of another shape
        run.edit(f"{layers[edit.layer]}.{kind}", place, edit.value)


def _shaped(shape: dict[str, tuple], change: Change) -> dict[str, tuple]:
    if change.feature:
        return toggle_feature(shape, change.feature)
    if change.layers:
        return add_layer(shape) if change.layers > 0 else remove_layer(shape)
    return resize_layer(shape, change.layer, change.neurons)
