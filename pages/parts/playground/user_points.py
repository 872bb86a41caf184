"""Points of a person's own in the 2-D playground: by clicks, as text, from a file, or from a set that is there."""

from collections.abc import Callable

import streamlit as st

from core.datasets import POINTS
from core.datasets.points_table import MAX_TEXT, PointsError
from core.datasets.text_encoding import EncodingError, decode_text
from core.datasets.user_points import (
    OwnPoints,
    add,
    fit_to_plane,
    format_points,
    parse_points,
    remove_last,
)
from core.losses import class_indices
from core.runs import Run
from core.text.i18n import _
from pages.ui import say
from pages.ui.markdown import plain
from pages.ui.url_settings import Settings

LABELS = "ABCDEF"
VALUE_SETS = [name for name, points in POINTS.items() if points.problem(points.default_text).task == "regression"]
VALUES = [-1.0, -0.5, 0.0, 0.5, 1.0]
PROBLEM = "points_problem"
CERTAIN = ("UTF-8", "UTF-16", "UTF-32")
FILE, PASTED = "points_file", "pasted"


def next_label(settings: Settings) -> str:
    """Show which class or value the next click gives, and take points away; return that label."""
    with st.container(horizontal=True, vertical_alignment="bottom"):
        if settings.get("dataset") == "own":
            names = list(dict.fromkeys([*parse_points(settings.get("points")).labels, *LABELS]))[: len(LABELS)]
            label = st.segmented_control(
                _("A click on the plane sets a point of class"),
                names,
                default=names[0],
                format_func=plain,
                key="next_class",
                required=True,
            )
        else:
            label = st.select_slider(_("A click on the plane sets a point of value"), VALUES, 1.0, key="next_value")
        st.button(_("Undo"), icon=":material/undo:", key="undo_point", on_click=_change, args=(settings, remove_last))
    return str(label)


def show_problem(settings: Settings) -> None:
    """Say what was wrong with the last points, once."""
    if settings.key(PROBLEM) in st.session_state:
        say.warning(st.session_state.pop(settings.key(PROBLEM)))


def set_point(settings: Settings, point: tuple[float, float], label: str) -> None:
    """Add a point to the person's own."""
    _change(settings, lambda text: add(text, *point, label))


def _change(settings: Settings, function: Callable[[str], str]) -> None:
    try:
        text = function(settings.get("points"))
        POINTS[settings.get("dataset")].problem(text)
    except ValueError as problem:
        st.session_state[settings.key(PROBLEM)] = str(problem)
    else:
        settings.set({"points": text})


def show_own(run: Run, settings: Settings) -> None:
    """Let a person make a set of points: by clicks, as text, from a file, or from the points that are there."""
    if not POINTS[settings.get("dataset")].single:
        st.button(
            _("Make the set your own"),
            icon=":material/edit_location_alt:",
            key="make_own",
            on_click=_make_own,
            args=(run, settings),
            help=_("Keeps these points, and lets you add some by a click on the plane."),
        )
    st.file_uploader(
        _("A CSV file with the columns x1, x2, label"),
        "csv",
        key=FILE,
        max_upload_size=1,
        on_change=_take_file,
        args=(settings,),
    )
    st.text_area(
        _("Or paste lines of x1, x2, label"),
        key=PASTED,
        placeholder="-4, 1, A\n3, 0.5, B",
        max_chars=MAX_TEXT,
        persist_state="session",
    )
    st.button(_("Take these points"), key="take_pasted", on_click=_take_pasted, args=(settings,))


def _take_file(settings: Settings) -> None:
    uploaded = st.session_state[FILE]
    if uploaded is None:
        return
    try:
        text, encoding = decode_text(uploaded.getvalue(), st.context.locale or "en")
    except EncodingError as problem:
        st.session_state[settings.key(PROBLEM)] = str(problem)
        return
    if _take(settings, text) and encoding not in CERTAIN:
        st.session_state.setdefault(
            settings.key(PROBLEM),
            _("The file was read as {encoding}. If a name looks wrong, save the file as UTF-8.").format(
                encoding=_(encoding)
            ),
        )


def _take_pasted(settings: Settings) -> None:
    _take(settings, st.session_state[PASTED])


def _make_own(run: Run, settings: Settings) -> None:
    data = run.data
    points, labels = [], []
    for split in (data.train, data.test):
        points += [(x1, x2) for x1, x2 in split.inputs.tolist()]
        if data.task == "regression":
            labels += [f"{value:.2f}" for value in split.targets[:, 0].tolist()]
        else:
            labels += [LABELS[number] for number in class_indices(split.targets).tolist()]
    _take(settings, format_points(OwnPoints(tuple(points), tuple(labels))))


def _take(settings: Settings, text: str) -> bool:
    """Take points over from a text, and return whether that was possible; a bad one changes nothing."""
    try:
        own = parse_points(text)
        fitted = fit_to_plane(own)
        name = "own_values" if settings.get("dataset") in VALUE_SETS else "own"
        text = format_points(fitted)
        POINTS[name].problem(text)
    except PointsError as problem:
        st.session_state[settings.key(PROBLEM)] = str(problem)
        return False
    settings.set({"dataset": name, "points": text, "weights": ""})
    if fitted is not own:
        st.session_state[settings.key(PROBLEM)] = _("The points did not fit into the plane, so they have been scaled.")
    return True
