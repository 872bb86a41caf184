"""The graph that PyTorch made of a program, and the steps in which it grows and gradients flow, for the browser."""

from collections.abc import Mapping
from typing import Any

from core.lessons.autograd.sentences import arithmetic, notice, words
from core.lessons.autograd.trace import CASES, LIMIT, NUMBERS, PARAMETERS, run
from core.text.i18n import _


def scene(case: str, numbers: Mapping[str, float]) -> dict[str, Any]:
    """Return what the picture of a case is made of; its numbers the browser computes, as they are changed.

    Args:
        numbers: one for each of NUMBERS, finite.
    """
    trace = run(case, numbers)
    return {
        "case": case,
        "lines": CASES[case].lines,
        "nodes": {
            name: {
                "gradFn": node.grad_fn,
                "isLeaf": node.is_leaf,
                "requiresGrad": node.requires_grad,
                "sources": node.sources,
                "edges": node.edges,
            }
            for name, node in trace.nodes.items()
        },
        "steps": [
            {
                "line": step.line,
                "kind": step.kind,
                "name": step.name,
                "to": step.to,
                "sum": arithmetic(trace, place),
                "notice": notice(trace, place),
                "words": words(trace, place),
            }
            for place, step in enumerate(trace.steps)
        ],
        "numbers": list(NUMBERS),
        "parameters": PARAMETERS,
        "limits": [-LIMIT, LIMIT],
        "says": {
            "trace": _("Step"),
            "place": _("{step} of {steps}"),
            "leaf": _("leaf"),
            "requires": _("requires_grad"),
            "free": _("no gradient"),
            "change": _("{name} is {value}. Change it"),
            "numbers": _("The numbers that can be changed: arrow keys go from one to the next, Enter opens its field"),
            "edge": _("edge of the graph"),
            "number": _("number only"),
            "flow": _("gradient"),
            "head": [_("tensor"), _("value"), "grad_fn", "is_leaf", "requires_grad", ".grad"],
        },
    }
