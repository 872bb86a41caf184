import pytest
import torch
from hypothesis import settings

from core.scheduler import prepare_thread

# The same examples each time, so that a test fails for everybody or for nobody, and few, so that the suite stays quick.
settings.register_profile("steady", derandomize=True, deadline=None, database=None, max_examples=60)
settings.load_profile("steady")


@pytest.fixture
def one_thread():
    """Compute as the app does: with two threads, sums are added up in another order and differ in their last bits."""
    before = torch.get_num_threads()
    prepare_thread()
    yield
    torch.set_num_threads(before)
