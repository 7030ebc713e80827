"""One page, one address."""

import pytest

from bot.text.addresses import canonical, host, plain_address


@pytest.mark.parametrize(
    ("given", "plain"),
    [
        ("https://a.example/x?utm_source=rss&id=7&fbclid=q#top", "https://a.example/x?id=7"),
        ("https://a.example/x?UTM_Medium=1", "https://a.example/x"),
        ("https://a.example/x?b=%20&a=1;2", "https://a.example/x?b=%20&a=1;2"),
        (" https://a.example/x ", "https://a.example/x"),
        ("urn:uuid:12", "urn:uuid:12"),
        ("https://[bad/x", "https://[bad/x"),
    ],
)
def test_only_tracking_is_taken_off(given: str, plain: str) -> None:
    assert plain_address(given) == plain


GIVEN = "https://www.a.example/news/7?utm_source=rss"


@pytest.mark.parametrize(
    ("named", "believed"),
    [
        (["https://a.example/news/seven"], "https://a.example/news/seven"),
        (["/news/seven"], "https://www.a.example/news/seven"),
        ([None, "https://m.a.example/news/7"], "https://m.a.example/news/7"),
        (["https://a.example/"], "https://www.a.example/news/7"),
        (["https://b.example/news/7"], "https://www.a.example/news/7"),
        (["javascript:void(0)", ""], "https://www.a.example/news/7"),
        ([], "https://www.a.example/news/7"),
    ],
)
def test_a_page_is_believed_about_its_own_address_only(named: list[str | None], believed: str) -> None:
    assert canonical(GIVEN, *named) == believed


def test_a_page_from_a_file_is_believed_but_for_a_sites_root() -> None:
    assert canonical(None, "https://a.example/news/7") == "https://a.example/news/7"
    assert canonical(None, "https://a.example/") is None


def test_the_host_names_a_publisher() -> None:
    assert host("https://www.A.example/news") == "a.example"
    assert host("not an address") is None
    assert host(None) is None
