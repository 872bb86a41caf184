import pytest

from tests.core.datasets.tiny_mnist import make_tiny_mnist, to_idx


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A folder to run programs in, whose `data` has a tiny MNIST where torchvision, and the app, look for it."""
    place = tmp_path_factory.mktemp("programs")
    raw = place / "data" / "MNIST" / "raw"
    raw.mkdir(parents=True)
    with pytest.MonkeyPatch.context() as patch:
        for name, array in make_tiny_mnist(patch, place / "data").arrays.items():
            (raw / name).with_suffix("").write_bytes(to_idx(array))
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("NEURAL_PLAYGROUND_DATA", str(place / "data"))
        patch.chdir(place)
        yield place
