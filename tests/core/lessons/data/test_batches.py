import pytest
import torch

from core.lessons.data.batches import IMAGES, SIZES, epochs, notice


@pytest.mark.parametrize("shuffle", [True, False])
@pytest.mark.parametrize("size", SIZES)
def test_every_epoch_deals_out_every_image_once(size, shuffle):
    for epoch in epochs(size, shuffle, 0):
        assert torch.cat(epoch).sort().values.tolist() == list(range(IMAGES))
        assert [len(batch) for batch in epoch[:-1]] == [size] * (len(epoch) - 1)
        assert 0 < len(epoch[-1]) <= size


def test_only_shuffling_makes_the_epochs_differ():
    first, second = (torch.cat(epoch) for epoch in epochs(64, True, 0))
    assert not torch.equal(first, second)
    first, second = (torch.cat(epoch) for epoch in epochs(64, False, 0))
    assert torch.equal(first, second)
    assert torch.equal(first, torch.arange(IMAGES))


def test_the_same_seed_deals_the_same():
    first, second = (torch.cat([torch.cat(epoch) for epoch in epochs(2, True, 5)]) for _time in range(2))
    assert torch.equal(first, second)


def test_the_last_batch_is_told_where_it_is_smaller():
    assert notice([64, 64, 4], True).startswith("**132 = 2 × 64 + 4**: the last batch of an epoch has only 4.")
    assert notice([2, 2], False).startswith("**4 = 2 × 2**: all batches")
    assert "in another order" in notice([2, 2], True)
    assert "same order" in notice([2, 2], False)
