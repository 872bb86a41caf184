"""Formulas against Python's own arithmetic on the same text, and against everything that is none."""

import math
import random
import re
from contextlib import suppress

import numpy as np
import pytest
import torch
from hypothesis import given

from core.datasets.formula import FUNCTIONS, MAX_FORMULA, MAX_NESTED, NAMES, OPERATORS, FormulaError, parse
from tests.given import TEXTS, read_or_refused, words_of

X1 = torch.tensor([1.0, 2.0, -0.5, 3.0], dtype=torch.float64)
X2 = torch.tensor([3.0, -1.0, 0.25, 2.0], dtype=torch.float64)
NUMBER = re.compile(r"(?<![\w.])([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?")
PYTHON = {
    "float64": np.float64,
    "x1": X1.numpy(),
    "x2": X2.numpy(),
    "r": np.sqrt(X1.numpy() ** 2 + X2.numpy() ** 2),
    "pi": math.pi,
    "π": math.pi,
    "e": math.e,
    "min": np.minimum,
    "max": np.maximum,
} | {name: getattr(np, name) for name in ("sin", "cos", "tan", "tanh", "exp", "log", "sqrt", "abs", "sign")}


def by_python(text: str) -> np.ndarray:
    """What Python makes of a formula in which no * is left out, its numbers all floats: 9^9^9^9 is no work then."""
    text = NUMBER.sub(r"float64(\g<0>)", text.replace("^", "**"))
    with np.errstate(all="ignore"):
        return np.broadcast_to(eval(text, {}, PYTHON), X1.shape)


def agree(text: str) -> None:
    np.testing.assert_allclose(parse(text)(X1, X2).numpy(), by_python(text), rtol=1e-9, err_msg=text)


@pytest.mark.parametrize(
    "text",
    [
        "x1",
        "x1 * x2",
        "x1 - x2 - 1",
        "x1 / x2 / 2",
        "x1 - x2 * 2 + 1",
        "2^3^2",
        "-x1^2",
        "2^-x1",
        "2^-x1^2",
        "-2 * -x2",
        "--x1 - -+x2",
        "x1 ** 2 - x2**2",
        "(x1 + x2) * (x1 - x2)",
        "abs(x1)^0.5^2",
        ".5 + 1. + 1.5e1 + 1E-1",
        "sin(pi * x1) + cos(x2 / e)",
        "max(x1, min(x2, r)) - r",
        "9^9^9^9",
        "1/0",
        "0/0",
        "log(-1)",
        "1e999",
        "7",
    ],
)
def test_a_formula_means_what_it_does_in_python(text):
    agree(text)


@pytest.mark.parametrize("name", FUNCTIONS)
def test_every_function_is_its_namesake(name):
    agree(f"{name}({', '.join(['x1 * 0.7', 'x2'][: FUNCTIONS[name].takes])})")


@pytest.mark.parametrize("name", NAMES)
def test_every_name_has_its_value(name):
    agree(f"2 * {name}")


@pytest.mark.parametrize("mark", OPERATORS)
def test_every_operator_is_pythons(mark):
    agree(f"4 {mark} x1 {mark} 0.5")


@pytest.mark.parametrize(
    ("text", "final_config"),
    [
        ("2x1", "2 * x1"),
        ("x1x2", "x1 * x2"),
        ("2 pi r", "2 * pi * r"),
        ("3(x1 + x2)(x1 - x2)", "3 * (x1 + x2) * (x1 - x2)"),
        ("2sin(x1)cos(x2)", "2 * sin(x1) * cos(x2)"),
        ("2x1^2", "2 * x1^2"),
        ("2^3x1", "2^3 * x1"),
        ("1/2x1", "1/2 * x1"),
        ("2e-x1", "2 * e - x1"),
        ("-2x1x2", "-2 * x1 * x2"),
        ("x₁² − x₂³", "x1^2 - x2^3"),
        ("-x1²", "-x1^2"),
        ("x1²x2", "x1^2 * x2"),
        ("2·x1×x2", "2 * x1 * x2"),
        ("X1 + SIN(X2)", "x1 + sin(x2)"),
        ("\t x1+ x2\n", "x1 + x2"),
    ],
)
def test_what_may_be_written_shorter(text, final_config):
    np.testing.assert_array_equal(parse(text)(X1, X2), parse(final_config)(X1, X2))
    agree(final_config)


def grown(chance: random.Random, depth: int) -> str:
    """A formula with few brackets, so that its meaning hangs on which operator binds closer."""
    if depth == 0 or chance.random() < 0.1:
        return chance.choice(["x1", "x2", "r", "pi", "2", "0.5", "3"])
    left, right = grown(chance, depth - 1), grown(chance, depth - 1)
    return chance.choice(
        [
            f"{left} + {right}",
            f"{left}-{right}",
            f"{left} * {right}",
            f"{left}/{right}",
            f"{left}^{chance.choice(['2', '-1', '0.5', 'x2', '-x1'])}",
            f"-{left}",
            f"({left} - {right})",
            f"sin({left})",
            f"abs({left})",
            f"max({left}, {right})",
        ]
    )


def test_grown_formulas_mean_what_they_do_in_python():
    chance = random.Random(0)
    texts = [text for text in (grown(chance, 5) for _ in range(1000)) if len(text) <= MAX_FORMULA]
    assert len(texts) > 800
    compared = 0
    for text in texts:
        ours, theirs = parse(text)(X1, X2).numpy(), by_python(text)
        tame = np.isfinite(theirs) & (np.abs(theirs) < 1e6)
        np.testing.assert_allclose(ours[tame], theirs[tame], rtol=1e-6, atol=1e-6, err_msg=text)
        compared += tame.sum()
    assert compared > 2000


