"""The LSTM: gates, cell state and output while it reads a digit row by row, or continues a sine wave."""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, cast

import streamlit as st

from core import pretrained
from core.datasets import DatasetDamaged, DatasetMissing, default_dataset, load
from core.datasets.types import normalize
from core.interpret import lstm_gates
from core.interpret.lstm_gates import FORGETTING, liveliest, only, read_rows, step, steps
from core.lessons.lstm import sine
from core.lessons.lstm.figures import cell_diagram, continued_wave, memory, reading
from core.lessons.lstm.sine import NOTCH, TRAINING, Forecaster, continue_wave, mean_error, practice, practise, wave
from core.models import LSTMNet
from core.pretrained import CheckpointError
from core.text.i18n import N_, _
from pages.ui import say
from pages.ui.page_frame import begin, live
from pages.ui.session import session_key
from pages.ui.source_code import show_source
from pages.ui.suggestions import Suggestion, show_suggestions
from pages.ui.svg_view import picture
from pages.ui.url_settings import Settings

TICK = 0.3  # seconds from one value to the next while a setting plays
# What each part begins with. A suggestion sets all of it but for what it is about, so that it shows what it says.
DIGIT = {"digit": "7", "number": 1, "cell": 1, "row": 14, "forget": "learnt"}
WAVE = {"period": 25, "phase": 0, "seen": 40, "cells": 32, "trained": 0, "forget": "learnt"}
ROWS = range(1, 29)
EXAMPLES = 30  # of each digit; the smallest data set has so many to test with
CELLS_OF_DIGIT, CELLS_OF_WAVE = 16, 8  # drawn ones
VALUES = 100  # of a wave, seen or made up
TRAINED = range(0, TRAINING + 1, NOTCH)
SLICES = 4  # of training in one tick
CLICKED = session_key("lstm", "clicked")
MOVING = session_key("lstm", "moving")
GATES, SHOWN = session_key("lstm", "gates"), session_key("lstm", "shown")


@dataclass(frozen=True)
class Part:
    """One part of the lesson; `show` draws it, told whether this run is a tick, and returns whether it goes on."""

    label: str
    sentence: str
    show: Callable[[Settings, bool], bool]
    code: tuple[Callable | type, ...]


def play(settings: Settings, name: str, values: Sequence[int], others: Mapping[str, Any]) -> None:
    """Set the others and let this setting walk through its values, from the first where it stands at the last."""
    settings.set(others)
    if settings.get(name) == values[-1]:
        settings.set({name: values[0]})
    st.session_state[settings.key(f"{name}_plays")] = True


def pause(settings: Settings, name: str) -> None:
    st.session_state[settings.key(f"{name}_plays")] = False


def walk(settings: Settings, name: str, values: Sequence[int], label: str, tick: bool, ready: float = math.inf) -> bool:
    """Show the button of a setting that can play, after its next value is taken at a tick; return whether it plays on.

    It waits at a value that is larger than `ready`.
    """
    plays = settings.key(f"{name}_plays")
    present = st.session_state.get(settings.key(name))  # None where its slider has not been shown yet
    if tick and st.session_state.get(plays) and present is not None and present <= ready:
        following = min((value for value in values if value > present), default=present)
        settings.set({name: following})
        st.session_state[plays] = following < values[-1]
    playing = st.session_state.get(plays, False)
    st.button(
        _("Pause") if playing else label,
        icon=":material/pause:" if playing else ":material/play_arrow:",
        on_click=pause if playing else play,
        args=(settings, name) if playing else (settings, name, values, {}),
        key=settings.key(f"{name}_button"),
        type="primary",
        width=120,
    )
    return playing


def stand(settings: Settings, values: Mapping[str, Any]) -> None:
    """Set the controls, and let none of them walk on from there."""
    settings.set(values)
    for name in ("row", "trained"):
        pause(settings, name)


def suggest(settings: Settings, label: str, icon: str, help: str, values: dict[str, Any]) -> Suggestion:
    return Suggestion(label, icon, help, stand, (settings, values))


def choose_gate(settings: Settings) -> float | None:
    return FORGETTING[settings.segments("forget", _("Forget gates"), FORGETTING, "learnt")].gate


