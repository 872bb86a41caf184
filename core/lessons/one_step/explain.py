"""What is written beside a training step in slow motion: the arithmetic of each line, and what to notice in it."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.activations import ACTIVATIONS
from core.lessons.one_step.trace import MAX_STEPS, WEIGHTS, Moment, Setup, chain, finite_differences, made, trace
from core.losses import LOSSES
from core.text.i18n import _
from core.text.numbers import enclosed, percent, plain

# One part of a calculation: LaTeX of its left side, of its right side with the numbers put in, and its result.
Line = tuple[str, str, float]


@dataclass(frozen=True)
class View:
    """What is on screen: a moment, the one before it, if any, and the weight that is looked at closely.

    Attributes:
        picked: a key of WEIGHTS.
    """

    setup: Setup
    moment: Moment
    before: Moment | None
    picked: str

    @property
    def place(self) -> int:
        """The picked weight's index in all arrays."""
        return list(WEIGHTS).index(self.picked)

    @property
    def old_gradients(self) -> NDArray:
        """What was in `.grad` before this line, (9,); zeros where nothing was."""
        gradients = self.before.gradients if self.before else None
        return np.zeros(len(WEIGHTS)) if gradients is None else gradients


@dataclass(frozen=True)
class Stage:
    """One of the five lines of a training step.

    Attributes:
        code: the line, as it is in `core.lessons.one_step.trace.training_step`.
        notice: what to see in the numbers, in a sentence or two; code in it stands between backticks.
        formulas: LaTeX of the arithmetic, for the picked weight where there are many; empty where there is none.
        table: the same for all nine weights, column by column; empty where it is not about them.
    """

    code: str
    notice: Callable[[View], str]
    formulas: Callable[[View], str]
    table: Callable[[View], dict[str, list[str]]]


def views(setup: Setup, picked: str) -> list[View]:
    """Return what there is to see after each line of the training, as far as `trace` goes."""
    moments = trace(setup, MAX_STEPS)
    return [View(setup, *pair, picked) for pair in zip(moments, (None, *moments), strict=False)]


def view(setup: Setup, step: int, stage: str, picked: str) -> View:
    """Return what there is to see after this line of this step, from 1, or after the last line that there is."""
    all_of_them = views(setup, picked)
    return all_of_them[min(place_of(step, stage), len(all_of_them) - 1)]


def place_of(step: int, stage: str) -> int:
    """Return where a line of a step, from 1, is in the trace."""
    return (step - 1) * len(STAGES) + list(STAGES).index(stage)


