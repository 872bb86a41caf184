import pytest
import torch

from core.scheduler import prepare_thread


@pytest.fixture
def one_thread():
    """Compute as the app does: with two threads, sums are added up in another order and differ in their last bits."""
    before = torch.get_num_threads()
    prepare_thread()
    yield
    torch.set_num_threads(before)
