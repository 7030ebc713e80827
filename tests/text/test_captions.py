"""Which lines describe a picture."""

import pytest

from bot.text.captions import is_caption

LONG = "The two leaders have met twice before and are eager to show that the thaw holds. " * 5


@pytest.mark.parametrize(
    "line",
    [
        f"FILE - In this June 12, 2023 file photo, Togo's president shakes hands in Lomé. {LONG}(AP Photo/Ann Low, File)",
        "Togo's president, second right, is flanked by, from left, two of his ministers in Lomé, Monday, May 13, 2024.",
        "Togo's president (R) greets the envoy at the airport in Lomé.",
        "The bridge at Kousséri. Ann Low/EPA-EFE",
        "Foreign ministers at the table in Doha. Foreign Ministry/Handout via REUTERS",
        "Leaders of the East African Community in Nairobi | REUTERS",
        "Image: Ann Low/Getty Images",
        "Image source, Reuters",
        "Archivfoto: dpa",
        "Фото: Укринформ",
        "资料图：外长在北京。新华社",
        "This handout picture released by the presidency shows the signing in Lomé.",
        "The envoy in Lomé. (Photo by Ann LOW / AFP)",
    ],
)
def test_a_line_that_describes_a_picture_is_known(line: str) -> None:
    assert is_caption(line)
    assert is_caption(line, closes=True)


@pytest.mark.parametrize(
    "line",
    [
        "He spoke to reporters on May 13, 2024.",
        "The envoy attends a summit on October 18, 2023, the ministry said, and will speak.",
        "A Reuters/Ipsos poll found that support had fallen. (Reuters/Ipsos)",
        '"We will not leave," he told Reuters.',
        "The company said it would cut 10/11 jobs",
        "This picture of the war is incomplete, analysts say.",
        "Pictures, posters and flowers lined the road to the embassy, the ministry said.",
        "Image by image, the court went through the file on Monday.",
        "He gave them the whole picture: war by spring.",
        "The prisoner was last seen on May 13, 2024, his lawyer said.",
        f"{LONG}{LONG} — AFP",
        "This photograph shows the bridge. It was closed in March, the ministry said, and will open on Monday.",
    ],
)
def test_prose_about_pictures_dates_and_agencies_is_left(line: str) -> None:
    assert not is_caption(line)


def test_a_few_words_before_an_agency_are_a_caption_inside_a_text_only() -> None:
    assert is_caption("Protesters in Tbilisi on Sunday. — AFP")
    assert not is_caption("Protesters in Tbilisi on Sunday. — AFP", closes=True)


def test_the_last_paragraph_signed_by_its_agency_is_left() -> None:
    assert not is_caption("The treaty was signed on May 13, 2024. — AFP", closes=True)
    assert not is_caption("Talks will go on. (Reuters)", closes=True)
