import pytest
from hypothesis import given

from core.config.layer_widths import LayersError, format_layers, parse_layers
from tests.given import TEXTS, read_or_refused, words_of


@pytest.mark.parametrize(
    ("text", "widths"),
    [
        ("512", (512,)),
        ("512, 256", (512, 256)),
        ("512-256-10", (512, 256, 10)),
        ("8 8;8", (8, 8, 8)),
        ("  64 ,", (64,)),
        ("", ()),
        ("  ", ()),
        ("0", (0,)),
    ],
)
def test_reading(text, widths):
    assert parse_layers(text) == widths


@pytest.mark.parametrize("text", ["abc", "12.5", "8, x", "1e9", "٣", "1" * 19, "<script>", "8,🙂"])
def test_what_cannot_be_read_is_named(text):
    with pytest.raises(LayersError, match="512, 256"):
        parse_layers(text)


@pytest.mark.parametrize("widths", [(), (5,), (512, 256, 10)])
def test_writing_and_reading_again(widths):
    assert parse_layers(format_layers(widths)) == widths


@given(TEXTS | words_of("512", ",", " ", "–", "9" * 400, "-1", "none", "٣"))
def test_any_text_gives_widths_that_are_written_and_read_again_or_a_sentence(text):
    widths = read_or_refused(parse_layers, text, LayersError)
    if widths is not None:
        assert parse_layers(format_layers(widths)) == widths
