"""A few lines of PyTorch, run one by one: the graph that they make, and the gradients that flow back along it."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import torch
from torch import Tensor

from core.text.i18n import N_

LIMIT = 10.0  # of each number, to either side
NUMBERS = {"x": 2.0, "w": 0.5, "b": 1.5, "target": 4.0}
PARAMETERS = ("w", "b")  # the leaves that require a gradient

_LEAVES = (
    "x = tensor({x})",
    "w = tensor({w}, requires_grad=True)",
    "b = tensor({b}, requires_grad=True)",
    "target = tensor({target})",
)
_LOSS = ("error = y - target", "loss = error ** 2")
_FORWARD = ("z = w * x", "y = z + b", *_LOSS)
_TWO_PASSES = "loss.backward(retain_graph=True)", "loss.backward()"
_GUARD = "with torch.no_grad():"


@dataclass(frozen=True)
class Case:
    """A program: its name in the menu, and its lines, in which {x}, {w}, {b} and {target} are numbers."""

    label: str
    lines: tuple[str, ...]


@dataclass(frozen=True)
class Node:
    """What PyTorch knows of a tensor.

    Attributes:
        grad_fn: the name of what made it; "" where autograd has noted nothing down.
        sources: the tensors that it was computed from.
        edges: those of them that it is connected to in autograd's graph, by `grad_fn.next_functions`.
    """

    value: float
    grad_fn: str
    is_leaf: bool
    requires_grad: bool
    sources: tuple[str, ...]
    edges: tuple[str, ...]


@dataclass(frozen=True)
class Flow:
    """What went along one edge in one backward pass: outgoing = incoming · local.

    Attributes:
        incoming: ∂loss/∂(the tensor where the edge begins).
        local: its own derivative by the tensor where the edge ends.
    """

    incoming: float
    local: float
    outgoing: float


@dataclass(frozen=True)
class Step:
    """One moment of the program.

    Attributes:
        line: the place of the line that runs.
        kind: "make" a tensor, "flow" along an edge, "end" a backward pass, "clear" the gradients, be "refused", or
            "other".
        name: the tensor that is made, or that the edge begins at.
        to: the tensor where the edge ends.
        grads: what is in `.grad` of each of PARAMETERS that has one, behind this step.
        error: what PyTorch says when it refuses the line.
    """

    line: int
    kind: str
    name: str = ""
    to: str = ""
    flow: Flow | None = None
    grads: Mapping[str, float] = field(default_factory=dict)
    error: str = ""


@dataclass(frozen=True)
class Trace:
    lines: tuple[str, ...]
    nodes: dict[str, Node]
    steps: tuple[Step, ...]


def program(case: str, numbers: Mapping[str, float]) -> list[str]:
    """Return the lines of a case with these numbers in them."""
    texts = {name: repr(float(number)) for name, number in numbers.items()}
    return [line.format_map(texts) for line in CASES[case].lines]


def run(case: str, numbers: Mapping[str, float]) -> Trace:
    """Run the lines of a case one by one, and note down what each of them does.

    Args:
        numbers: one for each of NUMBERS, finite.
    """
    names: dict[str, Any] = {"torch": torch, "tensor": torch.tensor, "SGD": torch.optim.SGD}
    nodes: dict[str, Node] = {}
    steps: list[Step] = []
    lines = program(case, numbers)
    for place, line in enumerate(lines):
        if "backward" in line:
            steps += _backward(place, line, names, nodes)
            continue
        # A line inside the block runs inside a block of its own, since it runs alone.
        exec(f"{_GUARD}\n{line}" if line.startswith(" ") else line, names)
        assigned = re.search(r"^\s*(\w+) = ", line, re.MULTILINE)
        name = assigned[1] if assigned else ""
        made = isinstance(names.get(name), Tensor)
        if made:
            nodes[name] = _node(name, line, names, nodes)
        kind = "make" if made else "clear" if "zero_grad" in line else "other"
        steps.append(Step(place, kind, name, grads=_grads(names)))
    return Trace(tuple(lines), nodes, tuple(steps))


def final_grads(case: str, numbers: Mapping[str, float]) -> dict[str, float]:
    """Return what is in `.grad` of each of PARAMETERS that has one when the program has run."""
    return dict(run(case, numbers).steps[-1].grads)


def snippet(case: str, numbers: Mapping[str, float]) -> str:
    """Return the program as it runs alone: it prints all numbers, and walks along the graph."""
    lines = program(case, numbers)
    if case == "no_grad":
        lines[-1:] = ["try:", f"    {lines[-1]}", "except RuntimeError as refused:", "    print(refused)"]
    optimizer = ["from torch.optim import SGD"] if case == "zero_grad" else []
    return "\n".join(["import torch", "from torch import tensor", *optimizer, "", *lines, "", _PRINTS])


_PRINTS = """\
print(z.item(), y.item(), error.item(), loss.item())
print(w.grad, b.grad)

