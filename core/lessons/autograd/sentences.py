"""What is written below the graph at each step: the arithmetic, and what there is to notice.

The sentences have {names}: those of a step's `words`, and those of numbers, which the browser puts in as they change.
"""

from core.lessons.autograd.trace import PARAMETERS, Trace
from core.text.i18n import N_, _

SUMS = {
    "z": "z = w · x = {w} · {x} = **{z}**",
    "y": "y = z + b = {z} + {b} = **{y}**",
    "error": "error = y − target = {y} − {target} = **{error}**",
    "loss": "loss = error² = ({error})² = **{loss}**",
}
RULES = {
    ("loss", "error"): "∂loss/∂error = 2 · error",
    ("error", "y"): "∂error/∂y",
    ("y", "z"): "∂y/∂z",
    ("y", "b"): "∂y/∂b",
    ("z", "w"): "∂z/∂w = x",
}
_ALONG = {
    ("loss", "error"): N_("It begins with 1, the derivative of `loss` by itself, and goes backward from there."),
    ("error", "y"): N_("A difference hands the gradient on as it is; `target` wants none, so none goes there."),
    ("y", "z"): N_("A sum hands the gradient on as it is, to each of its parts."),
    ("y", "b"): N_("`b` is a leaf that requires a gradient: this one stays, in `b.grad`."),
    ("z", "w"): N_("The derivative of `w · x` by `w` is `x`, which the graph has kept. This one stays, in `w.grad`."),
}


def arithmetic(trace: Trace, place: int) -> str:
    """Return what is computed in a step; empty where nothing is."""
    step = trace.steps[place]
    if step.kind == "flow":
        return _("incoming **{incoming}** × local {rule} = **{local}** → outgoing **{outgoing}**")
    if step.kind == "end":
        return _product(trace, next(name for name in PARAMETERS if name in step.grads))
    return SUMS.get(step.name, "")


def notice(trace: Trace, place: int) -> str:
    """Return what there is to see in a step."""
    step = trace.steps[place]
    match step.kind:
        case "make":
            return _made(trace, step.name)
        case "flow" if step.to in trace.steps[place - 1].grads:
            return _(
                "`{to}.grad` holds {before} already, and backward adds to it: {before} + {outgoing} = **{after}**."
            )
        case "flow":
            return _(_ALONG[step.name, step.to])
        case "end":
            return _ended(trace, place)
        case "clear":
            return _("`zero_grad()` sets `w.grad` and `b.grad` to None, so that the next pass begins with nothing.")
        case "refused":
            return _("`RuntimeError: {refusal}`. No operation was noted down, so no way leads back from `loss`.")
    return _("The optimizer is given the two leaves whose gradients its `zero_grad()` will clear.")


def words(trace: Trace, place: int) -> dict[str, str]:
    """Return what stands for the {names} of a step's sentences that are no numbers."""
    step = trace.steps[place]
    found = {"name": step.name, "to": step.to, "refusal": step.error, "rule": RULES.get((step.name, step.to), "")}
    if step.kind == "make":
        node = trace.nodes[step.name]
        found |= {"grad_fn": node.grad_fn, "edges": " and ".join(f"`{name}`" for name in node.edges)}
        found["lost"] = ", ".join(_lost(trace, step.name))
    if step.kind == "end":
        found["missing"] = ", ".join(name for name in PARAMETERS if name not in step.grads)
        found["kept"] = ", ".join(step.grads)
    return found


def _made(trace: Trace, name: str) -> str:
    node = trace.nodes[name]
    if not node.sources and node.requires_grad:
        return _("`{name}` is a leaf: no operation made it. It requires a gradient, so autograd watches it.")
    if not node.sources:
        return _("`{name}` is a leaf that requires no gradient: autograd passes it by.")
    if not node.requires_grad:
        return _("Inside `no_grad` nothing is noted down: `{name}` has its value, but no `grad_fn`.")
    if _lost(trace, name):
        return _(
            "`detach()` hands on the value alone: from `{grad_fn}` an edge leads to {edges}, and none to `{lost}`."
        )
    return _("`{name}` remembers what made it, `{grad_fn}`, with an edge to what wants a gradient: {edges}.")


def _ended(trace: Trace, place: int) -> str:
    step, earlier = trace.steps[place], trace.steps[:place]
    if any(name not in step.grads for name in PARAMETERS):
        return _(
            "`{missing}.grad` stays None, since no edge leads there, and PyTorch gives no warning. `{kept}` can learn."
        )
    if any(each.kind == "clear" for each in earlier):
        return _("After `zero_grad()` the second pass leaves what the first one did: `w.grad` = **{grad_w}**.")
    if any(each.kind == "end" for each in earlier):
        return _(
            "Two passes leave `w.grad` = **{grad_w}**, where one leaves {once_w}: gradients add up until `zero_grad()`."
        )
    if "retain_graph" in trace.lines[step.line]:
        return _(
            "Only the leaves keep theirs. `retain_graph=True` keeps the graph for a second pass, which is refused "
            "without."
        )
    return _(
        "Only the leaves keep theirs. `w.grad` = **{grad_w}**: were `w` larger by 0.01, `loss` would change by "
        "about {change}."
    )


def _product(trace: Trace, leaf: str) -> str:
    """Return the chain rule from the loss to a leaf."""
    way, to = [], leaf
    while to != "loss":
        name = next(name for name, node in trace.nodes.items() if to in node.edges)
        way.insert(0, (name, to))
        to = name
    derivatives = " · ".join(f"∂{name}/∂{to}" for name, to in way)
    numbers = " · ".join(f"{{{name}_{to}}}" for name, to in way)
    return f"∂loss/∂{leaf} = {derivatives} = {numbers} = **{{slope_{leaf}}}**"


def _lost(trace: Trace, name: str) -> list[str]:
    """Return which of those that it was computed from want a gradient, and get none through this tensor."""
    node = trace.nodes[name]
    return [source for source in node.sources if trace.nodes[source].requires_grad and source not in node.edges]
