"""The controls of the 2-D playground: all settings of a run on points, each in the page's address."""

from dataclasses import replace

import streamlit as st

from core.activations import ACTIVATIONS
from core.config import ConfigError, TrainConfig
from core.config.layer_widths import format_layers, parse_layers
from core.config.train_config import NUMBERS, WHOLE_NUMBERS
from core.datasets import POINTS, problem_of
from core.features import FEATURES
from core.lessons.build.problems import TASKS
from core.optimizers import OPTIMIZERS
from core.playground.edit import MOST_LAYERS, MOST_NEURONS
from core.regularization import REGULARIZATIONS
from core.text.i18n import _
from pages.ui.url_settings import Settings

PAGE = "playground"
OWN = ("own", "own_values")  # the sets that are made of single points
WIDE, NARROW = 190, 120  # pixels
SPEED, NO_LIMIT = 30, 0  # epochs a second
LEARNING_RATES = [0.0001, 0.0003, 0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1.0, 3.0, 10.0]
RATES = [0.0, 0.0001, 0.0003, 0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1.0, 3.0]
FIRST_RATE = 0.003
GOALS = [0.0, 0.001, 0.003, 0.01, 0.03, 0.05, 0.1, 0.2, 0.3, 0.5]
SPEEDS = [1, 3, 10, 30, 100, 300, NO_LIMIT]
BATCH_SIZES = [1, 2, 3, 5, 10, 15, 20, 25, 30, 50, 100, 250]
SAMPLES = [20, 50, 100, 200, 300, 500, 1000, 2000]
USUAL = TrainConfig(
    dataset="circle",
    model="points",
    hidden=(4, 2),
    activation="tanh",
    loss="bce",
    optimizer="sgd",
    learning_rate=0.03,
    batch_size=10,
    epochs=WHOLE_NUMBERS["epochs"][1],
    tests_per_epoch=1,
)
HERE = (  # the fields of a TrainConfig that this page sets
    "dataset",
    "points",
    "samples",
    "noise",
    "test_share",
    "batch_size",
    "seed",
    "features",
    "hidden",
    "activation",
    "activations",
    "dropouts",
    "optimizer",
    "learning_rate",
    "regularization",
    "regularization_rate",
    "stop_loss",
)


