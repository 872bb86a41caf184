from dataclasses import replace

import pytest

from core.config import TrainConfig
from core.datasets import DatasetMissing, data_of, load
from core.experiments.compare import who_leads
from core.experiments.search_space import applicable_to
from core.lessons.train.presets import PRESETS
from core.models import count_parameters
from core.runs import Run, Status
from pages.parts.playground.form import DEFAULTS as POINTS
from pages.parts.runs.actions import start
from pages.ui.markdown import plain
from pages.ui.session import Runs
from tests.pages.app import address, as_read, open_page
from tests.pages.runs import (
    CONFIG,
    PATIENCE,
    SGD,
    chart,
    is_there,
    names_drawn,
    open_runs,
    press,
    run_store_of,
    show,
    stop_all,
    tick,
    until,
    words,
)


@pytest.fixture
def page():
    """Two runs that are over."""
    at = open_runs(CONFIG, SGD)
    yield at
    stop_all(at)


def table(at):
    return at.dataframe(key="runs_table").value


def what_differs(at):
    return at.dataframe[1].value


def ticked(at):
    return at.session_state["runs.actions.chosen"]


def test_without_a_run_the_page_says_where_to_begin():
    at = open_runs()
    assert "no run yet" in words(at)
    press(at, "go_search")
    assert address(at) == {"part": "search"}


def test_two_runs_to_compare_are_one_click_away():
    at = open_runs()
    press(at, "train_two")
    first, second = run_store_of(at).runs
    assert first.config == PRESETS["course"].config("digits")
    assert second.config == PRESETS["sgd"].config("digits")
    assert names_drawn(at) == ["Run 1", "Run 2"]
    stop_all(at)
    show(at)
    assert table(at)["status"].tolist() == ["stopped", "stopped"]


def test_every_run_has_a_row_of_its_own_numbers(page):
    rows = table(page)
    assert rows["name"].tolist() == ["Run 1", "Run 2"]
    for place, run in enumerate(run_store_of(page).runs):
        row, view = rows.iloc[place], run.view()
        assert row["accuracy"] == view.outcome.score.accuracy
        assert row["loss"] == view.outcome.score.loss
        assert row["best_loss"] == min([*view.test_curve.loss, view.outcome.score.loss])
        assert list(row["curve"]) == view.test_curve.loss.tolist()
        assert row["seconds"] == view.last.seconds
        assert row["parameters"] == count_parameters(run.config, (1, 28, 28), 10)
        assert row["status"] == "finished"
    assert rows["settings"][1] == "Optimizer SGD · Learning rate 0.1 · Momentum 0 · Nesterov off"


def test_a_single_run_is_named_by_its_settings():
    at = open_runs(CONFIG)
    assert table(at)["settings"].tolist() == [CONFIG.title]


def test_the_newest_are_drawn_until_some_are_ticked(page):
    assert names_drawn(page) == ["Run 1", "Run 2"]
    tick(page, 1)
    assert names_drawn(page) == ["Run 2"]
    tick(page, 0, 1)
    assert names_drawn(page) == ["Run 1", "Run 2"]


def test_the_sentence_is_computed_from_the_runs(page):
    views = [run.view() for run in run_store_of(page).runs]
    assert who_leads(["Run 1", "Run 2"], views) in words(page)


def test_the_table_of_differences_has_only_what_differs(page):
    tick(page, 0, 1)
    rows = what_differs(page)
    assert rows.columns.tolist() == ["Run 1", "Run 2"]
    assert rows.loc["Optimizer"].tolist() == ["Adam", "SGD"]
    assert "Batch size" not in rows.index


def test_where_only_the_seed_differs_it_is_called_luck():
    at = open_runs(CONFIG, replace(CONFIG, seed=1))
    assert "Nothing differs but the seed" in words(at)
    assert what_differs(at).index.tolist() == ["Seed"]


@pytest.mark.parametrize("split", ["test_curve", "train_curve"])
@pytest.mark.parametrize("quantity", ["loss", "accuracy"])
@pytest.mark.parametrize("axis", ["epoch", "step", "seconds"])
def test_any_curve_over_any_axis_from_the_address(split, quantity, axis):
    at = open_runs(CONFIG, table_of=split, table_quantity=quantity, table_axis=axis, table_smoothing="0.5")
    spec = chart(at)
    assert spec["encoding"]["x"]["title"] == {"epoch": "epoch", "step": "step", "seconds": "seconds of training"}[axis]
    default = {"table_of": "test_curve", "table_quantity": "loss", "table_axis": "epoch"}
    asked = {"table_of": split, "table_quantity": quantity, "table_axis": axis}
    expected = {name: value for name, value in asked.items() if value != default[name]} | {"table_smoothing": "0.5"}
    assert address(at) == expected


def test_nonsense_in_the_address_gets_a_sentence():
    at = open_runs(CONFIG, table_axis="moon", table_smoothing="nan", table_change="everything")
    tick(at, 0)
    assert "cannot be had" in at.warning[0].value or "cannot be had" in words(at)


