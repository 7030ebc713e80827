"""Bytes to text."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.errors import EmptyInput, InputError, UnreadableInput
from bot.sources.decode import decode

RUSSIAN = "Президент сообщил, что переговоры продолжатся, и поблагодарил соседей за гостеприимство. " * 3


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-32"])
def test_unicode_is_read_with_or_without_its_mark(encoding: str) -> None:
    assert decode(RUSSIAN.encode(encoding)) == RUSSIAN


def test_a_page_is_read_as_it_declares() -> None:
    page = f'<html><head><meta charset="koi8-r"></head><body>{RUSSIAN}</body></html>'
    assert decode(page.encode("koi8-r")) == page


def test_undeclared_text_is_read_as_it_looks() -> None:
    assert decode(RUSSIAN.encode("cp1251")) == RUSSIAN


def test_a_false_declaration_does_not_hurt() -> None:
    text = '<meta charset="no-such-charset">' + RUSSIAN
    assert decode(text.encode("utf-8")) == text


@pytest.mark.parametrize("data", [b"", b" \r\n\t", b"\xef\xbb\xbf \n", b"\0\0"])
def test_nothing_is_called_empty(data: bytes) -> None:
    with pytest.raises(EmptyInput):
        decode(data)


@pytest.mark.parametrize(
    "data",
    [
        b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR",
        b"PK\3\4\0\0",
        b"%PDF-1.7\n\x01\x02\x03\x04\x05\xff\xfe\x80",
        b"\xff\xfe\x00",
    ],
)
def test_binary_is_called_binary(data: bytes) -> None:
    with pytest.raises(UnreadableInput, match="binary"):
        decode(data)


@given(st.binary(max_size=400))
def test_any_bytes_become_text_or_a_clear_refusal(data: bytes) -> None:
    try:
        assert decode(data).strip("\ufeff \t\r\n\f")
    except InputError as error:
        assert error.remedy  # noqa: PT017 -- either outcome is right, but a refusal has to help
