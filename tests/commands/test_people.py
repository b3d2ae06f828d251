"""Commands that name people: a mention is a person, and anything else that looks like one is asked about."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.commands.command import Missing
from bot.commands.grammar import UnknownPerson
from bot.commands.people import person_in
from bot.domain.refusal import Refusal
from bot.domain.vocabulary import Role
from bot.door.reply import OpenForm
from bot.verbs import requests as r
from tests.commands.reading import asked_for, typing
from tests.domain.given import BO, CHEN

READ = [
    ("accept", r.Accept()),
    ("ack", r.Accept()),
    ("acknowledge", r.Accept()),
    ("decline", r.Decline()),
    ("decline on a train", r.Decline("on a train")),
    ("commander <@UBO>", r.AskCommander(BO)),
    ("lead <@UBO|bo>", r.AskCommander(BO)),
    ("IC  <@UBO>  ", r.AskCommander(BO)),
    ("handover <@UCHEN>", r.OfferHandover(CHEN)),
    ("takeover", r.TakeOver()),
    ("role scribe <@UCHEN>", r.AssignRole(Role.SCRIBE, CHEN)),
    ("role DEPUTY <@UCHEN|chen>", r.AssignRole(Role.DEPUTY, CHEN)),
    ("escalate production data is lost", r.Escalate("production data is lost")),
    ("page checkout", r.Page("checkout")),
    ("page Check Out", r.Page("Check Out")),
    ("invite <@UBO> <@UCHEN>", r.Invite((BO, CHEN))),
    ("invite <@UBO>, <@UCHEN>, <@UBO>", r.Invite((BO, CHEN))),
    ("follow", r.Follow()),
    ("unfollow", r.Unfollow()),
    ("join", r.Join("")),
    ("join checkout is empty for me too", r.Join("checkout is empty for me too")),
]


@pytest.mark.parametrize(("line", "request_"), READ)
def test_it_is_read_as_typed(line: str, request_: r.Request[object]) -> None:
    assert asked_for(line) == request_


WANTING = [
    ("commander bo", "Name one person with @", "commander @dana"),
    ("commander <@UBO> please", "Name one person with @", "commander @dana"),
    ("commander <@UBO> <@UCHEN>", "Name one person with @", "commander @dana"),
    ("commander <!subteam^S1|@shop-sre>", "Name one person with @", "commander @dana"),
    ("role <@UCHEN>", "Name a role (", "role scribe @hana"),
    ("role scribe", "Name one person with @", "role scribe @hana"),
    ("role <@UCHEN> scribe", "Name a role (", "role scribe @hana"),
    ("role scrib <@UCHEN>", "Did you mean `scribe`?", "role scribe @hana"),
    ("invite", "Name people with @", "invite @chen @bo"),
    ("invite <@UBO> and <@UCHEN>", "Name people with @", "invite @chen @bo"),
]


@pytest.mark.parametrize(("line", "told", "example"), WANTING)
def test_what_is_missing_is_said_with_an_example(line: str, told: str, example: str) -> None:
    with pytest.raises(Missing) as refused:
        asked_for(line)
    assert told in str(refused.value)
    assert f"`/incident {example}`" in str(refused.value)


@pytest.mark.parametrize("line", ["commander", "handover", "role", "page", "escalate", "note add"])
def test_alone_it_opens_a_form(line: str) -> None:
    assert isinstance(typing(line), OpenForm)


@pytest.mark.parametrize(
    ("line", "name"),
    [
        ("commander @bo", "@bo"),
        ("handover @fay.lee", "@fay.lee"),
        ("role scribe @hana", "@hana"),
        ("invite <@UBO> @chen", "@chen"),
        ("invite <!channel>", "<!channel>"),
        ("invite <!here|here>", "<!here|here>"),
    ],
)
def test_a_name_that_slack_did_not_make_a_mention_of_is_asked_about(line: str, name: str) -> None:
    with pytest.raises(UnknownPerson) as refused:
        asked_for(line)
    assert f"“{name}”" in str(refused.value)
    assert "choose from Slack's list" in str(refused.value)


@given(st.text(max_size=60), st.text(max_size=60))
def test_the_person_taken_is_the_only_one_named_and_nothing_else_was_said(before: str, after: str) -> None:
    typed = f"{before}<@UBO>{after}"
    try:
        person = person_in(typed, "commander @dana")
    except Refusal:
        return
    assert person == BO
    assert not typed.replace("<@UBO>", "").strip()


@given(st.lists(st.sampled_from(["UBO", "UCHEN", "WELI", "U1"]), min_size=1, max_size=12))
def test_everybody_is_invited_once_in_the_order_in_which_they_are_named(users: list[str]) -> None:
    request = asked_for("invite " + ", ".join(f"<@{user}|name>" for user in users))
    assert request == r.Invite(tuple(dict.fromkeys(users)))  # type: ignore[arg-type]
