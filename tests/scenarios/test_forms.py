"""Forms and buttons: a form opens at once, is filled, says what is wrong, shows what came of it."""

from bot.domain.ids import IncidentNumber
from bot.domain.timeline import Evidence, IncidentDeclared
from bot.domain.vocabulary import Role
from bot.sandbox import Fault, Person, View
from bot.sandbox.reading import interactive
from tests.scenarios.conftest import Company, eventually
from tests.scenarios.looking import recorded, review_of, traces


async def form_of(company: Company, person: Person) -> View:
    """The form that opens for somebody, once it is filled."""

    def is_filled() -> bool:
        return person.view is not None and any("element" in block for block in person.view.blocks)

    await company.sandbox.until(is_filled)
    assert person.view is not None
    return person.view


async def unfolded(company: Company, person: Person, **typed: str) -> View:
    """The form of a declaration with all of its fields; `typed`: what somebody had filled in before."""
    form = await form_of(company, person)
    for name, value in typed.items():
        await person.chooses(name, value)
    await person.clicks("More details", view=form)
    await company.sandbox.until(lambda: "Technical severity" in form.plain)
    return form


async def test_the_form_asks_little_and_unfolds_with_what_was_typed(company: Company) -> None:
    await company.dana.types("/incident declare", in_="general")
    form = await form_of(company, company.dana)
    fields = [block["block_id"] for block in form.blocks if "element" in block]
    assert fields == ["title", "impact", "urgency", "service", "users"]
    assert form.blocks[0]["element"]["focus_on_load"] is True
    await unfolded(company, company.dana, impact="high")
    assert "P1, Critical*: impact high" in form.plain
    assert (await company.dana.submits({"title": "checkout fails"})).ok
    assert (await company.incident()).impact == "high"


async def closed(person: Person) -> None:
    """What came of a form is closed, where it stays."""
    if person.view is not None:
        await person.closes()


async def test_a_form_opens_as_a_loading_view_and_is_then_filled(company: Company) -> None:
    answer = await company.dana.types("/incident declare", in_="general")
    form = await form_of(company, company.dana)

    assert answer.text == ""
    opened, filled = (company.sandbox.journal.calls(one)[0] for one in ("views.open", "views.update"))
    assert opened.at + opened.took <= filled.at
    assert "One moment" in str(opened.arguments["view"])
    assert "What is wrong?" in form.plain
    assert "Checkout" in form.plain


async def test_the_declare_form_declares_what_was_filled_in(company: Company) -> None:
    await company.dana.types("/incident declare", in_="general")
    await unfolded(company, company.dana)
    answer = await company.dana.submits(
        {"title": "checkout <fails> & burns", "impact": "high", "urgency": "medium", "service": "checkout"}
        | {"category": "outage", "options": ["drill"]}
    )

    assert answer.ok
    assert answer.view is not None
    assert "INC-1 declared" in answer.view.plain
    channel = await company.channel()
    incident = await company.incident()
    assert (incident.title, incident.priority, incident.service) == ("checkout <fails> & burns", "P2", "checkout")
    assert (incident.category, incident.is_drill, incident.is_private) == ("outage", True, False)
    assert company.dana.id in channel.members
    await company.sandbox.until(lambda: company.dana.view is not None and f"<#{channel.id}>" in company.dana.view.plain)


async def test_a_field_that_is_wrong_is_told_in_the_form_and_can_be_mended(company: Company) -> None:
    await company.dana.types("/incident declare", in_="general")
    await form_of(company, company.dana)
    before = await traces(company)

    assert "title" in (await company.dana.submits({"impact": "high"})).errors
    blank = await company.dana.submits({"title": "   "})
    assert blank.errors == {"title": "Say in a few words what is wrong."}
    assert await traces(company) == before

    assert (await company.dana.submits({"title": "checkout fails"})).ok
    assert (await company.incident()).title == "checkout fails"


