import torch

from core.datasets.types import normalize
from core.inference import Classifier


def test_normalize_takes_bytes_and_fractions_alike_and_keeps_the_type_of_floats():
    pixels = torch.arange(256, dtype=torch.uint8).reshape(1, 1, 16, 16)
    by_hand = (torch.arange(256, dtype=torch.float64).reshape(1, 1, 16, 16) / 255 - 0.25) / 0.5
    assert normalize(pixels, 0.25, 0.5).dtype == torch.float32
    torch.testing.assert_close(normalize(pixels, 0.25, 0.5).double(), by_hand)
    assert torch.equal(normalize(pixels.double() / 255, 0.25, 0.5), by_hand)
    assert pixels[0, 0, -1, -1] == 255  # as it was


def test_a_reader_prepares_with_its_own_mean_and_std():
    classifier = Classifier(torch.nn.Identity(), 0.25, 0.5, ())
    assert classifier.prepare(torch.tensor([0.0, 1.0])).tolist() == [-0.5, 1.5]
