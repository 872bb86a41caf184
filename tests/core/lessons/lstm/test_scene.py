import torch

from core import pretrained
from core.datasets import load
from core.interpret.lstm_gates import QUANTITIES, liveliest, notice, read_rows
from core.lessons.lstm.scene import MIDDLE, digit_scene, wave_scene
from core.lessons.lstm.sine import NOTCH, Practice, continue_waves, mean_error, wave


def test_a_reading_has_all_rows_of_all_its_cells():
    checkpoint, data = pretrained.load("lstm"), load("digits")
    ink = data.test.inputs[0].float() / 255
    read = read_rows(checkpoint.network, (ink - checkpoint.data_mean) / checkpoint.data_std)
    cells = liveliest(read.steps, 5)
    made = digit_scene(read, ink[0], data.classes, cells)
    assert made["activity"].shape == (len(QUANTITIES), 28, 5)
    for place, name in enumerate(QUANTITIES):
        assert made["activity"][place].equal(getattr(read.steps, name)[:, cells])
    assert made["probabilities"].equal(read.probabilities)
    assert made["sentences"] == [notice(read, row, data.classes) for row in range(1, 29)]
    assert made["largest"][list(QUANTITIES).index("cell")] == read.steps.cell[:, cells].abs().max().item()


def test_a_wave_has_every_network_that_is_kept():
    training = Practice(8)
    training.advance(2 * NOTCH, 100)
    truth = wave(25, 0.0, 30)
    found = continue_waves(training.kept, truth[:10], 20)
    made = wave_scene(found, truth, 10, 25, 4, finished=False)
    assert made["predictions"].shape == (3, 29)
    assert made["activity"].shape == (3, len(QUANTITIES), 4, 29)
    assert made["activity"].dtype == torch.uint8
    assert made["errors"] == [mean_error(each, truth, 10) for each in found]
    assert made["growing"]
    (cell,) = liveliest(found[2].steps, 1)
    gate = (made["activity"][2, 0, 0].float() - MIDDLE) / (MIDDLE - 1)
    torch.testing.assert_close(gate, found[2].steps.forget[:, cell], atol=1 / 200, rtol=0)
