import json
import tracemalloc

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from core.digits.collection import (
    FARTHEST,
    HEADER,
    MAX_FILE,
    MAX_LINE,
    MAX_POINTS,
    MAX_SAMPLES,
    MAX_STROKES,
    Collection,
    CollectionError,
    Sample,
    read_collection,
    sample_of,
    thinned,
    write_collection,
)
from core.digits.handwriting import draw
from core.digits.rasterize import to_picture
from tests.given import JSON, read_or_refused

SEVEN = Sample((((80.0, 60.0), (200.0, 60.0), (130.0, 220.0)),), 7)
ONE = Sample((((140.0, 40.0), (140.0, 240.0)),), 1)
HEAD = json.dumps(HEADER)


def file(*lines):
    return "\n".join([HEAD, *lines]).encode()


def drawn(digit, seed=0):
    return draw(digit, torch.Generator().manual_seed(seed))


def test_every_change_gives_a_new_collection():
    empty = Collection()
    two = empty.add(SEVEN, ONE)
    assert (len(empty), len(two)) == (0, 2)
    assert two.remove(0) == Collection((ONE,))
    relabelled = two.relabel(1, 4)
    assert [sample.label for sample in relabelled.samples] == [7, 4]
    assert relabelled.samples[1].strokes == ONE.strokes
    assert [sample.label for sample in two.samples] == [7, 1]
    assert two.counts == (0, 1, 0, 0, 0, 0, 0, 1, 0, 0)
    assert two.targets.tolist() == [7, 1]
    assert hash(two) == hash(Collection((SEVEN, ONE)))  # so that pages can cache by it


@pytest.mark.parametrize("place", [-1, 2, 10**9])
def test_a_place_that_is_not_there(place):
    two = Collection((SEVEN, ONE))
    with pytest.raises(CollectionError, match="no drawing number"):
        two.remove(place)
    with pytest.raises(CollectionError, match="no drawing number"):
        two.relabel(place, 3)


def test_there_is_an_end_to_it():
    full = Collection((SEVEN,) * MAX_SAMPLES)
    with pytest.raises(CollectionError, match=str(MAX_SAMPLES)):
        full.add(ONE)


@pytest.mark.parametrize("label", [-1, 10, 3.0, "3", True, None, [3], 10**30])
def test_a_label_is_a_digit(label):
    with pytest.raises(CollectionError, match="0 to 9"):
        Sample(SEVEN.strokes, label)
    with pytest.raises(CollectionError, match="0 to 9"):
        Collection((SEVEN,)).relabel(0, label)


def test_pictures_are_what_the_network_sees():
    collection = Collection((SEVEN, ONE))
    expected = to_picture([np.array(SEVEN.strokes[0])]).picture
    assert collection.pictures.shape == (2, 1, 28, 28)
    assert torch.equal(collection.pictures[0], expected)
    assert Collection().pictures.shape == (0, 1, 28, 28)
    assert Collection().counts == (0,) * 10


@pytest.mark.parametrize("digit", range(10))
def test_a_kept_drawing_looks_like_the_drawn_one(digit):
    strokes = drawn(digit, digit)
    fine = [  # as densely as a mouse may report it
        np.stack([np.interp(np.linspace(0, 1, 400), np.linspace(0, 1, len(s)), s[:, k]) for k in (0, 1)], axis=1)
        for s in strokes
    ]
    sample = sample_of(fine, digit)
    assert (sample.picture - to_picture(fine).picture).abs().max() < 0.1  # at sharp corners
    assert sum(map(len, sample.strokes)) < 0.4 * sum(map(len, fine))


def test_thinning_keeps_the_corners_by_hand():
    stroke = np.array([[0, 0], [1, 0.1], [2, -0.1], [3, 0], [3, 4], [3, 9.0]])
    assert thinned(stroke, 0.2).tolist() == [[0, 0], [3, 0], [3, 9]]
    assert thinned(stroke, 0.01).tolist() == [[0, 0], [1, 0.1], [2, -0.1], [3, 0], [3, 9]]
    too_far_and_back = np.array([[0, 0], [9, 0], [5, 0.0]])
    assert thinned(too_far_and_back, 1.0).tolist() == too_far_and_back.tolist()
    there_and_back = np.array([[0, 0], [5, 0], [0, 0.0]])
    assert thinned(there_and_back, 1.0).tolist() == there_and_back.tolist()
    assert thinned(np.array([[2.0, 3.0]]), 1.0).tolist() == [[2, 3]]


