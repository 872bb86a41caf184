"""The controls of the 2-D playground: all settings of a run on points, each in the page's address."""

from collections.abc import Container, Mapping
from dataclasses import replace
from typing import Any

import streamlit as st

from core.activations import ACTIVATIONS
from core.config import ConfigError, TrainConfig
from core.config.fields import MAX_EPOCHS, ON_PLAYGROUND, SETTINGS, Fields, applies
from core.config.layer_widths import format_layers, parse_layers
from core.datasets import POINTS, problem_of
from core.datasets.points_table import MAX_TEXT
from core.features import FEATURES
from core.lessons.build.problems import TASKS
from core.playground.edit import MAX_LAYERS, MAX_NEURONS
from core.text.i18n import _
from core.text.long_text import pack, unpack
from pages.ui.setting_control import setting_control
from pages.ui.url_settings import Settings

PAGE = "playground"
OWN = tuple(name for name, points in POINTS.items() if points.single)
WIDE, NARROW = 190, 120  # pixels
SPEED, NO_LIMIT = 30, 0  # epochs a second
FIRST_RATE = 0.003
SPEEDS = [1, 3, 10, 30, 100, 300, NO_LIMIT]
DEFAULTS = TrainConfig(
    dataset="circle",
    model="points",
    hidden=(4, 2),
    activation="tanh",
    loss="bce",
    optimizer="sgd",
    learning_rate=0.03,
    batch_size=10,
    epochs=MAX_EPOCHS,
    tests_per_epoch=1,
)
IN_THE_PICTURE = ("features", "hidden", "activations", "dropouts", "points")
CHOICES = {name: SETTINGS[name].choices for name in ON_PLAYGROUND} | {
    # for smaller networks and smaller data than those of the Train page
    "learning_rate": (0.0001, 0.0003, 0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1.0, 3.0, 10.0),
    "batch_size": (1, 2, 3, 5, 10, 15, 20, 25, 30, 50, 100, 250),
}


class PointsControls:
    """Shows the settings and gathers what was chosen; `config` makes a TrainConfig of it."""

    def __init__(self) -> None:
        self.settings = Settings(PAGE)
        self.chosen: dict[str, Any] = {}

    def network(self) -> None:
        """Take the network's shape, which the picture itself changes."""
        keep = self.settings.bind_value
        self.chosen["features"] = keep("features", DEFAULTS.features, _read_features, ",".join)
        self.chosen["hidden"] = keep("hidden", DEFAULTS.hidden, _read_hidden, _write_layers)
        self.chosen["activations"] = keep("activations", (), _read_activations, ",".join)
        self.chosen["dropouts"] = keep("dropouts", (), _read_dropouts, lambda shares: ",".join(map(str, shares)))

    def weights(self) -> None:
        """Take the weights of a network that somebody shared, as text; empty for none."""
        self.settings.bind_value("weights", "", str, str)

    def pace(self) -> float | None:
        """Show how fast it goes; return the epochs a second, None for no limit."""
        speed = self.settings.selectbox("speed", _("Epochs a second"), SPEEDS, SPEED, format_func=_speed, width=NARROW)
        return None if speed == NO_LIMIT else float(speed)

    def bar(self) -> None:
        """Show what is changed most, side by side, and the rest behind a button."""
        self._show("dataset", registry=POINTS, on_change=_follow_dataset, width=WIDE)
        for name in ("learning_rate", "activation", "optimizer"):
            self._show(name, width=NARROW)
        with st.popover(_("More"), icon=":material/tune:", key="more"):
            self._more()

    def _more(self) -> None:
        data = Fields(dataset=self.chosen["dataset"], model=DEFAULTS.model)
        for name in ("samples", "noise", "test_share", "batch_size"):
            if applies(data, name):
                self._show(name)
        with st.container(horizontal=True):
            self._show("regularization", on_change=_follow_regularization)
            self._show("regularization_rate")
        self._show("stop_loss", format_func=_goal)
        same = _("Decides points, first weights and batches: the same seed shows everyone the same run.")
        self._show("seed", help=same)
        for name in ON_PLAYGROUND:
            if name not in self.chosen and name not in IN_THE_PICTURE and applies(data, name):
                self._show(name)

    def points(self) -> None:
        """Show what the set is about, and its formula where a person types one."""
        points = POINTS[self.chosen["dataset"]]
        st.caption(_(points.note))
        self.chosen["points"] = ""
        if "text" not in points.takes:
            return
        if "samples" in points.takes:
            self.chosen["points"] = self.settings.text("points", _("Formula of x1 and x2"), points.default_text)
        else:
            self.chosen["points"] = self.settings.bind_value("points", points.default_text, _read_points, pack)

    def look(self) -> dict[str, bool]:
        """Show what is to be seen in the picture; each point of a person's own is."""
        own = self.chosen["dataset"] in OWN
        with st.container(horizontal=True):
            show_test = own or self.settings.switch("show_test", _("Show test points"))
            discretize = self.settings.switch("discretize", _("Only the answer, not how sure"))
        return {"show_test": show_test, "discretize": discretize, "own": own}

    def config(self) -> TrainConfig:
        """Return the run that is asked for. Raises ConfigError where it cannot be had."""
        try:
            task = problem_of(self.chosen["dataset"], self.chosen["points"]).task
        except ValueError as problem:
            raise ConfigError(str(problem)) from problem
        return replace(DEFAULTS, **self.chosen, loss=TASKS[task].loss)

    def _show(self, name: str, **options: Any) -> None:
        self.chosen[name] = setting_control(
            self.settings, name, getattr(DEFAULTS, name), choices=CHOICES[name], **options
        )


