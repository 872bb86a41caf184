"""The clinic: trainings that go wrong, of which one finds the fault, mends it in the code, and sees it learn."""

import pages.ui.cold_link  # noqa: F401  (before PyTorch)

from collections.abc import Generator

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from core.datasets import DatasetDamaged, DatasetMissing
from core.lessons.clinic.cases import CASES, Case, Repair, read_repair, write_repair
from core.lessons.clinic.predictions import QUESTIONS, fault_truth
from core.lessons.clinic.program import text
from core.lessons.clinic.scene import code_scene, training_scene
from core.lessons.clinic.sentences import notes, symptom, verdict
from core.lessons.clinic.training import Run, train, trained
from core.text.i18n import _
from pages.ui import say
from pages.ui.background import finished
from pages.ui.lesson_end import end_lesson
from pages.ui.page_frame import begin, live
from pages.ui.predict import predict
from pages.ui.seed import following, seed_of
from pages.ui.session import session_key
from pages.ui.source_code import show_source
from pages.ui.stage import stage, take_settled
from pages.ui.url_settings import Settings

PICTURE, CODE = "clinic", "clinic_code"
RUNS, LAST = (session_key("clinic", name) for name in ("runs", "last"))
AS_IT_CAME = {"repair": {}, "epoch": 0}

Runs = tuple[Run, Run, Run]  # as it came, with what is chosen now, and with the cure


def train_all(case: Case, repair: Repair, seed: int) -> Generator[float, None, Runs]:
    """Train the patient three times, or look up how that went; yield the share that is done."""
    found = []
    for chosen in ({}, repair, case.cure):
        training = trained.train(case.program(chosen), seed)
        while True:
            try:
                yield (len(found) + next(training)) / 3
            except StopIteration as end:
                found.append(end.value)
                break
    broken, run, sound = found
    return broken, run, sound


def choose_patient(settings: Settings) -> str:
    """Show the menu of the patients and the way to the next; return the key of the one that is treated."""
    with st.container(horizontal=True, vertical_alignment="bottom"):
        key = settings.menu(
            "case",
            _("Patient"),
            CASES,
            next(iter(CASES)),
            format_func=lambda key: _("{number}: {label}").format(number=key, label=_(CASES[key].label)),
            label_visibility="collapsed",
            width="stretch",
            on_change=settings.set,
            args=(AS_IT_CAME,),
        )
        keys = list(CASES)
        following = {"case": keys[(keys.index(key) + 1) % len(keys)], **AS_IT_CAME}
        label = _("Next patient")
        st.button(label, icon=":material/arrow_forward:", key="next_patient", on_click=settings.set, args=(following,))
    return key


def lesson(settings: Settings) -> None:
    try:
        treat(settings)
    except (DatasetMissing, DatasetDamaged) as problem:
        say.error(str(problem))


def treat(settings: Settings) -> None:
    """Show the patient's training and program, what came of a repair, and the question."""
    take_settled(CODE, settings)
    take_settled(PICTURE, settings)
    left, right = st.columns([5, 4], gap="medium")
    with left:
        key = choose_patient(settings)
    case = CASES[key]
    repair = settings.bind_value("repair", {}, lambda written: read_repair(case, written), write_repair)
    seed = seed_of(settings)
    epochs = max(case.program(chosen).value("epochs") for chosen in ({}, repair))
    place = settings.value("epoch", 0, epochs - 1, 0)
    settings.write_url()
    with left:
        picture, told = st.container(), st.container()
        runs = show_training(key, repair, seed, place, picture, told)
    with right:
        scene = code_scene(case, repair, seed, what_to_see(runs, repair) if runs else "")
        alt = _("The program of the patient")
        stage("clinic_code", scene, {"repair": write_repair(repair)}, key=CODE, alt=alt, height=200)
        show_ways_out(settings, case, repair, seed)
    if runs is not None:
        broken, _run, sound = runs
        predict(QUESTIONS[key], lambda: fault_truth(case, broken, sound))
    with st.expander(_("The whole program, to run yourself"), icon=":material/terminal:"):
        st.code(text(case.program(repair), seed), language="python")


def show_training(
    key: str, repair: Repair, seed: int, place: int, picture: DeltaGenerator, told: DeltaGenerator
) -> Runs | None:
    """Show the curves and histograms, and below them what there is to see; return the trainings that are shown.

    While they are under way, those that the patient had last stay, so that nothing moves.
    """
    case = CASES[key]
    with told:
        subject = (key, write_repair(repair), seed)
        runs = finished(RUNS, subject, lambda: train_all(case, repair, seed), _("Training …"))
        if runs is not None:
            with st.container(key="notice"):
                st.markdown("\n".join([what_to_see(runs, repair), "", *(f"- {note}" for note in notes(case, repair))]))
    if runs is not None:
        st.session_state[LAST] = (key, repair, runs)
    shown_key, shown_repair, shown = st.session_state.get(LAST, ("", {}, None))
    if shown is None or shown_key != key:
        return None
    broken, run, _sound = shown
    scene = training_scene(broken, run if shown_repair else None)
    alt = _("The curves and histograms of the training")
    with picture:
        stage("clinic", scene, {"epoch": place}, key=PICTURE, alt=alt, height=350)
    return runs


def what_to_see(runs: Runs, repair: Repair) -> str:
    broken, run, sound = runs
    return verdict(broken, run, sound) if repair else symptom(broken)


def show_ways_out(settings: Settings, case: Case, repair: Repair, seed: int) -> None:
    """Show the buttons for those who give up, who want to begin again, and who do not trust one training."""
    with st.container(horizontal=True, gap="small"):
        buttons = (
            ("show_me", _("Show me the repair"), {"repair": dict(case.cure), "epoch": 0}, repair == case.cure),
            ("as_it_came", _("As it came"), AS_IT_CAME, not repair),
            ("other_seed", _("Another seed"), {"seed": following(seed), "epoch": 0}, False),
        )
        for name, label, values, disabled in buttons:
            st.button(label, key=name, on_click=settings.set, args=(values,), disabled=disabled)


def main() -> None:
    begin()
    st.write(_("Each of these trainings has one fault. Find it, and mend it in the code."))
    live()(lesson)(Settings("clinic"))
    show_source(train)
    end_lesson("clinic")


main()