def test_a_run_is_renamed_and_the_name_cannot_be_markup(page):
    tick(page, 0)
    evil = "<b>x</b> [a](http://b) $x$"
    page.text_input(key="name_of_run_1").set_value(evil)
    show(page)
    assert table(page)["name"][0] == evil
    assert names_drawn(page) == [evil]
    said = next(element for element in page.markdown if "right in" in element.value)
    assert said.value.startswith(f"**{plain(evil)}:**")
    assert as_read(said).startswith(f"**{evil}:**")


@pytest.mark.parametrize("bad", ["", "  ", "Run 2"])
def test_a_name_that_cannot_be_leaves_the_old_one(page, bad):
    tick(page, 0)
    page.text_input(key="name_of_run_1").set_value(bad)
    show(page)
    assert len(page.error) == 1
    assert page.text_input(key="name_of_run_1").value == "Run 1"
    assert table(page)["name"][0] == "Run 1"


def test_pinning_up_to_the_limit(page, monkeypatch):
    monkeypatch.setattr("core.runs.store.MAX_PINNED", 1)
    tick(page, 0)
    page.toggle(key="pin_run_1").set_value(True)
    show(page)
    assert table(page)["pinned"].tolist() == [True, False]
    tick(page, 1)
    page.toggle(key="pin_run_2").set_value(True)
    show(page)
    assert "unpin" in page.error[0].value
    assert page.toggle(key="pin_run_2").value is False


def test_a_deleted_run_takes_nobody_elses_tick(page):
    tick(page, 0, 1)
    assert ticked(page) == [1, 2]
    tick(page, 0)
    press(page, "delete_for_good")
    assert table(page)["name"].tolist() == ["Run 2"]
    assert ticked(page) == []
    tick(page, 0)
    assert ticked(page) == [2]


def test_deleting_the_last_run_leads_back_to_the_beginning(page):
    tick(page, 0, 1)
    press(page, "delete_for_good")
    assert run_store_of(page).runs == []
    assert "no run yet" in words(page)


def test_a_run_that_vanished_elsewhere_is_not_missed(page):
    tick(page, 1)
    gone, kept = run_store_of(page).runs
    run_store_of(page).remove(gone)
    show(page)
    assert ticked(page) == [2]
    assert table(page)["name"].tolist() == ["Run 2"]
    # The page still showed it when it vanished: its buttons mean nothing now, and say so.
    run_store_of(page).remove(kept)
    page.text_input(key="name_of_run_2").set_value("new")
    show(page)
    assert "not there any more" in words(page)


def test_start_again_gives_the_same_run_and_ticks_it(page):
    tick(page, 0)
    press(page, "run_again")
    first, _second, again = run_store_of(page).runs
    assert again.config == first.config
    assert again.wait(PATIENCE)
    assert again.view().outcome.score == first.view().outcome.score
    show(page)
    assert ticked(page) == [1, 3]
    assert "number for number" in words(page)


def test_one_thing_is_changed_and_run(page):
    tick(page, 0)
    page.selectbox(key="runs.table_change").select("width")
    show(page)
    page.selectbox(key="run_1_width").select(16)
    show(page)
    press(page, "run_changed")
    assert run_store_of(page).runs[-1].config == replace(CONFIG, hidden=(16,))
    until(page, lambda: run_store_of(page).runs[-1].status.over)
    assert what_differs(page).index.tolist() == ["Neurons of each hidden layer"]


@pytest.mark.parametrize(
    ("thing", "first"), [("optimizer", "adamw"), ("width", 16), ("batch_size", 256), ("epochs", 2), ("seed", 1)]
)
def test_the_next_value_is_proposed(thing, first):
    config = replace(CONFIG, batch_size=128)
    at = open_runs(config)
    tick(at, 0)
    at.selectbox(key="runs.table_change").select(thing)
    show(at)
    assert at.selectbox(key=f"run_1_{thing}").value == first
    stop_all(at)


def test_every_change_on_offer_can_be_chosen(page):
    tick(page, 1)
    for name in applicable_to(SGD):
        page.selectbox(key="runs.table_change").select(name)
        show(page)
        assert not page.button(key="run_changed").disabled or page.error


def test_a_change_that_another_run_has_not_gives_way_to_one_that_it_has(page):
    tick(page, 1)
    page.selectbox(key="runs.table_change").select("momentum")
    show(page)
    tick(page, 0)
    assert page.selectbox(key="runs.table_change").value == "learning_rate"


def test_a_change_that_is_too_large_says_so():
    at = open_runs(replace(CONFIG, hidden=(8,) * 6))
    tick(at, 0)
    at.selectbox(key="runs.table_change").select("width")
    show(at)
    at.selectbox(key="run_1_width").select(1024)
    show(at)
    assert at.button(key="run_changed").disabled
    assert "5,000,000" in at.error[0].value