class PointsControls:
    """Shows the settings and gathers what was chosen; `config` makes a TrainConfig of it."""

    def __init__(self) -> None:
        self.settings = Settings(PAGE)
        self.chosen: dict[str, object] = {}

    def network(self) -> None:
        """Take the network's shape, which the picture itself changes."""
        keep = self.settings.keep
        self.chosen["features"] = keep("features", USUAL.features, _read_features, ",".join)
        self.chosen["hidden"] = keep("hidden", USUAL.hidden, _read_hidden, _write_layers)
        self.chosen["activations"] = keep("activations", (), _read_activations, ",".join)
        self.chosen["dropouts"] = keep("dropouts", (), _read_dropouts, lambda shares: ",".join(map(str, shares)))

    def weights(self) -> None:
        """Take the weights of a network that somebody shared, as text; empty for none."""
        self.settings.keep("weights", "", str, str)

    def pace(self) -> float | None:
        """Show how fast it goes; return the epochs a second, None for no limit."""
        speed = self.settings.pick("speed", _("Epochs a second"), SPEEDS, SPEED, format_func=_speed, width=NARROW)
        return None if speed == NO_LIMIT else float(speed)

    def bar(self) -> None:
        """Show what is changed most, side by side, and the rest behind a button."""
        self.chosen["dataset"] = self.settings.menu(
            "dataset", _("Data set"), POINTS, USUAL.dataset, on_change=_follow_dataset, width=WIDE
        )
        self._pick("learning_rate", _("Learning rate"), LEARNING_RATES, width=NARROW)
        self._menu("activation", _("Activation"), ACTIVATIONS, width=NARROW)
        self._menu("optimizer", _("Optimizer"), OPTIMIZERS, width=NARROW)
        with st.popover(_("More"), icon=":material/tune:", key="more"):
            self._more()

    def _more(self) -> None:
        show = self.settings
        takes = POINTS[self.chosen["dataset"]].takes
        if "samples" in takes:
            self.chosen["samples"] = show.notches("samples", _("Points"), SAMPLES, USUAL.samples)
        if "noise" in takes:
            self.chosen["noise"] = show.slider("noise", _("Noise"), *NUMBERS["noise"], USUAL.noise, 0.05)
        self.chosen["test_share"] = show.slider(
            "test_share", _("Share of the points that is for testing"), *NUMBERS["test_share"], USUAL.test_share, 0.1
        )
        self.chosen["batch_size"] = show.notches("batch_size", _("Batch size"), BATCH_SIZES, USUAL.batch_size)
        with st.container(horizontal=True):
            self._menu("regularization", _("Regularization"), REGULARIZATIONS, on_change=_follow_regularization)
            self._pick("regularization_rate", _("Its rate"), RATES)
        self._pick("stop_loss", _("Pause at a test loss of"), GOALS, format_func=_goal)
        self.chosen["seed"] = show.number(
            "seed",
            _("Seed"),
            *WHOLE_NUMBERS["seed"],
            USUAL.seed,
            help=_("Decides points, first weights and batches: the same seed shows everyone the same run."),
        )

    def points(self) -> None:
        """Show what the set is about, and its formula where a person types one."""
        points = POINTS[self.chosen["dataset"]]
        st.caption(_(points.note))
        self.chosen["points"] = ""
        if "text" not in points.takes:
            return
        if "samples" in points.takes:
            self.chosen["points"] = self.settings.text("points", _("Formula of x1 and x2"), points.usual_text)
        else:
            self.chosen["points"] = self.settings.keep("points", points.usual_text, str, str)

    def look(self) -> dict[str, bool]:
        """Show what is to be seen in the picture."""
        with st.container(horizontal=True):
            show_test = self.settings.switch("show_test", _("Show test points"))
            discretize = self.settings.switch("discretize", _("Only the answer, not how sure"))
        return {"show_test": show_test, "discretize": discretize, "own": self.chosen["dataset"] in OWN}

    def config(self) -> TrainConfig:
        """Return the run that is asked for. Raises ConfigError where it cannot be had."""
        try:
            task = problem_of(self.chosen["dataset"], self.chosen["points"]).task
        except ValueError as problem:
            raise ConfigError(str(problem)) from problem
        return replace(USUAL, **self.chosen, loss=TASKS[task].loss)

    def _menu(self, name: str, label: str, registry: dict, **options: object) -> None:
        self.chosen[name] = self.settings.menu(name, label, registry, getattr(USUAL, name), **options)

    def _pick(self, name: str, label: str, values: list[float], **options: object) -> None:
        self.chosen[name] = self.settings.pick(name, label, values, getattr(USUAL, name), **options)


def show_config(changes: dict[str, object]) -> None:
    """Set all controls to the usual settings but for the changes; from a button's on_click, before they are drawn."""
    values = {name: getattr(USUAL, name) for name in HERE} | changes
    text = POINTS[values["dataset"]].usual_text
    Settings(PAGE).set(values | {"points": values["points"] or text, "weights": ""})


def _follow_dataset() -> None:
    settings = Settings(PAGE)
    settings.set({"points": POINTS[settings.get("dataset")].usual_text, "weights": ""})


def _follow_regularization() -> None:
    # A penalty with the rate 0 would do nothing, and nobody would know why.
    settings = Settings(PAGE)
    if not settings.get("regularization_rate"):
        settings.set({"regularization_rate": FIRST_RATE})


def _speed(epochs: int) -> str:
    return str(epochs) if epochs != NO_LIMIT else _("no limit")


def _goal(loss: float) -> str:
    return f"{loss:g}" if loss else _("never")


def _write_layers(widths: tuple[int, ...]) -> str:
    return format_layers(widths).replace(" ", "")


def _read_hidden(text: str) -> tuple[int, ...]:
    widths = parse_layers(text)
    if len(widths) > MOST_LAYERS or not all(1 <= width <= MOST_NEURONS for width in widths):
        raise ValueError(text)
    return widths


def _read_features(text: str) -> tuple[str, ...]:
    names = _known(text, FEATURES)
    if len(set(names)) < len(names) or not names:
        raise ValueError(text)
    return tuple(sorted(names, key=list(FEATURES).index))


def _read_activations(text: str) -> tuple[str, ...]:
    return _known(text, ACTIVATIONS)


def _known(text: str, registry: dict) -> tuple[str, ...]:
    names = tuple(text.split(","))
    if not set(names) <= set(registry):
        raise ValueError(text)
    return names


def _read_dropouts(text: str) -> tuple[float, ...]:
    shares = tuple(map(float, text.split(",")))
    least, most = NUMBERS["dropout"]
    if len(shares) > MOST_LAYERS or not all(least <= share <= most for share in shares):
        raise ValueError(text)
    return shares
