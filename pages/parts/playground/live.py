"""The live picture of the 2-D playground, and what a click in it does."""

from collections.abc import Mapping

import streamlit as st
from torch import nn

from core.playground.edit import MAX_LAYERS, MAX_NEURONS, add_layer, remove_layer, resize_layer, toggle_feature
from core.playground.frame import frame, picture_of
from core.playground.notice import notice
from core.runs import Run, Status
from pages.parts.playground.network_view import Change, Edit, Events, plane_events, plane_view
from pages.parts.playground.user_points import set_point
from pages.ui import say
from pages.ui.page_frame import live
from pages.ui.session import Runs, session_key
from pages.ui.url_settings import Settings

KEY = "plane"
NUMBER = session_key(__name__, "number")  # of the last frame
SHAPE = ("features", "hidden", "activations", "dropouts")


def play_or_pause(run: Run) -> None:
    """Let a run go on, or wait."""
    (run.pause if run.status is Status.RUNNING else run.play)()


def step(run: Run) -> None:
    """Let a run go through all training points once."""
    run.pause()
    run.step(run.steps_per_epoch)


def watch_points(runs: Runs, run: Run, settings: Settings, look: Mapping[str, bool], label: str) -> None:
    """Show the network of a run over the plane; while it trains, the browser asks for frame after frame.

    Args:
        look: show_test, discretize and own, as core.playground.frame.Picture takes them.
        label: of the points that a click sets.
    """
    view = run.view()
    live(in_turn=True)(_panel)(runs, settings, look, label, (view.status, view.moving))


def _panel(runs: Runs, settings: Settings, look: Mapping[str, bool], label: str, drawn: tuple[Status, bool]) -> None:
    run = runs.current
    if run is None:
        st.rerun()
    run.heartbeat()
    events = plane_events(KEY)
    if _do(events, runs, run, settings, label):
        st.rerun()
    view = run.view()
    if (view.status, view.moving) != drawn:
        st.rerun()  # the buttons around this panel belong to another state
    number = st.session_state[NUMBER] = st.session_state.get(NUMBER, 0) + 1
    picture = picture_of(run, view, number, hovered=events.hovered, probe=events.probe, **look)
    plane_view(frame(picture), KEY, MAX_LAYERS, MAX_NEURONS)
    if view.message:
        (say.error if view.status is Status.DIVERGED else say.info)(view.message)
    with st.container(key="notice"):
        st.markdown(notice(picture))


def _do(events: Events, runs: Runs, run: Run, settings: Settings, label: str) -> bool:
    """Do what was asked for in the picture; return whether the page around it changes by that."""
    if events.edited:
        _edit(run, events.edited)
    if events.asked == "toggle":
        play_or_pause(run)
    elif events.asked == "step":
        step(run)
    elif events.asked == "reset":
        runs.put_aside()
        return True
    if events.shape:
        settings.set(_shaped({name: settings.get(name) for name in SHAPE}, events.shape))
        return True
    if events.point:
        set_point(settings, events.point, label)
        return True
    return False


def _edit(run: Run, edit: Edit) -> None:
    layers = [name for name, module in run.model_snapshot().named_modules() if isinstance(module, nn.Linear)]
    kind, place = ("bias", (edit.row,)) if edit.column is None else ("weight", (edit.row, edit.column))
    if edit.layer < len(layers):  # a click may come in for a network that is gone
        run.edit(f"{layers[edit.layer]}.{kind}", place, edit.value)


def _shaped(shape: dict[str, tuple], change: Change) -> dict[str, tuple]:
    if change.feature:
        return toggle_feature(shape, change.feature)
    if change.layers:
        return add_layer(shape) if change.layers > 0 else remove_layer(shape)
    return resize_layer(shape, change.layer, change.neurons)
