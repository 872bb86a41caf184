"""The controls of a lesson, each of which is in the page's address under its own name."""

import math
from collections.abc import Callable, Container, Mapping, Sequence
from typing import Any, TypeVar, overload

import streamlit as st

from core.config.kinds import Registry
from core.text.i18n import _
from pages.ui import say

MAX_TEXT = 512
_ARRIVAL = "ui.url_settings.arrival"  # the settings on the first page of a session while it is drawn; None after that
_KEPT = "ui.url_settings.kept"  # what is in the address of every page and is no page's setting

Value = TypeVar("Value")
Number = TypeVar("Number", int, float)


class Settings:
    """Widgets that take their value from the address when the person arrives, and write it there when it is changed.

        settings = Settings("linear")
        inputs = settings.slider("inputs", _("Inputs"), 1, 10, 4)
        settings.write_url()  # after the last of them

    A value outlives a visit to another page. Only what is not the usual value is in the address. A value in the address
    that its widget cannot show is named in a sentence, and the usual one is taken.

    Args:
        page: the page's own name, so that two lessons may each have a setting "inputs".
        here: whether that page is the one that is open; else its settings are set from another, whose address is not
            for it.

    The `options` of each method are for its widget. Where `format_func` is not one of them, a registry's label names
    its entry, and a number is written as short as it can be.
    """

    def __init__(self, page: str, here: bool = True) -> None:
        self._page = page
        self._unusual: dict[str, str] = {}
        # What the address said on arrival. Each widget takes its own value out of it once, also one that is shown late.
        address = st.query_params.to_dict() if here else {}
        address = {name: text for name, text in address.items() if name not in st.session_state.get(_KEPT, {})}
        self._arrived: dict[str, str] = st.session_state.setdefault(f"{page}.arrived", address)
        self._invalid: list[str] = []

    def key(self, name: str) -> str:
        """Return the key of a setting's widget in st.session_state."""
        return f"{self._page}.{name}"

    def set(self, values: Mapping[str, Any]) -> None:
        """Set the widgets; to be called before they are drawn, as from a button's on_click."""
        for name, value in values.items():
            self._arrived.pop(name, None)  # what the address said of a widget that was never shown counts no longer
            st.session_state[self.key(name)] = value

    def get(self, name: str) -> Any:
        """Return the present value of a widget that has been shown."""
        return st.session_state[self.key(name)]

    def slider(
        self, name: str, label: str, minimum: Number, maximum: Number, default: Number, *step: Number, **options: Any
    ) -> Number:
        """Show a slider; all numbers are of one type, int or float.

        Args:
            step: 1 for whole numbers and 0.01 for others where it is left out.
        """
        return self._between(st.slider, name, label, minimum, maximum, default, *step, **options)

    def number(
        self, name: str, label: str, minimum: Number, maximum: Number, default: Number, *step: Number, **options: Any
    ) -> Number:
        """Show a field for a number; as `slider`."""
        return self._between(st.number_input, name, label, minimum, maximum, default, *step, **options)

    def select_slider(
        self,
        name: str,
        label: str,
        values: Sequence[Number],
        default: Number,
        limits: tuple[Number, Number] | None = None,
        **options: Any,
    ) -> Number:
        """Show a slider over these numbers, and over one more where the address or `set` asks for one within limits."""

        def read(text: str) -> Number:
            number = type(default)(text)
            return _within(number, *limits) if limits else _one_of(number, values)

        if limits:
            self._take(name, read)
            present = st.session_state.get(self.key(name), default)
            values = sorted({*values, present})
        options = {"format_func": lambda value: f"{value:g}"} | options
        return self._show(st.select_slider, name, read, default, label, values, default, **options)

    def selectbox(self, name: str, label: str, values: Sequence[Number], default: Number, **options: Any) -> Number:
        """Show a menu of these numbers."""

        def read(text: str) -> Number:
            return _one_of(type(default)(text), values)

        options = {"format_func": lambda value: f"{value:g}"} | options
        return self._show(st.selectbox, name, read, default, label, values, values.index(default), **options)

    @overload
    def menu(
        self,
        name: str,
        label: str,
        choices: Registry,
        default: str,
        widget: Callable[..., str] = ...,
        **options: Any,
    ) -> str: ...

    @overload
    def menu(
        self,
        name: str,
        label: str,
        choices: Mapping[str, Any],
        default: str,
        widget: Callable[..., str] = ...,
        *,
        format_func: Callable[[str], str],
        **options: Any,
    ) -> str: ...

    def menu(
        self,
        name: str,
        label: str,
        choices: Mapping[str, Any],
        default: str,
        widget: Callable[..., str] = st.selectbox,
        **options: Any,
    ) -> str:
        """Show a choice of one of a registry's keys by their labels; `widget` may be st.radio as well."""

        def read(text: str) -> str:
            return _one_of(text, choices)

        options = {"format_func": lambda key: _(choices[key].label)} | options
        keys = list(choices)
        return self._show(widget, name, read, default, label, keys, keys.index(default), **options)

    @overload
    def segments(self, name: str, label: str, choices: Registry, default: str, **options: Any) -> str: ...

    @overload
    def segments(
        self,
        name: str,
        label: str,
        choices: Mapping[str, Any],
        default: str,
        *,
        format_func: Callable[[str], str],
        **options: Any,
    ) -> str: ...

    def segments(self, name: str, label: str, choices: Mapping[str, Any], default: str, **options: Any) -> str:
        """Show a choice of one of a few of a registry's keys by their labels, side by side; one is always chosen."""

        def read(text: str) -> str:
            return _one_of(text, choices)

        options = {"format_func": lambda key: _(choices[key].label), "required": True} | options
        return self._show(st.segmented_control, name, read, default, label, list(choices), default=default, **options)

    @overload
    def several(
        self, name: str, label: str, choices: Registry, default: Sequence[str], **options: Any
    ) -> list[str]: ...

    @overload
    def several(
        self,
        name: str,
        label: str,
        choices: Mapping[str, Any],
        default: Sequence[str],
        *,
        format_func: Callable[[str], str],
        **options: Any,
    ) -> list[str]: ...

    def several(
        self, name: str, label: str, choices: Mapping[str, Any], default: Sequence[str], **options: Any
    ) -> list[str]:
        """Show a choice of any number of a registry's keys by their labels; return them in the registry's order."""

        def read(text: str) -> list[str]:
            return list(dict.fromkeys(_one_of(key, choices) for key in text.split(",") if key))

        options = {"format_func": lambda key: _(choices[key].label), "selection_mode": "multi"} | options
        chosen = self._show(st.pills, name, read, list(default), label, list(choices), default=list(default), **options)
        return sorted(chosen, key=list(choices).index)

    def switch(self, name: str, label: str, default: bool = False, **options: Any) -> bool:
        """Show a switch; in the address it is 1 or 0."""

        def read(text: str) -> bool:
            return _one_of(text, ("0", "1")) == "1"

        return self._show(st.toggle, name, read, default, label, default, **options)

    def text(
        self,
        name: str,
        label: str,
        default: str,
        widget: Callable[..., str] = st.text_input,
        **options: Any,
    ) -> str:
        """Show a field for words or a list of numbers, which the page reads itself."""

        def read(text: str) -> str:
            if len(text) > MAX_TEXT:
                raise ValueError(text)
            return text

        return self._show(widget, name, read, default, label, default, max_chars=MAX_TEXT, **options)

    def bind_value(
        self, name: str, default: Value, read: Callable[[str], Value], write: Callable[[Value], str]
    ) -> Value:
        """Return a setting that no widget of Streamlit's shows, such as a picked neuron; `set` changes it.

        Args:
            read: the value from its text; raises ValueError where it is none.
            write: its text.
        """
        self._take(name, read)
        value = st.session_state.setdefault(self.key(name), default)
        self._note(name, value, default, write)
        return value

    def value(self, name: str, minimum: Number, maximum: Number, default: Number) -> Number:
        """Return a number that is moved in a picture; as `bind_value`. Where its limits have moved, it follows."""

        def read(text: str) -> Number:
            return _within(type(default)(text), minimum, maximum)

        self._bring_within(name, minimum, maximum)
        return self.bind_value(name, default, read, lambda value: f"{value:g}")

    def accept(self, told: Mapping[str, Any]) -> None:
        """Take values that a picture in the browser has settled, as if they stood in the address of an arrival."""
        for name, value in told.items():
            text = ",".join(map(str, value)) if isinstance(value, list) else str(value)
            if len(text) <= MAX_TEXT:
                self._arrived[name] = text

    def write_url(self) -> None:
        """Put the settings shown so far into the address, and say which ones from there could not be had."""
        address = self._unusual | st.session_state.get(_KEPT, {})
        if st.session_state.get(_ARRIVAL) is not None:
            st.session_state[_ARRIVAL] = address
        elif st.query_params.to_dict() != address:
            st.query_params.from_dict(address)
        if self._invalid:
            say.warning(
                _("The address asks for what cannot be had, so the usual setting is taken instead: {settings}").format(
                    settings=", ".join(sorted(self._invalid))
                )
            )
            self._invalid.clear()  # said once: a fragment runs on with this record

    def _between(
        self,
        widget: Callable[..., Any],
        name: str,
        label: str,
        minimum: Number,
        maximum: Number,
        default: Number,
        *step: Number,
        **options: Any,
    ) -> Number:
        def read(text: str) -> Number:
            return _within(type(default)(text), minimum, maximum)

        self._bring_within(name, minimum, maximum)
        return self._show(widget, name, read, default, label, minimum, maximum, default, *step, **options)

    def _show(
        self,
        widget: Callable[..., Any],
        name: str,
        read: Callable[[str], Value],
        default_value: Value,
        *args: Any,
        **options: Any,
    ) -> Value:
        self._take(name, read)
        value: Value = widget(*args, key=self.key(name), persist_state="session", **options)
        self._note(name, value, default_value, in_address)
        return value

    def _bring_within(self, name: str, minimum: float, maximum: float) -> None:
        # The limits may depend on another setting, and Streamlit refuses a value that is beyond them now.
        present = st.session_state.get(self.key(name))
        if present is not None and not minimum <= present <= maximum:
            st.session_state[self.key(name)] = min(max(present, minimum), maximum)

    def _take(self, name: str, read: Callable[[str], Value]) -> None:
        if name not in self._arrived:
            return
        text = self._arrived.pop(name)
        try:
            st.session_state[self.key(name)] = read(text)
        except ValueError:
            self._invalid.append(f"{name}={text[:40]}")

    def _note(self, name: str, value: Value, default: Value, write: Callable[[Value], str]) -> None:
        # In a fragment the record is that of the last whole run, so what is usual again has to leave it.
        self._unusual.pop(name, None)
        if value != default:
            self._unusual[name] = write(value)


