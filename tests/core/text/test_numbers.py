import pytest

from core.text.numbers import enclosed, percent, plain, rounded, short


@pytest.mark.parametrize(
    ("number", "words"), [(0.0, "0"), (-1.5, "−1.5"), (0.123456, "0.1235"), (1e-7, "1e−07"), (1000.0, "1000")]
)
def test_a_number_in_four_digits(number, words):
    assert plain(number) == words


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (0.126, "0.13"),
        (-3.0, "−3.00"),
        (-0.004, "0.00"),
        (-0.006, "−0.01"),
        (123.4, "123"),
        (-1234.5, "−1.23e+03"),
        (1e9, "1e+09"),
    ],
)
def test_numbers_are_short(number, words):
    assert short(number) == words


def test_a_zero_has_no_minus_sign_and_the_form_can_be_chosen():
    assert [plain(value) for value in (-0.0, -0.12345, 1e-7)] == ["0", "−0.1235", "1e−07"]
    assert [plain(-2.5, form) for form in ("", "+.3g", ".1e")] == ["−2.5", "−2.5", "−2.5e+00"]
    assert plain(2.5, "+.3g") == "+2.5"


def test_what_follows_a_sign_has_a_minus_of_its_own_in_parentheses():
    assert [enclosed(value) for value in (-1.5, 0.0, 1.5)] == ["(−1.5)", "0", "1.5"]
    assert enclosed(-1.0, short) == "(−1.00)"


def test_rounded_for_json():
    assert rounded(0.123456, ".4g") == 0.1235
    assert rounded(0.00004, ".4f") == 0.0
    assert rounded(float("nan"), ".4g") is rounded(float("-inf"), ".4f") is None


@pytest.mark.parametrize(
    ("share", "words"),
    [
        (0.0, "0%"),
        (1.0, "100%"),
        (0.34, "34%"),
        (0.05, "5.0%"),
        (0.00912, "0.91%"),
        (0.99967, "99.967%"),
        (1e-7, "1e−05%"),
        (8.757e-27, "8.8e−25%"),
        (1 - 1e-9, ">99.9999%"),
        (1 + 1e-12, "100%"),  # as a sum of shares may come out
    ],
)
def test_a_share_in_percent_tells_something_also_at_its_ends(share, words):
    assert percent(share) == words
