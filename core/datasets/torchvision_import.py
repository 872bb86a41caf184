"""torchvision's data sets, importable beside a CPU-only torch as well.

torchvision's Linux wheel is linked against CUDA. Beside a CPU-only torch its compiled operators do not load, and
`import torchvision` stops at "operator torchvision::nms does not exist", although data sets and transforms are plain
Python. Declaring the two operators that it decorates on import, without implementing them, is all that is missing.
Everything here that needs torchvision imports it from this module.
"""

import torch

try:
    import torchvision  # noqa: F401
except RuntimeError as error:
    if "torchvision::nms" not in str(error):
        raise
    # The declarations last as long as this object does.
    _operators = torch.library.Library("torchvision", "FRAGMENT")
    for _name in ("nms", "qnms"):
        _operators.define(f"{_name}(Tensor dets, Tensor scores, float iou_threshold) -> Tensor")

from torchvision import datasets, transforms
from torchvision.datasets.utils import check_integrity

__all__ = ["check_integrity", "datasets", "transforms"]
