"""What the browser's side of the 2-D playground tells the server, for visitors without a browser."""

import json

from streamlit.components.v2.bidi_component.main import _make_trigger_id
from streamlit.proto.WidgetStates_pb2 import WidgetState

FEED = "feed_plane"  # the name of the component that brings the snapshots
# As heartbeat.js has them: seconds from one question to the next, how many times as long as the answer took, at most so
# long, and without an answer.
ASK, REST, LONGEST, ASK_AGAIN = 0.2, 4, 1.2, 2.0


def pause(taken: float) -> float:
    """Return how long to wait with the next question after an answer that took so many seconds."""
    return max(ASK, min(LONGEST, REST * taken)) - taken


def question(component: str, seen: int, beat: int) -> WidgetState:
    """Ask for the weights after the step `seen`; `beat` counts the questions."""
    return WidgetState(id=component, json_value=json.dumps({"view": {"seen": seen, "beat": beat}}))


def order(component: str, name: str) -> WidgetState:
    """Press "play", "pause", "step" or "reset"."""
    trigger = json.dumps([{"event": "asked", "value": name}])
    return WidgetState(id=_make_trigger_id(component, "events"), json_trigger_value=trigger)
