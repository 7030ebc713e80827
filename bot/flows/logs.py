"""Where notes of the program go: to standard error, since standard output belongs to results."""

import logging
import re
import sys

import structlog


def configure_logs(level: str) -> None:
    """Write notes of `level` ("WARNING") and above to standard error, in colour on a terminal.

    What libraries note goes the same way. Nothing is written of the bot's token, which stands in every address that is
    asked, nor of the variables of a failing function, which hold what readers wrote.
    """
    handler = logging.StreamHandler()
    handler.addFilter(_without_token)
    logging.basicConfig(
        level=level, format="%(asctime)s [%(name)s] %(message)s", handlers=[handler], force=True
    )
    # A page in the place of an answer is told by the error it raises; the library writes it out whole besides.
    logging.getLogger("telegram.request.BaseRequest").setLevel(logging.CRITICAL)
    # These note every tick and every request, a line each second.
    for talkative in ("apscheduler", "httpx", "httpcore"):
        logging.getLogger(talkative).setLevel(max(logging.WARNING, logging.getLevelNamesMapping()[level]))
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.dev.ConsoleRenderer(
                colors=sys.stderr.isatty(), exception_formatter=structlog.dev.plain_traceback
            ),
            lambda _logger, _name, line: _TOKEN.sub("***", str(line)),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelNamesMapping()[level]),
        # Asked each time, since standard error may be another by then.
        logger_factory=lambda *_: structlog.PrintLogger(sys.stderr),
        cache_logger_on_first_use=False,
    )


# It need not begin a word: in an address "bot" stands right before it.
_TOKEN = re.compile(r"\d+:[\w-]{20,}")


def _without_token(record: logging.LogRecord) -> bool:
    record.msg, record.args = _TOKEN.sub("***", record.getMessage()), ()
    if record.exc_info:
        record.exc_text = _TOKEN.sub("***", logging.Formatter().formatException(record.exc_info))
    return True