async def test_the_form_shows_the_priority_that_follows_as_its_fields_change(company: Company) -> None:
    await company.dana.types("/incident declare", in_="general")
    form = await form_of(company, company.dana)
    assert "P2, High*: impact medium (assumed), urgency high (assumed)." in form.plain
    await company.dana.chooses("impact", "high")
    await company.sandbox.until(lambda: "P1, Critical*: impact high, urgency high (assumed)." in form.plain)
    await unfolded(company, company.dana)
    await company.dana.chooses("priority", "P4")
    await company.sandbox.until(lambda: "P4, Low*: set by hand; impact and urgency suggest" in form.plain)

    assert (await company.dana.submits({"title": "checkout fails", "severity": "SEV-3", "source": "customer"})).ok
    incident = await company.incident()
    assert (incident.priority, incident.impact, incident.is_priority_given) == ("P4", "high", True)
    assert (incident.severity, incident.source) == ("SEV-3", "customer")


async def test_what_was_typed_before_an_empty_title_stands_in_the_form(company: Company) -> None:
    await company.dana.types("/incident declare P1 private service:checkout severity:2 source:alert", in_="general")
    await form_of(company, company.dana)
    answer = await company.dana.submits({"title": "checkout fails", "users": "nobody can pay", "reporter": "bo"})
    assert answer.ok
    incident = await company.incident()
    assert (incident.priority, incident.is_private, incident.service) == ("P1", True, "checkout")
    assert (incident.severity, incident.user_impact) == ("SEV-2", "nobody can pay")
    assert incident.reported_by == company.bo.id


async def test_a_request_is_shown_where_it_belongs_and_nothing_is_declared(company: Company) -> None:
    await company.dana.types("/incident declare", in_="general")
    form = await unfolded(company, company.dana)
    before = await traces(company)
    await company.dana.chooses("matter", "request")
    await company.sandbox.until(lambda: "Ask the team that owns the service" in form.plain)
    answer = await company.dana.submits({"title": "a new laptop"})
    assert "A request is not an incident" in answer.errors["matter"]
    assert await traces(company) == before


async def test_the_update_button_opens_a_form_that_posts_the_update(company: Company) -> None:
    channel = await company.declares("checkout fails service:checkout")
    await company.dana.clicks("Update", in_=channel.id)
    form = await form_of(company, company.dana)
    assert "Update INC-1" in form.title
    answer = await company.dana.submits(
        {"conditions": "half of them fail", "actions": "rolling back", "needs": "a database person", "next": "1h"}
    )
    await company.settle()

    assert answer.ok
    assert answer.errors == {}
    for words in ("half of them fail", "rolling back", "a database person"):
        assert channel.shows(words)
    due_at = (await company.incident()).update_due_at
    assert due_at is not None
    assert (due_at - company.clock.now()).total_seconds() == 3600


async def test_an_update_begins_with_the_last_words_and_may_change_status_and_priority(
    company: Company,
) -> None:
    channel = await company.declares("checkout fails service:checkout")
    typed = "/incident update Conditions: half of them fail. Actions: @bo rolls back"
    await company.dana.types(typed, in_=channel.id)
    await company.dana.types("/incident update", in_=channel.id)
    form = await form_of(company, company.dana)
    fields = {block["block_id"]: block["element"] for block in form.blocks}
    assert fields["conditions"]["initial_value"] == "half of them fail."
    assert fields["actions"]["initial_value"].startswith("@")
    assert company.bo.id not in str(form.blocks)
    heard = len(channel.messages)
    await company.dana.submits({"conditions": "all quiet", "status": "mitigated", "priority": "P1"})
    await company.settle()
    incident = await company.incident()
    assert (incident.status, incident.priority) == ("mitigated", "P1")
    assert incident.last_update is not None
    assert incident.last_update.update.actions == f"<@{company.bo.id}> rolls back"
    [told] = [one for one in channel.messages[heard:] if "all quiet" in one.plain or "mitigated" in one.plain]
    assert "now *mitigated* · now *P1*" in told.plain


async def test_a_typo_never_costs_the_text(company: Company) -> None:
    channel = await company.declares("checkout fails service:checkout")
    words = "half of them fail <see> ``` code & a line\nand @bo looks at it " + "x" * 3_000
    answer = await company.dana.types(f"/incident updaet {words}", in_=channel.id)
    quoted = answer.blocks[-1]["elements"][0]["elements"][0]["text"]
    assert quoted.replace("@Bo", "@bo") == f"/incident update {words}"
    before = await recorded(company)
    late = await company.dana.types("/incident update half of them still fail, sorry next:900d", in_=channel.id)
    assert "/incident update half of them still fail, sorry next:900d" in str(late.blocks)
    assert "ready to send" not in (await company.dana.types("/incident updaet fine", in_=channel.id)).text
    assert await recorded(company) == before