def test_only_digits_are_taken_in():
    with pytest.raises(CollectionError, match="Nothing drawn"):
        sample_of([], 3)
    with pytest.raises(CollectionError, match="dot"):
        sample_of([np.array([[10.0, 10.0]])], 3)
    with pytest.raises(CollectionError, match="scribble"):
        sample_of([np.random.default_rng(0).uniform(0, 280, (400, 2))], 3)
    with pytest.raises(CollectionError, match="1000"):
        sample_of([np.array([[0.0, 0.0], [FARTHEST + 1, 50.0]])], 1)


def test_round_trip():
    collection = Collection(tuple(sample_of(drawn(digit, 7), digit) for digit in range(10)))
    content = write_collection(collection)
    again = read_collection(content)
    assert again == collection
    assert write_collection(again) == content
    assert torch.equal(again.pictures, collection.pictures)
    assert len(content) < 20_000
    assert read_collection(write_collection(Collection())) == Collection()


def test_a_file_may_be_edited_by_hand():
    content = file(' { "strokes" : [[[0.04, -0.0], [1e2, 33]]],\t"label": 1}\r', "", "  ")
    (sample,) = read_collection(b"\xef\xbb\xbf" + content).samples
    assert sample == Sample((((0.0, 0.0), (100.0, 33.0)),), 1)
    assert str(sample.strokes[0][0]) == "(0.0, 0.0)"


