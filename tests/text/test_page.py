"""Pages, and the pieces of pages that feeds carry."""

from datetime import date

import pytest

from bot.text.page import read_page

STORY = (
    "Angola's foreign minister said on Wednesday that both delegations had reached Luanda and would meet at noon.",
    '"We have no other table than this one," the minister told reporters, "and nobody has left it so far."',
    "The delegations are to talk about the road between the two towns first, and about the prisoners on Friday.",
)
PAGE = """<!DOCTYPE html>
<html lang="en-GB"><head><title>Delegations reach Luanda | Atlantic Post</title>
<meta property="og:site_name" content="Atlantic Post"><meta property="og:title" content="Delegations reach Luanda">
{head}</head>
<body><header><a href="/">Atlantic Post</a></header><nav><ul><li><a href="/world">World</a></li>
<li><a href="/sport">Sport</a></li></ul></nav>
<main><article><h1>Delegations reach Luanda</h1>
<figure><img src="x.jpg"><figcaption>The palace in Luanda. Ana Lopes/Reuters</figcaption></figure>
<p>{story[0]}</p><p>{story[1]}</p><aside><h3>Read also</h3><a href="/2">Chipmaker to cut one in ten jobs</a></aside>
<p>{story[2]}</p></article></main>
<section class="related"><h2>Related stories</h2><ul><li><a href="/3">Pop star postpones stadium tour</a></li></ul></section>
<footer>Copyright 2024 Atlantic Post. All rights reserved.</footer></body></html>"""
JSON_LD = '<script type="application/ld+json">{}</script>'


def page(head: str = "") -> str:
    return PAGE.format(head=head, story=STORY)


def test_the_story_is_found_and_nothing_around_it() -> None:
    title, *story = read_page(page()).text.split("\n")
    assert (title, story) == ("Delegations reach Luanda", list(STORY))


def test_the_page_names_itself_and_its_site() -> None:
    found = read_page(page('<link rel="canonical" href="https://post.example/luanda?utm_source=x">'), None)
    assert (found.title, found.site, found.language) == ("Delegations reach Luanda", "Atlantic Post", "en-GB")
    assert found.url == "https://post.example/luanda"


@pytest.mark.parametrize(
    "head",
    [
        JSON_LD.format('{"@type": "NewsArticle", "datePublished": "2024-05-14T23:30:00+01:00"}'),
        JSON_LD.format(
            '{"@graph": [{"@type": "WebSite"}, {"@type": "Article", "datePublished": "2024-05-14"}]}'
        ),
        JSON_LD.format('[{"datePublished": "2024-05-14", "headline": "x"}]'),
        JSON_LD.format('{"headline": "broken "quotes"", "datePublished": "2024-05-14T10:00:00Z",}'),
        '<meta property="article:published_time" content="2024-05-14T10:00:00Z">',
        '<meta name="parsely-pub-date" content="2024-05-14">',
        '<meta name="DC.date.issued" content="14 May 2024">',
    ],
)
def test_the_day_comes_from_the_head_of_the_page(head: str) -> None:
    assert read_page(page(head)).published == date(2024, 5, 14)


def test_the_day_printed_on_the_page_is_found_where_its_head_has_none() -> None:
    body = page().replace("<h1>", '<time datetime="2024-05-14T09:00" pubdate>14 May 2024</time><h1>')
    assert read_page(body).published == date(2024, 5, 14)


@pytest.mark.parametrize("line", ["", "<p>May 2024</p>", "<small>Copyright 2019-2024</small>"])
def test_a_page_without_a_full_date_has_no_day(line: str) -> None:
    assert read_page(page().replace("</article>", f"{line}</article>")).published is None


def test_a_day_later_than_allowed_is_not_believed() -> None:
    head = '<meta property="article:published_time" content="2024-05-14">'
    assert read_page(page(head), latest=date(2024, 5, 13)).published is None
    assert read_page(page(head), latest=date(2024, 5, 14)).published == date(2024, 5, 14)


def test_a_piece_of_a_page_is_taken_whole_but_for_pictures_and_scripts() -> None:
    piece = "<p>Angola <b>spoke</b> &amp; waited.</p><figure><figcaption>Luanda</figcaption></figure><p>One<br>two</p><script>x()</script>tail"
    assert read_page(piece).text == "Angola spoke & waited.\nOne\ntwo\ntail"


@pytest.mark.parametrize(
    "body",
    [
        "",
        "   ",
        "<html></html>",
        "<!-- only a comment -->",
        "<script>x()</script>",
        "\x00",
        "<?xml version='1.0'?>",
    ],
)
def test_a_page_without_words_has_no_text(body: str) -> None:
    assert read_page(body).text.strip("\ufffd") == ""


def test_a_very_short_page_is_read() -> None:
    assert read_page("<html><body><h1>Luanda</h1><p>Talks began.</p></body></html>").text.endswith(
        "Talks began."
    )


def test_nothing_that_looks_like_an_address_is_fetched(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        pytest.fail("the network was touched")

    monkeypatch.setattr("socket.socket.connect", refuse)
    monkeypatch.setattr("socket.getaddrinfo", refuse)
    assert read_page("http://post.example/luanda").text == "http://post.example/luanda"
    assert read_page(
        page('<link rel="canonical" href="http://127.0.0.1/x"><base href="http://127.0.0.1/">')
    ).text


@pytest.mark.parametrize(
    "body", ["<div>" * 50_000 + "deep", "<p" * 50_000, "<a b='" * 20_000, "&amp" * 50_000]
)
def test_a_broken_page_does_not_break_the_reader(body: str) -> None:
    assert isinstance(read_page(body).text, str)
