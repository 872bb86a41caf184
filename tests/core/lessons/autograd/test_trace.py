import contextlib
import io
from itertools import pairwise

import pytest
import torch

from core.lessons.autograd.trace import CASES, LIMIT, NUMBERS, PARAMETERS, final_grads, program, run, snippet

_DRAWN = (torch.rand(20, 4, generator=torch.Generator().manual_seed(0)) * 2 - 1) * LIMIT
POINTS = [dict(zip(NUMBERS, point, strict=True)) for point in _DRAWN.tolist()]


def flows(case, numbers=NUMBERS):
    return [step for step in run(case, numbers).steps if step.kind == "flow"]


def test_the_numbers_by_hand():
    trace = run("once", NUMBERS)  # z = 0.5 · 2, y = 1 + 1.5, error = 2.5 − 4
    assert {name: node.value for name, node in trace.nodes.items()} == {
        **NUMBERS, "z": 1.0, "y": 2.5, "error": -1.5, "loss": 2.25,
    }  # fmt: skip
    assert [(s.name, s.to, s.flow.incoming, s.flow.local, s.flow.outgoing) for s in flows("once")] == [
        ("loss", "error", 1, -3, -3),
        ("error", "y", -3, 1, -3),
        ("y", "z", -3, 1, -3),
        ("y", "b", -3, 1, -3),
        ("z", "w", -3, 2, -6),
    ]
    assert trace.steps[-1].grads == {"w": -6, "b": -3}


def test_what_pytorch_says_of_each_tensor():
    nodes = run("once", NUMBERS).nodes
    assert {name: node.grad_fn for name, node in nodes.items() if node.grad_fn} == {
        "z": "MulBackward0", "y": "AddBackward0", "error": "SubBackward0", "loss": "PowBackward0",
    }  # fmt: skip
    assert {name for name, node in nodes.items() if node.is_leaf} == set(NUMBERS)
    assert {name for name, node in nodes.items() if node.is_leaf and node.requires_grad} == set(PARAMETERS)
    assert {name: node.edges for name, node in nodes.items() if node.edges} == {
        "z": ("w",), "y": ("z", "b"), "error": ("y",), "loss": ("error",),
    }  # fmt: skip
    assert nodes["z"].sources == ("w", "x")
    assert nodes["error"].sources == ("y", "target")


@pytest.mark.parametrize("case", CASES)
@pytest.mark.parametrize("numbers", POINTS)
def test_each_flow_is_the_chain_rule_and_ends_in_the_leaf(case, numbers):
    steps = run(case, numbers).steps
    for before, step in pairwise(steps):
        if step.kind != "flow":
            continue
        assert step.flow.outgoing == pytest.approx(step.flow.incoming * step.flow.local, rel=1e-6)
        if step.to in PARAMETERS:
            assert step.grads[step.to] == pytest.approx(before.grads.get(step.to, 0) + step.flow.outgoing, rel=1e-6)
        else:
            assert step.grads == before.grads


@pytest.mark.parametrize("numbers", POINTS)
def test_gradients_add_up_and_are_cleared(numbers):
    once = final_grads("once", numbers)
    assert final_grads("twice", numbers) == {name: 2 * gradient for name, gradient in once.items()}
    assert final_grads("zero_grad", numbers) == once
    cleared = [step.grads for step in run("zero_grad", numbers).steps if step.kind == "clear"]
    assert cleared == [{}]


def test_detach_ends_the_graph():
    trace = run("detach", NUMBERS)
    assert trace.nodes["y"].edges == ("b",)
    assert trace.nodes["y"].sources == ("z", "b")
    assert trace.steps[-1].grads == {"b": -3}
    assert trace.nodes == run("once", NUMBERS).nodes | {"y": trace.nodes["y"]}  # the values are the same


def test_no_grad_makes_no_graph_and_backward_is_refused():
    trace = run("no_grad", NUMBERS)
    assert not any(node.grad_fn or node.edges for node in trace.nodes.values())
    assert {node.value for node in trace.nodes.values()} == {node.value for node in run("once", NUMBERS).nodes.values()}
    *_others, last = trace.steps
    with pytest.raises(RuntimeError) as refused:
        torch.tensor(1.0).backward()
    assert (last.kind, last.error, last.grads) == ("refused", str(refused.value), {})
    assert torch.is_grad_enabled()


@pytest.mark.parametrize("case", CASES)
def test_every_line_is_a_step_in_its_turn(case):
    trace = run(case, NUMBERS)
    lines = [step.line for step in trace.steps]
    assert lines == sorted(lines)
    assert set(lines) == set(range(len(trace.lines)))
    assert trace.lines == tuple(program(case, NUMBERS))


@pytest.mark.parametrize("case", CASES)
def test_the_program_runs_as_it_stands(case):
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        exec(snippet(case, NUMBERS), {})
    grads = final_grads(case, NUMBERS)
    told = [repr(torch.tensor(grads[name])) if name in grads else "None" for name in PARAMETERS]
    assert " ".join(told) in printed.getvalue()
    way = {"detach": ["PowBackward0", "SubBackward0", "AddBackward0"], "no_grad": []}
    whole = ["PowBackward0", "SubBackward0", "AddBackward0", "MulBackward0", "AccumulateGrad"]
    assert printed.getvalue().split(told[-1])[-1].split() == way.get(case, whole)
