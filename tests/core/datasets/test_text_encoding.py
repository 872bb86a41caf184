"""Files as people have them: the encoding is recognized and told, or the file is refused; no letter is replaced."""

import pytest

from core.datasets.text_encoding import EncodingError, decode_text


def table(*labels: str) -> str:
    return "x1;x2;label\r\n" + "".join(f"1,5;2;{label}\r\n" for label in labels)


@pytest.mark.parametrize("codec", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32"])
def test_unicode_is_read_whatever_the_letters(codec):
    text = table("Bär", "кот", "猫", "A")
    read, label = decode_text(text.encode(codec))
    assert read == text
    assert label == codec.upper()[: len(label)]


@pytest.mark.parametrize(
    ("codec", "language", "labels"),
    [
        ("cp1252", "en", ["Bär", "Bör", "Hund"]),
        ("cp1252", "de-AT", ["Größe", "Füße"]),
        ("cp1252", "fr-FR", ["chèvre", "crème brûlée"]),
        ("latin-1", "es", ["niño", "año"]),
        ("cp1252", "sv", ["Åland"]),
        ("cp1250", "en", ["żółty", "Łódź"]),
        ("cp1250", "cs-CZ", ["kočka", "růžová"]),
        ("cp1250", "hu", ["ősz"]),
        ("cp1254", "tr", ["kırmızı", "yeşil"]),
        ("cp1251", "en", ["кот", "собака"]),
        ("cp1251", "en", ["Кошка", "Собака"]),
        ("cp1251", "ru-RU", ["СОБАКА"]),
        ("cp1253", "en", ["σκύλος", "γάτα"]),
        ("gbk", "en", ["猫", "狗"]),
        ("gbk", "en", ["山鸢尾", "变色鸢尾"]),
        ("gb18030", "zh-CN", ["苹果", "中国a"]),
    ],
)
def test_other_encodings_are_recognized_by_the_words_that_they_make(codec, language, labels):
    read, label = decode_text(table(*labels).encode(codec), language)
    assert read == table(*labels)
    assert {"gbk": "GBK", "gb18030": "GBK", "latin-1": "1252"}.get(codec, codec[2:]) in label


@pytest.mark.parametrize(
    ("codec", "labels"),
    [("mac-roman", ["Bär"]), ("cp437", ["Größe"]), ("shift-jis", ["猫", "犬"]), ("cp1255", ["כלב", "חתול"])],
)
def test_what_makes_no_words_is_refused_by_name(codec, labels):
    with pytest.raises(EncodingError, match=r"not UTF-8, and make no words in GBK .*Windows-1252.*: save it as UTF-8"):
        decode_text(table(*labels).encode(codec))


def test_what_makes_words_of_two_scripts_is_refused_by_their_names():
    with pytest.raises(EncodingError, match=r"may be GBK \(Chinese\) or Windows-1251 \(Cyrillic\)"):
        decode_text(table("СОБАКА").encode("cp1251"))


@pytest.mark.parametrize(
    "content",
    [b"\xff\xfe1\x00,", b"PK\x03\x04\0\0\0\0\0", b"1,2,a\n\0\0", b"\xff\xfe\x00\xd8,\x00", b"\x89PNG\r\n\x1a\n\0\0\0"],
)
def test_damaged_and_binary_files_are_refused(content):
    with pytest.raises(EncodingError, match="choose a CSV"):
        decode_text(content)


def test_plain_letters_and_nothing_at_all_are_utf_8():
    assert decode_text(b"") == ("", "UTF-8")
    assert decode_text(b"1,2,a") == ("1,2,a", "UTF-8")
