"""What a person gave, as a sentence can tell it."""

MAX_LETTERS = 40


def told(given: object, most: int = MAX_LETTERS) -> str:
    """Return at most so many letters of what was given; � for each that has no shape, as half of a surrogate pair.

    Never raises: of a whole number that Python would not write, https://docs.python.org/3/library/stdtypes.html#int-max-str-digits,
    it is the beginning in hexadecimal digits.
    """
    try:
        text = str(given)
    except ValueError:
        text = f"{given:#x}"
    return "".join(letter if letter.isprintable() else "\ufffd" for letter in text[:most])
