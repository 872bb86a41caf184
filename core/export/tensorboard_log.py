"""The curves of a run as event files for TensorBoard."""

from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

import numpy as np

from core.config.json_file import config_json
from core.runs import Run
from core.runs.history import Curve

FILE = "events.out.tfevents.0"  # TensorBoard knows them by their name; its own would tell the name of this computer
TAGS = ("loss", "accuracy")


def tensorboard_log(run: Run) -> bytes:
    """Return a ZIP of the folders train and test, whose curves TensorBoard draws in one picture each.

    Unpack it and run `tensorboard --logdir .`. Numbers are float32, as event files have them, and the clock shows the
    seconds of training.
    """
    view = run.view()
    packed = BytesIO()
    with TemporaryDirectory() as folder, ZipFile(packed, "w", ZIP_DEFLATED) as archive:
        for split, curve in (("train", view.train_curve), ("test", view.test_curve)):
            _write(Path(folder, split), curve, config_json(run.config))
            for file in Path(folder, split).iterdir():
                archive.writestr(ZipInfo(f"{split}/{FILE}"), file.read_bytes(), ZIP_DEFLATED)
    return packed.getvalue()


def _write(folder: Path, curve: Curve, settings: str) -> None:
    from torch.utils.tensorboard import SummaryWriter  # takes a moment, and most people never ask for it

    steps = curve.step.round().astype(int).tolist()
    with SummaryWriter(str(folder)) as writer:
        writer.add_text("settings", f"```\n{settings}\n```", walltime=0.0)
        for tag in TAGS:
            numbers = getattr(curve, tag)
            for step, number, seconds in zip(steps, numbers.tolist(), curve.seconds.tolist(), strict=True):
                if np.isfinite(number):
                    writer.add_scalar(tag, number, step, walltime=seconds)
