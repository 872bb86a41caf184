"""Everything of a run that a person can take along, and settings brought back."""

import math
import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

import streamlit as st

from core.codegen.notebook import notebook
from core.codegen.script import script
from core.config import ConfigError, TrainConfig
from core.config.fields import ON_PLAYGROUND, SETTINGS, applies, default_of
from core.config.json_file import MAX_BYTES, config_json, read_config
from core.config.kinds import Setting
from core.datasets import POINTS
from core.export.curves_csv import curves_csv
from core.export.onnx_model import onnx_model
from core.export.report import report
from core.export.tensorboard_log import tensorboard_log
from core.export.weights import weights
from core.lessons.build.problems import TASKS
from core.playground.edit import MAX_LAYERS, MAX_NEURONS
from core.runs import Run
from core.runs.store import Entry
from core.scheduler import prepare_thread
from core.text.i18n import N_, _, use_language
from pages.parts.playground import form as playground_form
from pages.parts.playground.form import DEFAULTS
from pages.parts.train import form as train_form
from pages.ui import say
from pages.ui.navigation import page
from pages.ui.run_links import address, page_of
from pages.ui.session import Runs, session_key
from pages.ui.url_settings import Settings

COLUMNS = 4
MAX_ADDRESS = 4000  # letters; some browsers and messengers cut longer ones
CODE_HEIGHT = 360  # pixels
FILE = "runs_settings_file"
SAID = session_key(__name__, "said")


@dataclass(frozen=True)
class Item:
    """One thing to take along.

    Attributes:
        ending: of the file's name, behind the name of the run.
        note: what it is for.
        make: its content.
    """

    label: str
    icon: str
    ending: str
    mime: str
    note: str
    make: Callable[[Entry], bytes | str]


def show(runs: Runs, settings: Settings) -> None:
    """Show the choice of a run, its program, and all that can be downloaded of it."""
    if runs.run_store.entries:
        entry = choose_run(runs, settings)
        show_state(entry)
        show_downloads(entry)
        show_script(entry.run)
        show_address(entry.run.config)
    else:
        say.info(_("There is no run yet. Train a network, and everything about it can be taken along from here."))
        st.page_link(page("train"))
    show_loading()


def choose_run(runs: Runs, settings: Settings) -> Entry:
    """Show the choice; where the chosen run was deleted, say so and take the newest that has learnt something."""
    entries = {f"run-{entry.run.number}": entry for entry in runs.run_store.entries}
    learnt = [name for name, entry in entries.items() if entry.run.view().last]
    default = (learnt or list(entries))[-1]
    key = settings.key("home_run")
    if st.session_state.get(key, default) not in entries:
        settings.set({"home_run": default})
        say.info(_("The run that was chosen here is gone; this is {name}.").format(name=entries[default].name))
    labels = {name: f"{entry.name}: {entry.run.title}" for name, entry in entries.items()}
    name = settings.menu("home_run", _("Run"), labels, default, format_func=labels.__getitem__, width=480)
    return entries[name]


def show_state(entry: Entry) -> None:
    """Say what of the run is taken along."""
    run = entry.run
    view = run.view()
    step = view.last.step if view.last else 0
    with st.container(key="notice"):
        if view.status.over:
            st.caption(
                _("{parts} things to take along, as the run was when it ended, after step {step:,}.").format(
                    parts=len(ITEMS), step=step
                )
            )
        else:
            st.caption(
                _(
                    "It is still going on (step {step:,}): each file is a frozen copy of the moment at which you press "
                    "its button."
                ).format(step=step)
            )
    if run.modified:
        say.warning(
            _(
                "Settings or weights of this run were changed on the way. The script and the notebook start from the "
                "settings that it began with, and cannot repeat what was changed."
            )
        )


def show_downloads(entry: Entry) -> None:
    """Show a button for each thing; what it holds is made when it is pressed."""
    items = list(ITEMS.items())
    for first in range(0, len(items), COLUMNS):
        for column, (name, item) in zip(st.columns(COLUMNS), items[first : first + COLUMNS], strict=False):
            with column:
                st.download_button(
                    _(item.label),
                    _when_pressed(item, entry),
                    file_name=f"{_stem(entry.name)}{item.ending}",
                    mime=item.mime,
                    icon=item.icon,
                    on_click="ignore",
                    key=f"take_{name}",
                    width="stretch",
                )
                st.caption(_(item.note))


def show_script(run: Run) -> None:
    """Show the program that does the run again."""
    with st.expander(_("Read the script"), icon=":material/code:"):
        try:
            st.code(_script(run.config, epochs_of(run), st.context.locale), language="python", height=CODE_HEIGHT)
        except ValueError as problem:  # its data are no longer there
            say.warning(str(problem))


def show_address(config: TrainConfig) -> None:
    """Show the link that opens the same settings elsewhere."""
    whole = address(config)
    with st.expander(_("Share a link"), icon=":material/link:"):
        if len(whole) > MAX_ADDRESS:
            st.caption(_("These points are too many for an address: share the file of settings instead."))
            return
        st.caption(
            _("It opens the page “{page}” with these settings, for everyone who can reach this server.").format(
                page=page(page_of(config)).title
            )
        )
        st.code(whole, language=None, wrap_lines=True)


def show_loading() -> None:
    """Let settings be loaded from a file, and say where they are now."""
    with st.expander(
        _("Load settings"), icon=":material/upload_file:", key="load_settings", expanded=SAID in st.session_state
    ):
        st.file_uploader(
            _("A file of settings, as “Settings” above saves it"),
            type=["json"],
            max_upload_size=1,
            key=FILE,
            on_change=_load,
        )
        if SAID in st.session_state:
            name, sentence = st.session_state[SAID]
            if name is None:
                say.error(sentence)
            else:
                say.success(sentence)
                st.page_link(page(name))


