"""The data sets against torchvision's and scikit-learn's own reading, and what becomes of missing or damaged files."""

import gzip
import shutil
import threading
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from core import datasets
from core.datasets import DATASETS, Data, DatasetDamaged, DatasetMissing, Split, cache, idx
from core.datasets.offline_digits import to_mnist_geometry
from core.datasets.torchvision_import import datasets as torchvision_datasets
from core.datasets.torchvision_import import transforms
from tests.core.datasets.tiny_mnist import TEST_LABELS, TRAIN_IMAGES, TRAIN_LABELS, make_tiny_mnist, to_idx

REAL_CACHE = cache.cache_directory()
DOWNLOADABLE = [name for name, dataset in DATASETS.items() if dataset.source is not None]


@pytest.fixture
def tiny(monkeypatch, tmp_path):
    return make_tiny_mnist(monkeypatch, tmp_path / "cache")


@pytest.fixture
def raw(tmp_path) -> Path:
    return tmp_path / "cache" / "MNIST" / "raw"


def unpack(folder: Path, *, keep_packed: bool) -> None:
    for packed in list(folder.glob("*.gz")):
        packed.with_suffix("").write_bytes(gzip.decompress(packed.read_bytes()))
        if not keep_packed:
            packed.unlink()


def is_tiny(data: Data, tiny) -> bool:
    return np.array_equal(data.train.inputs.squeeze(1), tiny.arrays[TRAIN_IMAGES]) and np.array_equal(
        data.test.targets, tiny.arrays[TEST_LABELS]
    )


def real(name: str) -> Data:
    """The real data set, or a skip that says so."""
    if not datasets.available(name):
        pytest.skip(f"the files of {name} are not in {REAL_CACHE}")
    return datasets.load(name)


# --- the records


@pytest.mark.parametrize("name", DATASETS)
def test_every_record_has_words_and_distinct_classes(name):
    dataset = DATASETS[name]
    assert dataset.label
    assert dataset.note
    assert len(set(dataset.classes)) == len(dataset.classes) == 10


@pytest.mark.parametrize("name", DOWNLOADABLE)
def test_every_download_is_torchvisions(name):
    source = DATASETS[name].source
    original = getattr(torchvision_datasets, source.torchvision_class)
    assert list(source.resources) == original.resources
    assert list(source.mirrors) == original.mirrors
    assert source.folder.parts[-2:] == (source.torchvision_class, "raw")


def test_the_offline_digits_alone_are_always_there_and_augmented(monkeypatch, tmp_path):
    monkeypatch.setenv("NEURAL_PLAYGROUND_DATA", str(tmp_path / "nothing"))
    assert [name for name in DATASETS if datasets.available(name)] == ["digits"]
    assert [name for name, dataset in DATASETS.items() if dataset.augment_by_default] == ["digits"]


def test_fashions_class_names_are_torchvisions():
    assert list(DATASETS["fashion_mnist"].classes) == torchvision_datasets.FashionMNIST.classes


def test_an_unknown_name_names_the_choices():
    for ask in (datasets.load, datasets.available, datasets.find_dataset):
        with pytest.raises(ValueError, match=r"“nonsense”.*mnist, fashion_mnist, kmnist, digits"):
            ask("nonsense")


# --- what a network is fed


def test_prepare_is_torchvisions_to_tensor_and_normalize():
    picture = torch.randint(0, 256, (28, 28), dtype=torch.uint8, generator=torch.Generator().manual_seed(0))
    data = Data(
        "x",
        Split(picture[None, None], torch.tensor([3])),
        Split(picture[None, None], torch.tensor([3])),
        (),
        0.1307,
        0.3081,
    )
    default = transforms.Compose([transforms.ToTensor(), transforms.Normalize((0.1307,), (0.3081,))])
    expected = default(picture.numpy()[:, :, None])
    assert torch.equal(data.prepare(picture[None, None]), expected[None])
    assert torch.equal(data.prepare(picture[None]), expected)
    torch.testing.assert_close(data.prepare(picture[None].float() / 255), expected)
    torch.testing.assert_close(data.prepare(picture[None].double() / 255), expected)
    assert data.input_shape == (1, 28, 28)
    assert len(data.train) == 1


def test_prepare_leaves_its_argument_alone_and_lets_gradients_through():
    split = Split(torch.zeros(1, 2), torch.zeros(1))
    data = Data("x", split, split, (), 0.5, 0.25)
    points = torch.tensor([[0.0, 1.0]], requires_grad=True)
    prepared = data.prepare(points)
    assert prepared.tolist() == [[-2.0, 2.0]]
    prepared.sum().backward()
    assert points.tolist() == [[0.0, 1.0]]
    assert points.grad.tolist() == [[4.0, 4.0]]


