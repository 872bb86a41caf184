"""The data sets: what there is, what is on this computer, and their tensors."""

from core.datasets.cache import cache_directory
from core.datasets.points import POINTS
from core.datasets.registry import (
    DATASETS,
    Dataset,
    available,
    data_of,
    default_dataset,
    find_dataset,
    load,
    problem_of,
    why_default,
)
from core.datasets.torchvision_files import Source
from core.datasets.types import Data, DatasetDamaged, DatasetMissing, Problem, Split

__all__ = [
    "DATASETS",
    "POINTS",
    "Data",
    "Dataset",
    "DatasetDamaged",
    "DatasetMissing",
    "Problem",
    "Source",
    "Split",
    "available",
    "cache_directory",
    "data_of",
    "default_dataset",
    "find_dataset",
    "load",
    "problem_of",
    "why_default",
]