@pytest.mark.parametrize("text", ["x1", "3", "x1 + 0.1", "sin(pi)", "r", "max(1, 2)"])
@pytest.mark.parametrize("shape", [(5,), (3, 4), (0,), ()])
def test_values_have_the_shape_and_dtype_of_x1(text, shape):
    values = parse(text)(torch.ones(shape), torch.ones(shape))
    assert values.shape == shape
    assert values.dtype == torch.float32


def test_the_inputs_stay_as_they_were():
    x1, x2 = X1.clone(), X2.clone()
    parse("-x1 + x2^2 - +x1")(x1, x2)
    assert torch.equal(x1, X1)
    assert torch.equal(x2, X2)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "At letter 1: the formula ends, expected a number"),
        ("   ", "At letter 4: the formula ends"),
        ("x3", "At letter 1: found “x3”, expected one of x1, x2, r, pi"),
        ("x12", "“x12”"),
        ("x1 + y", "At letter 6: found “y”"),
        ("__import__('os')", "At letter 1: found “__import__”, expected one of"),
        ("x1.__class__", "At letter 3: found “.”, expected an operator"),
        ("x1 __class__", "At letter 4: found “__class__”, expected an operator"),
        ("lambda: 0", "“lambda”"),
        ("[x1]", "At letter 1: found “[”"),
        ("x1 if x2 else r", "“if”"),
        ("'a'", "found “'”"),
        ("x1 = 2", "At letter 4: found “=”"),
        ("x1 > 2", "At letter 4: found “>”"),
        ("x1 2", "At letter 4: found “2”, expected an operator"),
        ("1.2.3", "At letter 4: found “.3”, expected an operator"),
        (".", "At letter 1: found “.”"),
        ("x1 +", "At letter 5: the formula ends"),
        ("* x1", "At letter 1: found “*”"),
        ("2^^3", "At letter 3: found “^”"),
        ("²", "At letter 1: found “²”"),
        ("(x1", "At letter 4: the formula ends, expected “)”"),
        ("x1)", "At letter 3: found “)”, expected an operator"),
        ("()", "At letter 2: found “)”, expected a number"),
        ("sin x1", "At letter 5: found “x1”, expected “(”"),
        ("sin", "At letter 4: the formula ends, expected “(”"),
        ("sin(x1, x2)", "At letter 7: found “,”, expected “)”"),
        ("min(x1)", "At letter 7: found “)”, expected “,”"),
        ("max(x1, x2, r)", "At letter 11: found “,”, expected “)”"),
        ("x1(x2", "At letter 6: the formula ends, expected “)”"),
        ("٣", "At letter 1: found “٣”"),
        ("x1 + ①", "At letter 6: found “①”"),
        ("é", "At letter 1: found “é”"),
        ("x1\0", "At letter 3"),
        ("1_000", "At letter 2: found “_000”"),
        ("z" * 150, f"found “{'z' * 20}”"),
        ("(" * 150, f"At letter {MAX_NESTED + 1}: found “(”, expected at most {MAX_NESTED}"),
        ("-" * 150, f"At letter {MAX_NESTED + 1}: found “-”"),
        ("2^" * 90 + "2", "expected at most"),
        ("sin(" * 45 + "x1" + ")" * 18, "expected at most"),
        ("(" * 1000 + "x1" + ")" * 1000, "has 2,002 letters: take at most 200"),
        ("x1+" * 4000, "has 12,000 letters"),
    ],
)
def test_what_is_no_formula_gets_one_sentence_that_names_the_place(text, words):
    with pytest.raises(FormulaError) as raised:
        parse(text)
    assert words in str(raised.value)
    assert len(str(raised.value)) < 150
    assert "\n" not in str(raised.value)


@pytest.mark.parametrize(
    "text",
    [
        "x1" * 100,
        "+".join(["x1"] * 66),
        "(" * (MAX_NESTED - 1) + "x1" + ")" * (MAX_NESTED - 1),
        "x1" + "²" * 198,
        "9" * MAX_FORMULA,
        "exp(" * 29 + "x1" + ")" * 29,
    ],
)
def test_long_and_deep_formulas_within_the_limits_are_read(text):
    assert parse(text)(X1, X2).shape == X1.shape


def test_random_letters_are_either_a_formula_or_an_error():
    chance = random.Random(1)
    pieces = [*FUNCTIONS, *NAMES, *OPERATORS, *"()()(),,.0123456789² _$[]'x", "x1", "x2", "1e5"]
    read = 0
    for _ in range(3000):
        text = "".join(chance.choices(pieces, k=chance.randint(1, 12)))
        with suppress(FormulaError):  # any other error fails
            assert parse(text)(X1, X2).shape == X1.shape
            read += 1
    assert 20 < read < 2000


@given(TEXTS | words_of("x1", "x2", "sin", "min", "(", ")", ",", "+", "−", "^", "²", "1e999", "9" * 400, "2", "π"))
def test_any_text_gives_a_formula_that_can_be_computed_or_a_sentence(text):
    formula = read_or_refused(parse, text, FormulaError)
    if formula is not None:
        assert formula(torch.zeros(3), torch.ones(3)).shape == (3,)
