"""What Telegram's refusals mean."""

import pytest

from bot.delivery.verdicts import Verdict, bare, judge, phrases


@pytest.mark.parametrize(
    "description",
    [
        "Forbidden: bot was blocked by the user",
        "Forbidden: user is deactivated",
        "Forbidden: bot was kicked from the supergroup chat",
        "Forbidden: bot is not a member of the channel chat",
        "Forbidden: the group chat was deleted",
        "Bad Request: have no rights to send a message",
        "Bad Request: not enough rights to send text messages to the chat",
        "Bad Request: need administrator rights in the channel chat",
        "Bad Request: CHAT_WRITE_FORBIDDEN",
        "Bad Request: TOPIC_CLOSED",
        # As python-telegram-bot hands it on: without the status, one capital letter.
        "Chat_write_forbidden",
    ],
)
def test_a_chat_that_may_not_be_written_to_is_gone(description: str) -> None:
    assert judge(description) is Verdict.GONE


@pytest.mark.parametrize(
    "description",
    [
        "Forbidden: bot can't initiate conversation with a user",
        "Bad Request: chat not found",
        "Chat not found. The server response contained unknown parameters: {'x': 1}",
    ],
)
def test_a_chat_that_the_bot_does_not_know_is_strange(description: str) -> None:
    assert judge(description) is Verdict.STRANGE


@pytest.mark.parametrize(
    "description",
    [
        'Bad Request: can\'t parse entities: Unsupported start tag "x" at byte offset 3',
        "Bad Request: message is too long",
        "Bad Request: message text is empty",
        "Bad Request: text must be non-empty",
        "Bad Request: BUTTON_DATA_INVALID",
        "Bad Request: inline keyboard button URL 'x' is invalid: Wrong HTTP URL",
        "Bad Request: wrong HTTP URL specified",
    ],
)
def test_a_text_or_button_that_is_not_taken_is_refused(description: str) -> None:
    assert judge(description) is Verdict.REFUSED


@pytest.mark.parametrize(
    "description",
    [
        "",
        "Forbidden",
        "Forbidden: bot was abducted by the user",
        "Bad Request: we are so sorry: chat not found",
        "Bad Request: chat not foundation",
        "Bad Request: TOPIC_CLOSED_FOR_LUNCH",
        "Bad Request: message thread not found",
    ],
)
def test_words_we_do_not_know_condemn_nobody(description: str) -> None:
    assert judge(description) is None


def test_only_the_name_of_the_status_is_taken_off() -> None:
    assert bare("Bad Request: chat not found") == "chat not found"
    assert bare("Forbidden:it was Forbidden: x") == "it was Forbidden: x"
    assert bare("chat not found") == "chat not found"


def test_every_phrase_is_found_by_itself_in_either_case_and_says_one_thing() -> None:
    table = phrases()
    for phrase, verdict in table:
        assert judge(f"Bad Request: {phrase.upper()}") is verdict
        assert judge(phrase.lower()) is verdict
    assert len({phrase.casefold() for phrase, _ in table}) == len(table)
