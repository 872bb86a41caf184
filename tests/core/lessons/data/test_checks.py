import pytest
import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset

from core.lessons.data.checks import CHECKS
from tests.checks import prove


def normalize():
    pixels = torch.rand(100, 1, 28, 28) ** 3
    mean, std = pixels.mean(), pixels.std()
    normalized = (pixels - mean) / std
    undone = normalized * std + mean
    return (
        abs(normalized.mean()) < 1e-4 and abs(normalized.std() - 1) < 1e-4,
        normalized.numel() < pixels.numel(),
        not torch.allclose(undone, pixels, atol=1e-5),
    )


def shuffle():
    labels = torch.arange(100) // 10  # one class after the other
    sets = TensorDataset(torch.arange(100), labels)
    loader = DataLoader(sets, batch_size=10, shuffle=True, generator=torch.Generator().manual_seed(0))
    epochs = [list(loader) for _epoch in range(2)]
    orders = [torch.cat([images for images, _labels in epoch]) for epoch in epochs]
    used_again = set(orders[0].tolist()) & set(orders[1].tolist())
    classes = [len(labels.unique()) for _images, labels in epochs[0]]
    in_order = [len(labels.unique()) for _images, labels in DataLoader(sets, batch_size=10)]
    return not torch.equal(*orders), not used_again, sum(classes) <= sum(in_order)


def chosen():
    # Labels are coin tosses: whatever the networks answer, they are right half the time, but for luck and memory.
    generator = torch.Generator().manual_seed(0)
    answers, labels = (torch.rand(rows, 20_000, generator=generator) > 0.5 for rows in (200, 1))
    accuracies = (answers == labels).float()
    picked_by, fresh = accuracies[:, :50].mean(dim=1), accuracies[:, 50:].mean(dim=1)
    best = picked_by.argmax()
    images, targets = torch.randn(200, 50, generator=generator), torch.randint(2, (200,), generator=generator)
    memory = torch.linalg.lstsq(images[:40], 2.0 * targets[:40] - 1).solution
    right = ((images @ memory > 0) == targets.bool()).float()
    tells = [abs(accuracy - 0.5) < 0.15 for accuracy in (fresh[best], picked_by[best], right[:40].mean())]
    assert abs(right[40:].mean() - 0.5) < 0.15
    return tells


def flatten():
    images = torch.rand(64, 1, 28, 28)
    flat = nn.Flatten()(images)
    try:
        nn.Linear(784, 10)(images)  # each line is a row of 28
    except RuntimeError:
        lines = False
    else:
        lines = True
    return flat.shape == (64, 784) and torch.equal(flat[5], images[5].reshape(-1)), len(flat) == 1, lines


PROOFS = {"data.normalize": normalize, "data.shuffle": shuffle, "data.chosen": chosen, "data.flatten": flatten}


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.id)
def test_only_the_right_answer_is_true(check):
    prove(check, PROOFS)
