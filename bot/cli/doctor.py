"""`communique doctor`: whether all that is needed is there."""

import asyncio
from typing import TYPE_CHECKING

import typer

from bot.cli.screen import put, say
from bot.rendering.safety import clean

if TYPE_CHECKING:
    from bot.flows.doctor import Finding


def command() -> None:
    """Look at the program, its data, the language model and the database, and say what to do where one is not well."""
    from bot.app import run_doctor
    from bot.errands import start
    from bot.settings import load_settings

    settings = load_settings()
    start(settings)
    seen: list[Finding] = []

    def emit(finding: "Finding") -> None:
        seen.append(finding)
        put(_line(finding))

    asyncio.run(run_doctor(settings, emit))
    if any(finding.trouble for finding in seen):
        raise typer.Exit(1)


def _line(finding: "Finding") -> str:
    if finding.trouble is None:
        return say("doctor.well", line=say(f"doctor.{finding.subject}", **finding.seen))
    line = say(f"doctor.trouble.{finding.subject}", trouble=clean(finding.trouble))
    return say("doctor.ill", line=line)
