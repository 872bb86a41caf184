import json
from dataclasses import fields

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.config import ConfigError, TrainConfig
from core.config.json_file import MAX_BYTES, config_json, read_config
from core.lessons.train.presets import PRESETS
from core.pretrained import CHECKPOINTS
from tests.configs import GIVEN, had
from tests.core.export.trained import CONFIGS
from tests.given import JSON, TEXTS, read_or_refused

NAMES = [field.name for field in fields(TrainConfig)]
HOSTILE = [
    None,
    {},
    {"a": 1},
    [],
    [[]],
    [[1], [2]],
    [None],
    [{}],
    True,
    -1,
    0,
    10**30,
    -(10**30),
    1e300,
    -0.0,
    "",
    "x",
    "mnist" * 1000,
    "__import__('os')",
    "conv:999999999",
    "linear:10,linear:999999999999",
    [1] * 30_000,
    ["relu"] * 30_000,
    [4096] * 20,
    ["x1", "x1"],
]


def edited(**settings):
    content = json.loads(config_json(TrainConfig(dataset="digits", hidden=(8,))))
    content["settings"] |= settings
    return json.dumps(content)


def refusal(content):
    with pytest.raises(ConfigError) as refused:
        read_config(content)
    sentence = str(refused.value)
    assert 10 < len(sentence) < 600
    return sentence


@pytest.mark.parametrize(
    "config",
    [
        *CONFIGS.values(),
        *(recipe.config for recipe in CHECKPOINTS.values()),
        *(p.config("digits") for p in PRESETS.values()),
    ],
    ids=lambda config: config.title,
)
def test_settings_come_back_as_they_were(config):
    text = config_json(config)
    assert read_config(text) == config
    assert read_config(text.encode()) == config
    assert read_config(b"\xef\xbb\xbf" + text.encode()) == config


def test_it_is_sorted_and_says_what_it_is():
    content = json.loads(config_json(TrainConfig()))
    assert content["format"] == "neural-playground-settings"
    assert content["version"] == 1
    assert list(content["settings"]) == sorted(NAMES)


def test_what_is_not_there_is_as_usual():
    text = '{"format": "neural-playground-settings", "version": 1, "settings": {"seed": 3}}'
    assert read_config(text) == TrainConfig(seed=3)


def test_a_whole_number_is_a_number():
    config = read_config(edited(dropout=0, weight_decay=1))
    assert isinstance(config.dropout, float)
    assert config.weight_decay == 1.0


def is_sound(content):
    try:
        return read_config(content)
    except ConfigError as problem:
        return 10 < len(str(problem)) < 600


@pytest.mark.parametrize("name", NAMES)
def test_whatever_a_setting_holds_there_is_a_config_or_a_sentence(name):
    for value in HOSTILE:
        assert is_sound(edited(**{name: value}))


@pytest.mark.parametrize("content", ["[" * 10_000 + "]" * 10_000, '{"a":' * 10_000 + "1" + "}" * 10_000], ids=len)
def test_endless_nesting_is_refused(content):
    """How deep is too deep depends on the version of Python."""
    assert "This is no file of settings" in refusal(content)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("", "not JSON"),
        ("hello", "not JSON"),
        (b"\xff\xfe\x00", "not JSON"),
        (b"PK\x03\x04", "not JSON"),
        ("[" * 10_000, "not JSON"),
        ("[]", "no file of settings"),
        ("7", "no file of settings"),
        ("{}", "no file of settings"),
        ('{"format": "other"}', "no file of settings"),
        ('{"format": "neural-playground-settings"}', "version"),
        ('{"format": "neural-playground-settings", "version": 2}', "version"),
        ('{"format": "neural-playground-settings", "version": 1}', "no settings"),
        ('{"format": "neural-playground-settings", "version": 1, "settings": [1]}', "no settings"),
        (edited(seed=1).replace('"seed": 1', '"seed": 1, "seed": 2'), "twice"),
        (edited(seed=1).replace('"seed": 1', '"seed": NaN'), "not finite: NaN"),
        (edited(seed=1).replace('"seed": 1', '"seed": -Infinity'), "not finite: -Infinity"),
        (
            edited(seed=1)
            .replace('"seed": 1', '"learning_rate": 1e309, "seed": 1')
            .replace('"learning_rate": 0.001, ', ""),
            "not finite: 1e309",
        ),
        (edited(seed=1).replace('"seed": 1', f'"seed": {"9" * 5000}'), "too long: 9999"),
        (edited(seed=1).replace('"seed": 1', '"seed": ' + "[" * 50_000), "not JSON"),
        (edited(colour="red"), "“colour”"),
        (edited(**{"x" * 1000: 1}), "“xxxx"),
        (edited(hidden="512"), "hidden"),
        (edited(hidden=[1.5]), "hidden"),
        (edited(hidden=[[512]]), "hidden must be"),
        (edited(learning_rate="0.1"), "learning_rate"),
        (edited(features=[["x1"]]), "features must be"),
        (edited(dataset="imagenet"), "imagenet"),
    ],
    ids=lambda value: repr(value)[:30],
)
def test_what_cannot_be_had_gets_a_sentence(content, said):
    assert said in refusal(content)


@pytest.mark.parametrize("content", ["9" * 50_000_000, b"[" * (MAX_BYTES + 1), edited(hidden=[1] * 10**6)], ids=len)
def test_a_file_beyond_the_limit_is_not_read(content):
    assert "1,000,000 bytes" in refusal(content)


FILES = st.dictionaries(st.sampled_from(sorted(NAMES)) | TEXTS, JSON, max_size=3).map(lambda given: edited(**given))


@given(FILES | JSON.map(json.dumps) | TEXTS | st.binary(max_size=100))
def test_any_file_gives_a_config_that_is_written_and_read_again_or_a_sentence(content):
    config = read_or_refused(read_config, content, ConfigError)
    if config is not None:
        assert read_config(config_json(config)) == config


@pytest.mark.parametrize("about", GIVEN)
@given(data=st.data())
def test_whatever_can_be_had_is_written_and_read_again(about, data):
    config = had(data.draw(GIVEN[about]))
    if config is not None:
        assert read_config(config_json(config).encode()) == config