def keep_in_address(name: str, text: str) -> None:
    """Have this in the address of every page, beside the page's settings, from now on; empty, no longer."""
    kept = {other: value for other, value in st.session_state.get(_KEPT, {}).items() if other != name}
    st.session_state[_KEPT] = kept | ({name: text} if text else {})


def await_arrival() -> None:
    """Keep the address of a session's first page for `arrival_address`; to be called before each run of a page.

    The browser's side puts that one there itself: until it stands, Streamlit would make an entry in the history.
    """
    st.session_state.setdefault(_ARRIVAL, dict(st.session_state.get(_KEPT, {})))


def arrival_address() -> dict[str, str] | None:
    """Return the settings for the address of the first page of a session, None for each run of a page after that."""
    settings = st.session_state[_ARRIVAL]
    st.session_state[_ARRIVAL] = None
    return settings


def in_address(value: object) -> str:
    """Write a setting as the address has it."""
    match value:
        case bool():
            return str(int(value))
        case float():
            short = f"{value:.6g}"  # a slider’s 0.30000000000000004 is its 0.3
            return short if math.isclose(float(short), value, rel_tol=1e-12) else repr(value)
        case list():
            return ",".join(value)
        case _unchanged:
            return str(value)


def _within(number: Number, minimum: Number, maximum: Number) -> Number:
    if not minimum <= number <= maximum:  # NaN is in no order with them
        raise ValueError(number)
    return number


def _one_of(value: Value, allowed: Container[Any]) -> Value:
    if value not in allowed:
        raise ValueError(value)
    return value