async def test_each_status_has_its_next_act_on_the_card_and_what_fixed_it_stays_there(company: Company) -> None:
    channel = await company.declares("checkout fails")
    card = channel.messages[0].ts
    steps = (
        ("Accept command", None),
        ("Mitigate", "the standby serves"),
        ("Resolve", "rolled back to 4.2"),
        ("Verify", "error rate flat"),
        ("Close", None),
    )
    for label, what in steps:
        await company.dana.clicks(label, in_=channel.id, message=card)
        if what is not None:
            await form_of(company, company.dana)
            await company.dana.submits({"what": what})
            await closed(company.dana)
        await company.settle()
    assert "rolled back to 4.2" in channel.message(card).plain
    assert "standby" not in channel.message(card).plain
    await company.dana.clicks("Open the review", in_=channel.id, message=card)
    await company.sandbox.until(lambda: any("review" in one.plain for one in company.dana.ephemerals))


async def test_what_is_in_a_menu_of_the_card_opens_its_form(company: Company) -> None:
    channel = await company.declares("checkout fails")
    await company.dana.types("/incident accept", in_=channel.id)
    await company.settle()
    for menu, label, title, values in (
        ("command:people", "Hand over…", "Hand over INC-1", {"person": company.chen.id}),
        ("command:people", "Give a role…", "Role, INC-1", {"role": "scribe", "person": company.eli.id}),
        ("command:people", "Page…", "Page, INC-1", {"service": "checkout"}),
        ("command:people", "Escalate…", "Escalate INC-1", {"what": "data is lost"}),
        ("command:more", "Note…", "Note, INC-1", {"what": "the first alert"}),
        ("command:more", "Follow-up…", "Follow-up, INC-1", {"text": "alert sooner"}),
    ):
        await company.dana.chooses(menu, label, in_=channel.id)
        assert (await form_of(company, company.dana)).title == title
        answer = await company.dana.submits(values)
        assert answer.errors == {}, label
        await closed(company.dana)
    await company.settle()
    incident = await company.incident()
    assert incident.asked == company.chen.id
    assert incident.holders(Role.SCRIBE) == (company.eli.id,)
    assert incident.was_escalated
    assert [one.text for one in incident.notes] == ["the first alert"]
    assert [one.text for one in incident.follow_ups] == ["alert sooner"]


async def test_the_form_that_resolves_needs_what_fixed_it(company: Company) -> None:
    channel = await company.declares("checkout fails")
    await company.dana.chooses("command:more", "Resolve…", in_=channel.id)
    await form_of(company, company.dana)
    assert "what" in (await company.dana.submits({"what": ""})).errors
    answer = await company.dana.submits({"what": "rolled back to 4.2"})
    await company.settle()

    assert answer.ok
    assert company.dana.view is None
    assert (await company.incident()).status == "resolved"
    assert channel.shows("rolled back to 4.2")


async def test_a_form_sent_too_late_says_why_and_changes_nothing(company: Company) -> None:
    channel = await company.declares("checkout fails")
    await company.dana.types("/incident resolve", in_=channel.id)
    await form_of(company, company.dana)
    await company.bo.types("/incident cancel a test", in_=channel.id)
    before = await traces(company)

    answer = await company.dana.submits({"what": "rolled back"})

    assert "INC-1 is cancelled" in answer.errors["what"]
    assert await traces(company) == before


async def test_instead_of_a_form_that_could_not_be_sent_the_reason_is_shown(company: Company) -> None:
    channel = await company.declares("checkout fails")
    await company.dana.types("/incident cancel a test", in_=channel.id)
    for verb in ("update", "resolve"):
        await company.dana.types(f"/incident {verb}", in_=channel.id)
        await company.sandbox.until(lambda: company.dana.view and "INC-1 is cancelled" in company.dana.view.plain)
        await company.dana.closes()


