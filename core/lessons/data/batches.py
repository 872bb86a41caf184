"""Which images are in which batch, as a real DataLoader deals them out, and the same by plain indexing."""

from collections.abc import Sequence

import torch
from torch import Tensor
from torch.utils.data import DataLoader, TensorDataset

from core.text.i18n import _

IMAGES = 260  # few enough to be seen all at once, and no multiple of 64 or 200
SIZES = (1, 2, 64, 200)
EPOCHS = 2


def epochs(size: int, shuffle: bool, seed: int) -> list[list[Tensor]]:
    """Return the batches of EPOCHS epochs, each int64 [N]: the places of its images among the IMAGES."""
    places = TensorDataset(torch.arange(IMAGES))
    generator = torch.Generator().manual_seed(seed)
    loader = DataLoader(places, batch_size=size, shuffle=shuffle, generator=generator)
    return [[batch for (batch,) in loader] for _epoch in range(EPOCHS)]


def notice(sizes: Sequence[int], shuffle: bool) -> str:
    """Say how the images of one epoch are shared out, by the sizes of its batches, in Markdown."""
    if sizes[-1] < sizes[0]:
        sentence = _("**{all} = {whole} × {size} + {rest}**: the last batch of an epoch has only {rest}.").format(
            all=sum(sizes), whole=len(sizes) - 1, size=sizes[0], rest=sizes[-1]
        )
    else:
        sentence = _("**{all} = {whole} × {size}**: all batches of an epoch have the same size.").format(
            all=sum(sizes), whole=len(sizes), size=sizes[0]
        )
    if shuffle:
        return f"{sentence} " + _("Each epoch deals every image out once, in another order.")
    return f"{sentence} " + _("Without shuffling, every epoch has the same batches in the same order.")


def loader_snippet(size: int, shuffle: bool) -> str:
    """Return the batches by DataLoader as a program; it prints how many there are, and the first and last size."""
    return "\n".join(
        [
            "from torch.utils.data import DataLoader, Subset",
            "from torchvision import datasets, transforms",
            "",
            'train = datasets.MNIST("data", train=True, download=True, transform=transforms.ToTensor())',
            f"loader = DataLoader(Subset(train, range({IMAGES})), batch_size={size}, shuffle={shuffle})",
            "",
            "sizes = []",
            "for x, y in loader:  # read and transformed one by one",
            "    sizes.append(len(x))",
            "print(len(sizes), sizes[0], sizes[-1])",
        ]
    )


def indexing_snippet(size: int, shuffle: bool) -> str:
    """Return the same batches by plain indexing."""
    return "\n".join(
        [
            "import torch",
            "from torchvision import datasets",
            "",
            'train = datasets.MNIST("data", train=True, download=True)',
            f"images = train.data[:{IMAGES}, None] / 255  # all at once",
            f"labels = train.targets[:{IMAGES}]",
            "",
            "sizes = []",
            f"for places in torch.{'randperm' if shuffle else 'arange'}({IMAGES}).split({size}):",
            "    x, y = images[places], labels[places]",
            "    sizes.append(len(x))",
            "print(len(sizes), sizes[0], sizes[-1])",
        ]
    )
