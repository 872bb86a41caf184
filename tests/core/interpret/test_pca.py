import pytest
import torch

from core.interpret import pca
from core.interpret.pca import principal_directions


@pytest.mark.parametrize("shape", [(200, 6), (6, 200), (40, 40)])
@pytest.mark.parametrize("at_once", [7, 2**18])
def test_they_are_those_of_the_singular_values(shape, at_once, monkeypatch):
    monkeypatch.setattr(pca, "_AT_ONCE", at_once)
    rows = torch.randn(*shape, generator=torch.Generator().manual_seed(0)) * torch.linspace(3, 0.1, shape[1])
    rows -= rows.mean(dim=0)
    directions, squares = principal_directions(rows, 3)
    _left, values, right = torch.linalg.svd(rows.double(), full_matrices=False)
    assert (directions.shape, directions.dtype) == ((3, shape[1]), torch.float32)
    torch.testing.assert_close(squares, values.square(), rtol=1e-6, atol=1e-6)
    torch.testing.assert_close((directions.double() @ right[:3].T).abs(), torch.eye(3).double(), atol=1e-4, rtol=0)
