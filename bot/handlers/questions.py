"""Questions: what is known of a country, of the last day, of one kind of event."""

from collections.abc import Callable, Coroutine
from contextlib import suppress
from typing import Any

from telegram import Update
from telegram.constants import ChatAction
from telegram.error import TelegramError

from bot.flows import readers
from bot.flows.ask import answer, often_heard
from bot.handlers.context import Context, chat_of, said, visitor
from bot.handlers.show import show
from bot.handlers.typed import Request, read_names, read_request
from bot.model import MOST_DAYS, WORLD, Question, Reader, Screen, Subject
from bot.places.asked import LONGEST, Understood
from bot.rendering.naming import Naming
from bot.rendering.reader_screens import ReaderScreens
from bot.rendering.screens import notice, typed
from bot.rendering.words import words

OFFERED = 12
"""Countries offered as buttons: those followed, then those most heard of."""

COUNCIL = ("US", "CN", "RU", "GB", "FR")
"""Offered where nothing has been heard yet: the permanent members of the Security Council."""

Handler = Callable[[Update, Context], Coroutine[Any, Any, None]]


async def country(update: Update, context: Context) -> None:
    """/country NAME [DAYS], or buttons to choose from."""
    reader = await readers.meet(context.desk, visitor(update))
    asked = read_request(said(update), context.desk.locale)
    if not asked.names:
        picks = await offered(context, reader)
        await show(update, context, screens(context, reader).which_country(picks))
        return
    await ask(update, context, reader, Subject.COUNTRY, asked)


async def bare(update: Update, context: Context) -> None:
    """A text without a command: a country's name asks for it."""
    reader = await readers.meet(context.desk, visitor(update))
    asked = read_request(said(update), context.desk.locale)
    if not asked.names:
        await show(update, context, notice(context.desk.locale, "screen.trouble.understood"))
        return
    if len(asked.names) > LONGEST:
        await show(update, context, notice(context.desk.locale, "screen.trouble.long"))
        return
    await ask(update, context, reader, Subject.COUNTRY, asked)


def of(subject: Subject) -> Handler:
    """The handler of /today, /calls, /mediation or /statements [NAMES] [DAYS]: of what is followed, unless named."""

    async def handle(update: Update, context: Context) -> None:
        reader = await readers.meet(context.desk, visitor(update))
        await ask(update, context, reader, subject, read_request(said(update), context.desk.locale))

    return handle


async def ask(update: Update, context: Context, reader: Reader, subject: Subject, asked: Request) -> None:
    """Answer a typed question, or say what in it is not understood."""
    locale = context.desk.locale
    if asked.days == 0:
        await show(
            update, context, notice(locale, "screen.country.days", text=typed(said(update)), most=MOST_DAYS)
        )
        return
    names = await read_names(context.desk, asked.names) if asked.names else ()
    wrong = next((name for name in names if name.code is None), None)
    if wrong is not None or (asked.names and not names):
        await show(update, context, unknown(context, reader, wrong or Understood(asked.names)))
        return
    for name in names:
        if name.is_taken and name.code:
            await show(update, context, taken(context, name))
    codes = tuple(name.code for name in names if name.code)
    days = asked.days or (1 if subject is Subject.TODAY else 7)
    countries = (() if WORLD in codes else codes) if codes else reader.countries
    await reply(update, context, reader, Question(subject, countries, days))


async def reply(update: Update, context: Context, reader: Reader, question: Question) -> None:
    """Answer a question."""
    # A courtesy: where it fails, the answer is tried all the same.
    with suppress(TelegramError):
        await context.bot.send_chat_action(chat_of(update).id, ChatAction.TYPING)
    await show(update, context, await answer(context.desk, question, reader))


def unknown(context: Context, reader: Reader, name: Understood) -> Screen:
    """A name that means nothing, with those it may have meant."""
    key = "screen.country.meant" if name.choices else "screen.country.unknown"
    return screens(context, reader).which_country(name.choices, key, text=typed(name.text))


def taken(context: Context, name: Understood) -> Screen:
    """A name that was read as another."""
    meant = Naming(words(context.desk.locale)).in_sentence(name.code or "")
    return notice(context.desk.locale, "screen.country.taken", text=typed(name.text), country=meant)


async def offered(context: Context, reader: Reader) -> tuple[str, ...]:
    """The countries to offer as buttons."""
    mine = [code for code in reader.follows if code != WORLD]
    heard = await often_heard(context.desk, OFFERED)
    return tuple(dict.fromkeys((*mine, *heard, *COUNCIL)))[: max(OFFERED, len(mine))]


def screens(context: Context, reader: Reader) -> ReaderScreens:
    """The screens of a reader."""
    return ReaderScreens(reader, context.desk.locale, context.desk.now())
