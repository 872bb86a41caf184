import io
import json
import pickle
import pickletools
import struct
import zipfile
from argparse import Namespace
from collections import OrderedDict
from dataclasses import replace

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from safetensors.torch import load, save

from core.config import TrainConfig
from core.datasets import data_of
from core.export.load_weights import MAX_BYTES, MAX_TENSORS, Known, WeightsError, known_of, load_weights
from core.export.torch_file import MAX_ENTRIES
from core.export.weights import weights
from core.models import build_network
from core.runs import Run
from core.runs.run import run_classifier
from tests.given import JSON, TEXTS, read_or_refused

SHAPE, CLASSES = (1, 28, 28), 10
CONFIGS = {
    "mlp": TrainConfig(dataset="digits", hidden=(8,)),
    "cnn": TrainConfig(dataset="digits", model="cnn", channels=(4, 6), hidden=(8,), dropout=0.1),
    "lstm": TrainConfig(dataset="digits", model="lstm", hidden=(8, 6)),
    "blocks": TrainConfig(dataset="digits", model="blocks", blocks="conv:4:5,batchnorm,relu,flatten,linear:10"),
}
KNOWN = [Known(name.upper(), config, 0.25, 0.5) for name, config in CONFIGS.items()]
MLP = CONFIGS["mlp"]
PICTURE = torch.rand(SHAPE, generator=torch.Generator().manual_seed(0))


def network(config=MLP):
    return build_network(config, SHAPE, CLASSES).eval()


def state(config=MLP, **changes):
    tensors = {name: tensor.contiguous() for name, tensor in network(config).state_dict().items()}
    return tensors | changes


def trained(config):
    run = Run(config, data_of(config))
    assert run.wait(60)
    return run


def saved(thing, **options):
    file = io.BytesIO()
    torch.save(thing, file, **options)
    return file.getvalue()


def as_safetensors(header, body=b""):
    text = header if isinstance(header, bytes) else json.dumps(header).encode()
    return struct.pack("<Q", len(text)) + text + body


def rezipped(content, description=None, compression=zipfile.ZIP_STORED, extra=()):
    """The same archive with another description, packed in another way, or with more in it."""
    file = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(file, "w", compression) as new:
        for entry in old.infolist():
            told = description and entry.filename.endswith("data.pkl")
            new.writestr(entry.filename, description(old.read(entry)) if told else old.read(entry))
        for name, data in extra:
            new.writestr(name, data)
    return file.getvalue()


def refusal(content, known=KNOWN):
    with pytest.raises(WeightsError) as refused:
        load_weights(content, known)
    sentence = str(refused.value)
    assert sentence
    assert len(sentence) < 400
    return sentence


@pytest.mark.parametrize("name", CONFIGS)
@pytest.mark.parametrize("write", [save, saved], ids=["safetensors", "state_dict"])
def test_weights_come_back_in_the_network_that_they_fit(name, write):
    brought = load_weights(write(state(CONFIGS[name])), KNOWN)
    assert brought.fits.label == name.upper()
    answer = brought.classifier.predict_proba(PICTURE)
    expected = network(CONFIGS[name])((PICTURE.unsqueeze(0) - 0.25) / 0.5).softmax(dim=1)[0]
    torch.testing.assert_close(answer, expected)


def test_an_ordinary_state_dict_of_the_network_itself_comes_back():
    """With the layout that convolutions have in memory, and the versions that PyTorch notes of its layers."""
    assert load_weights(saved(network(CONFIGS["cnn"]).state_dict()), KNOWN).fits.label == "CNN"
    assert load_weights(saved(dict(network().named_parameters())), KNOWN).fits.label == "MLP"


@pytest.mark.parametrize("name", CONFIGS)
def test_a_file_of_this_app_needs_no_known_network(name):
    run = trained(replace(CONFIGS[name], epochs=1))
    brought = load_weights(weights(run), [])
    torch.testing.assert_close(brought.classifier.predict_proba(PICTURE), run_classifier(run).predict_proba(PICTURE))
    assert brought.fits.config == run.config
    assert (brought.classifier.mean, brought.classifier.std) == (run.data.mean, run.data.std)
    assert brought.classifier.classes == run.data.classes


