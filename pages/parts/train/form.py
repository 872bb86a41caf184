"""The widgets of a TrainConfig, every field under its own name."""

from collections.abc import Callable
from dataclasses import fields

import streamlit as st

from core.config import TrainConfig
from core.config.layer_widths import LayersError, format_layers, parse_layers
from core.config.train_config import MENUS, NUMBERS, WHOLE_NUMBERS
from core.datasets import DATASETS, default_dataset
from core.lessons.train.presets import default_augmentation, default_epochs, usual
from core.losses import LOSSES
from core.models import MODELS
from core.optimizers import OPTIMIZERS
from core.text.i18n import _
from pages.ui.navigation import page
from pages.ui.session import session_key
from pages.ui.url_settings import Settings

PAGE = "train"
PRESENT = session_key(__name__, "present")
# This page is about pictures; points of the plane have a page of their own.
MENUS_HERE = MENUS | {
    "dataset": DATASETS,
    "model": {name: model for name, model in MODELS.items() if not model.for_points},
}
CHOICES = {
    "stride": list(range(WHOLE_NUMBERS["stride"][0], WHOLE_NUMBERS["stride"][1] + 1)),
    "learning_rate": [float(f"{mantissa}e{power}") for power in range(-5, 1) for mantissa in (1, 2, 5)] + [10.0],
    "beta2": [0.9, 0.95, 0.99, 0.999],
    "weight_decay": [0.0, 1e-5, 1e-4, 1e-3, 1e-2, 1e-1],
    "batch_size": [2**power for power in range(11)],
}
RANGES = {  # least, most, step
    "dropout": (*NUMBERS["dropout"], 0.05),
    "label_smoothing": (*NUMBERS["label_smoothing"], 0.05),
    "momentum": (0.0, 0.99, 0.01),
    "epochs": (1, 50, 1),
}


def present_config() -> TrainConfig:
    """Return the settings of the Train page as they were when they could last be trained with."""
    return st.session_state.get(PRESENT) or usual(default_dataset())


def keep_present(config: TrainConfig) -> None:
    """Note what the Train page is set to."""
    st.session_state[PRESENT] = config


def show_config(config: TrainConfig) -> None:
    """Set all widgets to a config; to be called before they are drawn, as from a button's on_click."""
    keep_present(config)
    values = {field.name: getattr(config, field.name) for field in fields(config)}
    Settings(PAGE).set(
        {name: format_layers(value) if isinstance(value, tuple) else value for name, value in values.items()}
    )


def chosen_dataset() -> str:
    """Return the data set that the widgets show."""
    return Settings(PAGE).get("dataset")


class Editor:
    """Shows the settings step by step and gathers what was chosen.

    Attributes:
        chosen: value by field name, of the fields shown so far; None for layers that cannot be read.
    """

    def __init__(self) -> None:
        self.chosen: dict[str, object] = {}
        self._settings = Settings(PAGE)
        self.write_url = self._settings.write_url

    def data(self) -> str:
        """Show the choice of the data set; return its name."""
        dataset = self._menu("dataset", _("Data set"), default_dataset(), _follow_dataset)
        st.caption(_(DATASETS[dataset].note))
        return dataset

    def batches(self) -> None:
        """Show how the data are fed to the network."""
        self._menu("augmentation", _("Augmentation"), default_augmentation(self.chosen["dataset"]))
        self._choice("batch_size", _("Batch size"))

    def network(self) -> None:
        """Show the settings of the network."""
        model = MODELS[self._menu("model", _("Kind"), TrainConfig.model, _follow_model)]
        st.caption(_(model.note))
        if "channels" in model.settings:
            self._layers("channels", _("Filters of each convolution"), TrainConfig.channels)
        if "stride" in model.settings:
            self._choice("stride", _("Stride of the first convolution"))
        if "hidden" in model.settings:
            self._layers("hidden", _("Neurons of each hidden layer"), model.usual_hidden)
        if "blocks" in model.settings:
            self.chosen["blocks"] = self._settings.text("blocks", _("Blocks"), TrainConfig.blocks)
            st.page_link(page("build"))
        if "activation" in model.settings:
            self._menu("activation", _("Activation"), TrainConfig.activation)
        if "dropout" in model.settings:
            self._range("dropout", _("Dropout"))
        self._menu("output_layer", _("Output layer"), TrainConfig.output_layer)

    def loss(self) -> None:
        """Show the settings of the loss."""
        loss = LOSSES[self._menu("loss", _("Loss"), TrainConfig.loss)]
        st.latex(loss.formula)
        st.caption(_(loss.note))
        if loss.takes_label_smoothing:
            self._range("label_smoothing", _("Label smoothing"))

    def optimizer(self) -> None:
        """Show the settings of the optimizer."""
        optimizer = OPTIMIZERS[self._menu("optimizer", _("Optimizer"), TrainConfig.optimizer, _follow_optimizer)]
        st.latex(optimizer.update)
        st.caption(_(optimizer.note))
        self._choice("learning_rate", _("Learning rate"), optimizer.default_learning_rate)
        if "momentum" in optimizer.knobs:
            self._range("momentum", _("Momentum"))
        if "nesterov" in optimizer.knobs:
            self.chosen["nesterov"] = self._settings.switch(
                "nesterov", _("Nesterov"), help=_("Looks ahead along the momentum; does nothing without one.")
            )
        if "beta2" in optimizer.knobs:
            self._choice("beta2", _("Memory of squared gradients β₂"))
        self._choice("weight_decay", _("Weight decay"))
        self._menu("schedule", _("Learning rate over the run"), TrainConfig.schedule)
        self._range("epochs", _("Epochs"), default_epochs(self.chosen["dataset"]))
        self.chosen["seed"] = self._settings.number(
            "seed",
            _("Seed"),
            *WHOLE_NUMBERS["seed"],
            TrainConfig.seed,
            help=_("The same seed and settings give the same run, number for number."),
        )

    def _menu(self, name: str, label: str, usual: str, on_change: Callable[[], None] | None = None) -> str:
        self.chosen[name] = self._settings.menu(name, label, MENUS_HERE[name], usual, on_change=on_change)
        return self.chosen[name]

    def _choice(self, name: str, label: str, usual: float | None = None) -> None:
        usual = getattr(TrainConfig, name) if usual is None else usual
        limits = WHOLE_NUMBERS.get(name) or NUMBERS[name]
        self.chosen[name] = self._settings.notches(name, label, CHOICES[name], usual, limits)

    def _range(self, name: str, label: str, usual: float | None = None) -> None:
        least, most, step = RANGES[name]
        usual = getattr(TrainConfig, name) if usual is None else usual
        self.chosen[name] = self._settings.slider(name, label, least, most, usual, step)

    def _layers(self, name: str, label: str, usual: tuple[int, ...]) -> None:
        help = _("One number a layer, with commas between. “none” for none.")
        typed = self._settings.text(name, label, format_layers(usual), help=help)
        self.chosen[name] = None
        try:
            self.chosen[name] = parse_layers(typed)
        except LayersError as problem:
            st.error(str(problem))


def _follow_dataset() -> None:
    dataset = chosen_dataset()
    Settings(PAGE).set({"augmentation": default_augmentation(dataset), "epochs": default_epochs(dataset)})


def _follow_model() -> None:
    settings = Settings(PAGE)
    settings.set({"hidden": format_layers(MODELS[settings.get("model")].usual_hidden)})


def _follow_optimizer() -> None:
    settings = Settings(PAGE)
    settings.set({"learning_rate": OPTIMIZERS[settings.get("optimizer")].default_learning_rate})
