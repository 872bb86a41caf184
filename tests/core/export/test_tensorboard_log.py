import io
import socket
import zipfile

import numpy as np
import pytest
from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

from core.export.tensorboard_log import tensorboard_log
from tests.core.export.trained import CONFIGS, paused, trained


def unpack(content, folder):
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        archive.extractall(folder)
        return archive.namelist()


def read(folder, split):
    events = EventAccumulator(str(folder / split), size_guidance={"scalars": 0})
    events.Reload()
    return events


@pytest.mark.parametrize("name", ["mlp", "points"])
def test_tensorboard_reads_the_numbers_of_the_curves(name, tmp_path):
    view = trained(name).view()
    unpack(tensorboard_log(trained(name)), tmp_path)
    for split, curve in (("train", view.train_curve), ("test", view.test_curve)):
        events = read(tmp_path, split)
        for tag in ("loss", "accuracy"):
            points = events.Scalars(tag)
            np.testing.assert_array_equal([point.value for point in points], getattr(curve, tag).astype(np.float32))
            assert [point.step for point in points] == curve.step.round().astype(int).tolist()
            np.testing.assert_array_equal([point.wall_time for point in points], curve.seconds)


def test_where_nothing_can_be_right_there_is_no_accuracy(tmp_path):
    unpack(tensorboard_log(trained("values")), tmp_path)
    assert read(tmp_path, "test").Tags()["scalars"] == ["loss"]


def test_a_run_that_has_not_begun_has_no_points(tmp_path):
    unpack(tensorboard_log(paused(CONFIGS["mlp"])), tmp_path)
    assert read(tmp_path, "train").Tags()["scalars"] == []


def test_nothing_tells_of_this_computer(tmp_path):
    names = unpack(tensorboard_log(trained("mlp")), tmp_path)
    assert sorted(names) == ["test/events.out.tfevents.0", "train/events.out.tfevents.0"]
    assert all(socket.gethostname() not in name for name in names)
