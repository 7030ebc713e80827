"""The screens on which a reader says what to follow, when, and how."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from babel.dates import get_day_names

from bot.model import EVERY_DAY, WORLD, Button, Length, Reader, Screen
from bot.places.zones import city, local, offset
from bot.rendering.days import clock, long_day
from bot.rendering.naming import Naming
from bot.rendering.screens import Rows, country_button, leads_to, lines, rows, screen, typed
from bot.rendering.taps import OFF, SAY, SILENT, Place, Tap, tap
from bot.rendering.words import Words, words

HOURS = (5, 6, 7, 8, 9, 12, 16, 18, 20)
"""Hours offered as buttons: before and at the start of the day, noon, and its end; any other can be typed."""

MENU = (
    "country",
    "today",
    "calls",
    "mediation",
    "statements",
    "subscribe",
    "unsubscribe",
    "time",
    "timezone",
    "quiet",
    "settings",
    "stop",
    "help",
)
"""The commands as /help and the menu list them: questions first."""


MOST_COUNTRIES = 90
"""Countries on one keyboard: Telegram takes 100 buttons, and a few are for other things."""


@dataclass(frozen=True, slots=True)
class ReaderScreens:
    """Screens for `reader` in the words of `locale`, at `now`."""

    reader: Reader
    locale: str
    now: datetime

    @property
    def say(self) -> Words:
        """The words of the language."""
        return words(self.locale)

    def start(self, picks: Sequence[str], *, is_return: bool = False) -> Screen:
        """Welcome, and `picks` to choose from; `is_return` where a reader who follows something comes back."""
        return screen(
            "start",
            self.locale,
            self._picker(picks),
            is_return=is_return,
            follows=self.follows() if self.reader.follows else "",
            when=self.when(),
        )

    def follows(self) -> str:
        """What is followed, in a sentence."""
        naming = Naming(self.say)
        if WORLD in self.reader.follows:
            return self.say("screen.follows.world")
        if not self.reader.follows:
            return self.say("screen.follows.none")
        return self.say("screen.follows.some", countries=naming.countries(self.reader.follows))

    def when(self) -> tuple[str, ...]:
        """When the briefing comes, in sentences."""
        say, chat = self.say, self.reader.chat
        if not self.reader.follows:
            return (say("screen.when.paused"),)
        if chat.minute is None:
            return (say("screen.when.off"),)
        daily = say(
            "screen.when.daily" if chat.weekdays == EVERY_DAY else "screen.when.days",
            days=say.joined(self._weekday_names()),
            time=_hour(chat.minute),
            place=self._place(),
        )
        if chat.quiet_from is not None and chat.quiet_until is not None:
            start, end = _hour(chat.quiet_from), _hour(chat.quiet_until)
            daily = f"{daily} {say('screen.when.quiet', start=start, end=end)}"
        if chat.next_due_at is None:
            return (daily,)
        day = long_day(say, local(chat.next_due_at, chat.zone).date())
        return daily, say("screen.when.next", day=day, time=clock(chat.next_due_at, chat.zone))

    def followed(self, key: str, codes: Iterable[str]) -> Screen:
        """What a change of what is followed has led to: `key` says which."""
        named = tuple(codes)
        is_within = WORLD in self.reader.follows and WORLD not in named and key != "removed"
        changed = self.say(f"screen.follows.{'in_world' if is_within else key}", countries=self._names(named))
        said = changed if WORLD in self.reader.follows else f"{changed} {self.follows()}"
        return lines(self.locale, said, *self.when(), buttons=self._adjust())

    def other(self) -> Screen:
        """How to follow what no button offers."""
        return lines(self.locale, self.say("screen.start.other"), buttons=(self._back(),))

    def drop(self) -> Screen:
        """What is followed, each to be dropped by a tap."""
        buttons = [
            self._pick(code, tap(Tap.DROP, code), self.say("button.remove", label="{label}"))
            for code in self.reader.follows[:MOST_COUNTRIES]
        ]
        hint = self.say("screen.follows.drop") if buttons else ""
        return lines(self.locale, self.follows(), hint=hint, buttons=(*rows(buttons, 2), self._back()))

    def hours(self) -> Screen:
        """At what hour shall it come?"""
        buttons = [Button(f"{hour:02}:00", tap(Tap.HOUR, hour * 60)) for hour in HOURS]
        none = Button(self.say("button.none"), tap(Tap.HOUR, OFF))
        return lines(
            self.locale,
            *self.when(),
            self.say("screen.when.ask"),
            hint=self.say("screen.when.typed"),
            buttons=(*rows(buttons, 3), (none,)),
        )

    def quiet(self) -> Screen:
        """When shall nothing come?"""
        return lines(self.locale, *self.when(), hint=self.say("screen.when.quiet_typed"))

    def zones(self, offered: Sequence[str], ask: str = "") -> Screen:
        """Which zone? Each of `offered` with its present time; `ask` is the question, if it is not the usual one."""
        buttons = [
            Button(f"{city(zone, self.locale)} · {clock(self.now, zone)}", tap(Tap.ZONE, zone))
            for zone in offered
        ]
        return lines(
            self.locale,
            ask or self.say("screen.zone.ask"),
            hint=self.say("screen.zone.typed"),
            buttons=rows(buttons, 2),
        )

    def several_zones(self, text: str, offered: Sequence[str]) -> Screen:
        """A name of several zones was typed."""
        return self.zones(offered, self.say("screen.zone.several", text=typed(text)))

    def ready(self, *, with_briefing: bool) -> Screen:
        """All is settled."""
        first = (self.say("screen.ready.first"),) if with_briefing else ()
        buttons = () if with_briefing else self._adjust()
        return lines(self.locale, self.follows(), *self.when(), *first, buttons=buttons)

    def settings(self) -> Screen:
        """All that can be set."""
        chat = self.reader.chat
        empty = SILENT if chat.silent_when_empty else SAY
        other = Length.FULL if chat.length is Length.SHORT else Length.SHORT
        say = self.say
        buttons = (
            (leads_to(say, Place.COUNTRIES, "button.countries"), leads_to(say, Place.TIME, "button.time")),
            (leads_to(say, Place.ZONE, "button.zone"), leads_to(say, Place.DAYS, "button.weekdays")),
            (Button(say(f"button.length.{chat.length}"), tap(Tap.LENGTH, other)),),
            (Button(say(f"button.empty.{empty}"), tap(Tap.EMPTY, SAY if empty == SILENT else SILENT)),),
            (leads_to(say, Place.STOP, "button.stop"),),
        )
        return screen(
            "settings",
            self.locale,
            buttons,
            follows=self.follows(),
            when=self.when() if self.reader.follows else (),
            length=chat.length,
            empty=empty,
        )

    def weekdays(self) -> Screen:
        """On which days shall it come?"""
        names = get_day_names("abbreviated", locale=self.locale)
        buttons = [
            Button(
                self.say("picture.on", label=names[day]) if self._is_on(day) else names[day],
                tap(Tap.DAY, day),
            )
            for day in range(7)
        ]
        return lines(
            self.locale,
            *self.when(),
            self.say("screen.settings.days"),
            buttons=(*rows(buttons, 4), self._back()),
        )

    def stopped(self) -> Screen:
        """Nothing more is sent."""
        say = self.say
        buttons = (
            (leads_to(say, Place.AGAIN, "button.start_again"),),
            (leads_to(say, Place.FORGET, "button.forget"),),
        )
        return lines(self.locale, say("screen.stop.done"), hint=say("screen.stop.again"), buttons=buttons)

    def forget(self) -> Screen:
        """Shall all be deleted?"""
        say = self.say
        buttons = (
            (
                leads_to(say, Place.FORGOTTEN, "button.forget"),
                leads_to(say, Place.SETTINGS, "button.keep"),
            ),
        )
        return lines(self.locale, say("screen.stop.forget"), buttons=buttons)

    def which_country(self, codes: Sequence[str], key: str = "screen.country.ask", **values: str) -> Screen:
        """Which country is meant? Each of `codes` answers when it is tapped."""
        buttons = [self._pick(code, tap(Tap.ASK, "country", code, 7, 0)) for code in codes]
        return lines(self.locale, self.say(key, **values), buttons=rows(buttons, 3))

    def help(self) -> Screen:
        """What can be asked."""
        return screen("help", self.locale, commands=MENU)

    def _picker(self, picks: Sequence[str]) -> Rows:
        world = Button(self._on(WORLD, self._world()), tap(Tap.PICK, WORLD))
        buttons = [
            self._pick(code, tap(Tap.PICK, code), self._on(code, "{label}"))
            for code in picks[:MOST_COUNTRIES]
        ]
        done = Button(self.say("button.done"), tap(Tap.PICKED))
        last = (leads_to(self.say, Place.OTHER, "button.another"), *([done] if self.reader.follows else []))
        return ((world,), *rows(buttons, 2), last)

    def _pick(self, code: str, data: str, pattern: str = "{label}") -> Button:
        if code == WORLD:
            return Button(pattern.format(label=self._world()), data)
        return country_button(self.say, code, data, pattern)

    def _on(self, code: str, label: str) -> str:
        return self.say("picture.on", label=label) if code in self.reader.follows else label

    def _world(self) -> str:
        return self.say("picture.world", world=self.say("button.world"))

    def _names(self, codes: Iterable[str]) -> str:
        naming, world = Naming(self.say), self.say("world")
        names = (
            world[:1].lower() + world[1:] if code == WORLD else naming.in_sentence(code) for code in codes
        )
        return self.say.joined(tuple(names))

    def _place(self) -> str:
        """Whose clock the hours are told by: “Berlin time (UTC+1)”, or “UTC”."""
        name, shift = city(self.reader.chat.zone, self.locale), offset(self.reader.chat.zone, self.now)
        return name if name == shift else self.say("screen.when.place", city=name, offset=shift)

    def _adjust(self) -> Rows:
        say = self.say
        return (
            (leads_to(say, Place.TIME, "button.time"), leads_to(say, Place.ZONE, "button.zone")),
            (Button(say("button.today"), tap(Tap.ASK, "today", "-", 1, 0)),),
        )

    def _back(self) -> tuple[Button, ...]:
        return (leads_to(self.say, Place.SETTINGS, "button.back"),)

    def _is_on(self, weekday: int) -> bool:
        return bool(self.reader.chat.weekdays >> weekday & 1)

    def _weekday_names(self) -> tuple[str, ...]:
        names = get_day_names("wide", locale=self.locale)
        return tuple(str(names[day]) for day in range(7) if self._is_on(day))


def _hour(minute: int) -> str:
    return f"{minute // 60:02}:{minute % 60:02}"
