import random
import time

import pytest
import torch

from core.activations import ACTIVATIONS
from core.config.fields import ADJUSTABLE
from core.config.json_file import config_json, read_config
from core.datasets import POINTS
from core.datasets.user_points import add
from core.features import FEATURES
from core.models import build_network
from core.optimizers import OPTIMIZERS
from core.playground.presets import POINTS_PRESETS
from core.playground.share import format_weights
from core.regularization import REGULARIZATIONS
from core.runs import Status
from core.training import train
from pages.parts.playground.form import CHOICES, SPEEDS
from pages.parts.playground.network_view import FEED, PICTURE
from pages.parts.playground.panels import PARTS
from pages.ui.run_links import train_link
from pages.ui.session import CAME_BACK, COOKIE, VISIT
from tests.pages.app import address, open_page, picture, run_store_of

PATIENCE = 60
TAKEN = "playground.shared_weights.taken"


@pytest.fixture
def opened():
    """Opens the page; the runs that a test leaves behind are stopped."""
    pages = []

    def open_it(**settings):
        pages.append(open_page("playground", **settings))
        return pages[-1]

    yield open_it
    for at in pages:
        run = current(at)
        if run is not None:
            run.stop()
            assert run.wait(PATIENCE)


def current(at):
    return at.session_state["playground.runs"].current


def press(at, key):
    at.button(key=key).click().run()
    assert not at.exception


def until(condition):
    for _try in range(PATIENCE * 100):
        if condition():
            return
        time.sleep(0.01)
    pytest.fail("it never happened")


def tell(at, **told):
    """What the picture tells, once."""
    at.session_state[FEED] = told
    at.run()
    assert not at.exception
    at.session_state[FEED] = {}


def train_an_epoch(at):
    tell(at, asked="step")
    until(lambda: not current(at).view().moving)
    at.run()
    assert not at.exception


def steps_done(at) -> int:
    last = current(at).view().last
    return last.step if last else 0


def reset(at):
    """As the picture does it; in AppTest it would tell the same to the run of the page that follows."""
    at.session_state["playground.runs"].put_aside()
    at.run()


def texts(at) -> str:
    return " ".join(
        element.value for kind in ("markdown", "caption", "error", "warning", "info") for element in at.get(kind)
    )


def put(at, **settings):
    """Set what no widget shows, as the picture does."""
    for name, value in settings.items():
        at.session_state[f"playground.{name}"] = value
    at.run()
    assert not at.exception


def test_it_begins_with_a_paused_network_and_says_how_it_does(opened):
    at = opened()
    run = current(at)
    assert run.status is Status.PAUSED
    assert run.config.hidden == (4, 2)
    assert "Press Play" in texts(at)
    assert address(at) == {}


def test_play_step_and_reset(opened):
    at = opened()
    train_an_epoch(at)
    assert current(at).view().last.epoch == 1
    tell(at, asked="play")
    until(lambda: current(at).view().last.epoch > 2)
    tell(at, asked="pause")
    assert current(at).status is Status.PAUSED
    before = current(at)
    reset(at)
    assert current(at) is not before
    assert current(at).view().last is None


def test_a_weight_is_set_by_hand_and_the_picture_gets_it(opened):
    at = opened()
    tell(at, edited={"layer": 0, "row": 1, "column": 0, "value": 2.5})
    until(lambda: current(at).recent_weights()[-1].edits == 1)
    at.run()
    _header, arrays = picture(at, FEED)
    assert arrays["weights"][-1][2] == 2.5  # weights lie row by row, and there are two features


def test_a_weight_of_a_network_that_is_gone_changes_nothing(opened):
    at = opened()
    for place in ({"layer": 9, "row": 0}, {"layer": 0, "row": 9}):
        tell(at, edited={**place, "column": 0, "value": 2.5})
    assert not at.exception
    assert not current(at).modified


def test_a_run_that_has_learnt_stays_to_be_compared_when_the_settings_change(opened):
    at = opened()
    train_an_epoch(at)
    learnt = current(at)
    put(at, hidden=(3,))
    reset(at)
    put(at, hidden=(5,))  # nothing has been trained in the two between
    assert run_store_of(at).runs == [learnt, current(at)]
    until(lambda: learnt.status is Status.STOPPED)
    assert learnt.view().outcome.score.loss > 0


