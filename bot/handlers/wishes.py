"""What a reader wishes: which countries, at what hour, in which zone, and no more."""

from telegram import Update

from bot.delivery.due import MOST_QUIET
from bot.flows import readers
from bot.handlers.context import Context, said, visitor
from bot.handlers.groups import may_change
from bot.handlers.questions import offered, reply, screens, taken, unknown
from bot.handlers.show import show
from bot.handlers.typed import is_off, read_hour, read_hours, read_names
from bot.model import WORLD, Question, Reader, Screen, Subject
from bot.places.asked import Understood
from bot.places.zones import find_zones, guess_zones
from bot.rendering.screens import notice, typed

LINKED = "country_"
"""What a link `t.me/BOT?start=country_RU` begins with: it asks for a country at once."""


async def start(update: Update, context: Context) -> None:
    """/start: welcome, and what to follow; or, behind a link to a country, what is known of it."""
    reader = await readers.meet(context.desk, visitor(update))
    linked = said(update)
    if linked.startswith(LINKED):
        found = await read_names(context.desk, linked.removeprefix(LINKED))
        code = found[0].code if found else None
        if code and not found[0].is_taken:
            await reply(update, context, reader, Question(Subject.COUNTRY, (code,)))
            return
    picks = await offered(context, reader)
    await show(update, context, screens(context, reader).start(picks, is_return=True))


async def help_(update: Update, context: Context) -> None:
    """/help."""
    reader = await readers.meet(context.desk, visitor(update))
    await show(update, context, screens(context, reader).help())


async def subscribe(update: Update, context: Context) -> None:
    """/subscribe NAMES, or buttons to choose from."""
    if not await may_change(update, context):
        return
    if not said(update):
        await start(update, context)
        return
    codes = await _codes(update, context)
    before = await readers.meet(context.desk, visitor(update))
    new = tuple(code for code in codes if code not in before.follows)
    if not codes:
        return
    after = await readers.follow(context.desk, visitor(update), new)
    await show(update, context, screens(context, after).followed("added" if new else "known", new or codes))


async def unsubscribe(update: Update, context: Context) -> None:
    """/unsubscribe NAMES, or what is followed, to be tapped."""
    if not await may_change(update, context):
        return
    before = await readers.meet(context.desk, visitor(update))
    if not said(update):
        await show(update, context, screens(context, before).drop())
        return
    codes = await _codes(update, context)
    if not codes:
        return
    # “all” is what one types to be rid of everything, whether or not that is the whole world.
    gone = before.follows if WORLD in codes else tuple(code for code in codes if code in before.follows)
    missed = "in_world" if WORLD in before.follows else "unknown"
    key = "removed" if gone else missed
    after = await readers.unfollow(context.desk, visitor(update), gone)
    await show(update, context, screens(context, after).followed(key, gone or codes))


async def _asked(update: Update, context: Context) -> tuple[Reader, str] | None:
    """Who asks and what they typed behind the command; None for those who may change nothing, and have been told so."""
    if not await may_change(update, context):
        return None
    return await readers.meet(context.desk, visitor(update)), said(update)


async def time(update: Update, context: Context) -> None:
    """/time HOUR, or hours to choose from."""
    if (asked := await _asked(update, context)) is None:
        return
    (reader, text), locale = asked, context.desk.locale
    if not text:
        await show(update, context, screens(context, reader).hours())
        return
    minute = read_hour(text, locale)
    if minute is None and not is_off(text, locale):
        await show(update, context, notice(locale, "screen.when.unreadable", text=typed(text)))
        return
    after = await readers.set_minute(context.desk, visitor(update), minute)
    await show(update, context, screens(context, after).ready(with_briefing=False))


async def timezone(update: Update, context: Context) -> None:
    """/timezone PLACE, or zones to choose from."""
    if (asked := await _asked(update, context)) is None:
        return
    reader, text = asked
    if not text:
        await show(update, context, await zones(context, reader))
        return
    found = await context.desk.compute.run(find_zones, text)
    if not found:
        await show(update, context, notice(context.desk.locale, "screen.zone.unknown", text=typed(text)))
    elif len(found) > 1:
        await show(update, context, screens(context, reader).several_zones(text, found))
    else:
        after = await readers.set_zone(context.desk, visitor(update), found[0])
        await show(update, context, screens(context, after).ready(with_briefing=False))


async def quiet(update: Update, context: Context) -> None:
    """/quiet HOURS: when nothing is to come."""
    if (asked := await _asked(update, context)) is None:
        return
    (reader, text), locale = asked, context.desk.locale
    if not text:
        await show(update, context, screens(context, reader).quiet())
        return
    hours = read_hours(text, locale)
    if hours is None and not is_off(text, locale):
        await show(update, context, notice(locale, "screen.when.quiet_unreadable", text=typed(text)))
    elif hours and not 0 < (hours[1] - hours[0]) % (24 * 60) <= MOST_QUIET:
        await show(update, context, notice(locale, "screen.when.quiet_too_long", most=MOST_QUIET // 60))
    else:
        after = await readers.set_quiet(context.desk, visitor(update), hours)
        await show(update, context, screens(context, after).ready(with_briefing=False))


async def settings(update: Update, context: Context) -> None:
    """/settings."""
    reader = await readers.meet(context.desk, visitor(update))
    await show(update, context, screens(context, reader).settings())


async def stop(update: Update, context: Context) -> None:
    """/stop."""
    if not await may_change(update, context):
        return
    await readers.meet(context.desk, visitor(update))
    after = await readers.stop(context.desk, visitor(update))
    await show(update, context, screens(context, after).stopped())


async def unknown_command(update: Update, context: Context) -> None:
    """A command that does not exist."""
    await readers.meet(context.desk, visitor(update))
    await show(update, context, notice(context.desk.locale, "screen.trouble.understood"))


async def zones(context: Context, reader: Reader) -> Screen:
    """The zones to offer a reader."""
    likely = await context.desk.compute.run(guess_zones, reader.chat.language)
    return screens(context, reader).zones(likely)


async def _codes(update: Update, context: Context) -> tuple[str, ...]:
    """The countries typed; none where one was not understood, which is then said."""
    names = await read_names(context.desk, said(update))
    wrong = next((name for name in names if name.code is None), None)
    reader = await readers.meet(context.desk, visitor(update))
    if wrong is not None or not names:
        await show(update, context, unknown(context, reader, wrong or Understood(said(update))))
        return ()
    for name in names:
        if name.is_taken:
            await show(update, context, taken(context, name))
    return tuple(name.code for name in names if name.code)
