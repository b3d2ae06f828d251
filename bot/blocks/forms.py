"""The forms. Each field's block id and action id are its name; the callback id is the verb."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from bot.blocks import limits
from bot.blocks.message import Rendered
from bot.blocks.text import plain, shorten, size, span
from bot.domain.audience_clocks import STAKEHOLDERS, headings_of, offered
from bot.domain.cadence import spelled
from bot.domain.incident import Incident
from bot.domain.policy import Policy, PriorityRules
from bot.domain.status import FROM
from bot.domain.timeline import Update
from bot.domain.vocabulary import Priority, Role, Status, StepOutcome

View = dict[str, Any]
SPANS = tuple(timedelta(minutes=minutes) for minutes in (15, 30, 60, 120, 240))
"""What the form of an update offers until the next one; any other span can be typed."""


def _text(text: str, limit: int) -> dict[str, Any]:
    return {"type": "plain_text", "text": shorten(plain(text), limit) or "-"}


def view(title: str, blocks: Sequence[View], callback: str = "", submit: str | None = None, carried: str = "") -> View:
    """A modal; without `submit` it can only be closed."""
    found: View = {
        "type": "modal",
        "title": _text(title, limits.VIEW_TITLE),
        "close": _text("Close" if submit is None else "Cancel", limits.VIEW_TITLE),
        "blocks": list(blocks)[: limits.VIEW_BLOCKS],
    }
    if submit is not None:
        found |= {
            "submit": _text(submit, limits.VIEW_TITLE),
            "callback_id": callback,
            "private_metadata": shorten(carried, limits.PRIVATE_METADATA),
        }
    return found


def loading(title: str) -> View:
    """Opened at once, because a trigger lives three seconds."""
    return view(title, [{"type": "section", "text": {"type": "mrkdwn", "text": "One moment…"}}])


def result_view(title: str, rendered: Rendered) -> View:
    """What came of a form."""
    blocks = list(rendered.blocks) or [{"type": "section", "text": {"type": "mrkdwn", "text": rendered.text}}]
    return view(title, blocks)


def text_input(
    name: str,
    label: str,
    hint: str,
    *,
    optional: bool = True,
    multiline: bool = True,
    initial: str = "",
    is_focused: bool = False,
) -> View:
    """A field to write in. `is_focused`: the cursor stands in it when the form opens."""
    element: View = {
        "type": "plain_text_input",
        "action_id": name,
        "multiline": multiline,
        "max_length": limits.PLAIN_TEXT_INPUT,
        "placeholder": _text(hint, limits.PLACEHOLDER),
    }
    if is_focused:
        element["focus_on_load"] = True
    if initial:
        kept = initial if multiline else " ".join(initial.split())
        element["initial_value"] = shorten(kept, limits.PLAIN_TEXT_INPUT)
    return _field(name, label, element, optional=optional)


def option(text: str, value: str) -> View:
    """One thing to choose; the value is what comes back."""
    return {"text": _text(text, limits.OPTION_TEXT), "value": value}


def choice(
    name: str,
    label: str,
    options: Sequence[View],
    hint: str = "Choose",
    *,
    chosen: str | None = None,
    watched: bool = False,
    optional: bool = True,
) -> list[View]:
    """A field to choose from a list; none at all when there is nothing to choose. What is too much for Slack is left
    out, and the field says that it can be typed. `watched`: we hear at once when it changes."""
    fitting = [one for one in options if 0 < size(one["value"]) <= limits.OPTION_VALUE][: limits.SELECT_OPTIONS]
    if not fitting:
        return []
    element: View = {
        "type": "static_select",
        "action_id": name,
        "placeholder": _text(hint, limits.PLACEHOLDER),
        "options": fitting,
    }
    if initial := [one for one in fitting if one["value"] == chosen]:
        element["initial_option"] = initial[0]
    field = _field(name, label, element, optional=optional)
    if watched:
        field["dispatch_action"] = True
    if len(fitting) < len(options):
        field["hint"] = _text(f"Not all are listed; any can be typed as {name}:… after /incident.", limits.INPUT_HINT)
    return [field]


def ticks(name: str, label: str, options: Sequence[View], chosen: Sequence[str] = ()) -> View:
    """A field of boxes to tick."""
    element: View = {"type": "checkboxes", "action_id": name, "options": list(options)}
    if initial := [one for one in options if one["value"] in chosen]:
        element["initial_options"] = initial
    return _field(name, label, element)


def person(name: str, label: str, hint: str, chosen: str | None = None) -> View:
    """A field to choose somebody of the workspace."""
    element: View = {"type": "users_select", "action_id": name, "placeholder": _text(hint, limits.PLACEHOLDER)}
    if chosen:
        element["initial_user"] = chosen
    return _field(name, label, element)


def day(name: str, label: str, hint: str) -> View:
    """A field to choose a date."""
    element: View = {"type": "datepicker", "action_id": name, "placeholder": _text(hint, limits.PLACEHOLDER)}
    return _field(name, label, element)


def _field(name: str, label: str, element: View, *, optional: bool = True) -> View:
    """An input block; its id is the name of what stands in it."""
    return {
        "type": "input",
        "block_id": name,
        "label": _text(label, limits.INPUT_LABEL),
        "element": element,
        "optional": optional,
    }


def update_form(
    incident: Incident, policy: Policy, last: Update | None = None, whom: Sequence[str] = (STAKEHOLDERS,)
) -> View:
    """Whom it is for, where the policy knows more than stakeholders; conditions, actions and needs, as `whom` calls
    them, which open with the words of the last update; when the next one comes, which is asked only while one is owed;
    and the status and priority that hold from now on."""
    last = last.said if last else Update("")
    rules = _rules(incident, policy, whom)
    usual = rules.mitigated_update_every if incident.status is Status.MITIGATED else rules.update_every
    spans = sorted(one for one in {usual, *SPANS} if one <= rules.max_next)
    promises = [option(f"In {span(one)}", spelled(one)) for one in spans if incident.status is not Status.RESOLVED]
    steps = [status for verb, status in STEPS.items() if incident.status in FROM[verb] and incident.status != status]
    statuses = [option(f"{incident.status.capitalize()}, as it is", incident.status.value)]
    statuses += [option(one.capitalize(), one.value) for one in steps]
    priorities = [option(f"{one} – {policy.priorities[one].name}", one.value) for one in Priority]
    blocks = [
        *_for_whom(incident, policy, whom),
        *_parts(last, headings_of(whom, policy)),
        *(choice("status", "Status from now on", statuses, chosen=incident.status) if steps else []),
        *choice("priority", "Priority from now on", priorities, chosen=incident.priority),
        *choice("next", "Next update", promises, f"As usual, in {span(usual)}"),
    ]
    carried = f"{incident.ref} {incident.status} {incident.priority}"
    return view(f"Update {incident.ref}", blocks, "update", "Post", carried)


def _rules(incident: Incident, policy: Policy, whom: Sequence[str]) -> PriorityRules:
    """Those of the first whom it is for that is owed anything."""
    of_others = (policy.rules_of(one, incident.priority, incident.service) for one in whom if one != STAKEHOLDERS)
    own = policy.priorities[incident.priority]
    return own if STAKEHOLDERS in whom else next((one for one in of_others if one is not None), own)


def _for_whom(incident: Incident, policy: Policy, whom: Sequence[str]) -> list[View]:
    """Each with when it hears next; nothing where there are only stakeholders."""
    names = offered(policy, is_private=incident.is_private)
    if len(names) == 1:
        return []
    return [ticks("for", "For", [option(one.capitalize(), one) for one in names], whom) | {"optional": False}]


def _parts(last: Update, headings: Sequence[str]) -> list[View]:
    """The fields of an update. An audience that names fewer parts is asked for no more."""
    usual = (
        ("conditions", "Conditions", "Where do things stand?", last.conditions),
        ("actions", "Actions", "What is being done?", last.actions),
        ("needs", "Needs", "What or whom do you need?", last.needs),
    )
    if not headings:
        return [_opened(*one, optional=place > 0) for place, one in enumerate(usual)]
    named = zip(usual, headings, strict=False)
    return [
        _opened(name, label, "In their words, without details of systems", words, optional=place > 0)
        for place, ((name, _, _, words), label) in enumerate(named)
    ]


STEPS = {"mitigate": Status.MITIGATED, "resolve": Status.RESOLVED}
"""The steps of the lifecycle that an update can take with it."""


def _opened(name: str, label: str, hint: str, initial: str, *, optional: bool = True) -> View:
    """A field with words to change; what is longer than Slack takes is not begun with, for it would lose its end."""
    fitting = initial if size(initial) <= limits.PLAIN_TEXT_INPUT else ""
    return text_input(name, label, hint, optional=optional, initial=fitting)


@dataclass(frozen=True, slots=True)
class Question:
    """A form of one field: its title before the incident's reference, what it asks, and what the button says."""

    title: str
    asks: str
    hint: str
    button: str


