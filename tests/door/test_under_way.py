"""What is worked on stands on every line that is logged meanwhile, and on none after it."""

import asyncio

import structlog
from structlog.contextvars import merge_contextvars
from structlog.testing import capture_logs

from bot.door.under_way import note, under_way

log = structlog.get_logger(__name__)


async def test_what_is_known_is_on_each_line_within_and_on_none_after() -> None:
    async def follows() -> None:
        log.info("what it started")

    with capture_logs([merge_contextvars]) as logged:
        with under_way(door="slack", incident=None):
            log.info("early")
            note(action="update", incident="INC-1")
            with under_way(effect=7):
                note(incident="INC-2")
                log.info("within")
            started = asyncio.create_task(follows())
            log.info("later", incident="INC-3")
        log.info("after")
        await started
    told = {one.pop("event"): {key: one[key] for key in one if key != "log_level"} for one in logged}
    asked = {"door": "slack", "action": "update"}
    assert told == {
        "early": {"door": "slack"},
        "within": {**asked, "effect": 7, "incident": "INC-2"},
        "later": {**asked, "incident": "INC-3"},
        "after": {},
        "what it started": {**asked, "incident": "INC-1"},
    }


async def test_what_fails_leaves_nothing_behind() -> None:
    with capture_logs([merge_contextvars]) as logged:
        try:
            with under_way(door="http"):
                raise LookupError
        except LookupError:
            log.info("after")
    assert logged == [{"event": "after", "log_level": "info"}]