def test_the_network_that_the_file_names_goes_before_others_of_the_same_shapes():
    run = trained(replace(MLP, epochs=1))
    brought = load_weights(weights(run), KNOWN)
    assert brought.classifier.mean == run.data.mean != KNOWN[0].mean


def test_outputs_are_read_as_the_network_that_fits_was_trained():
    config = TrainConfig(dataset="digits", hidden=(8,), loss="bce")
    brought = load_weights(save(state()), [Known("yes or no", config, 0.0, 1.0)])
    expected = torch.sigmoid(network()(PICTURE.unsqueeze(0)))[0]
    torch.testing.assert_close(brought.classifier.predict_proba(PICTURE), expected / expected.sum())


@pytest.mark.parametrize("write", [save, saved], ids=["safetensors", "state_dict"])
@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"layers.1.weight": torch.zeros(9, 784)}, "“layers.1.weight” has the shape [9, 784] and should have [8, 784]"),
        ({"layers.1.weight": torch.zeros(8, 784).int()}, "“layers.1.weight” is of type int32 and should be float32"),
        ({"layers.1.weight": torch.full((8, 784), torch.nan)}, "“layers.1.weight” holds numbers that are not finite"),
        ({"layers.3.bias": torch.full((10,), torch.inf)}, "“layers.3.bias” holds numbers that are not finite"),
        ({"more": torch.zeros(1)}, "“more” is not known there"),
        ({"**[x](http://y)`": torch.zeros(1)}, "“**[x](http://y)`”"),
        ({"x" * 5000: torch.zeros(1)}, "x…”"),
    ],
)
def test_what_does_not_fit_is_named(write, change, said):
    assert said in refusal(write(state(**change)))


@pytest.mark.parametrize("write", [save, saved], ids=["safetensors", "state_dict"])
def test_what_is_missing_is_named(write):
    tensors = state()
    del tensors["layers.3.bias"]
    sentence = refusal(write(tensors))
    assert "Closest is MLP, but “layers.3.bias” is missing." in sentence
    assert refusal(write({})) == "The file holds no weights: choose another."