def show_digit(settings: Settings, tick: bool) -> bool:
    try:
        checkpoint, data = pretrained.load("lstm"), load(default_dataset())
    except (CheckpointError, DatasetMissing, DatasetDamaged) as problem:
        say.error(str(problem))
        return False
    show_suggestions(
        Suggestion(
            _("A 7, row by row"),
            ":material/play_circle:",
            _("What does it think before the stroke turns downwards?"),
            play,
            (settings, "row", ROWS, DIGIT | {"row": 1}),
        ),
        suggest(
            settings,
            _("A 6 wants its loop"),
            ":material/hourglass_bottom:",
            _("Read on from here: how late does it make up its mind?"),
            DIGIT | {"digit": "6", "row": 18},
        ),
        suggest(
            settings,
            _("Forget everything"),
            ":material/delete_sweep:",
            _("With its forget gates at 0 the memory is emptied at every row. Can it still read?"),
            DIGIT | {"row": ROWS[-1], "forget": "zero"},
        ),
    )
    places = st.columns([1, 1, 2])
    with places[0]:
        digits = {name: name for name in data.classes}
        digit = settings.menu("digit", _("Digit"), digits, DIGIT["digit"], format_func=str)
    with places[1]:
        number = settings.number("number", _("Which one"), 1, EXAMPLES, DIGIT["number"])
    with places[2]:
        cell = settings.slider("cell", _("Cell, liveliest first"), 1, CELLS_OF_DIGIT, DIGIT["cell"])
    left, right = st.columns([2, 1], vertical_alignment="bottom")
    with left, st.container(horizontal=True, wrap=False, vertical_alignment="bottom"):
        playing = walk(settings, "row", ROWS, _("Read"), tick)
        row = settings.slider("row", _("Rows read"), ROWS[0], ROWS[-1], DIGIT["row"])
    with right:
        gate = choose_gate(settings)

    index = (data.test.targets == data.classes.index(digit)).nonzero()[number - 1, 0]
    ink = data.test.inputs[index].float() / 255
    network = cast(LSTMNet, checkpoint.network)  # a checkpoint holds any kind
    read = read_rows(network, normalize(ink, checkpoint.data_mean, checkpoint.data_std), gate)
    cells = liveliest(read.steps, CELLS_OF_DIGIT)
    lively, chosen = only(read.steps, cells), cells[cell - 1]

    left, right = st.columns([2, 3], gap="medium", vertical_alignment="center")
    with left:
        label = _("A {digit} of which {row} rows are read, and what the network says").format(digit=digit, row=row)
        picture(reading(ink[0].numpy(), row, read.probabilities.numpy(), data.classes, label), "reading")
    with right:
        label = _("Cell {cell} in row {row}: its gates, its memory and what it gives").format(cell=chosen, row=row)
        picture(cell_diagram(read.steps, row, chosen, label), "cell")
    with st.container(key="notice"):
        st.markdown(lstm_gates.notice(read, row, chosen, data.classes))
    label = _("Gates and memory of {cells} cells, row by row").format(cells=len(cells))
    wide, narrow = (memory(lively, cells, row, cell - 1, label, phone) for phone in (False, True))
    clicked = picture(wide, "memory", narrow)
    st.caption(
        _(
            "The {shown} liveliest of {all} cells, one a column; each line is a row of the digit. :blue[Blue is plus], "
            ":orange[orange is minus]. Click on a cell to look into it."
        ).format(shown=len(cells), all=read.steps.cell.shape[1])
    )
    if clicked:
        st.session_state[CLICKED] = {"cell": int(clicked) + 1}
        st.rerun()
    return playing