def test_the_same_seed_gives_the_same_run_as_plain_training(opened):
    at = opened(seed="3", dataset="moons")
    train_an_epoch(at)
    run = current(at)
    network = build_network(run.config, (2,), 1)
    steps = train(run.config, run.data, network)
    while next(steps).epoch < 1:
        pass
    mine = run.model_snapshot().state_dict()
    assert all(torch.equal(mine[name], tensor) for name, tensor in network.state_dict().items())


@pytest.mark.parametrize("name", POINTS_PRESETS)
def test_every_suggestion_begins_its_run(opened, name):
    at = opened(noise="0.2", hidden="3", weights="AAAA")
    press(at, f"preset_{name}")
    changes = POINTS_PRESETS[name].changes
    assert all(getattr(current(at).config, field) == value for field, value in changes.items())
    assert current(at).config.noise == changes.get("noise", 0.0)


@pytest.mark.parametrize("dataset", POINTS)
def test_every_set_can_be_learnt(opened, dataset):
    at = opened(dataset=dataset)
    train_an_epoch(at)
    assert current(at).status is Status.PAUSED
    assert "Press Play" not in texts(at)


@pytest.mark.parametrize("part", PARTS)
@pytest.mark.parametrize("settings", [{}, {"dataset": "rings4"}, {"dataset": "plane", "hidden": "none"}])
def test_every_part(opened, part, settings):
    at = opened(part=part, **settings)
    assert not at.error


@pytest.mark.parametrize("name", ["learning_rate", "batch_size", "regularization_rate", "stop_loss"])
def test_what_can_be_changed_on_the_way_leaves_the_run_as_it_is(opened, name):
    at = opened()
    train_an_epoch(at)
    run = current(at)
    chooser = at.select_slider if name == "batch_size" else at.selectbox
    value = {"learning_rate": 0.3, "batch_size": 25, "regularization_rate": 0.01, "stop_loss": 0.1}[name]
    assert name in ADJUSTABLE
    chooser(key=f"playground.{name}").set_value(value).run()
    assert current(at) is run
    assert getattr(run.view().config, name) == value
    assert address(at) == {name: f"{value:g}"}


def test_what_is_built_in_begins_another_run(opened):
    at = opened()
    run = current(at)
    at.selectbox(key="playground.activation").set_value("relu").run()
    assert current(at) is not run
    assert current(at).config.activation == "relu"


def test_extremes(opened):
    at = opened(
        hidden="8,8,8,8,8,8",
        features=",".join(FEATURES),
        samples=str(max(CHOICES["samples"])),
        batch_size=str(min(CHOICES["batch_size"])),
        learning_rate=str(max(CHOICES["learning_rate"])),
        regularization="l1",
        regularization_rate=str(max(CHOICES["regularization_rate"])),
        noise="0.5",
        test_share="0.9",
        seed=str(2**31 - 1),
        speed="0",
    )
    assert not at.warning
    tell(at, asked="play")
    until(lambda: current(at).status.over or steps_done(at) > 100)
    at.run()
    assert not at.exception


def test_a_run_that_diverges_says_what_to_do(opened):
    at = opened(dataset="plane", activation="identity", learning_rate="10", hidden="8,8,8,8")
    tell(at, asked="play")
    until(lambda: current(at).status.over)
    at.run()
    assert not at.exception
    assert "learning rate" in texts(at)


@pytest.mark.parametrize(
    "settings",
    [
        {"hidden": "1000000000"},
        {"hidden": "8,8,8,8,8,8,8"},
        {"hidden": "nan"},
        {"features": "x3"},
        {"features": "x1,x1"},
        {"activations": "tanh,nonsense"},
        {"dropouts": "nan,0"},
        {"dropouts": "x"},
        {"learning_rate": "nan"},
        {"noise": "7"},
        {"seed": "-1"},
        {"dataset": "../etc"},
        {"speed": "1e9"},
    ],
)
def test_nonsense_in_the_address_gets_a_sentence(opened, settings):
    at = opened(**settings)
    assert len(at.warning) == 1
    assert next(iter(settings)) in at.warning[0].value
    assert current(at) is not None