QUESTIONS = {
    "mitigate": Question("Mitigate", "What stopped the impact?", "Traffic moved to the standby", "Mitigate"),
    "resolve": Question("Resolve", "What fixed it?", "Rolled back to 4.2; error rate is normal", "Resolve"),
    "verify": Question("Verify", "Who or what confirmed it?", "Error rate flat for 15 minutes", "Verify"),
    "reopen": Question("Reopen", "Why is it open again?", "Errors are back since the evening deploy", "Reopen"),
    "cancel": Question("Cancel", "Why wasn't it an incident?", "The alert came from a test environment", "Cancel it"),
    "escalate": Question("Escalate", "Why?", "Production data is lost", "Escalate"),
    "note": Question("Note,", "What happened?", "First alert: checkout probes fail", "Add"),
}
"""Verb → its form, for those that need words and nothing else."""


def question_form(incident: Incident, verb: str) -> View:
    """Asks for the words that a verb needs."""
    asked = QUESTIONS[verb]
    blocks = [text_input("what", asked.asks, asked.hint, optional=False)]
    return view(f"{asked.title} {incident.ref}", blocks, verb, asked.button, incident.ref)


STEP_ASKS = {
    StepOutcome.SKIPPED: ("Skip", "Why is it skipped?", "The tool isn't available in this region"),
    StepOutcome.FAILED: ("Failed:", "What did you see?", "The command timed out after 60 s"),
}