def test_while_a_run_is_going_no_other_starts_and_it_is_said_why(page):
    run = page.session_state["ui.session.runs"].start(replace(CONFIG, epochs=10_000))
    show(page)
    tick(page, 0)
    assert page.button(key="run_again").disabled
    assert page.button(key="run_changed").disabled
    assert "Run 3 is still going" in words(page)
    tick(page, 2)
    press(page, "run_pause")
    until(page, lambda: run.status is Status.PAUSED)
    assert page.button(key="run_again").disabled
    press(page, "run_resume")
    press(page, "run_stop")
    until(page, lambda: run.status.over)
    assert not page.button(key="run_again").disabled


def test_a_run_that_ends_while_the_page_is_drawn_leaves_the_ticks(page, monkeypatch):
    tick(page, 1)
    ends_between = iter([True])
    monkeypatch.setattr("pages.parts.runs.table.is_moving", lambda _store: next(ends_between, False))
    show(page)
    assert not page.button(key="run_again").disabled  # which is there for the one that is ticked


def test_a_click_that_comes_late_starts_no_second_run(page, monkeypatch):
    runs = page.session_state["ui.session.runs"]
    runs.start(replace(CONFIG, epochs=10_000))
    monkeypatch.setattr("streamlit.session_state", {})
    monkeypatch.setattr("pages.parts.runs.actions.session_runs", lambda _name: Runs(run_store_of(page)))
    start(runs, replace(POINTS, epochs=1))
    assert len(run_store_of(page).runs) == 3


def test_a_run_is_shown_on_the_page_train(page):
    tick(page, 1)
    run = run_store_of(page).runs[1]
    press(page, "run_show")
    assert page.session_state["train.optimizer"] == "sgd"
    assert page.session_state["train.hidden"] == "8"
    assert page.session_state["ui.session.runs"].current is run


def test_a_run_of_the_playground_is_compared_as_well():
    config = replace(POINTS, samples=20)
    at = open_runs(CONFIG)
    run = Run(config, data_of(config), paused=True, number=run_store_of(at).next_number())
    run_store_of(at).add(run)
    run.step(2 * run.steps_per_epoch)
    until(at, lambda: not run.view().moving)
    assert "do not tell which is best" in words(at)
    tick(at, 1)
    assert is_there(at, "run_resume")
    press(at, "run_again")  # one that waits in the playground is in nobody's way
    again = run_store_of(at).runs[-1]
    assert again.config == replace(config, epochs=2)  # it has to come to an end
    assert again.wait(PATIENCE)
    assert again.status is Status.FINISHED
    assert at.session_state["ui.session.runs"].current is not again  # the page Train could not show it
    show(at)
    assert "number for number" in words(at)  # the playground's went for two epochs too
    assert again.view().last.loss == run.view().last.loss
    stop_all(at)


def test_a_run_of_the_playground_is_shown_there_and_no_other_is_lost():
    config = replace(POINTS, samples=20, hidden=(3, 3), learning_rate=0.1)
    at = open_runs(replace(config, epochs=2))
    playground = at.session_state["playground.runs"] = Runs(run_store_of(at))
    other = playground.start(POINTS, paused=True)
    other.step()
    until(at, lambda: not other.view().moving)
    tick(at, 0)
    press(at, "run_show")
    assert at.session_state["playground.hidden"] == (3, 3)
    assert at.session_state["playground.learning_rate"] == 0.1
    assert other in run_store_of(at).runs
    stop_all(at)


def test_values_have_no_accuracy_to_draw():
    values = replace(POINTS, dataset="plane", loss="mse", epochs=1, samples=20)
    at = open_runs(values, table_quantity="accuracy")
    assert "Nothing to draw" in words(at)
    assert "a test loss of" in words(at)


def test_what_was_given_up_is_said(page):
    run_store_of(page).notices = ("**Run 9** was forgotten.",)
    show(page)
    assert as_read(page.info[0]) == "**Run 9** was forgotten."
    run_store_of(page).runs[0].drop_checkpoints()
    tick(page, 0)
    assert "gave up the moments" in words(page)


def test_missing_data_get_their_sentence(page, monkeypatch):
    missing = TrainConfig(dataset="mnist", hidden=(8,), epochs=1)
    run = Run(missing, load("digits"), number=run_store_of(page).next_number())
    assert run.wait(PATIENCE)
    run_store_of(page).add(run)
    show(page)
    tick(page, 2)

    def refuse(_config):
        raise DatasetMissing("Download it.")

    monkeypatch.setattr("pages.ui.session.data_of", refuse)
    press(page, "run_again")
    assert page.error[0].value == "Download it."
    assert len(run_store_of(page).runs) == 3


def test_the_ticks_come_back_with_the_part(page):
    tick(page, 1)
    page.segmented_control(key="runs.part").select("search")
    show(page)
    page.segmented_control(key="runs.part").select("table")
    show(page)
    assert ticked(page) == [2]
    assert names_drawn(page) == ["Run 2"]


def test_before_the_first_run_the_page_shows_what_it_will_show():
    at = open_page("runs")
    (table,) = at.dataframe
    assert [title.split(" · ")[1] for title in table.value["Run"]] == ["Adam 0.001", "SGD 0.1"]
    assert len(at.get("vega_lite_chart")) == 1