@pytest.mark.parametrize(
    ("settings", "says"),
    [
        ({"activations": "tanh"}, "activations"),
        ({"dropouts": "0.1,0.1,0.1"}, "dropouts"),
        ({"dataset": "formula", "points": "x1 +"}, "letter"),
        ({"dataset": "formula", "points": "log(x1)"}, ""),
        ({"dataset": "own", "points": "1,2"}, ""),
        ({"dataset": "own", "points": "x" * 50_000}, ""),
    ],
)
def test_settings_that_do_not_go_together_get_a_sentence_and_lose_nothing(opened, settings, says):
    at = opened(**settings)
    assert len(at.error) == 1
    assert says in at.error[0].value
    assert len(at.error[0].value) < 300
    if "hidden" not in settings:
        for name, value in settings.items():
            assert at.session_state[f"playground.{name}"] is not None, value


@pytest.mark.parametrize("seed", range(8))
def test_any_state_comes_back_from_its_address(opened, seed):
    draw = random.Random(seed)
    hidden = tuple(draw.randint(1, 8) for _layer in range(draw.randint(0, 6)))
    state = {
        "dataset": draw.choice(list(POINTS)),
        "hidden": hidden,
        "features": tuple(name for name in FEATURES if draw.random() < 0.5) or ("x1",),
        "activations": tuple(draw.choice(list(ACTIVATIONS)) for _layer in hidden) if draw.random() < 0.5 else (),
        "dropouts": tuple(draw.choice([0.0, 0.2, 0.5]) for _layer in hidden) if draw.random() < 0.5 else (),
        "activation": draw.choice(list(ACTIVATIONS)),
        "optimizer": draw.choice(list(OPTIMIZERS)),
        "learning_rate": draw.choice(CHOICES["learning_rate"]),
        "regularization": draw.choice(list(REGULARIZATIONS)),
        "regularization_rate": draw.choice(CHOICES["regularization_rate"]),
        "batch_size": draw.choice(CHOICES["batch_size"]),
        "stop_loss": draw.choice(CHOICES["stop_loss"]),
        "speed": draw.choice(SPEEDS),
        "seed": draw.randint(0, 10**6),
        "test_share": draw.choice([0.2, 0.5, 0.9]),
        "discretize": draw.random() < 0.5,
    }
    first = opened()
    dataset = state.pop("dataset")
    if not POINTS[dataset].single:  # all points of a person's own are shown
        state["show_test"] = draw.random() < 0.5
    first.selectbox(key="playground.dataset").set_value(dataset).run()
    put(first, **state)
    second = opened(**address(first))
    assert not second.warning
    assert current(second).config == current(first).config
    assert all(second.session_state[f"playground.{name}"] == value for name, value in state.items())


def test_weights_travel_with_the_address_when_asked_for(opened):
    at = opened(part="share")
    train_an_epoch(at)
    assert "weights" not in address(at)
    press(at, "share_weights")
    shared = current(at).model_snapshot()
    assert address(at)["weights"] == format_weights(shared)
    other = opened(**address(at))
    mine = current(other).model_snapshot()
    assert all(torch.equal(a, b) for a, b in zip(mine.parameters(), shared.parameters(), strict=True))
    press(other, "drop_weights")
    assert "weights" not in address(other)


def test_a_link_with_weights_is_followed_where_a_run_of_the_same_settings_was_kept(opened, cookies):
    first = opened(part="share")
    train_an_epoch(first)
    press(first, "share_weights")
    link, run, shared = address(first), current(first), current(first).model_snapshot()
    train_an_epoch(first)
    press(first, "drop_weights")
    first.session_state[TAKEN] = ""
    first.run()  # and keep that
    cookies[COOKIE] = first.session_state[VISIT].workspace.token + CAME_BACK
    other = opened(**link)
    assert current(other) is not run
    mine = current(other).model_snapshot()
    assert all(torch.equal(a, b) for a, b in zip(mine.parameters(), shared.parameters(), strict=True))


def test_weights_that_do_not_fit_are_refused_in_a_sentence(opened):
    at = opened(weights="A" * 40)
    assert "another network" in at.warning[0].value
    assert current(at) is not None
    assert "weights" not in address(at)


def test_another_network_drops_the_weights_of_the_one_before(opened):
    at = opened(part="share")
    press(at, "share_weights")
    put(at, hidden=(3,))
    assert "weights" not in address(at)
    assert current(at).config.hidden == (3,)


def test_each_layer_can_have_its_own_activation_and_dropout(opened):
    at = opened(part="layers")
    at.selectbox(key="playground.layer_1_activation").set_value("relu").run()
    at.slider(key="playground.layer_0_dropout").set_value(0.3).run()
    assert not at.exception
    assert current(at).config.activations == ("tanh", "relu")
    assert current(at).config.dropouts == (0.3, 0.0)
    assert address(at)["activations"] == "tanh,relu"


