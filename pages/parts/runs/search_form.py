"""The controls of a search: which settings vary, over which values, and by which method."""

from collections.abc import Hashable, Iterable
from typing import Any

import streamlit as st

from core.config import TrainConfig
from core.experiments.search import CONTINUOUS, MAX_TRIALS, METHODS, Search, SearchError
from core.experiments.search_space import Variable, applicable_to
from core.text.i18n import _
from pages.ui import say
from pages.ui.navigation import page
from pages.ui.suggestions import Suggestion, show_suggestions
from pages.ui.url_settings import Settings

MAX_EPOCHS = 30
WIDTH = 260  # pixels of a small slider
NOT_HERE = ("seed",)  # a lucky seed is no good setting
DEFAULT_VARIED = ("learning_rate", "width")


def suggest(settings: Settings) -> None:
    show_suggestions(
        suggestion(settings, "rates", _("Which learning rate?"), ":material/speed:",
                _("Each optimizer wants its own: a grid of the two."),
                vary=["learning_rate", "optimizer"], learning_rate=(0.0001, 0.3),
                optimizer=["sgd", "adam"], method="grid", budget=16),
        suggestion(settings, "sizes", _("How large a network?"), ":material/width:",
                _("Wider or deeper: every pair once."),
                vary=["width", "depth"], width=["4", "16", "64", "256"], depth=["1", "2", "3"], method="grid",
                budget=12),
        suggestion(settings, "all", _("A bit of everything"), ":material/casino:",
                _("Too many combinations for a grid: TPE learns where to look."),
                vary=["learning_rate", "optimizer", "width", "batch_size"], learning_rate=(0.0001, 0.3),
                optimizer=["sgd", "adam", "adamw"], width=["16", "64", "256"], batch_size=["16", "64", "256"],
                method="tpe", budget=24),
    )  # fmt: skip


def suggestion(settings: Settings, key: str, label: str, icon: str, help: str, **values: Any) -> Suggestion:
    """Make a button that sets these controls."""
    prefixed = {f"search_{name}": value for name, value in values.items()}
    return Suggestion(label, icon, help, settings.set, (prefixed,), f"search_try_{key}")


def choose(settings: Settings, base: TrainConfig) -> Search | None:
    """Show the controls; return the search that they ask for, or None, with a sentence, where it cannot be had."""
    with st.container(horizontal=True, vertical_alignment="center"):
        st.caption(_("All tries begin with the settings of the page Train: {title}").format(title=base.title))
        st.page_link(page("train"), label=_("Change them there"))
    offered = {name: variable for name, variable in applicable_to(base).items() if name not in NOT_HERE}
    left, right = st.columns(2, gap="medium")
    with left:
        varied = choose_varied(settings, offered)
        method = settings.segments("search_method", _("Method"), METHODS, "random")
        st.caption(_(METHODS[method].note))
    with right:
        space = {name: choose_values(settings, name, offered[name]) for name in varied}
    epochs = base.epochs
    with st.container(horizontal=True):
        budget = settings.slider("search_budget", _("Tries at most"), 1, MAX_TRIALS, 12, width=WIDTH)
        if "epochs" not in space:
            label = _("Epochs of each try")
            epochs = settings.slider("search_epochs", label, 1, MAX_EPOCHS, 3, width=WIDTH)
    try:
        search = Search(base, space, method, budget, epochs, base.seed)
    except SearchError as problem:
        say.error(str(problem))
        return None
    return search


def choose_varied(settings: Settings, offered: dict[str, Variable]) -> list[str]:
    """Show which settings may be varied; return those chosen, in the order of the menu."""
    default = [name for name in DEFAULT_VARIED if name in offered]
    return settings.several("search_vary", _("What to vary"), offered, default, wrap=True)


def choose_values(settings: Settings, name: str, variable: Variable) -> tuple[Hashable, ...]:
    """Show the values of one setting; return those to try."""
    if name in CONTINUOUS:
        minimum, maximum = choose_range(settings, name, variable)
        return tuple(value for value in numbers(variable.choices) if minimum <= value <= maximum)
    written = {str(value): value for value in variable.choices}
    chosen = settings.several(
        f"search_{name}",
        _(variable.label),
        written,
        [str(value) for value in variable.tried],
        format_func=lambda text: variable.label_of(written[text]),
        wrap=True,
    )
    return tuple(written[text] for text in chosen)


def choose_range(settings: Settings, name: str, variable: Variable) -> tuple[float, float]:
    """Show a slider with two ends."""

    def read(text: str) -> tuple[float, float]:
        minimum, maximum = (float(end) for end in text.split(","))
        if not (minimum in variable.choices and maximum in variable.choices and minimum <= maximum):
            raise ValueError(text)
        return minimum, maximum

    default = (numbers(variable.tried)[0], numbers(variable.tried)[-1])
    settings.bind_value(f"search_{name}", default, read, lambda ends: ",".join(f"{end:g}" for end in ends))
    return st.select_slider(
        _(variable.label),
        numbers(variable.choices),
        default,  # a pair, which makes it a slider with two ends
        variable.label_of,
        key=settings.key(f"search_{name}"),
        persist_state="session",
    )


def numbers(values: Iterable[Hashable]) -> list[float]:
    return [value for value in values if isinstance(value, int | float)]