def show_wave(settings: Settings, tick: bool) -> bool:
    show_suggestions(
        Suggestion(
            _("Watch it learn"),
            ":material/play_circle:",
            _("From nonsense to a wave in a thousand training steps."),
            play,
            (settings, "trained", TRAINED, WAVE),
        ),
        suggest(
            settings,
            _("A wave it never saw"),
            ":material/waves:",
            _("Faster than all that it has practised on: what does it make of it?"),
            WAVE | {"trained": TRAINING, "period": 8},
        ),
        suggest(
            settings,
            _("Forget nothing"),
            ":material/all_inclusive:",
            _("With its forget gates at 1, whatever comes in stays for ever."),
            WAVE | {"trained": TRAINING, "forget": "one"},
        ),
    )
    places = st.columns(4)
    with places[0]:
        period = settings.slider("period", _("Steps to a wave"), 5, 60, WAVE["period"])
    with places[1]:
        phase = settings.slider("phase", _("Begins at"), 0, 345, WAVE["phase"], 15, format="%d°")
    with places[2]:
        seen = settings.slider("seen", _("Values it sees"), 2, 80, WAVE["seen"])
    with places[3]:
        cells = settings.select_slider("cells", _("Cells"), (8, 16, 32), WAVE["cells"])
    training = practice(cells)
    left, right = st.columns([2, 1], vertical_alignment="bottom")
    with left, st.container(horizontal=True, wrap=False, vertical_alignment="bottom"):
        playing = walk(settings, "trained", TRAINED, _("Train"), tick, ready=training.done)
        trained = settings.slider("trained", _("Training steps"), 0, TRAINING, WAVE["trained"], NOTCH)
    with right:
        gate = choose_gate(settings)

    shown = min(trained, training.done)
    truth, made_up = wave(period, math.radians(phase), VALUES), VALUES - seen
    now, before = (continue_wave(training.at(count), truth[:seen], made_up, gate) for count in (shown, 0))
    with st.container(key="notice"):
        error, untrained = (mean_error(continuation, truth, seen) for continuation in (now, before))
        st.markdown(sine.notice(error, untrained, made_up, shown, period))
    label = _("A wave, what the network makes of it, and its gates and memory meanwhile")
    lively = only(now.steps, liveliest(now.steps, CELLS_OF_WAVE))
    drawn = (truth.numpy(), now.predictions.numpy(), seen, lively, label)
    picture(continued_wave(*drawn), "wave", continued_wave(*drawn, narrow=True))
    st.caption(
        _(
            ":blue[━] the wave, :orange[━] what the network makes of it. Below, the {shown} liveliest of {all} cells, "
            "one a line: :blue[blue is plus], :orange[orange is minus]."
        ).format(shown=CELLS_OF_WAVE, all=cells)
    )
    training.advance(trained, SLICES)  # after all is drawn: while a run takes its time, what is not drawn yet fades
    return playing or shown < trained


def keep_gates_apart(settings: Settings, part: str) -> None:
    """Let each part have a choice of forget gates of its own, though they share the address's word for it."""
    choices, shown = st.session_state.setdefault(GATES, {}), st.session_state.get(SHOWN)
    if shown not in (None, part):
        choices[shown] = st.session_state.get(settings.key("forget"), "learnt")
        settings.set({"forget": choices.get(part, "learnt")})
    st.session_state[SHOWN] = part


def panel(settings: Settings, part: Part, tick: bool) -> None:
    settings.set(st.session_state.pop(CLICKED, {}))
    st.session_state[MOVING] = part.show(settings, tick)
    if st.session_state[MOVING] != tick:
        st.rerun()  # the clock belongs to the whole page
    if not tick:  # else each tick would be one more step back for the browser's Back
        settings.write_url()


PARTS = {
    "digit": Part(
        N_("A digit, row by row"),
        N_("This network never sees the whole digit: it reads row after row, and has to keep in mind what it saw."),
        show_digit,
        (read_rows, steps, step),
    ),
    "wave": Part(
        N_("A wave to be continued"),
        N_("This network sees the beginning of a wave. Then it goes on alone: what it says is its next input."),
        show_wave,
        (Forecaster, practise, continue_wave, step),
    ),
}


def main() -> None:
    begin()
    settings = Settings("lstm")
    name = settings.segments("part", _("Sequence"), PARTS, "digit", label_visibility="collapsed")
    keep_gates_apart(settings, name)
    part = PARTS[name]
    st.write(_(part.sentence))
    moving = st.session_state.get(MOVING, False)
    live(run_every=TICK if moving else None)(panel)(settings, part, moving)
    show_source(*part.code)


main()
