"""Settings of runs, most of which can be had, for property tests: small networks, on data that come with the app."""

from hypothesis import strategies as st

from core.config import ConfigError, TrainConfig
from core.config.fields import SETTINGS
from core.config.kinds import Choice, Many, Number, Setting, Switch, Whole
from tests.given import words_of

LABELS = st.sampled_from(["A", "B", "中", "![](//evil.example)", "<b>", "''')#\\ import os"]) | st.text(max_size=3)
NUMBERS = st.floats(-6, 6).map("{:.3g}".format) | st.sampled_from(["1000", "−2", "1e999", ""])


def _lines_of(*columns: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    lines = st.lists(st.tuples(*columns).map(",".join) | st.just(""), min_size=1, max_size=8)
    return st.builds(str.join, st.sampled_from(["\n", ";", "\r\n"]), lines)


FORMULAS = st.sampled_from(["x1*x2", "sin(r) - 0.5"]) | words_of("x1", "x2", "sin(x1)", "+", "*", "2")
BLOCKS = st.lists(
    st.sampled_from(["relu", "batchnorm", "linear:7", "conv:2:3", "dropout:0.123456789", "elu:0.3", "maxpool"]),
    max_size=3,
).map(lambda blocks: ",".join([*blocks, "flatten,linear:10"]))
TEXTS = {
    "own": ("bce", _lines_of(NUMBERS, NUMBERS, LABELS)),
    "own_values": ("mse", _lines_of(NUMBERS, NUMBERS, NUMBERS)),
    "formula": ("bce", FORMULAS),
}


def _value(name: str, setting: Setting) -> st.SearchStrategy:
    match setting:
        case Choice():
            return st.sampled_from(sorted(setting.registry))
        case Switch():
            return st.booleans()
        case Whole():
            return st.integers(setting.minimum, setting.maximum)
        case Number():
            return st.floats(setting.minimum, setting.maximum)
        case Many():
            return st.lists(st.integers(1, 9), min_size=1, max_size=3).map(tuple)
    raise TypeError(name)


def _any_of(*left_out: str) -> st.SearchStrategy[dict]:
    values = {name: _value(name, setting) for name, setting in SETTINGS.items() if name not in left_out}
    return st.fixed_dictionaries({}, optional=values)


LISTS = ("features", "activations", "dropouts")


def _of_points(name: str) -> st.SearchStrategy[dict]:
    loss, text = TEXTS[name]
    left_out = ("points", "blocks", "dataset", "model", "loss", "output_layer", "channels", *LISTS)
    fixed = {"dataset": name, "model": "points", "loss": loss}
    return st.builds(lambda settings, points: settings | fixed | {"points": points}, _any_of(*left_out), text)


GIVEN = {
    "images": st.builds(
        dict,
        _any_of("points", "blocks", "dataset", "model", *LISTS),
        dataset=st.just("digits"),
        model=st.sampled_from(["mlp", "cnn", "lstm", "blocks"]),
        blocks=BLOCKS,
    )
} | {name: _of_points(name) for name in TEXTS}
"""Settings as an address or a file may give them, by what they are about."""


def had(settings: dict) -> TrainConfig | None:
    """Return the config of settings, None where it cannot be had; raises nothing."""
    try:
        return TrainConfig(**settings)
    except ConfigError:
        return None