# --- files in the cache


def test_packed_files_are_read(tiny, raw):
    tiny.write(raw)
    data = datasets.load("mnist")
    assert is_tiny(data, tiny)
    assert data.train.inputs.dtype == torch.uint8
    assert data.train.inputs.shape == (20, 1, 28, 28)
    assert data.train.targets.dtype == torch.int64
    assert (data.name, data.classes, data.mean, data.std) == ("mnist", tuple("0123456789"), 0.1307, 0.3081)


@pytest.mark.parametrize("keep_packed", [True, False])
def test_unpacked_files_are_read_with_and_without_the_packed_ones(tiny, raw, keep_packed):
    tiny.write(raw)
    unpack(raw, keep_packed=keep_packed)
    assert is_tiny(datasets.load("mnist"), tiny)


def test_reading_writes_nothing(tiny, raw):
    tiny.write(raw)
    before = {path: path.stat().st_mtime_ns for path in raw.parents[1].rglob("*")}
    raw.chmod(0o555)
    datasets.load("mnist")
    raw.chmod(0o755)
    assert before == {path: path.stat().st_mtime_ns for path in raw.parents[1].rglob("*")}


def test_a_data_set_is_read_once_even_by_two_at_once(monkeypatch, tiny, raw):
    tiny.write(raw)
    readings = []
    dataset = DATASETS["mnist"]
    monkeypatch.setitem(DATASETS, "mnist", replace(dataset, read=lambda: readings.append(1) or dataset.read()))
    found = []
    people = [threading.Thread(target=lambda: found.append(datasets.load("mnist"))) for _person in range(4)]
    for person in people:
        person.start()
    for person in people:
        person.join()
    assert len(readings) == 1
    assert len({id(data) for data in found}) == 1


def test_missing_files_give_a_sentence_and_the_offline_default(tiny):
    assert not datasets.available("mnist")
    with pytest.raises(DatasetMissing, match="MNIST is not on this computer yet"):
        datasets.load("mnist")
    assert datasets.default_dataset() == "digits"
    assert "has not been downloaded" in datasets.why_default()


def test_one_file_too_few_counts_as_missing(tiny, raw):
    tiny.write(raw)
    (raw / TEST_LABELS).unlink()
    assert not datasets.available("mnist")
    with pytest.raises(DatasetMissing):
        datasets.load("mnist")


def test_mnist_is_the_default_where_its_files_are(tiny, raw):
    tiny.write(raw)
    assert datasets.default_dataset() == "mnist"
    assert datasets.why_default() == "Using MNIST, which is on this computer."


def flip_a_byte(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)


def cut_short(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-1])


def empty(path: Path) -> None:
    path.write_bytes(b"")


@pytest.mark.parametrize("damage", [flip_a_byte, cut_short, empty])
def test_a_damaged_packed_file_is_never_accepted(tiny, raw, damage):
    tiny.write(raw)
    damage(raw / TRAIN_IMAGES)
    assert DATASETS["mnist"].source.damaged() == [TRAIN_IMAGES]
    assert datasets.default_dataset() == "digits"
    assert "damaged" in datasets.why_default()
    with pytest.raises(DatasetDamaged, match=rf"MNIST is damaged.*{TRAIN_IMAGES}.*Download it again"):
        datasets.load("mnist")


def test_damage_after_a_look_is_noticed(tiny, raw):
    tiny.write(raw)
    assert datasets.available("mnist")
    cut_short(raw / TRAIN_IMAGES)
    assert not datasets.available("mnist")


def lengthen(path: Path) -> None:
    path.write_bytes(path.read_bytes() + b"\0")


def spoil_the_type(path: Path) -> None:
    path.write_bytes(b"\0\0\x0d" + path.read_bytes()[3:])  # 0x0D says float32.


@pytest.mark.parametrize("damage", [cut_short, lengthen, empty, spoil_the_type])
def test_an_unpacked_file_must_fit_its_header(tiny, raw, damage):
    tiny.write(raw)
    unpack(raw, keep_packed=False)
    damage((raw / TRAIN_IMAGES).with_suffix(""))
    assert DATASETS["mnist"].source.damaged() == [TRAIN_IMAGES]
    with pytest.raises(DatasetDamaged):
        datasets.load("mnist")


def test_a_sound_packed_file_makes_up_for_a_damaged_unpacked_one(tiny, raw):
    tiny.write(raw)
    unpack(raw, keep_packed=True)
    cut_short((raw / TRAIN_IMAGES).with_suffix(""))
    assert is_tiny(datasets.load("mnist"), tiny)


