"""The presenter's view of every page: a plan of pages/ui/teaching, moment by moment, with notes in a second window.

It begins with ?present=45, or another plan's minutes, in the address of any page, and stays until it is ended.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

import streamlit as st
from streamlit.components import v2

from core.text.i18n import _
from pages.ui.carrying_link import open_at
from pages.ui.navigation import LESSONS
from pages.ui.teaching.plans import PLANS, Moment, length
from pages.ui.url_settings import keep_in_address

PARAMETER = "present"
_CODE, _STYLE = (Path(__file__).with_suffix(ending).read_text(encoding="utf-8") for ending in (".js", ".css"))
_KEY = "presenter"
_VIEW = "ui.presenter.view"
_ASKED = "ui.presenter.asked"  # the place of the moment that was asked for in the browser
_END = -1  # asked for instead of a place


class View(NamedTuple):
    """Where a session is in a plan: its name in PLANS, and the place of the moment."""

    plan: str
    place: int

    @property
    def moment(self) -> Moment:
        return PLANS[self.plan][self.place]


@contextmanager
def presented(page: st.Page) -> Iterator[None]:
    """Lead through a plan around the run of a page, where the address or the browser has asked for it."""
    asked = st.session_state.pop(_ASKED, None)
    if asked == _END:
        st.session_state.pop(_VIEW, None)
        st.query_params.pop(PARAMETER, None)
    view = _arrived(page)
    keep_in_address(PARAMETER, view.plan if view else "")
    if view and asked is not None:
        view = st.session_state[_VIEW] = view._replace(place=asked)
        open_at(view.moment.page, view.moment.settings)
    yield
    if view:
        with st._event:  # as the browser's tab: takes no line of the page
            show = v2.component(_KEY, css=_STYLE, js=_CODE, isolate_styles=False)
            show(data=_data(view, _name(page)), key=f"{_KEY}_element", on_go_change=_take)


def _arrived(page: st.Page) -> View | None:
    """Return where the session is in a plan; one that comes with an address begins at what the address shows."""
    view: View | None = st.session_state.get(_VIEW)
    plan = st.query_params.get(PARAMETER)
    if plan in PLANS and (view is None or view.plan != plan):
        view = st.session_state[_VIEW] = View(plan, _place(PLANS[plan], _name(page), st.query_params.to_dict()))
    return view


def _name(page: st.Page) -> str:
    return page.url_path or next(iter(LESSONS))


def _place(moments: tuple[Moment, ...], page: str, address: Mapping[str, str]) -> int:
    """Return the place of the moment that is most like a page with this address, the first one where none is on it."""
    likeness = [len(moment.settings.items() & address.items()) if moment.page == page else -1 for moment in moments]
    return likeness.index(max(likeness))


def _take() -> None:
    # What comes from a browser is input like any other, and may come after the end.
    view: View | None = st.session_state.get(_VIEW)
    match st.session_state.get(f"{_KEY}_element"):
        case {"go": int(place)} if view and (place == _END or 0 <= place < len(PLANS[view.plan])):
            st.session_state[_ASKED] = place


def _data(view: View, page: str) -> dict[str, Any]:
    # Here, as it takes a second to import, which nobody who presents nothing should wait for.
    from pages.ui.teaching.documents import answer_words
    from pages.ui.teaching.questions import question

    moment, moments = view.moment, PLANS[view.plan]
    asked = question(moment.ask)
    ways = {"back": view.place - 1, "next": view.place + (page == moment.page)}  # from elsewhere back to the plan
    where = _("{place} of {count} · about {minutes} min")
    return {
        "place": view.place,
        "ways": {way: place for way, place in ways.items() if 0 <= place < len(moments)},
        "end": _END,
        "seconds": 60 * moment.minutes,
        "allSeconds": 60 * length(moments),
        "where": where.format(place=view.place + 1, count=len(moments), minutes=moment.minutes),
        "page": _(LESSONS[moment.page].title),
        "do": _(moment.do),
        "ask": _without_marks(asked.prompt),
        "answers": [_without_marks(words) for words in asked.answers],
        "answer": _without_marks(answer_words(asked)),
        "words": {
            "presenter": _("Presenter’s view"),
            "back": _("Back"),
            "next": _("Next"),
            "notes": _("Notes"),
            "end": _("End"),
            "do": _("Do"),
            "ask": _("Ask first"),
            "answer": _("Answer"),
            "left": _("{moment} left for this, {all} in all"),
            "blocked": _("The browser has blocked the window with the notes: allow pop-ups for this page."),
        },
    }


def _without_marks(markdown: str) -> str:
    return markdown.replace("`", "")
