"""Check yourself: the questions at the end of a lesson. A wrong answer leads to the picture that shows why it is wrong.

Nothing is graded: an answer can be changed at any time, and none has to be given.
"""

import streamlit as st

from core.experiments import checks as runs
from core.interpret import checks as inside
from core.lessons.activations import checks as activations
from core.lessons.autograd import checks as autograd
from core.lessons.build import checks as build
from core.lessons.clinic import checks as clinic
from core.lessons.convolution import checks as convolution
from core.lessons.data import checks as data
from core.lessons.digit_network import checks as digit_network
from core.lessons.draw import checks as draw
from core.lessons.generalize import checks as generalize
from core.lessons.linear import checks as linear
from core.lessons.losses import checks as losses
from core.lessons.lstm import checks as lstm
from core.lessons.one_step import checks as one_step
from core.lessons.optimizers import checks as optimizers
from core.lessons.train import checks as train
from core.lessons.why_activations import checks as why_activations
from core.playground import checks as playground
from core.text.check import RIGHT, Check
from core.text.i18n import _
from pages.ui.carrying_link import open_at
from pages.ui.navigation import LESSONS
from pages.ui.session import session_key

_MODULES = {
    "data": data,
    "linear": linear,
    "activations": activations,
    "why_activations": why_activations,
    "build": build,
    "digit_network": digit_network,
    "convolution": convolution,
    "lstm": lstm,
    "losses": losses,
    "optimizers": optimizers,
    "autograd": autograd,
    "one_step": one_step,
    "playground": playground,
    "train": train,
    "generalize": generalize,
    "runs": runs,
    "clinic": clinic,
    "draw": draw,
    "inside": inside,
}
CHECKS: dict[str, tuple[Check, ...]] = {page: _MODULES[page].CHECKS for page in LESSONS if page in _MODULES}
"""Page -> its questions, in the order of the course."""

NEAR, FAR = 2, 5  # lessons, after which one of their questions comes back
WIDTH = 400  # pixels; as many questions side by side as there is room for
ANSWERS = session_key(__name__, "answers")  # (page that asked, id of the question) -> place of the answer


def show_checks(page: str) -> None:
    """Show the questions of a page, folded, in a fragment."""
    # With a key it stays open where something comes above it, as when a training ends.
    with st.expander(_("Check yourself"), icon=":material/quiz:", key="check_yourself"):
        _show(page)


def understood(page: str) -> int:
    """Return how many of the page's own questions have been answered correctly in this session."""
    answers = st.session_state.get(ANSWERS, {})
    return sum(answers.get((page, check.id)) == RIGHT for check in CHECKS[page])


def total(page: str) -> int:
    """Return how many questions of its own a page has."""
    return len(CHECKS[page])


def earlier(page: str) -> list[Check]:
    """Return the questions of earlier lessons that come back on a page: up to two, each of another lesson."""
    pages = list(CHECKS)
    place = pages.index(page)
    near, far = max(1, min(NEAR, place - 1)), min(FAR, place)
    back = sorted({near, far}) if place else []
    # By the place of the page, so that a lesson comes back with another question each time.
    return [CHECKS[asked][place % len(CHECKS[asked])] for asked in (pages[place - lessons] for lessons in back)]


def _show(page: str) -> None:
    questions = st.grid(min_column_width=WIDTH, gap="medium")
    for check in CHECKS[page]:
        with questions.cell(), st.container(gap="xsmall"):
            _ask(page, check)
    for check in earlier(page):
        with questions.cell(), st.container(gap="xsmall"):
            name = LESSONS[check.id.partition(".")[0]].title
            st.caption(_("From an earlier lesson: {page}").format(page=_(name)))
            _ask(page, check)
    if count := understood(page):
        st.caption(_("{understood} of {total} understood").format(understood=count, total=total(page)))


def _ask(page: str, check: Check) -> None:
    key = f"check_{page}_{check.id.replace('.', '_')}"
    given = st.session_state.get(ANSWERS, {}).get((page, check.id))
    st.session_state.setdefault(key, given)
    answers = [_(words) for words in check.answers]
    st.radio(
        _(check.prompt),
        check.order(),
        index=None,
        format_func=answers.__getitem__,
        key=key,
        on_change=_take,
        args=(page, check.id, key),
    )
    if given == RIGHT:
        st.markdown(f":green-badge[:material/check: {_('Right')}] {_(check.because)}")
    elif given is not None:
        wrong = check.wrong[given - 1]
        st.markdown(f":orange-badge[{_('Not quite')}] {_(wrong.mistake)}")
        lesson = LESSONS[wrong.page]
        label = _("See it above") if wrong.page == page else _("See it: {page}").format(page=_(lesson.title))
        if st.button(label, icon=lesson.icon, type="tertiary", key=f"see_{key}"):
            open_at(wrong.page, wrong.settings)


def _take(page: str, question: str, key: str) -> None:
    st.session_state[ANSWERS] = st.session_state.get(ANSWERS, {}) | {(page, question): st.session_state[key]}
