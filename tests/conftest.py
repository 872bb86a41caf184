import pytest

from core.runtime import prepare_thread


@pytest.fixture(scope="session", autouse=True)
def one_thread():
    """Compute as the app does: with two threads, sums are added up in another order and differ in their last bits."""
    prepare_thread()