function = loss.grad_fn
while function is not None:
    print(type(function).__name__)
    function = function.next_functions[0][0] if function.next_functions else None"""


def _node(name: str, line: str, names: Mapping[str, Any], nodes: Mapping[str, Node]) -> Node:
    tensor = names[name]
    behind = re.findall(r"[a-z]+", line.split(" = ")[-1])
    return Node(
        value=tensor.item(),
        grad_fn=type(tensor.grad_fn).__name__ if tensor.grad_fn else "",
        is_leaf=tensor.is_leaf,
        requires_grad=tensor.requires_grad,
        sources=tuple(source for source in behind if source in nodes),
        edges=tuple(_reached(tensor, names, nodes)),
    )


def _reached(tensor: Tensor, names: Mapping[str, Any], nodes: Mapping[str, Node]) -> Iterator[str]:
    """Yield the tensors that autograd goes on to from this one."""
    for function, _place in tensor.grad_fn.next_functions if tensor.grad_fn else ():
        for name in nodes if function else ():
            # A leaf has no grad_fn: what puts its gradient into `.grad` knows it instead.
            if names[name] is getattr(function, "variable", None) or names[name].grad_fn is function:
                yield name


def _backward(place: int, line: str, names: dict[str, Any], nodes: Mapping[str, Node]) -> Iterator[Step]:
    """Run a line with backward(), and yield what goes along each edge, as autograd's own hooks see it."""
    edges = list(_way("loss", nodes))
    locals_ = {(name, to): torch.autograd.grad(names[name], names[to], retain_graph=True)[0] for name, to in edges}
    arrived: dict[str, float] = {}
    hooks = [
        names[name].register_hook(lambda gradient, name=name: arrived.__setitem__(name, gradient.item()))
        for name, node in nodes.items()
        if node.requires_grad
    ]
    grads = _grads(names)
    try:
        exec(line, names)
    except RuntimeError as refused:
        yield Step(place, "refused", grads=grads, error=str(refused))
        return
    finally:
        for hook in hooks:
            hook.remove()
    after = _grads(names)
    for name, to in edges:
        if to in after:
            grads = grads | {to: after[to]}
        yield Step(place, "flow", name, to, Flow(arrived[name], locals_[name, to].item(), arrived[to]), grads)
    yield Step(place, "end", grads=after)


def _way(name: str, nodes: Mapping[str, Node]) -> Iterator[tuple[str, str]]:
    """Yield the edges in the order in which autograd goes along them: those of one tensor before any behind them."""
    for to in nodes[name].edges:
        yield name, to
    for to in nodes[name].edges:
        yield from _way(to, nodes)


def _grads(names: Mapping[str, Any]) -> dict[str, float]:
    return {name: names[name].grad.item() for name in PARAMETERS if name in names and names[name].grad is not None}


CASES = {
    "once": Case(N_("backward() once"), (*_LEAVES, *_FORWARD, "loss.backward()")),
    "twice": Case(N_("twice, without zero_grad"), (*_LEAVES, *_FORWARD, *_TWO_PASSES)),
    "zero_grad": Case(
        N_("zero_grad between"),
        (
            *_LEAVES,
            "optimizer = SGD([w, b], lr=0.1)",
            *_FORWARD,
            _TWO_PASSES[0],
            "optimizer.zero_grad()",
            _TWO_PASSES[1],
        ),
    ),
    "detach": Case(N_("detach"), (*_LEAVES, "z = w * x", "y = z.detach() + b", *_LOSS, "loss.backward()")),
    "no_grad": Case(
        N_("no_grad"),
        (
            *_LEAVES,
            f"{_GUARD}\n    {_FORWARD[0]}",
            *(f"    {line}" for line in _FORWARD[1:]),
            "loss.backward()",
        ),
    ),
}