def step_form(incident: Incident, slug: str, number: int, title: str, outcome: StepOutcome) -> View:
    """Asks why a step of a runbook is not done."""
    begins, asks, hint = STEP_ASKS[outcome]
    about = {"type": "section", "text": {"type": "plain_text", "text": shorten(plain(title), limits.SECTION_TEXT)}}
    blocks = [about, text_input("what", asks, hint, optional=False, is_focused=True)]
    carried = f"{incident.ref} step {slug} {number} {outcome}"
    return view(f"{begins} step {number}", blocks, "step", "Report", carried)


def stop_form(incident: Incident, slug: str, title: str, reason: str = "") -> View:
    """Asks why a runbook is worked through no further. `reason`: what was typed of it already."""
    about = {"type": "section", "text": {"type": "plain_text", "text": shorten(plain(title), limits.SECTION_TEXT)}}
    asks = text_input(
        "what", "Why is it stopped?", "Mitigated meanwhile", optional=False, initial=reason, is_focused=True
    )
    return view("Stop the runbook", [about, asks], "runbook", "Stop it", f"{incident.ref} runbook stop {slug}")


def commander_form(incident: Incident, verb: str) -> View:
    """Whom to ask to command; nothing changes until they accept."""
    title = "Hand over" if verb == "handover" else "Commander,"
    return view(
        f"{title} {incident.ref}", [person("person", "Who should take command?", "A person")], verb, "Ask", incident.ref
    )


def role_form(incident: Incident) -> View:
    """A role, and who is to have it."""
    roles = [option(one.capitalize(), one) for one in Role if one is not Role.COMMANDER]
    blocks = [*choice("role", "Role", roles), person("person", "Who?", "A person")]
    return view(f"Role, {incident.ref}", blocks, "role", "Give the role", incident.ref)


def page_form(incident: Incident, policy: Policy) -> View:
    """Whose on-call to page: a service of the policy."""
    services = [option(one.name, one.slug) for one in policy.services.values()]
    hint = "Pages whoever is on call for it"
    blocks = choice("service", "Service", services, hint) or [
        text_input("service", "Service", hint, optional=False, multiline=False)
    ]
    return view(f"Page, {incident.ref}", blocks, "page", "Page", incident.ref)


def follow_up_form(incident: Incident) -> View:
    """Asks for a follow-up: its text, owner, due date, urgency and tracker."""
    blocks = [
        text_input("text", "What needs doing?", "Alert when a backup is missing", optional=False, multiline=False),
        person("owner", "Owner", "Who owns it?"),
        day("due", "Due", "By when?"),
        *choice("priority", "Priority", [option(one, one) for one in Priority], "None"),
        text_input("link", "Link", "https://tracker.example/OPS-7", multiline=False),
    ]
    return view(f"Follow-up, {incident.ref}", blocks, "followup", "Record", incident.ref)
