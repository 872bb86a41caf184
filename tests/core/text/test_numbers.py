import pytest

from core.text.numbers import percent, plain


@pytest.mark.parametrize(
    ("number", "words"), [(0.0, "0"), (-1.5, "−1.5"), (0.123456, "0.1235"), (1e-7, "1e−07"), (1000.0, "1000")]
)
def test_a_number_in_four_digits(number, words):
    assert plain(number) == words


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
