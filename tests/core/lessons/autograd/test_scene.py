import json
import re

import pytest

from core.lessons.autograd.scene import scene
from core.lessons.autograd.trace import CASES, NUMBERS, run

# What the browser computes and puts into sentences: pages/ui/stage/pictures/autograd.js.
COMPUTED = {
    *NUMBERS, "z", "y", "error", "loss", "incoming", "local", "outgoing", "before", "after",
    "grad_w", "once_w", "change", "slope_w", "slope_b", "loss_error", "error_y", "y_z", "y_b", "z_w",
}  # fmt: skip


@pytest.mark.parametrize("case", CASES)
def test_it_is_the_trace(case):
    found, trace = scene(case, NUMBERS), run(case, NUMBERS)
    assert json.loads(json.dumps(found))["case"] == case
    assert list(found["nodes"]) == list(trace.nodes)
    assert {name: node["gradFn"] for name, node in found["nodes"].items()} == {
        name: node.grad_fn for name, node in trace.nodes.items()
    }
    assert [(step["line"], step["kind"], step["name"], step["to"]) for step in found["steps"]] == [
        (step.line, step.kind, step.name, step.to) for step in trace.steps
    ]


@pytest.mark.parametrize("case", CASES)
def test_every_step_says_something_and_every_name_in_it_is_known(case):
    for step in scene(case, NUMBERS)["steps"]:
        assert step["notice"]
        asked = set(re.findall(r"\{(\w+)\}", step["sum"] + step["notice"]))
        assert asked <= COMPUTED | set(step["words"])
        assert all(step["words"][name] for name in asked & set(step["words"]))
        assert not COMPUTED & set(step["words"])


def notices(case, kind):
    found = scene(case, NUMBERS)["steps"]
    return [
        step["notice"].format_map(step["words"] | dict.fromkeys(COMPUTED, "?"))
        for step in found
        if step["kind"] == kind
    ]


def test_what_there_is_to_notice():
    assert "`b` is a leaf: no operation made it" in notices("once", "make")[2]
    assert "`MulBackward0`, with an edge to what wants a gradient: `w`." in notices("once", "make")[4]
    assert "`z` and `b`." in notices("once", "make")[5]
    assert "from `AddBackward0` an edge leads to `b`, and none to `z`" in notices("detach", "make")[5]
    assert "`w.grad` stays None" in notices("detach", "end")[0]
    assert "gradients add up" in notices("twice", "end")[1]
    assert [("holds" in notice) for notice in notices("twice", "flow")] == 8 * [False] + 2 * [True]
    assert not any("holds" in notice for notice in notices("zero_grad", "flow"))
    assert "leaves what the first one did" in notices("zero_grad", "end")[1]
    assert "`RuntimeError: element 0 of tensors does not require grad" in notices("no_grad", "refused")[0]


def test_the_chain_rule_goes_to_the_leaf_that_has_a_gradient():
    ends = {case: scene(case, NUMBERS)["steps"][-1]["sum"] for case in CASES}
    assert ends["once"] == (
        "∂loss/∂w = ∂loss/∂error · ∂error/∂y · ∂y/∂z · ∂z/∂w = {loss_error} · {error_y} · {y_z} · {z_w} = **{slope_w}**"
    )
    assert ends["detach"].startswith("∂loss/∂b = ")
    assert ends["no_grad"] == ""
