"""A formula of x1 and x2 that a person types: read by a small parser of its own, never evaluated as Python."""

import math
import re
from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import Tensor

from core.text.given import told
from core.text.i18n import _

MAX_FORMULA = 200  # letters
MAX_NESTED = 30  # brackets, powers and signs within each other, so that the parser's own calls stay few
_TOKEN = re.compile(r"(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?|[A-Za-z_]+[0-9]*|\*\*|\S")
_SAME = str.maketrans("−·×₁₂", "-**12")  # one letter for one, so that the places in an error stay right


class FormulaError(ValueError):
    """A text is no formula of x1 and x2; the message is a sentence that says where and what is expected."""


@dataclass(frozen=True)
class Step:
    """One step of a formula: it takes so many values off the pile and puts back what its function makes of them.

    A step that takes none, a number or a name, is told x1 and x2 instead.
    """

    takes: int
    function: Callable[..., Tensor]


@dataclass(frozen=True)
class Operator:
    """A step written between its two values; the higher its level, the closer it binds."""

    level: int
    step: Step
    from_the_right: bool = False


@dataclass(frozen=True, eq=False)
class Formula:
    """A formula as it was typed, and its steps in postfix order: x1 * 2 is x1, 2, *."""

    text: str
    steps: tuple[Step, ...]

    def __call__(self, x1: Tensor, x2: Tensor) -> Tensor:
        """Return the formula's values in the shape and dtype of x1 and x2, which are alike; not all need be finite."""
        pile = []
        for step in self.steps:
            first = len(pile) - step.takes
            pile[first:] = [step.function(*(pile[first:] or (x1, x2)))]
        return pile[0].expand(x1.shape)


def parse(text: str) -> Formula:
    """Read a formula such as "sin(x1) * x2 − 0.5r^2".

    It is made of numbers, the names in NAMES, the FUNCTIONS, brackets, the OPERATORS, ** for ^, ² and ³. The * may be
    left out before a name or a bracket: 2x1, x1x2, 3(x1 + x2). As in Python, −x1^2 is −(x1^2) and 2^3^2 is 2^(3^2);
    1/2x1 is (1/2) * x1.

    Raises:
        FormulaError: the text is none, or longer than MAX_FORMULA, or nested deeper than MAX_NESTED.
    """
    if len(text) > MAX_FORMULA:
        raise FormulaError(
            _("The formula has {count:,} letters: take at most {most}.").format(count=len(text), most=MAX_FORMULA)
        )
    return Formula(text, _Parser(text).formula())


class _Parser:
    """A recursive descent with precedence climbing, which writes down each step once its values are written."""

    def __init__(self, text: str) -> None:
        found = [(match[0], match.start() + 1) for match in _TOKEN.finditer(text.translate(_SAME))]
        self._tokens = [*found, ("", len(text) + 1)]
        self._at = 0
        self._depth = 0
        self._steps: list[Step] = []

    def formula(self) -> tuple[Step, ...]:
        self._expression()
        if self._next:
            raise self._error(_("an operator such as + or *"))
        return tuple(self._steps)

    def _expression(self, level: int = 0) -> None:
        """Read values joined by operators of at least this level."""
        self._depth += 1
        if self._depth > MAX_NESTED:
            raise self._error(_("at most {most} brackets, powers and signs in each other").format(most=MAX_NESTED))
        self._value()
        while operator := self._operator(level):
            self._expression(operator.level + (not operator.from_the_right))
            self._steps.append(operator.step)
        self._depth -= 1

    def _operator(self, level: int) -> Operator | None:
        """Take the operator that comes next if it is of at least this level; before a name or “(” an unseen *."""
        unseen = self._next == "(" or self._next[:1].isalpha()
        operator = OPERATORS.get("*" if unseen else self._next)
        if operator is None or operator.level < level:
            return None
        self._at += not unseen
        return operator

    def _value(self) -> None:
        """Read a number, a name, a function of values, a bracket, or one of these after a sign or before ² or ³."""
        token = self._next
        name = token.lower()
        if token in SIGNS:
            self._at += 1
            self._expression(OPERATORS["^"].level)
            self._steps.append(SIGNS[token])
        elif token == "(":
            self._brackets(1)
        elif name in FUNCTIONS:
            self._at += 1
            self._brackets(FUNCTIONS[name].takes)
            self._steps.append(FUNCTIONS[name])
        elif name in NAMES:
            self._at += 1
            self._steps.append(NAMES[name])
        elif token[:1] in tuple(".0123456789") and token != ".":
            self._at += 1
            self._steps.append(_constant(float(token)))
        elif token[:1].isalpha() or token[:1] == "_":
            raise self._error(_("one of {names}").format(names=", ".join([*NAMES, *FUNCTIONS])))
        else:
            raise self._error(_("a number, x1, x2, a function or “(”"))
        while exponent := EXPONENTS.get(self._next):
            self._at += 1
            self._steps += [_constant(exponent), OPERATORS["^"].step]

    def _brackets(self, values: int) -> None:
        """Read so many expressions in brackets, with commas between."""
        for mark in "(" + "," * (values - 1):
            self._take(mark)
            self._expression()
        self._take(")")

    def _take(self, mark: str) -> None:
        if self._next != mark:
            raise self._error(_("“{mark}”").format(mark=mark))
        self._at += 1

    @property
    def _next(self) -> str:
        return self._tokens[self._at][0]

    def _error(self, expected: str) -> FormulaError:
        token, place = self._tokens[self._at]
        found = _("found “{token}”").format(token=told(token, 20)) if token else _("the formula ends")
        return FormulaError(
            _("At letter {place}: {found}, expected {expected}.").format(place=place, found=found, expected=expected)
        )


def _constant(value: float) -> Step:
    return Step(0, lambda x1, x2: x1.new_tensor(value))


FUNCTIONS = {
    "sin": Step(1, torch.sin),
    "cos": Step(1, torch.cos),
    "tan": Step(1, torch.tan),
    "tanh": Step(1, torch.tanh),
    "exp": Step(1, torch.exp),
    "log": Step(1, torch.log),
    "sqrt": Step(1, torch.sqrt),
    "abs": Step(1, torch.abs),
    "sign": Step(1, torch.sign),
    "min": Step(2, torch.minimum),
    "max": Step(2, torch.maximum),
}

NAMES = {
    "x1": Step(0, lambda x1, x2: x1),
    "x2": Step(0, lambda x1, x2: x2),
    "r": Step(0, torch.hypot),
    "pi": _constant(math.pi),
    "π": _constant(math.pi),
    "e": _constant(math.e),
}

OPERATORS = {
    "+": Operator(1, Step(2, torch.add)),
    "-": Operator(1, Step(2, torch.sub)),
    "*": Operator(2, Step(2, torch.mul)),
    "/": Operator(2, Step(2, torch.div)),
    "^": Operator(3, Step(2, torch.pow), from_the_right=True),
    "**": Operator(3, Step(2, torch.pow), from_the_right=True),
}

SIGNS = {"-": Step(1, torch.neg), "+": Step(1, torch.clone)}

EXPONENTS = {"²": 2.0, "³": 3.0}
