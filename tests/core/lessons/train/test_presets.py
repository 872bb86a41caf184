import pytest

from core.datasets import DATASETS
from core.lessons.train.presets import PRESETS, default_augmentation


@pytest.mark.parametrize("dataset", DATASETS)
@pytest.mark.parametrize("preset", PRESETS.values(), ids=PRESETS)
def test_every_preset_can_be_trained_on_every_data_set(preset, dataset):
    config = preset.config(dataset)
    assert config.dataset == dataset
    assert config.augmentation == default_augmentation(dataset)


def test_small_data_sets_are_augmented_by_default():
    assert default_augmentation("digits") != "none"
    assert default_augmentation("mnist") == "none"
