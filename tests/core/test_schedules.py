import pytest
import torch

from core.schedules import SCHEDULES


@pytest.mark.parametrize("schedule", SCHEDULES.values(), ids=SCHEDULES)
def test_factors_stay_between_zero_and_one(schedule):
    assert all(0 <= schedule.factor(i / 100) <= 1 for i in range(101))


def test_one_cycle_is_torchs():
    steps, peak = 201, 0.02
    optimizer = torch.optim.SGD([torch.nn.Parameter(torch.zeros(1))], lr=peak)
    torchs = torch.optim.lr_scheduler.OneCycleLR(optimizer, max_lr=peak, total_steps=steps, cycle_momentum=False)
    for step in range(steps):
        # torch puts the peak at step 0.3 * steps - 1 and the end at the last step, so its clock is mapped to ours
        rise = 0.3 * steps - 1
        progress = 0.3 * step / rise if step <= rise else 0.3 + 0.7 * (step - rise) / (steps - 1 - rise)
        ours = peak * SCHEDULES["one_cycle"].factor(progress)
        assert ours == pytest.approx(optimizer.param_groups[0]["lr"], rel=1e-6, abs=1e-12)
        optimizer.step()
        if step < steps - 1:
            torchs.step()
