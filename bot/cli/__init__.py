"""The command line. Exit 0 done, 1 failed in part (what failed is listed, the rest is kept), 2 wrong use.

Results go to standard output, everything else to standard error. What a command needs is imported when it runs, so
that help and `communique country` answer at once and load no language model.
"""

import io
import os
import sys
from collections.abc import Sequence

import typer

from bot.cli import brief, chat, country, database, demo, doctor, events, extract, feeds, ingest, poll, score
from bot.cli import run as live
from bot.cli.screen import fail, note, say
from bot.errors import CommuniqueError, UsageError

WRONG_USE = 2
FAILED = 1
INTERRUPTED = 130
"""As a shell reports a command that Ctrl-C ended: 128 and the signal's number."""
PIPE_CLOSED = 141

app = typer.Typer(
    name="communique",
    help="Reads diplomatic news and hands each reader one briefing with its proof.",
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
for command in (demo, chat, extract, ingest, poll, events, brief, country, score, doctor):
    app.command(command.__name__.rpartition(".")[2])(command.command)
app.add_typer(feeds.app, name="feeds")
app.command("run")(live.command)
app.add_typer(database.app, name="db")


def main() -> None:
    """Run the command line and end the process with its exit code."""
    code = run(sys.argv[1:])
    if code == INTERRUPTED:
        sys.stderr.flush()
        # At once: a thread that still waits for standard input would hold up an orderly end.
        os._exit(code)
    sys.exit(code)


def run(arguments: Sequence[str]) -> int:
    """Run one command; return its exit code. Whatever a person can mend becomes one line on standard error."""
    _speak_utf8()
    try:
        code: int | None = app(list(arguments) or ["--help"], prog_name="communique", standalone_mode=False)
        sys.stdout.flush()
    except BrokenPipeError:
        _close_pipe()
        return PIPE_CLOSED
    except (KeyboardInterrupt, typer.Abort):
        code = INTERRUPTED
    except typer.TyperException as error:
        fail(error.format_message())
        return WRONG_USE
    except CommuniqueError as error:
        fail(str(error))
        return WRONG_USE if isinstance(error, UsageError) else FAILED
    if code == INTERRUPTED:
        note(say("failed.interrupted"))
    return code or 0 if arguments else WRONG_USE


def _speak_utf8() -> None:
    """Write UTF-8 whatever the machine's habit: what goes through a pipe is read by programs."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding="utf-8", errors="replace")


def _close_pipe() -> None:
    # Whoever reads has left; nothing more can be said there, at the end of the process either.
    sys.stdout = open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115, PTH123 - it stays open to the end
