"""DBOS as this program uses it: its own tables, a fixed version, and an end that lets work under way finish."""

import asyncio
import logging
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any

import structlog
from dbos import DBOS, DBOSConfig
from sqlalchemy import URL, Engine, create_engine, event

NAME = "communique"
SCHEMA = "communique_jobs"
"""Where DBOS's tables lie in a PostgreSQL database."""

VERSION = "1"
"""DBOS gives a job only to workers of the version that it was begun with, and counts each change of our code as one, unless
told so. A job here holds nothing but a shard or a slot, which every version understands."""

BUSY_SECONDS = 30
THREADS = 16
"""DBOS also makes its threads those of the event loop, where they open files and look up addresses."""

SELDOM = 3600.0
"""Seconds between looks for schedules in the database, which we never use."""

NAP = 0.5
"""Seconds that its listener for notifications, which we do not use either, sleeps at a time: the end waits for it."""

DONE_FOR = timedelta(days=1)
"""How long a job that has ended is remembered. Its id is a slot, which does not come again."""

PORTION = 500

log = structlog.get_logger()


def launch(url: URL, worker: str, queues: Sequence[str]) -> Engine:
    """Begin to work on `queues` as `worker`; jobs run on the event loop that this is called from.

    Give what `destroy` needs.
    """
    opened = _engine(url)
    noisy = logging.getLogger("dbos")
    # Its own handler would write past ours, which hide the token. What it notes below a warning is its own affair.
    if not noisy.handlers:
        noisy.addHandler(logging.NullHandler())
    config = DBOSConfig(
        name=NAME,
        system_database_engine=opened,
        dbos_system_schema=SCHEMA,
        application_version=VERSION,
        executor_id=worker,
        use_listen_notify=False,
        max_executor_threads=THREADS,
        notification_listener_polling_interval_sec=NAP,
        scheduler_polling_interval_sec=SELDOM,
        log_level="WARNING",
    )
    DBOS(config=config)
    DBOS.listen_queues(list(queues))
    DBOS.launch()
    return opened


async def destroy(opened: Engine) -> None:
    """End DBOS; what is under way must have ended before."""
    with ThreadPoolExecutor(1) as thread:
        await asyncio.get_running_loop().run_in_executor(thread, DBOS.destroy)
    # The loop's own threads were DBOS's, which are gone.
    asyncio.get_running_loop().set_default_executor(ThreadPoolExecutor())
    await asyncio.to_thread(opened.dispose)


async def take_over(worker: str) -> None:
    """Let the jobs that `worker`, who is no more, had begun be done by others."""
    if left := await begun_by(worker):
        log.warning("jobs of a worker that ended are taken over", worker=worker, jobs=len(left))
    await begin_anew(left)


async def begun_by(worker: str) -> dict[str, str | None]:
    """The jobs that `worker` has begun and not ended, each with its queue."""
    begun = await DBOS.list_workflows_async(
        executor_id=worker, status="PENDING", load_input=False, load_output=False
    )
    return {job.workflow_id: job.queue_name for job in begun}


async def begin_anew(jobs: Mapping[str, str | None]) -> None:
    """Put jobs, given with their queues, back into these."""
    for queue in set(jobs.values()):
        await DBOS.resume_workflows_async([job for job in jobs if jobs[job] == queue], queue_name=queue)


async def owners() -> frozenset[str]:
    """The workers that have begun jobs which have not ended."""
    begun = await DBOS.list_workflows_async(status="PENDING", load_input=False, load_output=False)
    return frozenset(job.executor_id for job in begun if job.executor_id)


async def waiting(queue: str) -> frozenset[str]:
    """The ids of the jobs in `queue` that have not ended."""
    unended = await DBOS.list_workflows_async(
        queue_name=queue, status=["ENQUEUED", "PENDING"], load_input=False, load_output=False
    )
    return frozenset(job.workflow_id for job in unended)


async def forget_ended() -> None:
    """Remove the jobs that ended longer than `DONE_FOR` ago."""
    before = (datetime.now(UTC) - DONE_FOR).isoformat()
    while ended := await DBOS.list_workflows_async(
        status=["SUCCESS", "ERROR", "CANCELLED", "MAX_RECOVERY_ATTEMPTS_EXCEEDED"],
        completed_before=before,
        limit=PORTION,
        load_input=False,
        load_output=False,
    ):
        await DBOS.delete_workflows_async([job.workflow_id for job in ended])


def _engine(url: URL) -> Engine:
    if url.get_backend_name() != "sqlite":
        return create_engine(url, pool_size=4, max_overflow=4, pool_pre_ping=True, hide_parameters=True)
    engine = create_engine(
        url,
        pool_size=4,
        max_overflow=0,
        pool_timeout=10 * BUSY_SECONDS,
        connect_args={"timeout": BUSY_SECONDS, "check_same_thread": False},
        hide_parameters=True,
    )

    @event.listens_for(engine, "connect")
    def prepare(raw: Any, _record: object) -> None:  # noqa: ANN401 (a driver's connection has no common type)
        # Left to themselves, its transactions read first and fail where another writes meanwhile.
        raw.isolation_level = "IMMEDIATE"
        for pragma in ("journal_mode=WAL", "synchronous=NORMAL", "foreign_keys=ON"):
            raw.execute(f"PRAGMA {pragma}")

    return engine
