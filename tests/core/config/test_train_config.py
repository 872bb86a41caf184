import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.config import ConfigError, TrainConfig
from core.config.fields import SETTINGS
from core.config.kinds import Choice, Number, Whole
from core.config.train_config import MAX_PARAMETERS
from core.datasets.points_table import MAX_TEXT
from tests.given import JSON, TEXTS, read_or_refused, words_of

MENUS = {name: setting.registry for name, setting in SETTINGS.items() if isinstance(setting, Choice)}
NAN, INFINITE = math.nan, math.inf


def test_the_default_is_the_courses_network():
    assert (TrainConfig().model, TrainConfig().hidden, TrainConfig().loss) == ("mlp", (512,), "cross_entropy")


@pytest.mark.parametrize("name", MENUS)
def test_unknown_names_are_refused_with_the_choices(name):
    with pytest.raises(ConfigError) as refusal:
        TrainConfig(**{name: "nonsense"})
    assert "nonsense" in str(refusal.value)
    assert all(key in str(refusal.value) for key in MENUS[name])


@pytest.mark.parametrize("name", MENUS)
@pytest.mark.parametrize("value", [None, 3, ["adam"], "x" * 10_000])
def test_names_of_another_kind_are_refused_in_one_short_sentence(name, value):
    with pytest.raises(ConfigError) as refusal:
        TrainConfig(**{name: value})
    assert len(str(refusal.value)) < 300


@pytest.mark.parametrize(
    ("name", "limits"), [(n, (s.minimum, s.maximum)) for n, s in SETTINGS.items() if isinstance(s, Whole)]
)
def test_whole_numbers(name, limits):
    minimum, maximum = limits
    model = "cnn" if name == "stride" else "mlp"
    for good in limits:
        assert getattr(TrainConfig(model=model, **{name: good}), name) == good
    for bad in (minimum - 1, maximum + 1, 1.5, "3", True, None, NAN, 10**100):
        with pytest.raises(ConfigError, match=str(maximum)):
            TrainConfig(model=model, **{name: bad})


@pytest.mark.parametrize(
    ("name", "limits"), [(n, (s.minimum, s.maximum)) for n, s in SETTINGS.items() if isinstance(s, Number)]
)
def test_numbers(name, limits):
    minimum, maximum = limits
    for good in limits:
        assert getattr(TrainConfig(**{name: good}), name) == good
    for bad in (minimum - 1e-9, maximum + 1e-9, NAN, INFINITE, -INFINITE, "0.1", None):
        with pytest.raises(ConfigError, match="number from"):
            TrainConfig(**{name: bad})


@pytest.mark.parametrize("hidden", [(0,), (-1,), (10**9,), (1.5,), ("8",), [8], (1,) * 21, None])
def test_layers_that_cannot_be_built(hidden):
    with pytest.raises(ConfigError):
        TrainConfig(hidden=hidden)


def test_a_cnn_needs_a_convolution_and_has_room_for_three():
    assert TrainConfig(model="cnn", channels=(4, 4, 4)).channels == (4, 4, 4)
    for channels in ((), (4,) * 4):
        with pytest.raises(ConfigError, match="1 to 3"):
            TrainConfig(model="cnn", channels=channels)


def test_a_network_too_large_is_refused_with_its_size_and_the_limit():
    with pytest.raises(ConfigError) as refusal:
        TrainConfig(hidden=(4096, 4096))
    parameters = 784 * 4096 + 4096 + 4096 * 4096 + 4096 + 4096 * 10 + 10
    assert f"{parameters:,}" in str(refusal.value)
    assert f"{MAX_PARAMETERS:,}" in str(refusal.value)


def test_every_field_is_checked():
    for name in SETTINGS:
        with pytest.raises(ConfigError, match=name):
            TrainConfig(**{name: object()})


def test_the_title_names_what_matters():
    title = TrainConfig(model="cnn", channels=(8, 16), hidden=(32,), optimizer="sgd", learning_rate=0.5).title
    for part in ("CNN 8-16-32", "SGD 0.5", "MNIST"):
        assert part in title


@pytest.mark.parametrize("value", [1, "yes", None])
def test_nesterov_is_on_or_off(value):
    with pytest.raises(ConfigError, match="on or off"):
        TrainConfig(nesterov=value)