async def test_every_button_has_a_typed_twin(company: Company) -> None:
    """A button's value is what would be typed: typed, it does the same."""
    channel = await company.declares("checkout fails since the deploy", by="eli")
    cards = [channel.messages[0], company.dana.dms[-1]]
    buttons = {
        one["text"]["text"]: one["value"]
        for card in cards
        for _, one in interactive(card.blocks)
        if one["type"] == "button"
    }
    buttons |= {
        one["text"]["text"]: one["value"]
        for card in cards
        for _, menu in interactive(card.blocks)
        for one in menu.get("options", ())
    }
    assert buttons.pop("I can't") == "INC-1 decline"
    assert buttons == {
        "Accept command": "INC-1 accept",
        "Update": "INC-1 update",
        "Start runbook": "INC-1 runbook start",
        "Ask somebody to command…": "INC-1 commander",
        "Give a role…": "INC-1 role",
        "Page…": "INC-1 page",
        "Escalate…": "INC-1 escalate",
        "Mitigate…": "INC-1 mitigate",
        "Resolve…": "INC-1 resolve",
        "Runbook": "INC-1 runbook",
        "Follow-up…": "INC-1 followup add",
        "Note…": "INC-1 note add",
    }

    await company.chen.types(f"/incident {buttons.pop('Accept command')}", in_="general")
    assert (await company.incident()).commander == company.chen.id
    for label in set(buttons) - {"Runbook", "Start runbook", "Ask somebody to command…"}:
        await company.chen.types(f"/incident {buttons[label]}", in_="general")
        assert "INC-1" in (await form_of(company, company.chen)).title
        await company.chen.closes()


async def test_a_button_that_no_longer_applies_is_refused_to_whoever_clicked(company: Company) -> None:
    channel = await company.declares("checkout fails", by="eli")
    card = channel.messages[0].ts
    company.sandbox.faults.add(Fault(method="chat.update", kind="latency", seconds=3.0))  # old buttons go late
    await company.chen.clicks("Accept command", in_=channel.id)

    async def is_commanded() -> bool:
        return (await company.incident()).commander == company.chen.id

    await eventually(is_commanded)
    before = await recorded(company)

    await company.dana.clicks("Accept command")
    await company.sandbox.until(lambda: any("commands INC-1" in one.plain for one in company.dana.ephemerals))

    assert await recorded(company) == before
    await company.settle()
    assert "Accept command" not in channel.message(card).plain


async def test_a_message_becomes_the_first_evidence_of_what_is_declared_from_it(company: Company) -> None:
    ts = await company.bo.says("The basket is empty & <!channel> knows\nsince nine", in_="general")
    await company.dana.runs_shortcut("declare_from_message", on=ts, in_="general")
    form = await form_of(company, company.dana)
    assert "The basket is empty & @" in str(form.blocks)
    assert (await company.dana.submits()).ok
    channel = await company.channel()

    link = f"archives/{company.general.id}/p{ts.replace('.', '')}"
    [declared] = [one for one in channel.messages if link in str(one.blocks)]
    assert f"a message> by <@{company.bo.id}>" in str(declared.blocks)
    assert "since nine" in declared.plain
    assert "<!channel>" not in str(declared.blocks)
    assert "First evidence" in (await review_of(company))["timeline"][0]["text"]


async def test_what_was_said_in_private_stays_out_of_an_incident_that_all_can_see(company: Company) -> None:
    company.sandbox.add_channel("board", members=[company.dana, company.bo], is_private=True)
    ts = await company.bo.says("the password is swordfish", in_="board")
    for number, options in enumerate(([], ["private"]), start=1):
        await company.dana.runs_shortcut("declare_from_message", on=ts, in_="board")
        await form_of(company, company.dana)
        assert (await company.dana.submits({"title": "a leak", "options": options})).ok
        evidence = await first_evidence(company, number)
        assert evidence is not None
        assert evidence.text == ("the password is swordfish" if options else "")
        await company.dana.closes()


async def first_evidence(company: Company, number: int) -> Evidence | None:
    async with company.bot.context.store.read() as tx:
        [declared, *_] = await tx.timeline(IncidentNumber(number))
    assert isinstance(declared.event, IncidentDeclared)
    return declared.event.evidence


async def test_the_global_shortcut_opens_the_empty_form(company: Company) -> None:
    await company.eli.runs_shortcut("declare")
    await form_of(company, company.eli)
    assert (await company.eli.submits({"title": "search is slow"})).ok
    assert (await company.incident()).declared_by == company.eli.id
