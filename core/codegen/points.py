"""The network of the 2-D playground as the PyTorch that a person would write by hand."""

from core.codegen.layers import layer_code
from core.config import TrainConfig
from core.features import FEATURES
from core.models import outline


def network_code(config: TrainConfig) -> str:
    """Return the class of the network of a TrainConfig; it needs `torch` and `from torch import nn` alone.

    Its weights have the names that they have in the app, so that a state_dict of one fits the other.
    """
    network = outline(config, config.problem.shape, config.problem.outputs)
    before, reads = "", "nn.Identity(),  # x1 and x2 as they are"
    if config.features != ("x1", "x2"):
        features = ", ".join(FEATURES[name].code for name in config.features)
        reads = "Features(),"
        before = f"""\
class Features(nn.Module):
    def forward(self, points):  # [N, 2]
        x1, x2 = points.unbind(1)
        return torch.stack([{features}], dim=1)  # [N, {len(config.features)}]


"""
    layers = "".join(f"\n            {layer_code(module)}," for module in list(network.layers)[1:])
    return f"""\
{before}class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.layers = nn.Sequential(
            {reads}{layers}
        )

    def forward(self, points):  # [N, 2]
        return self.layers(points)  # [N, {config.problem.outputs}]
"""
