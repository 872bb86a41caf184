"""The widgets of a TrainConfig: every setting has one, in the URL under the name of its field."""

from collections.abc import Callable, Mapping
from dataclasses import fields

import streamlit as st

from core.activations import ACTIVATIONS
from core.augmentation import AUGMENTATIONS
from core.config import MENUS, NUMBERS, WHOLE_NUMBERS, TrainConfig
from core.datasets import DATASETS, default_dataset
from core.i18n import _
from core.layers import LayersError, format_layers, parse_layers
from core.losses import LOSSES
from core.models import MODELS, OUTPUT_LAYERS
from core.optimizers import OPTIMIZERS
from core.presets import default_augmentation
from core.schedules import SCHEDULES

LEARNING_RATES = [float(f"{mantissa}e{power}") for power in range(-5, 1) for mantissa in (1, 2, 5)] + [10.0]
WEIGHT_DECAYS = [0.0, 1e-5, 1e-4, 1e-3, 1e-2, 1e-1]
BATCH_SIZES = [2**power for power in range(11)]
MOST_EPOCHS = 50
HIDDEN = {"mlp": (512,), "cnn": (128,)}


def show_config(config: TrainConfig) -> None:
    """Set all widgets to a config; to be called before they are drawn, as from a button's on_click."""
    for field in fields(config):
        value = getattr(config, field.name)
        st.session_state[field.name] = format_layers(value) if isinstance(value, tuple) else value


def take_keys_from_url() -> None:
    """Understand ?optimizer=sgd as well as what Streamlit writes into the URL: the option's words in one language."""
    named = {
        name: st.query_params[name]
        for name, menu in MENUS.items()
        if name not in st.session_state and st.query_params.get(name) in menu
    }
    if named:
        st.session_state.update(named)
        st.rerun()


def edit_data() -> dict[str, object]:
    """Show the settings of the data step; return them by field name."""
    chosen = {"dataset": _menu("dataset", _("Data set"), DATASETS, default_dataset(), on_change=_follow_dataset)}
    st.caption(_(DATASETS[chosen["dataset"]].note))
    return chosen


def edit_batches(dataset: str) -> dict[str, object]:
    """Show how the data are fed; return the settings by field name."""
    return {
        "augmentation": _menu("augmentation", _("Augmentation"), AUGMENTATIONS, default_augmentation(dataset)),
        "batch_size": _steps("batch_size", _("Batch size"), BATCH_SIZES),
    }


def edit_network() -> dict[str, object]:
    """Show the settings of the network step; return them by field name, None for layers that cannot be read."""
    chosen = {"model": _menu("model", _("Kind"), MODELS, TrainConfig.model, on_change=_follow_model)}
    st.caption(_(MODELS[chosen["model"]].note))
    if MODELS[chosen["model"]].most_convolutions:
        chosen["channels"] = _layers("channels", _("Filters of each convolution"), TrainConfig.channels)
        chosen["stride"] = st.segmented_control(
            _("Stride of the first convolution"),
            list(range(WHOLE_NUMBERS["stride"][0], WHOLE_NUMBERS["stride"][1] + 1)),
            default=TrainConfig.stride,
            key="stride",
            bind="query-params",
            required=True,
        )
    chosen["hidden"] = _layers("hidden", _("Neurons of each hidden layer"), HIDDEN[chosen["model"]])
    chosen["activation"] = _menu("activation", _("Activation"), ACTIVATIONS, TrainConfig.activation)
    chosen["dropout"] = st.slider(
        _("Dropout"), *NUMBERS["dropout"], TrainConfig.dropout, 0.05, key="dropout", bind="query-params"
    )
    chosen["output_layer"] = _menu("output_layer", _("Output layer"), OUTPUT_LAYERS, TrainConfig.output_layer)
    return chosen


