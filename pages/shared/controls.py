"""The widgets of a TrainConfig, and the same settings in the page's address: every field under its own name."""

import math
from collections.abc import Callable
from dataclasses import fields

import streamlit as st

from core.config import MENUS, NUMBERS, WHOLE_NUMBERS, TrainConfig
from core.datasets import default_dataset
from core.i18n import _
from core.layers import LayersError, format_layers, parse_layers
from core.losses import LOSSES
from core.models import MODELS
from core.optimizers import OPTIMIZERS
from core.presets import default_augmentation, default_epochs

LAYERS = ("hidden", "channels")
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
    "seed": (*WHOLE_NUMBERS["seed"], 1),
}
LONGEST_TEXT = 200


def show_config(config: TrainConfig) -> None:
    """Set all widgets to a config; to be called before they are drawn, as from a button's on_click."""
    for field in fields(config):
        value = getattr(config, field.name)
        st.session_state[field.name] = format_layers(value) if isinstance(value, tuple) else value


def take_settings_from_url() -> None:
    """Set the widgets to what the address says when a session begins; say so where it says nonsense."""
    if "settings_taken" in st.session_state:
        return
    st.session_state["settings_taken"] = True
    nonsense = []
    for name in st.query_params.keys() & {field.name for field in fields(TrainConfig)}:
        text = st.query_params[name][:LONGEST_TEXT]
        try:
            st.session_state[name] = _read(name, text)
        except ValueError:
            nonsense.append(f"{name}={text}")
    if nonsense:
        st.warning(
            _("The address asks for what cannot be had, so the usual setting is taken instead: `{settings}`").format(
                settings=", ".join(sorted(nonsense)).replace("`", "’")
            )
        )


class Editor:
    """Shows the settings step by step and gathers what was chosen.

    Attributes:
        chosen: value by field name, of the fields shown so far; None for layers that cannot be read.
    """

    def __init__(self) -> None:
        self.chosen: dict[str, object] = {}
        self._unusual: dict[str, str] = {}

    def write_url(self) -> None:
        """Put every setting that is not the usual one into the address."""
        if st.query_params.to_dict() != self._unusual:
            st.query_params.from_dict(self._unusual)

    def data(self) -> str:
        """Show the choice of the data set; return its name."""
        dataset = self._menu("dataset", _("Data set"), default_dataset(), _follow_dataset)
        st.caption(_(MENUS["dataset"][dataset].note))
        return dataset

    def batches(self) -> None:
        """Show how the data are fed to the network."""
        self._menu("augmentation", _("Augmentation"), default_augmentation(self.chosen["dataset"]))
        self._choice("batch_size", _("Batch size"))

    def network(self) -> None:
        """Show the settings of the network."""
        model = self._menu("model", _("Kind"), TrainConfig.model, _follow_model)
        st.caption(_(MODELS[model].note))
        if MODELS[model].most_convolutions:
            self._layers("channels", _("Filters of each convolution"), TrainConfig.channels)
            self._choice("stride", _("Stride of the first convolution"))
        self._layers("hidden", _("Neurons of each hidden layer"), MODELS[model].usual_hidden)
        self._menu("activation", _("Activation"), TrainConfig.activation)
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
        usual = optimizer.default_learning_rate
        self._keep("learning_rate", learning_rate("learning_rate", usual), usual)
        if "momentum" in optimizer.knobs:
            self._range("momentum", _("Momentum"))
        if "beta2" in optimizer.knobs:
            self._choice("beta2", _("Memory of squared gradients β₂"))
        self._choice("weight_decay", _("Weight decay"))
        self._menu("schedule", _("Learning rate over the run"), TrainConfig.schedule)
        self._range("epochs", _("Epochs"), default_epochs(self.chosen["dataset"]))
        self._seed()

    def _keep(self, name: str, value: object, usual: object) -> None:
        self.chosen[name] = value
        if value != usual:
            self._unusual[name] = st.session_state[name] if name in LAYERS else str(value)

    def _menu(self, name: str, label: str, usual: str, on_change: Callable[[], None] | None = None) -> str:
        menu = MENUS[name]
        value = st.selectbox(
            label,
            list(menu),
            list(menu).index(usual),
            format_func=lambda key: _(menu[key].label),
            key=name,
            persist_state="session",
            on_change=on_change,
        )
        self._keep(name, value, usual)
        return value

    def _choice(self, name: str, label: str) -> None:
        usual = getattr(TrainConfig, name)
        value = st.select_slider(label, CHOICES[name], usual, format_func=_short, key=name, persist_state="session")
        self._keep(name, value, usual)

    def _range(self, name: str, label: str, usual: float | None = None) -> None:
        least, most, step = RANGES[name]
        usual = getattr(TrainConfig, name) if usual is None else usual
        self._keep(name, st.slider(label, least, most, usual, step, key=name, persist_state="session"), usual)

    def _seed(self) -> None:
        least, most, step = RANGES["seed"]
        value = st.number_input(
            _("Seed"),
            least,
            most,
            TrainConfig.seed,
            step,
            key="seed",
            persist_state="session",
            help=_("The same seed and settings give the same run, number for number."),
        )
        self._keep("seed", value, TrainConfig.seed)

    def _layers(self, name: str, label: str, usual: tuple[int, ...]) -> None:
        typed = st.text_input(
            label,
            format_layers(usual),
            max_chars=LONGEST_TEXT,
            key=name,
            persist_state="session",
            help=_("One number a layer, with commas between. Empty for none."),
        )
        try:
            self._keep(name, parse_layers(typed), usual)
        except LayersError as problem:
            self._keep(name, None, usual)
            st.error(str(problem))


def learning_rate(key: str, usual: float, **options: object) -> float:
    """Show a slider over sensible learning rates, evenly spaced by factors; return the chosen one."""
    return st.select_slider(
        _("Learning rate"),
        CHOICES["learning_rate"],
        usual,
        format_func=_short,
        key=key,
        persist_state="session",
        **options,
    )


def _short(number: float) -> str:
    return f"{number:g}"


def _read(name: str, text: str) -> object:
    """Return the value of a field from its text in the address. Raises ValueError where its widget cannot show it."""
    if name in LAYERS:
        return text
    if name in MENUS:
        allowed = text in MENUS[name]
        value = text
    else:
        value = type(getattr(TrainConfig, name))(text)
        least, most, _step = RANGES.get(name, (-math.inf, math.inf, 0))
        allowed = value in CHOICES.get(name, [value]) and least <= value <= most
    if not allowed:
        raise ValueError(text)
    return value


def _follow_dataset() -> None:
    st.session_state["augmentation"] = default_augmentation(st.session_state["dataset"])
    st.session_state["epochs"] = default_epochs(st.session_state["dataset"])


def _follow_model() -> None:
    st.session_state["hidden"] = format_layers(MODELS[st.session_state["model"]].usual_hidden)


def _follow_optimizer() -> None:
    st.session_state["learning_rate"] = OPTIMIZERS[st.session_state["optimizer"]].default_learning_rate
