"""The blocks of a network as rows that can be changed, moved and taken away."""

from collections import deque
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import streamlit as st

from core.blocks import BLOCKS, format_blocks, parse_blocks
from core.blocks.network import Row
from core.blocks.registry import FAMILIES, BlocksError, Choice, Hyperparameter, Placed, Value
from core.lessons.build.edit import add, change, move, remove
from core.lessons.build.figures import size
from core.text.i18n import _
from pages.ui import say
from pages.ui.url_settings import Settings

NAME = "blocks"
NAME_WIDTH, KNOB_WIDTH = 116, 120  # pixels
END = -1  # in the menu of the blocks that a new one may stand before: none of them
PROBLEM, PAST = "blocks_problem", "blocks_past"
MAX_UNDONE = 50


def chosen_blocks(settings: Settings, default: str) -> tuple[Placed, ...]:
    """Return the stack, which is in the address as text; `put` and `edit` change it."""
    return settings.bind_value(NAME, parse_blocks(default), parse_blocks, format_blocks)


def edit_blocks(settings: Settings, blocks: Sequence[Placed], rows: Sequence[Row]) -> None:
    """Show a row for each block, with what `trace` has found for it, and the menu of blocks to add."""
    for place, (placed, row) in enumerate(zip(blocks, rows, strict=True)):
        with st.container(key=f"block_{place}", gap=None):
            _show_row(settings, placed, row, first=place == 0, last=place == len(blocks) - 1)
            if row.error:
                say.error(row.mend, code=row.error, icon=":material/error:")
    with st.container(horizontal=True, vertical_alignment="center"):
        _show_menu(settings, blocks)
    if settings.key(PROBLEM) in st.session_state:
        say.warning(st.session_state.pop(settings.key(PROBLEM)))


def put(settings: Settings, values: Mapping[str, Any]) -> None:
    """Set the stack, and other settings with it, in a way that can be undone; to be called as a button's on_click."""
    past = st.session_state.setdefault(settings.key(PAST), deque(maxlen=MAX_UNDONE))
    past.append({name: settings.get(name) for name in values})
    settings.set(values)


def edit(settings: Settings, function: Callable[..., tuple[Placed, ...]], *arguments: Any) -> None:
    """Put a function of the present stack in its place; to be called as a button's on_click."""
    try:
        put(settings, {NAME: function(settings.get(NAME), *arguments)})
    except BlocksError as problem:
        st.session_state[settings.key(PROBLEM)] = str(problem)


def _show_menu(settings: Settings, blocks: Sequence[Placed]) -> None:
    st.selectbox(
        _("Add a block"),
        list(BLOCKS),
        index=None,
        placeholder=_("Add a block …"),
        format_func=lambda key: f"{_(BLOCKS[key].label)} · {_(FAMILIES[BLOCKS[key].family].label)}",
        label_visibility="collapsed",
        key=settings.key("add"),
        on_change=_add,
        args=(settings,),
    )
    places = {END: _("at the end")} | {
        placed.number: _("before {place} · {block}").format(place=place, block=placed.title)
        for place, placed in enumerate(blocks, start=1)
    }
    key = settings.key("before")
    if st.session_state.get(key) not in places:  # that block has gone
        st.session_state[key] = END
    st.selectbox(
        _("Where to add it"), list(places), format_func=places.__getitem__, label_visibility="collapsed", key=key
    )
    st.button(
        _("Undo"),
        icon=":material/undo:",
        disabled=not st.session_state.get(settings.key(PAST)),
        key=settings.key("undo"),
        on_click=_undo,
        args=(settings,),
    )


def _show_row(settings: Settings, placed: Placed, row: Row, first: bool, last: bool) -> None:
    block, number = placed.block, placed.number
    with st.container(horizontal=True, vertical_alignment="center", gap="xsmall"):
        label = f":{FAMILIES[block.family].color}-badge[{block.icon} {_(block.label)}]"
        st.markdown(label, width=NAME_WIDTH, help=_(block.note))
        pairs = list(zip(block.hyperparameters, placed.values, strict=True))
        if len(pairs) == 1:
            _show_hyperparameter(settings, number, *pairs[0], "collapsed")
        elif pairs:
            _show_hyperparameters(settings, number, pairs)
        st.space("stretch")
        with st.container(horizontal=True, horizontal_alignment="right", gap="xsmall", width="content"):
            for name, icon, help, off, action, extra in (
                ("up", ":material/arrow_upward:", _("Move up"), first, move, (-1,)),
                ("down", ":material/arrow_downward:", _("Move down"), last, move, (1,)),
                ("remove", ":material/close:", _("Remove"), False, remove, ()),
            ):
                st.button(
                    "",
                    icon=icon,
                    help=help,
                    type="tertiary",
                    disabled=off,
                    key=settings.key(f"{name}_{number}"),
                    on_click=edit,
                    args=(settings, action, number, *extra),
                )
    st.caption(_sizes(row))


def _show_hyperparameters(
    settings: Settings, number: int, pairs: Sequence[tuple[Hyperparameter | Choice, Value]]
) -> None:
    help = ", ".join(f"{_(param.label)} {value}" for param, value in pairs)
    words = " · ".join(str(value) for _hyperparameter, value in pairs)
    with st.popover(words, width=KNOB_WIDTH, help=help, key=settings.key(f"knobs_{number}")):
        for param, value in pairs:
            _show_hyperparameter(settings, number, param, value, "visible")


def _show_hyperparameter(
    settings: Settings, number: int, param: Hyperparameter | Choice, value: Value, visibility: str
) -> None:
    key = settings.key(f"knob_{number}_{param.name}")
    if st.session_state.get(key) != value:  # the stack alone knows: the widget follows it
        st.session_state[key] = value
    options = {
        "key": key,
        "label_visibility": visibility,
        "on_change": _change,
        "args": (settings, number, param.name),
    }
    if isinstance(param, Choice):
        st.selectbox(
            _(param.label),
            list(param.options),
            format_func=lambda name: _(param.options[name]),
            **options,
        )
    else:
        st.number_input(
            _(param.label),
            param.minimum,
            param.maximum,
            param.default,
            param.step,
            width=KNOB_WIDTH if visibility == "collapsed" else "stretch",
            **options,
        )


def _sizes(row: Row) -> str:
    if row.before is None:
        return _("waits for the block above")
    weights = _(" · **{count:,}** parameters").format(count=row.parameters) if row.parameters else ""
    return f"{size(row.before)} → {size(row.after) if row.after else '✕'}{weights}"


def _undo(settings: Settings) -> None:
    past = st.session_state.get(settings.key(PAST))
    if past:
        settings.set(past.pop())


def _add(settings: Settings) -> None:
    key = settings.get("add")
    settings.set({"add": None})
    if key:
        edit(settings, add, key, settings.get("before"))


def _change(settings: Settings, number: int, param: str) -> None:
    edit(settings, change, number, param, settings.get(f"knob_{number}_{param}"))
