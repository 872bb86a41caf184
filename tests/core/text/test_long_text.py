import base64
import zlib

import pytest

from core.text.long_text import LONG, pack, unpack

LIMIT = 10_000


@pytest.mark.parametrize("text", ["", "1,2,a;3,4,b", "x" * LONG])
def test_a_short_text_stays_as_it_is(text):
    assert pack(text) == text == unpack(text, LIMIT)


def test_a_long_text_becomes_short_letters_of_addresses_and_comes_back():
    text = ";".join(f"{number / 7:.3g},{number / 3:.3g},猫" for number in range(500))
    packed = pack(text)
    assert len(packed) < len(text) / 2
    assert packed.replace("~", "").replace("-", "").replace("_", "").isalnum()
    assert packed.isascii()
    assert unpack(packed, LIMIT) == text


@pytest.mark.parametrize(
    "packed",
    [
        "zip~A",
        "zip~AAAA",
        pack("x" * 5000)[:-4],
        pack("x" * (LIMIT + 1)),
        "zip~" + base64.urlsafe_b64encode(zlib.compress(b"\xff\xfe")).decode().rstrip("="),
        "zip~" + base64.urlsafe_b64encode(zlib.compress(bytes(100_000_000))).decode().rstrip("="),
    ],
)
def test_what_is_damaged_or_too_long_is_refused(packed):
    with pytest.raises(ValueError, match="damaged"):
        unpack(packed, LIMIT)