def test_points_can_be_pasted(opened):
    at = opened(part="own")
    at.text_area(key="pasted").set_value("-4, 1, A\n3, 0.5, B\n2, 2, B").run()
    press(at, "take_pasted")
    assert current(at).config.dataset == "own"
    assert len(current(at).data.train) + len(current(at).data.test) == 3
    press(at, "undo_point")
    assert len(current(at).data.train) + len(current(at).data.test) == 2


def test_bad_points_say_where_and_change_nothing(opened):
    at = opened(part="own")
    run = current(at)
    at.text_area(key="pasted").set_value("-4, 1, A\n3, oops, B").run()
    press(at, "take_pasted")
    assert "oops" in at.warning[0].value
    assert "2" in at.warning[0].value
    assert current(at) is run
    assert at.text_area(key="pasted").value.endswith("oops, B")


CORNERS = "-4,4,A;4,-4,B;-4,-4,A;4,4,B"


def shown_points(at) -> set[tuple[float, float]]:
    """The points of the last picture, of both kinds."""
    _header, arrays = picture(at, PICTURE)
    return {tuple(point) for name in ("train", "test") for point in arrays[name].reshape(-1, 2).tolist()}


def test_each_own_point_is_drawn(opened):
    at = opened(dataset="own", points=CORNERS)
    assert shown_points(at) == {(-4, 4), (4, -4), (-4, -4), (4, 4)}
    assert "no test set yet" in texts(at)
    assert not at.exception


def test_each_click_shows_a_point(opened):
    at = opened(dataset="own", points="-4,1,A;3,0,B")
    places = {(-4, 1), (3, 0)}
    for place in [(-3, 3), (-2, -3), (2, 2), (1, -4), (0, 0), (5, 5)]:
        put(at, points=add(current(at).config.points, *place, "A"))  # as a click does
        places.add(place)
        assert shown_points(at) == places


def test_two_thousand_named_points_are_taken_and_the_address_has_them(opened):
    chance = random.Random(0)
    names = ["Iris setosa", "Iris versicolor", "Iris virginica"]
    lines = [f"{chance.uniform(-5, 5):.6f},{chance.uniform(-5, 5):.6f},{chance.choice(names)}" for _ in range(2000)]
    at = opened(part="own")
    at.text_area(key="pasted").set_value("\n".join(["x1,x2,label", *lines])).run()
    press(at, "take_pasted")
    config, link = current(at).config, address(at)
    assert not at.error
    assert len(config.problem.classes) == 3
    assert len(link["points"]) < 20_000
    assert read_config(config_json(config)) == config
    assert current(opened(**link)).config == config
    assert current(opened(**train_link(config))).config == config


def test_a_link_with_other_data_than_can_be_had_shows_no_picture(opened):
    at = opened(dataset="own", points=CORNERS)
    put(at, points="1,2,A;3,oops,B")
    assert "oops" in at.error[0].value
    assert all(element.key not in (PICTURE, FEED) for element in at.get("bidi_component"))


def test_a_damaged_link_says_so_and_shows_what_the_address_then_has(opened):
    at = opened(dataset="own", points="zip~AAAA")
    assert "points=zip" in at.warning[0].value
    assert current(at).config.points == POINTS["own"].default_text
    assert "points" not in address(at)


def test_a_file_in_another_encoding_is_read_and_its_encoding_told(opened):
    at = opened(part="own")
    at.file_uploader(key="points_file").set_value(
        ("a.csv", "x1;x2;Art\r\n1;2;Bär\r\n-1;0,5;Bör\r\n".encode("cp1252"), "text/csv")
    )
    at.run()
    assert current(at).data.classes == ("Bär", "Bör")
    assert "Windows-1252" in at.warning[0].value


def test_a_set_that_is_there_can_be_made_ones_own(opened):
    at = opened(part="own", dataset="rings3", samples="50")
    press(at, "make_own")
    run = current(at)
    assert run.config.dataset == "own"
    assert run.data.classes == ("A", "B", "C")
    assert len(run.data.train) + len(run.data.test) == 50


def test_a_formula(opened):
    at = opened(dataset="formula")
    at.text_input(key="playground.points").set_value("x1 * x2").run()
    data = current(at).data
    inputs, targets = data.train.inputs, data.train.targets
    assert torch.equal(targets[:, 0], (inputs.prod(dim=1) > 0).float())
