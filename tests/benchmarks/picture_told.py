"""What the browser's side of the 2-D playground tells the server, for visitors without a browser."""

import json

from streamlit.components.v2.bidi_component.main import _make_trigger_id
from streamlit.proto.WidgetStates_pb2 import WidgetState

FEED = "feed_plane"  # the name of the component that brings the snapshots
ASK_AGAIN = 2.0  # seconds without an answer until it is asked again, as in heartbeat.js


def question(component: str, seen: int, beat: int) -> WidgetState:
    """Ask for the weights after the step `seen`; `beat` counts the questions."""
    return WidgetState(id=component, json_value=json.dumps({"view": {"seen": seen, "beat": beat}}))


def order(component: str, name: str) -> WidgetState:
    """Press "play", "pause", "step" or "reset"."""
    trigger = json.dumps([{"event": "asked", "value": name}])
    return WidgetState(id=_make_trigger_id(component, "events"), json_trigger_value=trigger)
