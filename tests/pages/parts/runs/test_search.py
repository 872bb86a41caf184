import time
from dataclasses import replace

import pytest
from streamlit.testing.v1 import AppTest

from core.config import TrainConfig
from core.datasets import DatasetMissing
from core.experiments.search import MAX_TRIALS, best, notice
from core.experiments.search_space import SEARCH_SPACE
from core.lessons.train.presets import default_config
from core.runs import Run, Status
from pages.parts.runs import search as part
from pages.parts.runs.search_form import NOT_HERE
from pages.parts.train.form import PRESENT
from tests.pages.app import APP, address, open_page, run_store_of

PATIENCE = 60
QUICK = {"search_width": "4,8", "search_epochs": "1", "search_budget": "3"}
BASE = TrainConfig(dataset="digits", hidden=(8,), epochs=1)


@pytest.fixture
def open_search():
    """Open the part; what a test leaves behind is stopped."""
    opened = []

    def open_with(base=BASE, **settings):
        at = AppTest.from_file(str(APP), default_timeout=PATIENCE).run()
        opened.append(at)
        at.session_state[PRESENT] = base
        at.switch_page("pages/runs.py")
        for setting, text in ({"part": "search"} | QUICK | settings).items():
            at.query_params[setting] = text
        return show(at)

    yield open_with
    for at in opened:
        run_store = run_store_of(at)
        for going in (*run_store.series.values(), *run_store.runs):
            going.stop()
            going.wait(PATIENCE)


def show(at):
    at.run()
    assert not at.exception
    return at


def press(at, key):
    at.button(key=key).click()
    return show(at)


def trials(at):
    return run_store_of(at).series["search"]


def searched(at):
    press(at, "search_start")
    assert trials(at).wait(PATIENCE)
    return show(at)


def words(at):
    return [element.value for element in (*at.markdown, *at.caption)]


def keys(at, beginning):
    return [button.key for button in at.button if button.key.startswith(beginning)]


def disabled(at, key):
    return at.button(key=key).disabled


def test_from_start_to_the_best(open_search):
    at = searched(open_search())
    search, _refused = at.session_state["runs.search.asked"]
    done = trials(at).done
    assert len(done) == 3
    assert notice(search, done) in words(at)
    assert len(keys(at, "search_train_")) == 3
    leader = best(search, done)[0]
    assert any(text.startswith(f"**{leader.score.accuracy:.1%}** · ") for text in words(at))
    assert len(at.get("plotly_chart")) == 2
    assert any("about" in text for text in words(at))
    assert not disabled(at, "search_start")
    assert disabled(at, "search_stop")


def test_the_base_is_what_the_train_page_shows(open_search):
    at = searched(open_search(replace(BASE, dropout=0.1, batch_size=32)))
    assert any("MLP 8 · Adam 0.001" in text for text in words(at))
    for done in trials(at).done:
        assert (done.config.dropout, done.config.batch_size, done.config.epochs) == (0.1, 32, 1)
        assert done.config.hidden in ((4,), (8,))


def test_without_a_visit_to_train_the_base_is_the_usual_one():
    at = open_page("runs", part="search")
    assert any(default_config("digits").title in text for text in words(at))


def test_two_starts_are_one_and_stopping_keeps_what_is_done(open_search):
    at = open_search(search_epochs="30", search_budget=str(MAX_TRIALS))
    press(at, "search_start")
    first = trials(at)
    assert disabled(at, "search_start")
    part.start(
        at.session_state["ui.session.runs"], at.session_state["runs.search.asked"][0]
    )  # a click that was under way
    assert trials(at) is first
    while not first.done:
        time.sleep(0.05)
    press(at, "search_stop")
    assert first.wait(PATIENCE)
    show(at)
    assert any("Stopped" in info.value for info in at.info)
    assert keys(at, "search_train_")
    press(at, "search_start")
    assert trials(at) is not first


def test_a_search_goes_on_while_the_person_is_elsewhere(open_search):
    at = press(open_search(), "search_start")
    at.switch_page("pages/home.py")
    show(at)
    assert trials(at).wait(PATIENCE)
    assert len(trials(at).done) == 3
    at.switch_page("pages/runs.py")
    at.query_params["part"] = "search"
    show(at)
    assert len(keys(at, "search_train_")) == 3


def test_a_try_becomes_an_ordinary_run(open_search):
    at = searched(open_search(replace(BASE, epochs=5)))
    search, _refused = at.session_state["runs.search.asked"]
    press(at, keys(at, "search_train_")[0])
    (run,) = run_store_of(at).runs
    assert run.config == search.final_config(best(search, trials(at).done)[0].config)
    assert run.config.epochs == 5
    assert len(run.data.train) == 1437
    assert all(disabled(at, key) for key in keys(at, "search_train_"))
    assert f"Training {run.title}. One run trains at a time." in words(at)
    assert run.wait(PATIENCE)
    show(at)
    assert not any(disabled(at, key) for key in keys(at, "search_train_"))
    assert any(f"**{run.view().outcome.score.accuracy:.1%}** on the test data" in text for text in words(at))


def test_a_try_is_shown_on_train(open_search):
    at = searched(open_search())
    search, _refused = at.session_state["runs.search.asked"]
    config = search.final_config(best(search, trials(at).done)[0].config)
    press(at, keys(at, "search_show_")[0])
    assert at.session_state[PRESENT] == config
    assert at.session_state["train.learning_rate"] == config.learning_rate