@pytest.mark.parametrize(
    "labels",
    [np.full(20, 10, np.uint8), np.zeros(19, np.uint8), np.zeros((20, 1), np.uint8)],
    ids=["an eleventh class", "one too few", "a column"],
)
def test_labels_that_do_not_fit_the_pictures_are_refused(tiny, raw, labels):
    tiny.write(raw)
    unpack(raw, keep_packed=False)
    (raw / TRAIN_LABELS).with_suffix("").write_bytes(to_idx(labels))
    with pytest.raises(DatasetDamaged, match="Delete the folder"):
        datasets.load("mnist")


def test_a_file_that_cannot_be_read_counts_as_damaged(monkeypatch, tiny, raw):
    tiny.write(raw)

    def forbid(*_arguments):
        raise PermissionError("not for you")

    monkeypatch.setattr("core.datasets.torchvision_import.check_integrity", forbid)
    (raw / TRAIN_IMAGES).touch()
    assert not datasets.available("mnist")
    with pytest.raises(DatasetDamaged):
        datasets.load("mnist")


# --- the IDX format


@pytest.mark.parametrize("shape", [(3,), (2, 4, 5)])
def test_idx_reads_what_was_written(tmp_path, monkeypatch, shape):
    monkeypatch.setattr(idx, "PIECE", 7)  # Several pieces, the last one partly filled.
    array = np.arange(np.prod(shape), dtype=np.uint8).reshape(shape)
    plain, packed = tmp_path / "file", tmp_path / "file.gz"
    plain.write_bytes(to_idx(array))
    packed.write_bytes(gzip.compress(to_idx(array)))
    assert idx.header_fits(plain)
    for path in (plain, packed):
        assert np.array_equal(idx.read(path), array)
        assert idx.read_header(path) == idx.header(shape) == to_idx(array)[: 4 + 4 * len(shape)]


@pytest.mark.parametrize(
    "content",
    [b"", b"\0\0\x08\x01\0\0", b"\0\0\x08\x01\0\0\0\x02a", b"\0\0\x08\x01\0\0\0\x02abc", b"\0\0\x0d\x01\0\0\0\x01aaaa"],
    ids=["empty", "header cut", "one byte short", "one byte long", "floats"],
)
def test_idx_refuses_anything_else(tmp_path, content):
    plain, packed = tmp_path / "file", tmp_path / "file.gz"
    plain.write_bytes(content)
    packed.write_bytes(gzip.compress(content))
    assert not idx.header_fits(plain)
    for path in (plain, packed):
        with pytest.raises(ValueError, match=r"IDX|header"):
            idx.read(path)


def test_idx_refuses_a_broken_gzip_stream(tmp_path):
    path = tmp_path / "file.gz"
    whole = gzip.compress(to_idx(np.zeros(5000, np.uint8)))
    path.write_bytes(b"not gzip at all")
    with pytest.raises(ValueError, match=str(path)):
        idx.read_header(path)
    for content in (whole[:-9], b"not gzip at all", whole[:12] + b"\xff" + whole[13:]):
        path.write_bytes(content)
        with pytest.raises(ValueError, match=str(path)):
            idx.read(path)


# --- where the cache is


def test_the_cache_moves_with_the_environment(monkeypatch, tmp_path):
    monkeypatch.setenv("NEURAL_PLAYGROUND_DATA", str(tmp_path / "here"))
    assert cache.cache_directory() == tmp_path / "here"


@pytest.mark.parametrize(
    ("platform", "variables", "expected"),
    [
        ("linux", {}, "HOME/.cache/neural-playground"),
        ("linux", {"XDG_CACHE_HOME": "/xdg"}, "/xdg/neural-playground"),
        ("linux", {"XDG_CACHE_HOME": "not/absolute"}, "HOME/.cache/neural-playground"),
        ("darwin", {}, "HOME/Library/Caches/neural-playground"),
        ("win32", {"LOCALAPPDATA": "/local"}, "/local/neural-playground"),
        ("win32", {}, "HOME/AppData/Local/neural-playground"),
    ],
)
def test_the_cache_is_where_the_system_keeps_caches(monkeypatch, platform, variables, expected):
    for name in ("NEURAL_PLAYGROUND_DATA", "XDG_CACHE_HOME", "LOCALAPPDATA"):
        monkeypatch.delenv(name, raising=False)
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(cache.sys, "platform", platform)
    assert cache.cache_directory() == Path(expected.replace("HOME", str(Path.home())))


# --- the offline digits


def test_the_offline_digits_are_scikit_learns():
    from sklearn.datasets import load_digits

    bundled = load_digits()
    expected = to_mnist_geometry(torch.from_numpy(bundled.images).float() / 16).flatten(1)
    data = datasets.load("digits")
    ours = torch.cat([data.train.inputs, data.test.inputs]).flatten(1)
    targets = torch.cat([data.train.targets, data.test.targets])

    def as_set(pictures, labels):
        return sorted((bytes(picture), int(label)) for picture, label in zip(pictures.numpy(), labels, strict=True))

    assert as_set(ours, targets) == as_set(expected, bundled.target)