def show_config(changes: Mapping[str, Any]) -> None:
    """Set all controls to the usual settings but for the changes; from a button's on_click, before they are drawn."""
    values = {name: getattr(DEFAULTS, name) for name in ON_PLAYGROUND} | dict(changes)
    text = POINTS[values["dataset"]].default_text
    Settings(PAGE, here=False).set(values | {"points": values["points"] or text, "weights": ""})


def _follow_dataset() -> None:
    settings = Settings(PAGE)
    settings.set({"points": POINTS[settings.get("dataset")].default_text, "weights": ""})


def _follow_regularization() -> None:
    # A penalty with the rate 0 would do nothing, and nobody would know why.
    settings = Settings(PAGE)
    if not settings.get("regularization_rate"):
        settings.set({"regularization_rate": FIRST_RATE})


def _speed(epochs: int) -> str:
    return str(epochs) if epochs != NO_LIMIT else _("no limit")


def _goal(loss: float) -> str:
    return f"{loss:g}" if loss else _("never")


def _read_points(text: str) -> str:
    return unpack(text, MAX_TEXT)


def _write_layers(widths: tuple[int, ...]) -> str:
    return format_layers(widths).replace(" ", "")


def _read_hidden(text: str) -> tuple[int, ...]:
    widths = parse_layers(text)
    if len(widths) > MAX_LAYERS or not all(1 <= width <= MAX_NEURONS for width in widths):
        raise ValueError(text)
    return widths


def _read_features(text: str) -> tuple[str, ...]:
    names = _known(text, FEATURES)
    if len(set(names)) < len(names) or not names:
        raise ValueError(text)
    return tuple(sorted(names, key=list(FEATURES).index))


def _read_activations(text: str) -> tuple[str, ...]:
    return _known(text, ACTIVATIONS)


def _known(text: str, registry: Container[str]) -> tuple[str, ...]:
    names = tuple(text.split(","))
    if not all(name in registry for name in names):
        raise ValueError(text)
    return names


def _read_dropouts(text: str) -> tuple[float, ...]:
    shares = tuple(map(float, text.split(",")))
    if len(shares) > MAX_LAYERS:
        raise ValueError(text)
    SETTINGS["dropouts"].check("dropouts", shares)  # a ConfigError is a ValueError
    return shares