def subscript(name: str) -> str:
    """Write the digits of a name below the line, as in w₁₂."""
    return name.translate(str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉"))


def in_words(derivative: str) -> str:
    r"""Write a derivative of `chain` without LaTeX, as ∂h₁/∂z₁ for \frac{\partial h_1}{\partial z_1}."""
    letters = re.sub(r"\\(frac|partial )|[{}_]", "", derivative.replace("}{", "/"))
    return subscript(re.sub(r"(?=[A-Za-z])", "∂", letters))


def parameters_table(view: View) -> dict[str, list[str]]:
    """Return `net.named_parameters()` with shapes, values, gradients and the optimizer's state, column by column."""
    shapes = {name: tuple(parameter.shape) for name, parameter in view.setup.network().named_parameters()}
    stops = np.cumsum([np.prod(shape) for shape in shapes.values()])

    def column(numbers: NDArray | None) -> list[str]:
        if numbers is None:
            return ["`None`"] * len(shapes)
        parts = np.split(numbers, stops[:-1])
        return [f"`{_nested(part.reshape(shape))}`" for part, shape in zip(parts, shapes.values(), strict=True)]

    moment = view.moment
    return {
        _("name"): [f"`{name}`" for name in shapes],
        _("shape"): [f"`{list(shape)}`" for shape in shapes.values()],
        _("value"): column(moment.weights),
        "`.grad`": column(moment.gradients),
        **{f"`{name}`": column(numbers) for name, numbers in moment.state.items()},
    }


def update_lines(view: View) -> list[Line]:
    """Return how the optimizer moves the picked weight, in the moment after the move, from the state before it.

    The formulas are those of the pages named in OPTIMIZERS; their constants are read from the optimizer itself.
    """
    setup, place = view.setup, view.place
    constants = setup.make_optimizer(setup.network()).defaults
    before = made(view.before)
    state = {name: numbers[place] for name, numbers in before.state.items()}
    weight, gradient = before.weights[place], made(before.gradients)[place]
    return _UPDATES[setup.optimizer](weight, gradient, state, constants, view.moment.step)


def _sgd(w: float, g: float, state: Mapping[str, float], constants: Mapping, step: int) -> list[Line]:
    lines, g = _with_decay(w, g, constants)
    rate, momentum = constants["lr"], constants["momentum"]
    if momentum:
        old = state.get("momentum_buffer", 0.0)
        v = momentum * old + g
        lines.append((r"v", rf"{_t(momentum)} \cdot {_t(old)} + {_t(g)}", v))
        if constants["nesterov"]:
            g = g + momentum * v
            lines.append(("d", rf"g + \mu v = {_t(g - momentum * v)} + {_t(momentum)} \cdot {_t(v)}", g))
        else:
            g = v
    return [*lines, ("w", rf"{_t(w)} - {_t(rate)} \cdot {_t(g)}", w - rate * g)]


def _adagrad(w: float, g: float, state: Mapping[str, float], constants: Mapping, step: int) -> list[Line]:
    lines, g = _with_decay(w, g, constants)
    old = state.get("sum", 0.0)
    s = old + g**2
    return [*lines, ("s", rf"{_t(old)} + {_t(g)}^2", s), _scaled_move(w, g, s, constants)]


def _rmsprop(w: float, g: float, state: Mapping[str, float], constants: Mapping, step: int) -> list[Line]:
    lines, g = _with_decay(w, g, constants)
    old, alpha, rate, momentum = (
        state.get("square_avg", 0.0),
        constants["alpha"],
        constants["lr"],
        constants["momentum"],
    )
    s = alpha * old + (1 - alpha) * g**2
    lines.append(("s", rf"{_t(alpha)} \cdot {_t(old)} + {_t(1 - alpha)} \cdot {_t(g)}^2", s))
    if not momentum:
        return [*lines, _scaled_move(w, g, s, constants)]
    old = state.get("momentum_buffer", 0.0)
    v = momentum * old + g / (np.sqrt(s) + constants["eps"])
    right = rf"{_t(momentum)} \cdot {_t(old)} + \frac{{{_t(g)}}}{{\sqrt{{{_t(s)}}} + {_t(constants['eps'])}}}"
    return [*lines, ("v", right, v), ("w", rf"{_t(w)} - {_t(rate)} \cdot {_t(v)}", w - rate * v)]


def _adam(w: float, g: float, state: Mapping[str, float], constants: Mapping, step: int) -> list[Line]:
    lines = []
    (beta1, beta2), rate, decay = constants["betas"], constants["lr"], constants["weight_decay"]
    if not constants["decoupled_weight_decay"]:
        lines, g = _with_decay(w, g, constants)
    elif decay:
        right = rf"{_t(w)} - {_t(rate)} \cdot {_t(decay)} \cdot {_t(w)}"
        w = w - rate * decay * w
        lines = [("w", right, w)]
    old_m, old_v = state.get("exp_avg", 0.0), state.get("exp_avg_sq", 0.0)
    m, v = beta1 * old_m + (1 - beta1) * g, beta2 * old_v + (1 - beta2) * g**2
    fair_m, fair_v = m / (1 - beta1**step), v / (1 - beta2**step)
    return [
        *lines,
        ("m", rf"{_t(beta1)} \cdot {_t(old_m)} + {_t(1 - beta1)} \cdot {_t(g)}", m),
        ("v", rf"{_t(beta2)} \cdot {_t(old_v)} + {_t(1 - beta2)} \cdot {_t(g)}^2", v),
        (r"\hat m", rf"{_t(m)} / (1 - {_t(beta1)}^{{{step}}})", fair_m),
        (r"\hat v", rf"{_t(v)} / (1 - {_t(beta2)}^{{{step}}})", fair_v),
        _scaled_move(w, fair_m, fair_v, constants),
    ]


def _with_decay(w: float, g: float, constants: Mapping) -> tuple[list[Line], float]:
    """Weight decay of all but AdamW: a pull towards 0 that is added to the gradient."""
    decay = constants["weight_decay"]
    decayed = g + decay * w
    return ([("g", rf"{_t(g)} + {_t(decay)} \cdot {_t(w)}", decayed)] if decay else []), decayed


def _scaled_move(w: float, direction: float, square: float, constants: Mapping) -> Line:
    rate, epsilon = constants["lr"], constants["eps"]
    right = rf"{_t(w)} - {_t(rate)} \cdot \frac{{{_t(direction)}}}{{\sqrt{{{_t(square)}}} + {_t(epsilon)}}}"
    return "w", right, w - rate * direction / (np.sqrt(square) + epsilon)


def _zero_grad_notice(view: View) -> str:
    old, step = np.abs(view.old_gradients).max(), view.moment.step
    if view.before is None:
        return _("Nothing to clear yet: before the first backward pass, {count} weights carry no gradient.").format(
            count=len(WEIGHTS)
        )
    if view.moment.gradients is None:
        return _(
            "The gradients of step {step}, up to {old} in size, are cleared: they belonged to the old weights."
        ).format(step=step - 1, old=plain(old))
    return _(
        "zero_grad is forgotten: old gradients, up to {old} in size, stay in .grad, and backward will add to them."
    ).format(old=plain(old))


def _forward_notice(view: View) -> str:
    y, target = view.moment.nodes["y"][0], view.setup.target
    if LOSSES[view.setup.loss].squashes:
        return _(
            "The network says {y}, which is a logit: a probability of {probability}. The target is {target}."
        ).format(y=plain(y), probability=percent((1 + np.tanh(y / 2)) / 2), target=plain(target))
    return _("The network says {y}. The target is {target}, so it is off by {error}.").format(
        y=plain(y), target=plain(target), error=plain(y - target)
    )


def _loss_notice(view: View) -> str:
    y, loss = view.moment.nodes["y"][0], made(view.moment.loss)
    return _("One number says how wrong {y} is when it should be {target}: the loss is {loss}.").format(
        y=plain(y), target=plain(view.setup.target), loss=plain(loss)
    )


def _backward_notice(view: View) -> str:
    label, old = WEIGHTS[view.picked].label, view.old_gradients[view.place]
    total = made(view.moment.gradients)[view.place]
    new = total - old
    zeros = [symbol for symbol, value in chain(view.setup, view.moment, view.picked) if value == 0]
    if new > 0:
        sentence = _("The gradient of {label} is {new}: make this weight larger and the loss grows.")
    elif new < 0:
        sentence = _("The gradient of {label} is {new}: make this weight larger and the loss falls.")
    elif zeros:
        sentence = _("The gradient of {label} is exactly {new}, because {factor} is 0: this pass teaches it nothing.")
    else:
        sentence = _("The gradient of {label} is too small to tell from {new}.")
    sentence = sentence.format(label=f"`{label}`", new=plain(new), factor=in_words(zeros[0]) if zeros else "")
    if made(view.before).gradients is None:
        return sentence
    added = _("But .grad was not cleared: it now holds {old} + {new} = {total}, and that is what step will use.")
    return f"{sentence} {added.format(old=plain(old), new=enclosed(new), total=plain(total))}"


def _step_notice(view: View) -> str:
    moment, place = view.moment, view.place
    before, after = made(view.before).weights[place], moment.weights[place]
    loss, loss_after = made(moment.loss), made(moment.loss_after)
    moved = _("{label} moves by {move} to {after}.").format(
        label=f"`{WEIGHTS[view.picked].label}`", move=plain(after - before), after=plain(after)
    )
    if loss_after < loss:
        outcome = _("All nine together: the loss falls from {before} to {after}.")
    elif loss_after > loss:
        outcome = _("All nine together: the loss grows from {before} to {after}. This step did harm.")
    else:
        outcome = _("The loss stays at {before}.")
    return f"{moved} {outcome.format(before=plain(loss), after=plain(loss_after))}"


def _no_formulas(view: View) -> str:
    return ""


def _no_table(view: View) -> dict[str, list[str]]:
    return {}


def _forward_formulas(view: View) -> str:
    (w11, w12, w21, w22, b1, b2, v1, v2, c), (x1, x2) = view.moment.weights, view.setup.inputs
    (z1, z2), (h1, h2), (y,) = (view.moment.nodes[name] for name in "zhy")
    label = rf"\text{{{_(ACTIVATIONS[view.setup.activation].label)}}}"
    return _aligned(
        [
            ("z_1", rf"w_{{11}} x_1 + w_{{12}} x_2 + b_1 = {_products((w11, x1), (w12, x2))} + {_t(b1)}", z1),
            ("z_2", rf"w_{{21}} x_1 + w_{{22}} x_2 + b_2 = {_products((w21, x1), (w22, x2))} + {_t(b2)}", z2),
            ("h_1", rf"{label}({_plain(z1)})", h1),
            ("h_2", rf"{label}({_plain(z2)})", h2),
            ("y", rf"v_1 h_1 + v_2 h_2 + c = {_products((v1, h1), (v2, h2))} + {_t(c)}", y),
        ]
    )


def _loss_formulas(view: View) -> str:
    """The loss's own formula, and once more with the numbers in it; with one output the mean is over K = 1."""
    loss = LOSSES[view.setup.loss]
    y = _t(view.moment.nodes["y"][0])
    numbers = {"y_k": y, "z_k": y, "t_k": _t(view.setup.target)}
    numbers |= {param.symbol: _t(param.default) for param in loss.hyperparameters} | {r"\frac{1}{K}\sum_k": ""}
    written = re.sub("|".join(map(re.escape, numbers)), lambda found: numbers[found[0]], loss.formula)
    return rf"\begin{{aligned}} L &= {loss.formula} \\ &= {written} = {_plain(made(view.moment.loss))} \end{{aligned}}"


def _backward_formulas(view: View) -> str:
    factors = chain(view.setup, view.moment, view.picked)
    symbols = r" \cdot ".join(symbol for symbol, _value in factors)
    numbers = r" \cdot ".join(_t(value) for _symbol, value in factors)
    product = float(np.prod([value for _symbol, value in factors]))
    derivative = rf"\frac{{\partial L}}{{\partial {WEIGHTS[view.picked].symbol}}}"
    return rf"\begin{{aligned}} {derivative} &= {symbols} \\ &= {numbers} = {_plain(product)} \end{{aligned}}"


def _step_formulas(view: View) -> str:
    symbol = WEIGHTS[view.picked].symbol
    lines = [(symbol if left == "w" else left, right, result) for left, right, result in update_lines(view)]
    return _aligned(lines, r"\leftarrow")


def _zero_grad_table(view: View) -> dict[str, list[str]]:
    return {_("weight"): _names(), _(".grad before"): _grad(view.before), _(".grad now"): _grad(view.moment)}


def _backward_table(view: View) -> dict[str, list[str]]:
    total = made(view.moment.gradients)
    new = total - view.old_gradients
    measured = finite_differences(view.setup, view.moment.weights)
    chains = [[value for _symbol, value in chain(view.setup, view.moment, name)] for name in WEIGHTS]
    table = {
        _("weight"): _names(),
        _("chain rule"): [
            f"{' · '.join(map(enclosed, factors))} = {plain(float(np.prod(factors)))}" for factors in chains
        ],
        _("autograd"): list(map(plain, new)),
        _("finite difference"): list(map(plain, measured)),
        _("differ by"): [plain(abs(gap), ".0e") for gap in new - measured],
    }
    if made(view.before).gradients is not None:
        sums = zip(view.old_gradients, new, total, strict=True)
        table[_(".grad: old + new")] = [f"{plain(a)} + {enclosed(b)} = {plain(c)}" for a, b, c in sums]
    return table


def _step_table(view: View) -> dict[str, list[str]]:
    rate, now, earlier = view.setup.learning_rate, view.moment, made(view.before)
    before, after = earlier.weights, now.weights
    directions = (before - after) / rate
    plain_sgd = np.allclose(directions, made(now.gradients))
    table = {_("weight"): _names(), ".grad": _grad(now)}
    for name, new in now.state.items():
        old = earlier.state.get(name, np.zeros(len(WEIGHTS)))
        table[name] = [f"{plain(a)} → {plain(b)}" for a, b in zip(old, new, strict=True)]
    table[_("weight − lr · grad") if plain_sgd else _("weight − lr · direction")] = [
        f"{plain(w)} − {plain(rate)} · {enclosed(direction)} = {plain(result)}"
        for w, direction, result in zip(before, directions, after, strict=True)
    ]
    return table


def _names() -> list[str]:
    return list(map(subscript, WEIGHTS))


def _grad(moment: Moment | None) -> list[str]:
    if moment is None or moment.gradients is None:
        return ["None"] * len(WEIGHTS)
    return list(map(plain, moment.gradients))


def _nested(array: NDArray) -> str:
    return f"[{', '.join(map(_nested, array))}]" if array.ndim else plain(float(array))


def _plain(value: float) -> str:
    """Write a number as LaTeX."""
    mantissa, _e, exponent = f"{value + 0.0:.4g}".partition("e")
    if not exponent:
        return mantissa
    power = f"10^{{{int(exponent)}}}"
    return power if mantissa == "1" else rf"{mantissa} \cdot {power}"


def _t(value: float) -> str:
    """Write a number as a term in LaTeX, in brackets where it could not be multiplied or squared as it is."""
    words = _plain(value)
    return rf"({words})" if value < 0 or r"\cdot" in words else words


def _products(*pairs: tuple[float, float]) -> str:
    return " + ".join(rf"{_t(a)} \cdot {_t(b)}" for a, b in pairs)


def _aligned(lines: list[Line], equals: str = "=") -> str:
    rows = [rf"{left} &{equals} {right} = {_plain(result)}" for left, right, result in lines]
    return r"\begin{aligned} " + r" \\ ".join(rows) + r" \end{aligned}"


_UPDATES: dict[str, Callable[..., list[Line]]] = {
    "sgd": _sgd,
    "adagrad": _adagrad,
    "rmsprop": _rmsprop,
    "adam": _adam,
    "adamw": _adam,
}

STAGES = {
    "zero_grad": Stage("optimizer.zero_grad()", _zero_grad_notice, _no_formulas, _zero_grad_table),
    "forward": Stage("y = network(x)", _forward_notice, _forward_formulas, _no_table),
    "loss": Stage("loss = loss_of(y, target)", _loss_notice, _loss_formulas, _no_table),
    "backward": Stage("loss.backward()", _backward_notice, _backward_formulas, _backward_table),
    "step": Stage("optimizer.step()", _step_notice, _step_formulas, _step_table),
}
