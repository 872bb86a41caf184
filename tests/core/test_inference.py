import pytest
import torch
from torch import nn

from core.inference import predict


def two_classes() -> nn.Module:
    """Logits (sum of the normalised pixels, 0)."""
    network = nn.Sequential(nn.Flatten(), nn.Linear(784, 2))
    nn.init.zeros_(network[1].bias)
    nn.init.zeros_(network[1].weight)
    nn.init.ones_(network[1].weight[0])
    return network.eval()


def test_probabilities_by_hand():
    picture = torch.zeros(1, 28, 28)
    picture[0, 3, 4] = 1.0
    # mean 0.001 and std 0.1: the pixels sum to (1 - 784 * 0.001) / 0.1 = 2.16, and sigmoid(2.16) = 0.89660
    probabilities = predict(two_classes(), picture, mean=0.001, std=0.1)
    assert probabilities.tolist() == pytest.approx([0.89660, 0.10340], abs=1e-5)
    assert not probabilities.requires_grad


def test_a_network_that_ends_in_softmax_is_taken_at_its_word():
    network = nn.Sequential(two_classes(), nn.Softmax(dim=1)).eval()
    picture = torch.rand(1, 28, 28, generator=torch.Generator().manual_seed(0)) / 100
    once = predict(network, picture, 0.0, 1.0, to_probabilities=lambda outputs: outputs)
    assert torch.allclose(once, predict(two_classes(), picture, 0.0, 1.0))
    assert not torch.allclose(once, predict(network, picture, 0.0, 1.0))


def test_a_network_in_training_mode_is_not_asked():
    with pytest.raises(ValueError, match="eval"):
        predict(two_classes().train(), torch.zeros(1, 28, 28), 0.0, 1.0)