def test_the_offline_split_is_fixed_and_stratified():
    data = datasets.load("digits")
    again = DATASETS["digits"].read()
    assert (len(data.train), len(data.test)) == (1437, 360)
    assert torch.equal(again.train.inputs, data.train.inputs)
    assert torch.equal(again.test.targets, data.test.targets)
    train, test = data.train.targets.bincount(minlength=10), data.test.targets.bincount(minlength=10)
    assert ((test - (train + test) / 5).abs() < 1).all()
    assert data.train.targets.dtype == torch.int64


def test_the_offline_constants_are_those_of_the_training_pictures():
    data = datasets.load("digits")
    prepared = data.prepare(data.train.inputs)
    assert prepared.mean().item() == pytest.approx(0, abs=1e-4)
    assert prepared.std().item() == pytest.approx(1, abs=1e-4)


def test_the_offline_digits_have_mnists_geometry():
    data = datasets.load("digits")
    assert data.input_shape == (1, 28, 28)
    assert data.train.inputs.dtype == torch.uint8
    ink = data.train.inputs.squeeze(1) / 255
    places = torch.arange(28) + 0.5
    weight = ink.sum((1, 2))
    for line in (ink.sum(1), ink.sum(2)):
        assert (line @ places / weight - 14).abs().max() < 0.1
    height, width = ((ink > 0.5).any(side).sum(1) for side in (2, 1))
    longer = torch.maximum(height, width)
    assert ((longer - 20).abs() <= 1).float().mean() > 0.97
    assert (ink.amax((1, 2)) > 0.9).all()  # White cores.


@pytest.mark.parametrize(("rows", "columns"), [(slice(1, 7), slice(2, 6)), (slice(2, 6), slice(0, 8))])
def test_the_geometry_keeps_the_aspect_and_centres_the_ink(rows, columns):
    bar = torch.zeros(1, 8, 8)
    bar[:, rows, columns] = 1
    picture = to_mnist_geometry(bar)[0, 0] > 127
    sides = picture.any(1).sum().item(), picture.any(0).sum().item()
    aspect = (rows.stop - rows.start) / (columns.stop - columns.start)
    assert max(sides) == 20
    assert sides[0] / sides[1] == pytest.approx(aspect, rel=0.1)
    assert torch.equal(picture, picture.flip(0))
    assert torch.equal(picture, picture.flip(1))


def test_without_scikit_learn_a_sentence_says_what_to_do(monkeypatch):
    monkeypatch.setattr("core.datasets.offline_digits.find_spec", lambda _name: None)
    with pytest.raises(DatasetMissing, match="pip install"):
        DATASETS["digits"].read()


# --- the real files, where they are


@pytest.mark.parametrize("name", DOWNLOADABLE)
def test_the_real_files_are_read_as_torchvision_reads_them(name, tmp_path):
    data = real(name)
    source = DATASETS[name].source
    copy = tmp_path / source.torchvision_class / "raw"
    copy.mkdir(parents=True)
    for file, md5 in source.resources:
        shutil.copyfile(source.sound_file(file, md5), copy / source.sound_file(file, md5).name)
    unpack(copy, keep_packed=False)
    for split, train in ((data.train, True), (data.test, False)):
        theirs = getattr(torchvision_datasets, source.torchvision_class)(tmp_path, train=train)
        assert torch.equal(split.inputs.squeeze(1), theirs.data)
        assert torch.equal(split.targets, theirs.targets)


@pytest.mark.parametrize("name", DOWNLOADABLE)
def test_the_constants_are_those_of_the_training_pictures(name):
    data = real(name)
    counts = torch.bincount(data.train.inputs.flatten().int(), minlength=256).double()
    levels = torch.arange(256).double() / 255
    mean = (counts @ levels) / counts.sum()
    std = ((counts @ (levels - mean) ** 2) / counts.sum()).sqrt()
    assert data.mean == pytest.approx(mean.item(), abs=1e-4)
    assert data.std == pytest.approx(std.item(), abs=1e-4)


def test_the_offline_digits_look_like_mnists():
    mnist, ours = real("mnist").train.inputs[:5000] / 255, datasets.load("digits").train.inputs / 255

    def grey_share(ink):
        return ((ink > 0.1) & (ink < 0.9)).sum() / (ink > 0.1).sum()

    assert ours.mean().item() == pytest.approx(mnist.mean().item(), abs=0.02)
    assert ours.std().item() == pytest.approx(mnist.std().item(), abs=0.02)
    assert grey_share(ours).item() == pytest.approx(grey_share(mnist).item(), abs=0.06)
