"""By which transport the bot speaks to Telegram."""

import pytest
from telegram.request import BaseRequest, HTTPXRequest

from bot.app import _telegram
from bot.delivery.aiohttp_request import AiohttpRequest
from bot.delivery.pace import Paces
from bot.settings import load_settings
from tests.stand_in import SOME_TOKEN


@pytest.mark.parametrize(("paid", "transport"), [(False, HTTPXRequest), (True, AiohttpRequest)])
def test_who_pays_for_speed_sends_by_aiohttp(*, paid: bool, transport: type[BaseRequest]) -> None:
    settings = load_settings(bot_token=SOME_TOKEN, paid_broadcast=paid)
    assert type(_telegram(settings, Paces()).bot.request) is transport