def _load() -> None:
    file = st.session_state[FILE]
    st.session_state.pop(SAID, None)
    if file is None:  # it was taken away again
        return
    try:
        if file.size > MAX_BYTES:
            raise ConfigError(_("A file of settings has at most {most:,} bytes.").format(most=MAX_BYTES))
        config = read_config(file.getvalue())
        _set_page(config)
    except ConfigError as problem:
        st.session_state[SAID] = (None, str(problem))
    else:
        title = page(page_of(config)).title
        st.session_state[SAID] = (
            page_of(config),
            _("Loaded: {title}. The page “{page}” is set to it.").format(title=config.title, page=title),
        )


def _set_page(config: TrainConfig) -> None:
    """Set the page that these settings belong to. Raises ConfigError where it has no such setting."""
    title = page(page_of(config)).title
    points = page_of(config) == "playground"
    for name in beyond_playground(config) if points else beyond_train(config):
        raise ConfigError(
            _("The page “{page}” cannot be set to this {name}: {value}.").format(
                page=title, name=name, value=str(getattr(config, name))[:40]
            )
        )
    if points:
        playground_form.show_config({name: getattr(config, name) for name in ON_PLAYGROUND})
    else:
        train_form.show_config(config)


def beyond_train(config: TrainConfig) -> list[str]:
    """Return the settings that the page Train has no control for, or none that reaches so far."""
    values = {name: (setting, getattr(config, name)) for name, setting in SETTINGS.items()}
    beyond = [name for name, (setting, value) in values.items() if setting.section and _is_beyond(setting, value)]
    elsewhere = [name for name, (setting, _value) in values.items() if not setting.section and applies(config, name)]
    return beyond + [name for name in elsewhere if getattr(config, name) != default_of(name)]


def beyond_playground(config: TrainConfig) -> list[str]:
    """Return the settings that the playground has no control for, or none that reaches so far."""
    here = {name: getattr(config, name) for name in ON_PLAYGROUND}
    shown = replace(DEFAULTS, **here, loss=TASKS[config.problem.task].loss)
    beyond = [name for name in SETTINGS if getattr(config, name) != getattr(shown, name)]
    beyond += [name for name in here if (values := playground_form.CHOICES[name]) and here[name] not in values]
    large = len(config.hidden) > MAX_LAYERS or max(config.hidden, default=0) > MAX_NEURONS
    return beyond + ["hidden"] * large


def _is_beyond(setting: Setting, value: Any) -> bool:
    return setting.slider is not None and not setting.slider[0] <= value <= setting.slider[1]


def _when_pressed(item: Item, entry: Entry) -> Callable[[], bytes]:
    locale = st.context.locale

    def make() -> bytes:
        # In a thread of its own, which neither app.py nor the page has prepared.
        prepare_thread()
        use_language(locale)
        content = item.make(entry)
        return content.encode() if isinstance(content, str) else content

    return make


def epochs_of(run: Run) -> int | None:
    """Return for how many epochs the program is to go on; None for as many as the settings say.

    A run of the playground has no end of its own, so it is repeated as far as it has come.
    """
    last = run.view().last
    return max(1, math.ceil(last.epoch)) if last and run.config.dataset in POINTS else None


@lru_cache(maxsize=16)
def _script(config: TrainConfig, epochs: int | None, locale: str | None) -> str:
    """Keep the program, in the reader's language, as it takes a while to write where the data are part of it."""
    return script(config, epochs)


def _stem(name: str) -> str:
    """Return the name of a run as every system takes it in a file's name."""
    return re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-") or "run"


ITEMS = {
    "script": Item(
        N_("Script"),
        ":material/terminal:",
        ".py",
        "text/x-python",
        N_("One file of plain PyTorch that trains it again, number for number."),
        lambda entry: script(entry.run.config, epochs_of(entry.run)),
    ),
    "notebook": Item(
        N_("Notebook"),
        ":material/menu_book:",
        ".ipynb",
        "application/x-ipynb+json",
        N_("The same in steps with explanations, for Jupyter or Colab."),
        lambda entry: notebook(entry.run.config, epochs_of(entry.run)),
    ),
    "weights": Item(
        N_("Weights"),
        ":material/grain:",
        ".safetensors",
        "application/octet-stream",
        N_("What it has learnt, as safetensors. The page Draw can load it again."),
        lambda entry: weights(entry.run),
    ),
    "onnx": Item(
        N_("ONNX"),
        ":material/conversion_path:",
        ".onnx",
        "application/octet-stream",
        N_("The network ready to run in a browser, on a phone, or in another language."),
        lambda entry: onnx_model(entry.run),
    ),
    "settings": Item(
        N_("Settings"),
        ":material/settings:",
        ".json",
        "application/json",
        N_("All settings as JSON, to be loaded below on any computer."),
        lambda entry: config_json(entry.run.config),
    ),
    "curves": Item(
        N_("Curves"),
        ":material/table:",
        ".csv",
        "text/csv",
        N_("Loss and accuracy by step, epoch and second, for a spreadsheet."),
        lambda entry: curves_csv(entry.run.view()),
    ),
    "tensorboard": Item(
        N_("TensorBoard"),
        ":material/monitoring:",
        "-tensorboard.zip",
        "application/zip",
        N_("The same curves as event files: unpack, then `tensorboard --logdir .`"),
        lambda entry: tensorboard_log(entry.run),
    ),
    "report": Item(
        N_("Report"),
        ":material/description:",
        ".html",
        "text/html",
        N_("One page to print: settings, curves, what it mixes up, worst mistakes."),
        lambda entry: report(entry.run, entry.name, script(entry.run.config, epochs_of(entry.run))),
    ),
}
