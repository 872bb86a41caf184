"""The test on all test data at the end of a run, in slices under the lock that all computing shares."""

import time

import torch
from torch import Tensor, nn

from core.config import TrainConfig
from core.datasets import Data
from core.losses import class_indices, probabilities
from core.runs.view import Outcome
from core.scheduler import REST, compute_lock, page_runs
from core.training import TEST_BATCH, make_loss, outputs_in_batches, score


def final_test(network: nn.Module, data: Data, config: TrainConfig) -> Outcome:
    """Test a network on all test data; others compute between two batches."""
    outputs: list[Tensor] = []
    batches = outputs_in_batches(network, data, data.test)
    while len(outputs) * TEST_BATCH < max(len(data.test), 1):  # a batch of none, where none is for testing
        with compute_lock:
            page_runs.let_pass()
            outputs.append(next(batches))
        time.sleep(REST)
    logits, targets = torch.cat(outputs), data.test.targets
    result = score(logits, targets, make_loss(config), data.task)
    return Outcome(result, probabilities(logits, config.output_layer, config.loss), class_indices(targets))
