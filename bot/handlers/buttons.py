"""Taps on buttons: each verb has one handler, which draws its screen over the one that was tapped."""

from collections.abc import Callable, Coroutine
from contextlib import suppress
from typing import Any

import structlog
from telegram import Update
from telegram.error import TelegramError

from bot.flows import readers
from bot.flows.plan import first_briefing, note_told
from bot.handlers.context import Context, visitor
from bot.handlers.groups import may_change
from bot.handlers.questions import offered, reply, screens
from bot.handlers.show import redraw, show
from bot.handlers.wishes import zones
from bot.model import WORLD, Length, Reader, Screen
from bot.rendering.screens import notice
from bot.rendering.taps import OFF, SILENT, Place, Tap, read_question, read_tap

Given = tuple[str, ...]
Change = Callable[[Update, Context, str], Coroutine[Any, Any, None]]

log = structlog.get_logger()


async def tapped(update: Update, context: Context) -> None:
    """A button was tapped."""
    found = read_tap((update.callback_query.data if update.callback_query else None) or "")
    if found is None:
        stale = notice(context.desk.locale, "screen.trouble.stale")
        await _acknowledge(update, stale.messages[0])
        return
    verb, given = found
    if verb is Tap.ASK:
        await _acknowledge(update)
        await _ask(update, context, given)
    elif await may_change(update, context):
        await _acknowledge(update)
        await CHANGES[verb](update, context, given[0] if given else "")


async def _acknowledge(update: Update, alert: str | None = None) -> None:
    """Let the button's clock stop. Where that comes too late or fails, what was tapped is done all the same."""
    if update.callback_query is not None:
        with suppress(TelegramError):
            await update.callback_query.answer(alert, show_alert=alert is not None)


async def _ask(update: Update, context: Context, given: Given) -> None:
    reader = await readers.meet(context.desk, visitor(update))
    question = read_question(given, reader.countries)
    if question is None:
        await show(update, context, notice(context.desk.locale, "screen.trouble.stale"))
        return
    await reply(update, context, reader, question)


async def _pick(update: Update, context: Context, code: str) -> None:
    before = await readers.meet(context.desk, visitor(update))
    if code in before.follows:
        after = await readers.unfollow(context.desk, visitor(update), (code,))
    else:
        after = await readers.follow(context.desk, visitor(update), (code,))
    if code == WORLD and WORLD in after.follows:
        await _picked(update, context, "")
        return
    picks = await offered(context, after)
    # A country that was picked stays where it stood, so that the next tap hits what it aims at.
    await redraw(update, context, screens(context, after).start(_in_place(update, picks)))


def _in_place(update: Update, picks: Given) -> Given:
    message = update.effective_message
    markup = message.reply_markup if message else None
    shown = [button.callback_data for row in markup.inline_keyboard for button in row] if markup else []
    codes = [
        data.removeprefix(f"{Tap.PICK}:")
        for data in shown
        if isinstance(data, str) and data.startswith(Tap.PICK + ":")
    ]
    stay = [code for code in codes if code != WORLD]
    return tuple(stay) or picks


async def _picked(update: Update, context: Context, _: str) -> None:
    """The choice is made: the first briefing at once, then the hour of the daily ones."""
    reader = await readers.meet(context.desk, visitor(update))
    made = await first_briefing(context.desk, reader)
    await redraw(update, context, screens(context, reader).ready(with_briefing=made is not None))
    if made is not None:
        if await show(update, context, Screen(made.written.messages)):
            await note_told(context.desk, reader.chat.id, made)
        await show(update, context, screens(context, reader).hours())


async def _drop(update: Update, context: Context, code: str) -> None:
    after = await readers.unfollow(context.desk, visitor(update), (code,))
    await redraw(update, context, screens(context, after).drop())


async def _follow(update: Update, context: Context, code: str) -> None:
    await readers.meet(context.desk, visitor(update))
    after = await readers.follow(context.desk, visitor(update), (code,))
    await show(update, context, screens(context, after).followed("added", (code,)))


async def _unfollow(update: Update, context: Context, code: str) -> None:
    after = await readers.unfollow(context.desk, visitor(update), (code,))
    await show(update, context, screens(context, after).followed("removed", (code,)))


async def _hour(update: Update, context: Context, given: str) -> None:
    minute = None if given == OFF else int(given)
    after = await readers.set_minute(context.desk, visitor(update), minute)
    if minute is not None and after.chat.zone == readers.FIRST_ZONE:
        await redraw(update, context, await zones(context, after))
    else:
        await redraw(update, context, screens(context, after).ready(with_briefing=False))


async def _zone(update: Update, context: Context, given: str) -> None:
    after = await readers.set_zone(context.desk, visitor(update), given)
    await redraw(update, context, screens(context, after).ready(with_briefing=False))


async def _day(update: Update, context: Context, given: str) -> None:
    after = await readers.toggle_weekday(context.desk, visitor(update), int(given))
    await redraw(update, context, screens(context, after).weekdays())


async def _length(update: Update, context: Context, given: str) -> None:
    after = await readers.set_length(context.desk, visitor(update), Length(given))
    await redraw(update, context, screens(context, after).settings())


async def _empty(update: Update, context: Context, given: str) -> None:
    after = await readers.set_silence(context.desk, visitor(update), silent=given == SILENT)
    await redraw(update, context, screens(context, after).settings())


async def _show(update: Update, context: Context, given: str) -> None:
    if given == Place.FORGOTTEN:
        await readers.forget(context.desk, visitor(update).chat)
        await redraw(update, context, notice(context.desk.locale, "screen.stop.forgotten"))
        return
    reader = await readers.meet(context.desk, visitor(update))
    await redraw(update, context, await _at(Place(given), update, context, reader))


async def _at(place: Place, update: Update, context: Context, reader: Reader) -> Screen:
    has = screens(context, reader)
    match place:
        case Place.TIME:
            return has.hours()
        case Place.ZONE:
            return await zones(context, reader)
        case Place.DAYS:
            return has.weekdays()
        case Place.COUNTRIES:
            return has.start(await offered(context, reader))
        case Place.OTHER:
            return has.other()
        case Place.STOP:
            return screens(context, await readers.stop(context.desk, visitor(update))).stopped()
        case Place.AGAIN:
            after = await readers.set_minute(context.desk, visitor(update), readers.FIRST_MINUTE)
            return screens(context, after).hours()
        case Place.FORGET:
            return has.forget()
    return has.settings()


CHANGES: dict[Tap, Change] = {
    Tap.PICK: _pick,
    Tap.PICKED: _picked,
    Tap.DROP: _drop,
    Tap.HOUR: _hour,
    Tap.ZONE: _zone,
    Tap.DAY: _day,
    Tap.LENGTH: _length,
    Tap.EMPTY: _empty,
    Tap.FOLLOW: _follow,
    Tap.UNFOLLOW: _unfollow,
    Tap.SHOW: _show,
}