def test_the_fullest_collection_can_be_read_again():
    far = (-FARTHEST + 0.1, -FARTHEST + 0.1)
    strokes = tuple((far,) * (MAX_POINTS // MAX_STROKES) for _number in range(MAX_STROKES))
    full = Collection((Sample(strokes, 9),) * MAX_SAMPLES)
    content = write_collection(full)
    assert max(map(len, content.split(b"\n"))) < MAX_LINE
    assert MAX_FILE / 2 < len(content) < MAX_FILE
    assert read_collection(content) == full


GOOD = '{"label":1,"strokes":[[[0,0],[5,90]]]}'


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "not a collection"),
        (b"\n\n", "not a collection"),
        (b"\x80\x04\x95 pickled", "not a collection"),
        (b"PK\x03\x04" + bytes(100), "not a collection"),
        (b"[" * 100_000, "not a collection"),
        (b'{"a":' * 1_500, "not a collection"),
        (b"null", "not a collection"),
        (GOOD.encode(), "not a collection"),
        (HEAD[:-5].encode(), "not a collection"),
        (json.dumps(HEADER | {"more": 1}).encode(), "not a collection"),
        (json.dumps({"format": HEADER["format"]}).encode(), "not a collection"),
        (json.dumps(HEADER | {"format": ["x"]}).encode(), "not a collection"),
        (json.dumps(HEADER | {"version": 2}).encode(), "another version"),
        (json.dumps(HEADER | {"version": "1"}).encode(), "another version"),
        (json.dumps(HEADER | {"version": True}).encode(), "another version"),
        (HEAD.encode() + b"\n" * 5_000, "too many lines"),
        (b" " * (MAX_FILE + 1), "MB"),
        (file(*[GOOD] * (MAX_SAMPLES + 1)), "at most 500"),
        (file(GOOD, "oops"), "Line 3: A drawing must be"),
        (file(GOOD, "", GOOD[:-3]), "Line 4: A drawing must be"),
        (file("[" * 7_000), "Line 2: A drawing must be"),
        (file("[" * 3_000 + "]" * 3_000), "Line 2: A drawing must be"),
        (file('{"label":1,"strokes":' + "[" * 200 + "]" * 200 + "}"), "Line 2: Each point"),
        (file("[1]"), "Line 2: A drawing must be"),
        (file('{"label":1}'), "Line 2: A drawing must be"),
        (file('{"label":1,"strokes":[[[0,0]]],"name":"x"}'), "Line 2: A drawing must be"),
        (file('{"label":1,"strokes":[[[0,NaN]]]}'), "Line 2: Each point"),
        (file('{"label":1,"strokes":[[[0,-Infinity]]]}'), "Line 2: Each point"),
        (file('{"label":1,"strokes":[[[0,1e999]]]}'), "Line 2: Each point"),
        (file('{"label":1,"strokes":[[[0,' + "9" * 4_000 + "]]]}"), "Line 2: Each point"),
        (file('{"label":1,"strokes":[[[0,' + "9" * 6_000 + "]]]}"), "Line 2: A drawing must be"),
        (file('{"label":1,"strokes":[[["0",1]]]}'), "Line 2: Each point"),
        (file('{"label":1,"strokes":[[[true,1]]]}'), "Line 2: Each point"),
        (file('{"label":1,"strokes":[[[0,1,2]]]}'), "Line 2: Each point"),
        (file('{"label":1,"strokes":[[0,1]]}'), "Line 2: Each point"),
        (file('{"label":1,"strokes":["ab"]}'), "Line 2: A drawing must have"),
        (file('{"label":1,"strokes":"ab"}'), "Line 2: A drawing must have"),
        (file('{"label":1,"strokes":null}'), "Line 2: A drawing must have"),
        (file('{"label":1,"strokes":{"a":1}}'), "Line 2: A drawing must have"),
        (file('{"label":1,"strokes":[]}'), "Line 2: A drawing must have"),
        (file('{"label":1,"strokes":[[]]}'), "Line 2: Each stroke"),
        (file('{"label":1,"strokes":[' + ",".join(["[[0,0]]"] * 21) + "]}"), "Line 2: A drawing must have"),
        (file('{"label":1,"strokes":[[' + ",".join(["[0,0]"] * 301) + "]]}"), "Line 2: Each stroke"),
        (file('{"label":1,"strokes":[' + ",".join(["[[0,0]]"] * 10**5) + "]}"), "Line 2: A drawing must be"),
        (file('{"label":-1,"strokes":[[[0,0]]]}'), "Line 2: The label"),
        (file('{"label":"3","strokes":[[[0,0]]]}'), "Line 2: The label"),
        (file('{"label":1e0,"strokes":[[[0,0]]]}'), "Line 2: The label"),
    ],
)
def test_a_damaged_or_hostile_file_is_refused_with_one_sentence(content, words):
    with pytest.raises(CollectionError) as refusal:
        read_collection(content)
    sentence = str(refusal.value)
    assert words in sentence
    assert sentence.endswith(".")
    assert len(sentence) < 130


@pytest.mark.parametrize("unit", ["[],", "[[[[],", '"ab",', "1.5,", "{},", '{"a":'])
def test_a_hostile_file_takes_no_memory(unit):
    line = "[" + unit * (MAX_FILE // len(unit) - 100)
    many = "\n".join([unit * (5_900 // len(unit))] * MAX_SAMPLES)
    for content in (file(line), file(many), line.encode()):
        assert len(content) <= MAX_FILE
        tracemalloc.start()
        with pytest.raises(CollectionError):
            read_collection(content)
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        assert peak < 4 * MAX_FILE


LINES = st.lists(
    st.builds(lambda label, strokes: json.dumps({"label": label, "strokes": strokes}), st.integers(0, 9) | JSON, JSON)
    | st.just('{"label":7,"strokes":[[[80.5,60],[200,60],[130,220]]]}')
    | JSON.map(json.dumps),
    max_size=3,
)


@given(st.binary(max_size=200) | LINES.map(lambda lines: "\n".join([json.dumps(HEADER), *lines]).encode()))
def test_any_file_gives_a_collection_that_is_written_and_read_again_or_a_sentence(content):
    collection = read_or_refused(read_collection, content, CollectionError)
    if collection is not None:
        assert read_collection(write_collection(collection)) == collection
