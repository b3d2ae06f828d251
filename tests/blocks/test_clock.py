"""Regulators' clocks as people see them: one line on the card, all of it when they ask."""

from dataclasses import replace

from bot.blocks.answers import status
from bot.blocks.card import card
from bot.blocks.clock import drafted, line, standing
from bot.blocks.message import Rendered
from bot.domain import clock
from bot.domain import status as lifecycle
from bot.domain import timeline as t
from bot.domain.incident import Incident
from bot.domain.policy import RegulationRules
from bot.domain.regulations import BUILT_IN
from bot.domain.reporting_draft import MISSING, NOT_ADVICE, Draft
from bot.domain.vocabulary import DeadlineKind, DeadlineStep, Place
from tests.domain.given import BO, CHEN, NOON, POLICY, after, after_events, declared, hours, run

KEPT = replace(
    POLICY,
    regulations={
        key: RegulationRules(law, (CHEN,), "CSIRT X", "https://report.example") for key, law in BUILT_IN.items()
    },
)


def running() -> Incident:
    return run(
        declared(policy=KEPT),
        lambda it: clock.trigger(it, CHEN, "nis2", "aware", NOON, "two countries", after(1), KEPT),
        lambda it: clock.trigger(it, CHEN, "dora", "aware", NOON, "two countries", after(1), KEPT),
        lambda it: clock.rule_out(it, CHEN, "gdpr", "no personal data <!channel>", after(1), KEPT),
    )


def shown(message: Rendered) -> str:
    return "\n".join(str(block.get("text", block.get("fields", ""))) for block in message.blocks)


def test_the_card_has_a_line_while_a_clock_runs_and_only_then() -> None:
    assert line(declared(policy=KEPT)) == ""
    assert "Reporting" not in shown(card(declared(policy=KEPT), Place.CHANNEL))
    it = running()
    told = line(it)
    assert told.startswith("NIS2 early warning by <!date^")
    assert told.endswith(" · DORA initial notification: 4 hours after classification as major")
    assert f"*Reporting*: {told}" in shown(card(it, Place.CHANNEL))
    assert "Reporting" not in shown(card(it, Place.BROADCAST))
    assert told in shown(status(it, after(2)))


def test_it_stays_when_the_incident_is_over_and_says_what_is_overdue() -> None:
    it = run(running(), lambda it: lifecycle.cancel(it, BO, "a test", after(2), KEPT))
    now = NOON + hours(24)
    it = after_events(
        it,
        t.ReportsAwaited(
            at=now,
            deadline=DeadlineKind.REPORT,
            step=DeadlineStep.OVERDUE,
            reports=(t.AwaitedReport("nis2", "NIS2", now, "early_warning", "early warning"),),
        ),
    )
    assert "NIS2 early warning overdue since" in shown(card(it, Place.CHANNEL))
    assert "NIS2 early warning overdue since" in shown(status(it, now))


def test_alone_it_says_how_every_regulation_stands_and_that_it_is_no_advice() -> None:
    it = run(
        running(), lambda it: clock.submit(it, CHEN, "nis2", "early_warning", after(3), "FI<1>", "", after(3), KEPT)
    )
    told = shown(standing(it, KEPT))
    assert "early warning (`early_warning`): submitted <!date^" in told
    assert "in time, reference FI&lt;1&gt;, recorded by <@UCHEN>" in told
    assert "final report (`final`): due one month after submission of the incident notification" in told
    assert "Nothing to report: no personal data" in told
    assert "<!channel>" not in told
    assert "Nobody has said whether it applies. `/incident clock cra vulnerability at:14:05 &lt;why&gt;`" in told
    assert "To: CSIRT X · https://report.example" in told
    assert "Not legal advice" in told


def test_it_says_what_is_missing_for_a_stage_to_be_due_earlier() -> None:
    classified = run(
        declared(policy=KEPT),
        lambda it: clock.trigger(it, CHEN, "dora", "major", NOON, "thresholds", after(1), KEPT),
        lambda it: clock.trigger(it, CHEN, "cra", "incident", NOON, "firmware", after(1), KEPT),
    )
    told = shown(standing(classified, KEPT))
    assert "Not recorded: awareness. `/incident clock dora aware at:14:05 &lt;why&gt;`" in told
    assert "the fix" not in told
    it = run(classified, lambda it: clock.submit(it, CHEN, "dora", "initial", after(2), "", "", after(2), KEPT))
    assert "Not recorded" not in shown(standing(it, KEPT))


def test_what_left_the_policy_still_stands_there() -> None:
    told = shown(standing(running(), POLICY))
    assert "*NIS2* (`nis2`)" in told
    assert "early warning (`early_warning`): due by" in told


def test_a_draft_shows_what_is_known_and_what_is_to_be_written() -> None:
    told = shown(drafted(Draft("NIS2: final report on INC-42", (("Cause", "the pool <!here>"), ("Impact", "")))))
    assert NOT_ADVICE in told
    assert "*Cause*\\nthe pool" in told
    assert "<!here>" not in told
    assert f"*Impact*\\n_{MISSING}_" in told
    own = shown(drafted(Draft("Acme: notice on INC-42", words="Dear Acme, half of it is down.")))
    assert "Dear Acme, half of it is down." in own
