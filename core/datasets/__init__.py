"""The data sets: what there is, what is on this computer, and their tensors."""

from core.datasets.cache import cache_directory
from core.datasets.records import Data, Dataset, DatasetDamaged, DatasetMissing, Split
from core.datasets.registry import DATASETS, available, default_dataset, find_dataset, load, why_default
from core.datasets.torchvision_files import Source

__all__ = [
    "DATASETS",
    "Data",
    "Dataset",
    "DatasetDamaged",
    "DatasetMissing",
    "Source",
    "Split",
    "available",
    "cache_directory",
    "default_dataset",
    "find_dataset",
    "load",
    "why_default",
]
