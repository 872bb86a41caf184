import subprocess
import sys

import pytest
import torch
from torch import nn

from core.blocks import BLOCKS, parse_blocks
from core.blocks.network import build, trace
from core.blocks.registry import BlocksError
from core.codegen.blocks import class_code, script
from core.lessons.build.examples import EXAMPLES

LONG = (
    "conv:4:5:2:1,batchnorm,leaky_relu:0.2,maxpool:2,lstm:8:all,dropout:0.3,linear:6,lstm:5,elu:1.5,linear:10,softmax"
)
READABLE = [
    (key, shape)
    for key in BLOCKS
    for shape in [(1, 28, 28), (20, 3), (4,)]
    if not trace(parse_blocks(key), shape)[0].error
]


def written(text, shape):
    """Return the network of the code, which may use no name but these two."""
    names = {"torch": torch, "nn": nn, "__name__": "written"}
    exec(class_code(parse_blocks(text), shape), names)
    return names["Net"]()


@pytest.mark.parametrize(
    ("text", "shape"),
    [
        *READABLE,
        (LONG, (1, 28, 28)),
        ("lstm:8:all,lstm:4,linear:3", (20, 3)),
        *((example.text, (1, 28, 28)) for name, example in EXAMPLES.items() if name != "forgotten"),
    ],
)
def test_the_code_gives_what_the_network_gives(text, shape):
    ours, theirs = build(parse_blocks(text), shape).eval(), written(text, shape).eval()
    weights = zip(theirs.state_dict(), ours.state_dict().values(), strict=True)
    theirs.load_state_dict(dict(weights))
    x = torch.randn(3, *shape, generator=torch.Generator().manual_seed(1))
    with torch.inference_mode():
        assert torch.equal(ours(x), theirs(x))


def test_dropout_is_written_as_pytorchs_own():
    code = class_code(parse_blocks("dropout:0.3,lstm:4"), (20, 3))
    assert "nn.Dropout(0.3)" in code
    assert "nn.LSTM(3, 4, batch_first=True)" in code


def test_the_program_runs_on_its_own():
    program = script(parse_blocks(EXAMPLES["lstm"].text), (1, 28, 28), 5)
    done = subprocess.run([sys.executable, "-W", "error", "-c", program], capture_output=True, text=True, check=True)
    total = sum(row.parameters for row in trace(parse_blocks(EXAMPLES["lstm"].text), (1, 28, 28)))
    assert f"{total} parameters\ntorch.Size([5, 10])" in done.stdout


def test_a_network_without_blocks_has_code_too():
    x = torch.rand(2, 4)
    assert torch.equal(written("", (4,))(x), x)


def test_an_unsound_stack_has_no_code():
    with pytest.raises(BlocksError, match=r"^Block 1"):
        class_code(parse_blocks(EXAMPLES["forgotten"].text), (1, 28, 28))
