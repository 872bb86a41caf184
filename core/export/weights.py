"""The weights of a run as safetensors, together with what is needed to ask the network."""

import json
import math

from safetensors.torch import save

from core.config.json_file import config_json
from core.runs import Run
from core.runs.checkpoints import Checkpoint


def weights(run: Run) -> bytes:
    """Return the run's weights as they are now, also while it trains; `card` says what goes with them."""
    now = run.checkpoints()[-1]
    # Convolutions lie in memory as a CPU likes them; the file has the usual order.
    tensors = {name: tensor.contiguous() for name, tensor in now.weights.items()}
    return save(tensors, card(run, now))


def card(run: Run, now: Checkpoint) -> dict[str, str]:
    """Return what goes with the weights of a moment.

    `config` is JSON as `read_config` takes it, `classes` a list in JSON; pictures in [0, 1] are brought to
    (x - `mean`) / `std`; `step` is how many steps were done, and `accuracy` the share of right answers in the last
    test, where there was one and an answer can be right.
    """
    data, view = run.data, run.view()
    score = view.outcome.score if view.outcome else view.last_test
    texts = {
        "config": config_json(run.config),
        "classes": json.dumps(data.classes, ensure_ascii=False),
        "mean": repr(data.mean),
        "std": repr(data.std),
        "step": str(now.step),
    }
    if score is not None and not math.isnan(score.accuracy):
        texts["accuracy"] = repr(score.accuracy)
    return texts
