"""What `/readyz` says before Muster has started, and how it is written."""

from bot.web.readiness import Notice, Readiness, Starting


async def test_while_it_starts_it_is_not_ready_and_says_what_it_waits_for() -> None:
    starting = Starting()
    assert [notice.code for notice in (await starting.readiness()).reasons] == ["starting"]
    starting.waits_for["database_unreachable"] = "The database does not answer."
    assert [notice.code for notice in (await starting.readiness()).reasons] == ["starting", "database_unreachable"]
    assert not (await starting.readiness()).is_ready


def test_warnings_alone_leave_it_ready() -> None:
    warned = Readiness(warnings=(Notice("dead_effects", "2 effects are dead."),))
    assert warned.is_ready
    assert warned.as_json() == {
        "ready": True,
        "reasons": [],
        "warnings": [{"code": "dead_effects", "text": "2 effects are dead."}],
    }