def test_without_data_there_is_a_sentence(open_search, monkeypatch):
    def missing(_config):
        raise DatasetMissing("Get the files.")

    at = open_search()
    monkeypatch.setattr(part, "search_data", missing)
    searched(at)
    assert [info.value for info in at.info] == ["Get the files."]


def test_the_data_may_be_gone_when_a_try_is_to_be_trained(open_search, monkeypatch):
    def missing(_config):
        raise DatasetMissing("Get the files.")

    at = searched(open_search())
    monkeypatch.setattr("pages.ui.session.data_of", missing)
    press(at, keys(at, "search_train_")[0])
    assert [error.value for error in at.error] == ["Get the files."]


@pytest.mark.parametrize(
    ("settings", "sentence"),
    [
        ({"search_vary": ""}, "Choose at least one setting to vary."),
        ({"search_width": ""}, "has no values to try"),
        (
            {
                "search_vary": "learning_rate,width,batch_size,dropout",
                "search_method": "grid",
                "search_learning_rate": "1e-05,3",
                "search_width": "4,8,16,32,64,128,256,512,1024",
                "search_batch_size": "4,8,16,32,64,128,256,512,1024",
            },
            "This grid has 1,944 combinations and the limit is 1,000",
        ),
    ],
)
def test_what_cannot_be_searched_gets_a_sentence(open_search, settings, sentence):
    at = open_search(**settings)
    assert len(at.error) == 1
    assert sentence in at.error[0].value
    assert disabled(at, "search_start")


def test_what_cannot_be_trained_is_named(open_search):
    at = open_search(replace(BASE, model="lstm"), search_vary="width,depth", search_width="1024", search_depth="3,4")
    searched(at)
    assert [info.value for info in at.info] == ["It ended after 0 tries, as there was nothing else to try."]
    assert "cannot be trained: 2. Neurons of each hidden layer 1024, Hidden layers" in at.warning[0].value


@pytest.mark.parametrize(
    "invalid",
    [
        {"search_vary": "learning_rate,warp"},
        {"search_learning_rate": "1e30,nan"},
        {"search_learning_rate": "0.1,0.001"},
        {"search_learning_rate": "0.1"},
        {"search_width": "1000000000"},
        {"search_method": "x" * 5000},
        {"search_budget": "1000000"},
        {"search_epochs": "nan"},
    ],
)
def test_nonsense_in_the_address_gets_a_sentence(open_search, invalid):
    at = open_search(**invalid)
    assert any("cannot be had" in warning.value for warning in at.warning)


def test_everything_is_in_the_address(open_search):
    settings = {
        "search_vary": "learning_rate,optimizer",
        "search_learning_rate": "0.001,1",
        "search_optimizer": "sgd,adagrad",
        "search_method": "tpe",
        "search_budget": "2",
        "search_epochs": "1",
    }
    at = open_search(**settings)
    assert settings.items() <= address(at).items()
    searched(at)
    at.segmented_control(key="runs.search_cell").set_value("best")
    show(at)
    assert address(at)["search_cell"] == "best"
    assert {done.config.optimizer for done in trials(at).done} <= {"sgd", "adagrad"}


def test_another_search_has_other_pairs(open_search):
    at = searched(open_search(search_vary="width,depth,dropout", search_pair="depth-dropout", search_depth="1,2"))
    assert at.selectbox(key="runs.search_pair").value == "depth-dropout"
    at.pills(key="runs.search_vary").set_value(["width", "dropout"])
    searched(show(at))
    assert at.selectbox(key="runs.search_pair").value == "width-dropout"


def test_another_base_offers_what_means_something_for_it(open_search):
    at = open_search(search_vary="width,activation")
    at.session_state[PRESENT] = replace(BASE, model="lstm")
    show(at)
    pills = at.pills(key="runs.search_vary")
    assert SEARCH_SPACE["activation"].label not in pills.options
    assert pills.value == ["width"]
    at.session_state[PRESENT] = TrainConfig(dataset="digits", model="blocks")
    show(at)
    assert [error.value for error in at.error] == ["Choose at least one setting to vary."]


@pytest.mark.parametrize("key", ["rates", "sizes", "all"])
def test_suggestions_can_be_searched(open_search, key):
    at = press(open_search(), f"search_try_{key}")
    assert not at.error
    assert not disabled(at, "search_start")


@pytest.mark.parametrize("name", [name for name in SEARCH_SPACE if name not in NOT_HERE])
def test_every_setting_can_be_varied(open_search, name):
    base = replace(BASE, optimizer="sgd")
    at = open_search(base, search_vary=name, search_width="8,16")
    assert not at.error
    assert not at.warning
    assert not disabled(at, "search_start")


def test_a_run_of_ones_own_is_no_reason_against_a_search(open_search):
    at = open_search()
    run_store = run_store_of(at)
    run = Run(BASE, part.search_data(BASE), paused=True, number=run_store.next_number())
    run_store.add(run)
    at.session_state["ui.session.runs"].current = run
    searched(at)
    assert len(trials(at).done) == 3
    assert run.status is Status.PAUSED
    assert all(disabled(at, key) for key in keys(at, "search_train_"))