@pytest.mark.parametrize("write", [save, saved], ids=["safetensors", "state_dict"])
def test_a_file_cut_short_anywhere_is_refused(write):
    content = write(state())
    for size in {0, 1, 4, 7, 8, 9, 30, 100, 400, len(content) // 2, len(content) - 1}:
        refusal(content[:size])


@pytest.mark.parametrize("content", [b"", b"{}", b"PK", b"PK\x03\x04", b"\x80\x02}q\x00.", b"\x00" * 9, b"GIF89a" * 20])
def test_what_is_no_such_file_is_refused(content):
    refusal(content)


def test_a_file_beyond_the_limit_is_refused_unread():
    assert "32 MB at most" in refusal(bytes(MAX_BYTES + 1))


# --- As people have them ----------------------------------------------------------------------------------------------

FORMS = {"safetensors": save, "zip": lambda thing: saved(thing), "old": lambda thing: saved(thing, **LEGACY)}
LEGACY = {"_use_new_zipfile_serialization": False}
OPTIMIZER = torch.optim.Adam(network().parameters())
VARIANTS = {
    "of DataParallel": lambda tensors: {f"module.{name}": tensor for name, tensor in tensors.items()},
    "of torch.compile": lambda tensors: {f"_orig_mod.{name}": tensor for name, tensor in tensors.items()},
    "of both": lambda tensors: {f"module._orig_mod.{name}": tensor for name, tensor in tensors.items()},
    "of both, otherwise": lambda tensors: {f"_orig_mod.module.{name}": tensor for name, tensor in tensors.items()},
    "a checkpoint": lambda tensors: {
        "epoch": 3,
        "loss": 0.25,
        "model_state_dict": tensors,
        "optimizer_state_dict": OPTIMIZER.state_dict(),
        "args": Namespace(lr=0.1),
        "log": [("a", None), {1: b"x"}, {2, 3}],
    },
    "state_dict": lambda tensors: {"state_dict": tensors, "global_step": 10**30},
    "model": lambda tensors: {"model": {f"module.{name}": tensor for name, tensor in tensors.items()}},
    "one in another": lambda tensors: {"model": {"state_dict": tensors}},
    "parameters": lambda tensors: OrderedDict((name, torch.nn.Parameter(tensor)) for name, tensor in tensors.items()),
    "of one storage": lambda tensors: of_one_storage(tensors),
}


def of_one_storage(tensors):
    flat = torch.cat([tensor.flatten() for tensor in tensors.values()])
    parts = flat.split([tensor.numel() for tensor in tensors.values()])
    return {name: part.view_as(tensor) for (name, tensor), part in zip(tensors.items(), parts, strict=True)}


def same_answer(brought, tolerance=0.0):
    expected = network()((PICTURE.unsqueeze(0) - 0.25) / 0.5).softmax(dim=1)[0]
    torch.testing.assert_close(brought.classifier.predict_proba(PICTURE), expected, rtol=0, atol=tolerance or 1e-6)


@pytest.mark.parametrize("options", [{}, LEGACY, {"pickle_protocol": 4}, LEGACY | {"pickle_protocol": 4}], ids=str)
@pytest.mark.parametrize("variant", VARIANTS)
def test_weights_are_read_however_they_were_kept(variant, options):
    brought = load_weights(saved(VARIANTS[variant](state()), **options), KNOWN)
    assert (brought.fits.label, brought.notes) == ("MLP", ())
    same_answer(brought)


def test_the_names_of_a_wrapped_network_are_read_from_safetensors_too():
    assert load_weights(save(VARIANTS["of both"](state())), KNOWN).notes == ()


def test_batch_norm_comes_back_from_the_old_form():
    brought = load_weights(saved(network(CONFIGS["blocks"]).state_dict(), **LEGACY), KNOWN)
    assert brought.fits.label == "BLOCKS"


@pytest.mark.parametrize("write", FORMS.values(), ids=FORMS)
@pytest.mark.parametrize("dtype", [torch.float16, torch.bfloat16, torch.float64])
def test_numbers_of_another_type_are_converted_and_that_is_said(dtype, write):
    brought = load_weights(write({name: tensor.to(dtype) for name, tensor in state().items()}), KNOWN)
    assert {tensor.dtype for tensor in brought.classifier.network.state_dict().values()} == {torch.float32}
    assert brought.notes == (f"Its numbers are {str(dtype)[6:]}, and were made float32.",)
    same_answer(brought, tolerance=0.01)


def test_a_number_that_float32_does_not_reach_is_refused():
    assert "not finite" in refusal(saved(state(**{"layers.3.bias": torch.full((10,), 1e300, dtype=torch.float64)})))


@pytest.mark.parametrize("options", [{}, LEGACY])
def test_other_names_are_taken_in_their_order_and_that_is_said(options):
    renamed = {f"part_{place}": tensor for place, tensor in enumerate(state().values())}
    brought = load_weights(saved(renamed, **options), KNOWN)
    (note,) = brought.notes
    assert "other names: they were taken in their order" in note
    same_answer(brought)
    assert "fit no known network" in refusal(saved(dict(reversed(renamed.items()))))


def test_names_that_say_another_order_are_not_taken():
    tensors = network(CONFIGS["blocks"]).state_dict()
    names = [name.replace("layers", "net") for name in tensors]
    assert load_weights(saved(dict(zip(names, tensors.values(), strict=True))), KNOWN).fits.label == "BLOCKS"
    place = next(place for place, name in enumerate(names) if name.endswith("running_mean"))
    names[place : place + 2] = reversed(names[place : place + 2])  # running_var, which has the same shape
    assert "fit no known network" in refusal(saved(dict(zip(names, tensors.values(), strict=True))))


@pytest.mark.parametrize("options", [{}, LEGACY])
def test_what_is_not_the_weights_of_a_network_is_refused_as_what_it_is(options):
    assert "state of an optimizer" in refusal(saved(OPTIMIZER.state_dict(), **options))
    assert "torch.nn.modules.linear Linear" in refusal(saved(torch.nn.Linear(2, 3), **options))
    assert "torch.nn.modules.linear Linear" in refusal(saved({"model": torch.nn.Linear(2, 3)}, **options))
    assert "argparse Namespace" in refusal(saved({"model": {"weight": Namespace()}}, **options))
    assert "something else than a state_dict" in refusal(saved({"epoch": 3}, **options))
    assert "something else than a state_dict" in refusal(saved({7: torch.zeros(1)}, **options))
    assert "no weights" in refusal(saved({"model": {}}, **options))


def test_files_of_other_programs_are_named():
    array = io.BytesIO()
    np.savez(array, a=np.zeros(3))
    assert "NumPy arrays" in refusal(array.getvalue())
    assert "TorchScript" in refusal(rezipped(saved(state()), extra=[("archive/constants.pkl", b"")]))
    for content, what in (
        (b"\x89HDF\r\n\x1a\n" + bytes(100), "HDF5"),
        (b"GGUF" + bytes(100), "GGUF"),
        (b"\x1f\x8b" + bytes(100), "gzip"),
        (b'{"weight_map": {}}', "JSON"),
        (b"\x08\x07\x12\x07pytorch" + bytes(100), "ONNX"),
        (pickle.dumps({"a": 1}), "a pickle"),
        (b"<!doctype html>" + b" " * 100, "web page"),
    ):
        assert what in refusal(content)


def test_a_zip_of_many_entries_is_refused_before_it_is_opened(monkeypatch):
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for number in range(MAX_ENTRIES + 1):
            archive.writestr(f"archive/data/{number}", b"")
    monkeypatch.setattr("core.export.torch_file.ZipFile", None)
    assert "5,000 entries" in refusal(file.getvalue())


@pytest.mark.parametrize("write", FORMS.values(), ids=FORMS)
def test_more_tensors_than_any_network_has_are_refused_uncompared(write):
    one = torch.zeros(1)
    many = {str(number): one.clone() for number in range(MAX_TENSORS + 1)}
    assert "1,001 tensors" in refusal(write(many), [])


def of_the_old_form(description):
    """A file of the old form whose description is another pickle."""
    stream = io.BytesIO(saved({}, **LEGACY))
    for _part in ("magic number", "version", "system"):
        list(pickletools.genops(stream))
    return stream.getvalue()[: stream.tell()] + description


@pytest.mark.parametrize(
    "description",
    [
        b"}U\x05modelh\x00s.",  # a memo that is not there
        b"}q\x00X\x05\x00\x00\x00modelh\x00s.",  # a dict in itself, without end
        b"(" * 100_000 + b".",
        b"0.",
        b"s.",
        b"t.",
        b".",
        b"((ltu.",
        b")" + b"q\x00h\x00\x86" * 1000 + b".",  # tuples of tuples, two to the thousandth
        b"})" + b"q\x00h\x00\x86" * 60 + b"K\x01s.",  # which are a key
        b"N" * 1_000_000,
        b"cbuiltins\nbytearray\n\x8a\x06\x00\x10\xa5\xd4\xe8\x00\x85R.",
        b"\x8c\x02os\x8c\x06system\x93X\x04\x00\x00\x00true\x85R.",
        b"ios\nsystem\n.",
        b"(cos\nsystem\no.",
        b"L" + b"9" * 5000 + b"L\n.",
        b"\x8b\xff\xff\xff\x7f.",
        b"X\xff\xff\xff\x7f.",
    ],
    ids=lambda description: repr(description)[:20],
)
def test_descriptions_made_to_do_harm_are_refused(description):
    refusal(of_the_old_form(description))
    refusal(rezipped(saved(state()), lambda _old: b"\x80\x02" + description))


def test_the_old_form_is_believed_no_size_that_the_file_has_not():
    whole = saved({"a": torch.zeros(6)}, **LEGACY)
    for size in (b"M\xff\xff", b"J\xff\xff\xff\x7f", b"\x8a\x06\x00\x10\xa5\xd4\xe8\x00"):
        refusal(whole.replace(b"K\x06", size))
    refusal(saved({"a": torch.zeros(10)}, **LEGACY)[:-8])


class Code:
    def __reduce__(self):
        return print, ("this ran",)


@pytest.mark.parametrize("protocol", [2, 4])
def test_a_pickle_with_code_is_refused_and_not_run(capsys, protocol):
    assert "code" in refusal(saved({"layers.1.weight": Code()}, pickle_protocol=protocol))
    refusal(pickle.dumps({"layers.1.weight": Code()}, protocol))
    assert "this ran" not in capsys.readouterr().out


def test_a_whole_network_is_no_state_dict():
    assert "save network.state_dict()" in refusal(saved(torch.nn.Linear(2, 3)))
    assert "something else than a state_dict" in refusal(saved({"weights": state()}))
    assert "something else than a state_dict" in refusal(saved([torch.zeros(1)]))


def test_what_would_take_memory_is_refused_though_weights_only_lets_it_through():
    """bytearray(10**12), torch.Tensor(10**6, 10**6): both are among the globals that PyTorch holds for safe."""
    fill = b"\x80\x02cbuiltins\nbytearray\n\x8a\x06\x00\x10\xa5\xd4\xe8\x00\x85R."
    assert "bytearray" in refusal(rezipped(saved(state()), lambda _old: fill))
    large = b"\x80\x02ctorch\nTensor\nJ@B\x0f\x00J@B\x0f\x00\x86R."
    assert "Tensor" in refusal(rezipped(saved(state()), lambda _old: large))


def test_a_tensor_that_claims_a_trillion_numbers_is_refused():
    claim = {"layers.1.weight": {"dtype": "F32", "shape": [10**6, 10**6], "data_offsets": [0, 4 * 10**12]}}
    assert "[1000000, 1000000]" in refusal(as_safetensors(claim))
    fitting = {name: {"dtype": "F32", "shape": list(tensor.shape)} for name, tensor in state().items()}
    offsets = {name: {**entry, "data_offsets": [0, 10**12]} for name, entry in fitting.items()}
    assert "damaged" in refusal(as_safetensors(offsets))
    # One number, seen as so many by steps of size 0: it takes no memory, nor may it.
    assert "[1000000, 1000000]" in refusal(saved({"layers.1.weight": torch.zeros(1).expand(10**6, 10**6)}))
    assert "[500, 500, 500, 500]" in refusal(saved({"layers.1.weight": torch.zeros(1).expand(500, 500, 500, 500)}))
    # The description of a plain one, told to be larger than the numbers that follow.
    plain = saved({"layers.1.weight": torch.zeros(6)})
    assert refusal(rezipped(plain, lambda old: old.replace(b"K\x06", b"J\xff\xff\xff\x7f")))
    assert refusal(rezipped(plain, lambda old: old.replace(b"K\x06", b"M\xff\x00")))


def test_a_zip_bomb_is_refused():
    content = saved(state())
    zeros = rezipped(content, compression=zipfile.ZIP_DEFLATED, extra=[("archive/data/9", bytes(10**7))])
    assert len(zeros) < 100_000
    assert "grow" in refusal(zeros)


@pytest.mark.parametrize("name", ["archive/DATA.pkl", "archive/data.pkl", "data.pkl", "other/data.pkl"])
@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_there_is_one_description_only(name):
    """Else the one that is looked at might not be the one that is read."""
    assert "no state_dict" in refusal(rezipped(saved(state()), extra=[(name, b".")]))


def test_numbers_that_were_damaged_on_the_way_are_refused():
    content = bytearray(saved(state()))
    content[len(content) // 2] ^= 1
    assert "damaged" in refusal(bytes(content))


@pytest.mark.parametrize(
    "header",
    [
        b"{" * 100_000,
        b'{"a": ' + b"[" * 100_000,
        b'{"a": 1}',
        b'{"a": {"dtype": "F32", "shape": [' + b"9" * 5000 + b"]}}",
        b'{"a": {"dtype": "F32", "shape": [true]}}',
        b'{"a": {"dtype": 7, "shape": []}}',
        b'{"__metadata__": 3}',
        b'{"__metadata__": {"config": "{}"}}',
        b'{"a": \xff}',
    ],
)
def test_hostile_headers_are_refused(header):
    refusal(as_safetensors(header))


def test_a_header_that_can_be_read_in_two_ways_is_refused():
    right = save(state())
    size = struct.unpack("<Q", right[:8])[0]
    header, body = right[8 : 8 + size], right[8 + size :]
    twice = header.rstrip().replace(b"{", b'{"layers.1.bias":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},', 1)
    try:
        brought = load_weights(as_safetensors(twice, body), KNOWN)
    except WeightsError:
        return
    assert torch.equal(brought.classifier.network.state_dict()["layers.1.bias"], state()["layers.1.bias"])


def test_the_settings_in_the_file_are_checked():
    def named(**card):
        return save(state(), {"mean": "0", "std": "1"} | card)

    run = trained(replace(MLP, epochs=1))
    card = json.loads(weights(run)[8:][: struct.unpack("<Q", weights(run)[:8])[0]])["__metadata__"]
    assert load_weights(named(**card), []).fits.config == run.config
    assert "cannot be used" in refusal(named(config="{}"))
    assert "hidden" in refusal(named(config=card["config"].replace("[\n      8\n    ]", "[1000000000]")))
    for std in ("0", "-1", "nan", "inf", "one", ""):
        assert "damaged" in refusal(named(config=card["config"], std=std))


def test_weights_for_points_are_refused_as_such():
    config = TrainConfig(dataset="circle", model="points", loss="bce", hidden=(3,), epochs=1)
    run = trained(config)
    assert "points of the plane" in refusal(weights(run))
    assert known_of("plane", config, 0.0, 1.0) is None


def test_the_file_of_a_run_is_plain_safetensors():
    run = trained(replace(CONFIGS["cnn"], epochs=1))
    tensors = load(weights(run))
    expected = run.model_snapshot().state_dict()
    assert tensors.keys() == expected.keys()
    assert all(torch.equal(tensors[name], expected[name]) for name in expected)


WRITTEN = {form: write({"a.weight": torch.ones(3, 2), "a.bias": torch.zeros(3)}) for form, write in FORMS.items()}
CHANGES = st.lists(st.tuples(st.integers(0, 2000), st.integers(0, 255)), min_size=1, max_size=4)


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.filterwarnings("ignore:.*invalid escape sequence")  # in a text of Python 2
@given(changes=CHANGES, end=st.none() | st.integers(0, 2000))
def test_a_file_that_was_changed_anywhere_is_refused_with_a_sentence(form, changes, end):
    content = bytearray(WRITTEN[form])
    for place, byte in changes:
        content[place % len(content)] = byte
    assert read_or_refused(lambda given: load_weights(given, KNOWN), bytes(content[:end]), WeightsError) is None


ENTRIES = st.fixed_dictionaries({"dtype": TEXTS | st.just("F32"), "shape": st.lists(JSON, max_size=3) | JSON})
CARDS = st.dictionaries(st.sampled_from(["config", "mean", "std"]), JSON) | JSON


@given(st.dictionaries(TEXTS, ENTRIES | JSON, max_size=3), CARDS)
def test_any_header_is_refused_with_a_sentence(header, card):
    content = as_safetensors(header | {"__metadata__": card})
    assert read_or_refused(lambda given: load_weights(given, KNOWN), content, WeightsError) is None


INSTRUCTIONS = st.sampled_from([opcode.code.encode("latin-1") for opcode in pickletools.opcodes]) | st.binary(
    max_size=3
)


@pytest.mark.filterwarnings("ignore:.*invalid escape sequence")
@given(st.lists(INSTRUCTIONS, max_size=30).map(b"".join))
def test_any_description_is_refused_with_a_sentence(description):
    content = of_the_old_form(description)
    assert read_or_refused(lambda given: load_weights(given, KNOWN), content, WeightsError) is None