@pytest.mark.parametrize(
    ("blocks", "words"),
    [
        ("linear:10", "Flatten"),
        ("flatten,linear:9", "The last block gives 9 numbers"),
        ("", "The last block gives 1 × 28 × 28 numbers"),
        ("flatten,bogus", "bogus"),
        ("flatten,linear:1000000000", "Linear"),
        ("flatten,linear:100000,linear:10", "parameters"),
        (7, "text"),
        ("relu," * 1000, "text"),
    ],
)
def test_blocks_that_cannot_be_trained_are_refused(blocks, words):
    with pytest.raises(ConfigError, match=words):
        TrainConfig(model="blocks", blocks=blocks)


def test_a_network_of_blocks_is_named_by_their_number():
    assert TrainConfig(model="blocks", blocks="flatten,linear:10").title.startswith("Own network of 2 blocks")


@pytest.mark.parametrize(
    "network", [{"model": "cnn"}, {"model": "blocks", "blocks": "flatten,linear:9,batchnorm,linear:10"}]
)
def test_batch_norm_wants_batches_of_two(network):
    with pytest.raises(ConfigError, match="take a batch size from 2"):
        TrainConfig(**network, batch_size=1)
    assert TrainConfig(**network, batch_size=2)
    assert TrainConfig(batch_size=1)


@pytest.mark.parametrize(
    "number", [10**400, -(10**400), 10**5000, INFINITE, NAN], ids=["large", "small", "unwritable", "infinite", "nan"]
)
@pytest.mark.parametrize("name", [name for name in SETTINGS if isinstance(SETTINGS[name], Whole | Number)])
def test_a_number_beyond_all_is_refused(name, number):
    with pytest.raises(ConfigError) as refusal:
        TrainConfig(**{name: number})
    assert name in str(refusal.value)
    assert len(str(refusal.value)) < 300


@pytest.mark.parametrize("name", ["points", "blocks", "dataset", "optimizer"])
def test_half_a_character_is_refused(name):
    with pytest.raises(ConfigError) as refusal:
        TrainConfig(**{name: "0,0,\ud800"})
    assert str(refusal.value).encode()


POINTS_RUN = {"dataset": "circle", "model": "points", "loss": "bce", "hidden": (4, 2)}


def test_points_want_a_network_for_points_and_a_loss_that_compares_what_it_gives():
    assert TrainConfig(**POINTS_RUN).problem.outputs == 1
    for wrong in ({"dataset": "mnist"}, {"model": "mlp"}):
        with pytest.raises(ConfigError, match="cannot read"):
            TrainConfig(**POINTS_RUN | wrong)
    for wrong in ({"loss": "cross_entropy"}, {"loss": "mse"}, {"dataset": "plane"}):
        with pytest.raises(ConfigError, match="choose another loss"):
            TrainConfig(**POINTS_RUN | wrong)
    with pytest.raises(ConfigError, match="no output layer"):
        TrainConfig(**POINTS_RUN, output_layer="sigmoid")


@pytest.mark.parametrize(
    "wrong",
    [
        {"features": ()},
        {"features": ("x1", "x1")},
        {"features": ("x3",)},
        {"features": "x1"},
        {"activations": ("tanh",)},
        {"activations": ("tanh", "nonsense")},
        {"dropouts": (0.1,)},
        {"dropouts": (0.1, NAN)},
        {"dropouts": (0.1, 0.95)},
        {"points": "x" * (MAX_TEXT + 1)},
        {"points": None},
        {"dataset": "formula", "points": "x1 +"},
        {"dataset": "own", "points": ""},
    ],
)
def test_settings_for_points_that_cannot_be_had(wrong):
    with pytest.raises(ConfigError) as refusal:
        TrainConfig(**POINTS_RUN | wrong)
    assert len(str(refusal.value)) < 300


ANYTHING = JSON | st.lists(JSON, max_size=4).map(tuple) | st.just(10**5000)


@given(st.dictionaries(st.sampled_from(sorted(SETTINGS)), ANYTHING, max_size=3))
def test_any_settings_give_a_config_or_a_sentence(settings):
    read_or_refused(lambda given: TrainConfig(**given), settings, ConfigError)


@pytest.mark.parametrize(("dataset", "loss"), [("own", "bce"), ("own_values", "mse"), ("formula", "bce")])
@given(text=TEXTS | words_of("1", "-2.5", "A", "x1", "nan", "9" * 400, ",", ",", ";", "\n", "\r", "\t", '"'))
def test_any_points_give_a_config_or_a_sentence(dataset, loss, text):
    settings = {"dataset": dataset, "model": "points", "loss": loss, "points": text}
    read_or_refused(lambda given: TrainConfig(**given), settings, ConfigError)
