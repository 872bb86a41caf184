"""The files of MNIST and its kin as torchvision lays them out: which ones are there, which are sound, what is in them.

Files are only looked at here, never written, so that a read-only torchvision folder serves as well. torchvision is
imported only when there are files to check: it takes seconds, and the offline digits do without it.
"""

from dataclasses import dataclass
from functools import lru_cache
from os.path import isdir, isfile  # Unlike Path's, these say no where a folder may not be looked into.
from pathlib import Path

import torch

from core.datasets import idx
from core.datasets.cache import cache_directory
from core.datasets.types import Data, DatasetDamaged, DatasetMissing, Split
from core.text.i18n import _


@dataclass(frozen=True)
class Source:
    """One of torchvision's MNIST-like data sets, by the name of its class in torchvision.datasets."""

    torchvision_class: str

    @property
    def folder(self) -> Path:
        """Where the files are, or will be once downloaded."""
        return cache_directory() / self.torchvision_class / "raw"

    @property
    def resources(self) -> tuple[tuple[str, str], ...]:
        """The name (ending in .gz) and the MD5 sum of each file."""
        return tuple(self._class().resources)

    @property
    def mirrors(self) -> tuple[str, ...]:
        """The addresses that serve the files, best first, each ending in a slash."""
        return tuple(self._class().mirrors)

    def sound_file(self, name: str, md5: str) -> Path | None:
        """Return the file to read for the resource `name`, or None if it is absent, damaged or unreadable.

        The packed file is taken if its MD5 sum is right, else the unpacked one if its length fits its header.
        """
        packed, unpacked = self._places(name)
        if isfile(packed) and _checksum_matches(packed, md5):
            return packed
        if isfile(unpacked) and _header_fits(unpacked):
            return unpacked
        return None

    def wanted(self) -> list[tuple[str, str]]:
        """Return the resources that are absent or damaged: those that a download fetches."""
        return [(name, md5) for name, md5 in self.resources if self.sound_file(name, md5) is None]

    def available(self) -> bool:
        """Return whether every file is there and sound, without unpacking any."""
        return self.sound_files() is not None

    def sound_files(self) -> list[Path] | None:
        """Return the files to read, in torchvision's order (training images and labels, test images and labels).

        None if one is absent or damaged.
        """
        if not isdir(self.folder):  # Answered without torchvision, so that a first start is quick.
            return None
        files = [self.sound_file(name, md5) for name, md5 in self.resources]
        sound = [file for file in files if file is not None]
        return sound if len(sound) == len(files) else None

    def damaged(self) -> list[str]:
        """Return the names of the files that are there in some form but cannot be used."""
        if not isdir(self.folder):
            return []
        return [name for name, _md5 in self.wanted() if any(isfile(path) for path in self._places(name))]

    def _places(self, name: str) -> tuple[Path, Path]:
        packed = self.folder / name
        return packed, packed.with_suffix("")

    def _class(self) -> type:
        from core.datasets.torchvision_import import datasets

        return getattr(datasets, self.torchvision_class)


def read_pictures(name: str, label: str, source: Source, classes: tuple[str, ...], mean: float, std: float) -> Data:
    """Return one of torchvision's data sets as uint8 [N, 1, 28, 28] pictures and int64 [N] class numbers.

    Raises DatasetMissing or DatasetDamaged, each with a sentence that says what to do.
    """
    files = source.sound_files()
    if files is None:
        raise _why_unavailable(label, source)
    try:
        train_images, train_labels, test_images, test_labels = (torch.from_numpy(idx.read(file)) for file in files)
        train = _split(train_images, train_labels, len(classes))
        test = _split(test_images, test_labels, len(classes))
    except (ValueError, OSError) as error:
        raise DatasetDamaged(
            _("{label} cannot be used ({reason}). Delete the folder {folder}, then download it again.").format(
                label=_(label), reason=error, folder=source.folder
            )
        ) from error
    return Data(name, train, test, classes, mean, std)


def _why_unavailable(label: str, source: Source) -> ValueError:
    if damaged := source.damaged():
        return DatasetDamaged(
            _("{label} is damaged on this computer ({files}). Download it again: only those files are fetched.").format(
                label=_(label), files=", ".join(damaged)
            )
        )
    return DatasetMissing(
        _("{label} is not on this computer yet. Download it, or choose the offline digits meanwhile.").format(
            label=_(label)
        )
    )


def _split(images: torch.Tensor, labels: torch.Tensor, classes: int) -> Split:
    if images.shape != (len(labels), 28, 28) or labels.dim() != 1:
        raise ValueError(f"images of shape {tuple(images.shape)} with labels of shape {tuple(labels.shape)}")
    if len(labels) == 0 or int(labels.max()) >= classes:
        raise ValueError(f"its labels are not all in 0 to {classes - 1}")
    return Split(images.unsqueeze(1), labels.long())


def _header_fits(path: Path) -> bool:
    try:
        return idx.header_fits(path)
    except OSError:  # What cannot be read is of no use.
        return False


def _checksum_matches(path: Path, md5: str) -> bool:
    try:
        status = path.stat()
        return _checksum_matched(path, md5, status.st_size, status.st_mtime_ns)
    except OSError:
        return False


@lru_cache(maxsize=64)
def _checksum_matched(path: Path, md5: str, size: int, modified: int) -> bool:
    """Return whether the MD5 sum is right. A file of the same size and time is not read again: pages ask often."""
    from core.datasets.torchvision_import import check_integrity

    return check_integrity(path, md5)