def edit_loss() -> dict[str, object]:
    """Show the settings of the loss step; return them by field name."""
    chosen = {"loss": _menu("loss", _("Loss"), LOSSES, TrainConfig.loss)}
    loss = LOSSES[chosen["loss"]]
    st.latex(loss.formula)
    st.caption(_(loss.note))
    if loss.takes_label_smoothing:
        chosen["label_smoothing"] = st.slider(
            _("Label smoothing"),
            *NUMBERS["label_smoothing"],
            TrainConfig.label_smoothing,
            0.05,
            key="label_smoothing",
            bind="query-params",
        )
    return chosen


def edit_optimizer() -> dict[str, object]:
    """Show the settings of the optimizer step; return them by field name."""
    chosen = {
        "optimizer": _menu("optimizer", _("Optimizer"), OPTIMIZERS, TrainConfig.optimizer, on_change=_follow_optimizer)
    }
    optimizer = OPTIMIZERS[chosen["optimizer"]]
    st.latex(optimizer.update)
    st.caption(_(optimizer.note))
    chosen["learning_rate"] = learning_rate("learning_rate", optimizer.default_learning_rate, bind="query-params")
    if "momentum" in optimizer.knobs:
        chosen["momentum"] = st.slider(_("Momentum"), 0.0, 0.99, 0.0, 0.01, key="momentum", bind="query-params")
    if "beta2" in optimizer.knobs:
        chosen["beta2"] = _steps("beta2", _("Memory of squared gradients β₂"), [0.9, 0.95, 0.99, 0.999])
    chosen["weight_decay"] = _steps("weight_decay", _("Weight decay"), WEIGHT_DECAYS)
    chosen["schedule"] = _menu("schedule", _("Learning rate over the run"), SCHEDULES, TrainConfig.schedule)
    chosen["epochs"] = st.slider(_("Epochs"), 1, MOST_EPOCHS, TrainConfig.epochs, key="epochs", bind="query-params")
    chosen["seed"] = st.number_input(
        _("Seed"),
        *WHOLE_NUMBERS["seed"],
        TrainConfig.seed,
        key="seed",
        bind="query-params",
        help=_("The same seed and settings give the same run, number for number."),
    )
    return chosen


def learning_rate(key: str, default: float, **options: object) -> float:
    """Show a slider over sensible learning rates, evenly spaced by factors; return the chosen one."""
    return st.select_slider(
        _("Learning rate"),
        LEARNING_RATES,
        default,
        format_func=lambda rate: f"{rate:g}",
        key=key,
        **options,
    )


def _menu(
    name: str, label: str, records: Mapping[str, object], default: str, on_change: Callable[[], None] | None = None
) -> str:
    keys = list(records)
    if name in st.session_state:
        st.session_state[name] = st.session_state[name]  # makes Streamlit compare the URL with the value, and mend it
    return st.selectbox(
        label,
        keys,
        keys.index(default),
        format_func=lambda key: _(records[key].label),
        key=name,
        bind="query-params",
        on_change=on_change,
    )


def _steps(name: str, label: str, options: list[float]) -> float:
    return st.select_slider(
        label,
        options,
        getattr(TrainConfig, name),
        format_func=lambda value: f"{value:g}",
        key=name,
        bind="query-params",
    )


def _layers(name: str, label: str, default: tuple[int, ...]) -> tuple[int, ...] | None:
    typed = st.text_input(
        label,
        format_layers(default),
        key=name,
        bind="query-params",
        help=_("One number a layer, with commas between. Empty for none."),
    )
    try:
        return parse_layers(typed)
    except LayersError as problem:
        st.error(str(problem))
        return None


def _follow_dataset() -> None:
    st.session_state["augmentation"] = default_augmentation(st.session_state["dataset"])


def _follow_model() -> None:
    st.session_state["hidden"] = format_layers(HIDDEN[st.session_state["model"]])


def _follow_optimizer() -> None:
    st.session_state["learning_rate"] = OPTIMIZERS[st.session_state["optimizer"]].default_learning_rate
