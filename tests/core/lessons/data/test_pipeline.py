import gzip

import pytest
import torch

from core.datasets import default_dataset, load
from core.datasets.torchvision_import import transforms
from core.lessons.data.pipeline import (
    BATCH,
    Way,
    header_lines,
    item_lines,
    last_index,
    mean_and_std,
    pixel_counts,
    way,
)
from tests.core.datasets.tiny_mnist import TRAIN_IMAGES, make_tiny_mnist


@pytest.fixture
def digits() -> Way:
    return way(load("digits"), 3)


def test_the_images_follow_one_another_in_the_training_set(digits):
    train = load("digits").train
    assert torch.equal(digits.images, train.inputs[3 : 3 + BATCH])
    assert torch.equal(digits.labels, train.targets[3 : 3 + BATCH])
    assert digits.count == len(train)
    assert len(way(load("digits"), last_index(load("digits"))).images) == BATCH


def test_one_hot_has_its_1_where_the_label_says(digits):
    assert digits.one_hot.shape == (BATCH, 10)
    assert (digits.one_hot.sum(1) == 1).all()
    assert torch.equal(digits.one_hot.argmax(1), digits.labels)


def test_without_a_file_the_header_is_the_one_that_it_would_have(digits):
    assert not digits.from_file
    assert [code for code, _words in header_lines(digits.header)] == [
        "00 00 08 03", len(load("digits").train).to_bytes(4, "big").hex(" "), "00 00 00 1c", "00 00 00 1c",
    ]  # fmt: skip
    assert digits.offset == 16 + 3 * 784


def test_the_header_is_read_from_mnists_own_file_and_the_image_is_where_it_says(tmp_path, monkeypatch):
    tiny = make_tiny_mnist(monkeypatch, tmp_path)
    tiny.write(tmp_path / "MNIST" / "raw")
    found = way(load("mnist"), 5)
    assert found.from_file
    content = gzip.decompress(tiny.packed[TRAIN_IMAGES])
    assert content.startswith(found.header)
    assert content[found.offset : found.offset + 784] == found.images[0].numpy().tobytes()
    assert header_lines(found.header)[1] == ("00 00 00 14", "20 images")


def test_an_item_is_what_python_prints(digits):
    label = digits.labels[0]
    assert " ".join(item_lines(digits.images[0], label)) == f"(<PIL.Image.Image image mode=L size=28x28>, {label})"


def test_mean_and_std_are_those_of_all_training_pixels():
    data = load(default_dataset())
    counts = pixel_counts(data.name)
    assert counts.sum() == data.train.inputs.numel()
    pixels = data.train.inputs.double() / 255
    assert mean_and_std(counts) == pytest.approx((pixels.mean().item(), pixels.std(correction=0).item()))


def test_to_tensor_and_normalize_do_what_the_lesson_says(digits):
    image = transforms.functional.to_pil_image(digits.images[0])
    made = transforms.Compose([transforms.ToTensor(), transforms.Normalize((0.2,), (0.4,))])(image)
    assert torch.allclose(made, (digits.images[0] / 255 - 0.2) / 0.4)
