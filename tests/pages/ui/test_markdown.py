from hypothesis import given

from pages.ui.markdown import code, plain
from tests.given import TEXTS, words_of
from tests.pages.app import read


@given(TEXTS | words_of(*"[]()!_*`\\:$<#a \n", "->", "www.", "@", "http://"))
def test_any_text_is_one_line_and_comes_back_when_what_is_escaped_is_read(text):
    """What a browser makes of it is in tests/browser/test_letter_for_letter.py."""
    line = "".join(letter if letter.isprintable() else "\ufffd" for letter in " ".join(text.split()))
    assert read(plain(text)) == line
    assert code(text).strip("` ") == line.strip("` ")
