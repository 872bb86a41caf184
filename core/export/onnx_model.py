"""The network of a run as ONNX, which browsers, phones and other languages can run without PyTorch."""

import warnings
from io import BytesIO
from threading import Lock

import torch

from core.export.weights import card
from core.runs import Run
from core.scheduler import compute_lock

INPUTS, OUTPUTS = "inputs", "outputs"

# The older of PyTorch's two exporters: it takes 0.01 to 0.1 s, so that one turn is enough. The newer one takes 1 to 6 s
# and replaces nn.Module.__call__ for all threads meanwhile, so that no run could train beside it.
_one_at_a_time = Lock()  # it keeps its state in globals of the process


def onnx_model(run: Run) -> bytes:
    """Return the run's network as it is now, also while it trains.

    It takes `inputs` float32 [N, *shape of an example], prepared as `card` says, which is in the file as its metadata,
    and gives `outputs` float32 [N, outputs], for any N.
    """
    import onnx  # takes a moment, and most people never ask for it

    now = run.checkpoints()[-1]
    network, example = run.network_at(now), torch.zeros(2, *run.data.input_shape)
    file = BytesIO()
    with _one_at_a_time, compute_lock, warnings.catch_warnings():
        warnings.simplefilter("ignore")  # that there is a newer one, and of what may happen with other networks
        torch.onnx.export(
            network,
            (example,),
            file,  # pyright: ignore[reportArgumentType]: with dynamo=False it takes an open file too
            input_names=[INPUTS],
            output_names=[OUTPUTS],
            dynamic_axes={INPUTS: {0: "batch"}, OUTPUTS: {0: "batch"}},
            dynamo=False,
        )
    model = onnx.load_model_from_string(file.getvalue())
    onnx.helper.set_model_props(model, card(run, now))
    return model.SerializeToString(deterministic=True)
