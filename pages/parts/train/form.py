"""The widgets of a TrainConfig, every field under its own name."""

from collections.abc import Callable
from itertools import cycle
from typing import Any

import streamlit as st

from core.config import TrainConfig
from core.config.fields import SETTINGS, Fields, applies, default_of
from core.config.kinds import Registry, Section, Setting, Widths
from core.config.layer_widths import LayersError, format_layers, parse_layers
from core.datasets import DATASETS, default_dataset
from core.lessons.train.presets import default_augmentation, default_config, default_epochs
from core.losses import LOSSES
from core.models import MODELS
from core.optimizers import OPTIMIZERS
from core.text.i18n import _
from pages.ui import say
from pages.ui.navigation import page
from pages.ui.session import session_key
from pages.ui.setting_control import setting_control
from pages.ui.url_settings import Settings

PAGE = "train"
PRESENT = session_key(__name__, "present")
# This page is about pictures; points of the plane have a page of their own.
REGISTRIES: dict[str, Registry] = {
    "dataset": DATASETS,
    "model": {name: model for name, model in MODELS.items() if not model.for_points},
}


def present_config() -> TrainConfig:
    """Return the settings of the Train page as they were when they could last be trained with."""
    return st.session_state.get(PRESENT) or default_config(default_dataset())


def keep_present(config: TrainConfig) -> None:
    """Note what the Train page is set to."""
    st.session_state[PRESENT] = config


def show_config(config: TrainConfig) -> None:
    """Set all widgets to a config; to be called before they are drawn, as from a button's on_click."""
    keep_present(config)
    values = {name: getattr(config, name) for name, setting in SETTINGS.items() if setting.section}
    Settings(PAGE, here=False).set({name: in_widget(value) for name, value in values.items()})


def in_widget(value: Any) -> Any:
    """Return a setting as its widget holds it: widths are a text."""
    return format_layers(value) if isinstance(value, tuple) else value


def is_filled_in() -> bool:
    """Return whether anything was set, such as by a link from another page; to be called before a widget is drawn."""
    settings = Settings(PAGE)
    return any(settings.key(name) in st.session_state for name in SETTINGS)


def chosen_dataset() -> str:
    """Return the data set that the widgets show."""
    return Settings(PAGE).get("dataset")


class Editor:
    """Shows the settings step by step and gathers what was chosen.

    Attributes:
        chosen: value by field name, of the fields shown so far; None for layers that cannot be read.
    """

    def __init__(self) -> None:
        self.chosen: dict[str, Any] = {}
        self._settings = Settings(PAGE)
        self.write_url = self._settings.write_url

    def show(self, section: Section) -> None:
        """Show the settings of a section that mean something for what was chosen so far, in two columns."""
        columns = cycle(st.columns(2, gap="medium"))
        for name, setting in SETTINGS.items():
            if setting.section == section and applies(self._so_far(), name):
                with next(columns):
                    self._show_one(name, setting)

    def _show_one(self, name: str, setting: Setting) -> None:
        options: dict[str, Any] = {"on_change": _follow, "args": (name,)} if name in LEADERS else {}
        default, registry = self._default(name), REGISTRIES.get(name)
        chosen = setting_control(self._settings, name, default, registry, **options)
        self.chosen[name] = _read_widths(chosen) if isinstance(setting, Widths) else chosen
        if name in EXPLANATIONS:
            EXPLANATIONS[name](self.chosen[name])

    def _so_far(self) -> Fields:
        return Fields(**{name: value for name, value in self.chosen.items() if value is not None})

    def _default(self, name: str) -> Any:
        """Return what a setting begins with here, which may depend on another one."""
        if name == "dataset":
            return default_dataset()
        if name in FOLLOWING:
            other, default = FOLLOWING[name]
            return default(self.chosen[other])
        return default_of(name)


def _read_widths(typed: str) -> tuple[int, ...] | None:
    try:
        return parse_layers(typed)
    except LayersError as problem:
        say.error(str(problem))
        return None


def _explain_loss(name: str) -> None:
    st.latex(LOSSES[name].formula)
    st.caption(_(LOSSES[name].note))


def _explain_optimizer(name: str) -> None:
    st.latex(OPTIMIZERS[name].update)
    st.caption(_(OPTIMIZERS[name].note))


def _follow(other: str) -> None:
    settings = Settings(PAGE)
    chosen = settings.get(other)
    settings.set({name: in_widget(default(chosen)) for name, (leader, default) in FOLLOWING.items() if leader == other})


FOLLOWING: dict[str, tuple[str, Callable[[str], Any]]] = {
    "augmentation": ("dataset", default_augmentation),
    "epochs": ("dataset", default_epochs),
    "hidden": ("model", lambda model: MODELS[model].default_hidden),
    "learning_rate": ("optimizer", lambda optimizer: OPTIMIZERS[optimizer].default_learning_rate),
}
"""Setting -> the one that decides its default, and how; it is set anew when that one changes."""
LEADERS = {leader for leader, _default in FOLLOWING.values()}
EXPLANATIONS: dict[str, Callable[[str], Any]] = {
    "dataset": lambda name: st.caption(_(DATASETS[name].note)),
    "model": lambda name: st.caption(_(MODELS[name].note)),
    "blocks": lambda _text: st.page_link(page("build")),
    "loss": _explain_loss,
    "optimizer": _explain_optimizer,
}
"""Setting -> what is shown below its control."""
