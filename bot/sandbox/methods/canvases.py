"""Canvases."""

from collections.abc import Callable
from typing import Any

from bot.sandbox.calling import Answer, Call, Method
from bot.sandbox.canvases import LARGEST, SECTION_TYPES, Canvas, sections
from bot.sandbox.errors import SlackError
from bot.sandbox.problems import count, missing, problem

LEVELS = ("read", "write", "owner")


def _refuse(*problems: str) -> SlackError:
    return SlackError("invalid_arguments", list(problems))


def _one(call: Call) -> Canvas:
    found = call.workspace.canvases.get(call.text("canvas_id"))
    if found is None:
        raise SlackError("canvas_not_found")
    return found


def _markdown(given: Any, place: str) -> str:
    """The words of a document or title. Raises `invalid_arguments`, `canvas_too_large`."""
    if not isinstance(given, dict) or given.get("type") != "markdown" or not isinstance(given.get("markdown"), str):
        raise _refuse(problem("must be an object of type markdown", place))
    if len(given["markdown"]) > LARGEST:
        raise SlackError("canvas_too_large")
    return str(given["markdown"])


def _new(call: Call, channel: str) -> Canvas:
    workspace = call.workspace
    content = call.parsed("document_content")
    markdown = _markdown(content, "/document_content") if content else ""
    made = Canvas(workspace.ids.new("F"), call.text("title", ""), workspace.bot_user, channel, sections(markdown))
    workspace.canvases[made.id] = made
    call.events.touched()
    return made


def create(call: Call) -> Answer:
    """One that stands alone, or, with `channel_id`, the canvas of a channel."""
    if call.text("channel_id", ""):
        return create_in_channel(call)
    return {"ok": True, "canvas_id": _new(call, "").id}


def create_in_channel(call: Call) -> Answer:
    """A channel has one."""
    channel = call.open_channel("channel_id")
    if any(one.channel == channel.id for one in call.workspace.canvases.values()):
        raise SlackError("channel_canvas_already_exists")
    return {"ok": True, "canvas_id": _new(call, channel.id).id}


def delete(call: Call) -> Answer:
    del call.workspace.canvases[_one(call).id]
    call.events.touched()
    return {"ok": True}


def edit(call: Call) -> Answer:
    """One change at a time."""
    canvas, changes = _one(call), call.parsed("changes")
    if problems := list(count(changes, "/changes", 1, 1)):
        raise _refuse(*problems)
    change = changes[0]
    operation = change.get("operation") if isinstance(change, dict) else None
    if operation not in [*OPERATIONS]:
        known = ", ".join(OPERATIONS)
        raise _refuse(problem(f"must be one of: {known}", "/changes/0/operation"))
    OPERATIONS[operation](canvas, change)
    call.events.touched()
    return {"ok": True}


def _content(change: dict[str, Any]) -> str:
    if "document_content" not in change:
        raise _refuse(missing("document_content", "/changes/0"))
    return _markdown(change["document_content"], "/changes/0/document_content")


def _place(canvas: Canvas, change: dict[str, Any]) -> int:
    """Where the section stands that is meant. Assumed: one that is not there fails as `canvas_editing_failed`."""
    if not change.get("section_id"):
        raise _refuse(missing("section_id", "/changes/0"))
    found = canvas.place(str(change["section_id"]))
    if found is None:
        raise SlackError("canvas_editing_failed")
    return found


def _insert(canvas: Canvas, change: dict[str, Any], at: int) -> None:
    canvas.sections[at:at] = sections(_content(change))


def _replace(canvas: Canvas, change: dict[str, Any]) -> None:
    """A section; without one, the whole document."""
    new = sections(_content(change))
    if not change.get("section_id"):
        canvas.sections = new
        return
    at = _place(canvas, change)
    canvas.sections[at : at + 1] = new


def _delete(canvas: Canvas, change: dict[str, Any]) -> None:
    del canvas.sections[_place(canvas, change)]


def _rename(canvas: Canvas, change: dict[str, Any]) -> None:
    canvas.title = _markdown(change.get("title_content"), "/changes/0/title_content")


OPERATIONS: dict[str, Callable[[Canvas, dict[str, Any]], None]] = {
    "insert_at_start": lambda canvas, change: _insert(canvas, change, 0),
    "insert_at_end": lambda canvas, change: _insert(canvas, change, len(canvas.sections)),
    "insert_before": lambda canvas, change: _insert(canvas, change, _place(canvas, change)),
    "insert_after": lambda canvas, change: _insert(canvas, change, _place(canvas, change) + 1),
    "replace": _replace,
    "delete": _delete,
    "rename": _rename,
}


def lookup(call: Call) -> Answer:
    """The ids of sections, by their type, their words, or both."""
    canvas, criteria = _one(call), call.parsed("criteria")
    if not isinstance(criteria, dict) or not criteria.keys() & {"section_types", "contains_text"}:
        raise _refuse(problem("must have section_types or contains_text", "/criteria"))
    types, words = criteria.get("section_types"), criteria.get("contains_text", "")
    if types is not None and (not isinstance(types, list) or not types or any(one not in LISTED for one in types)):
        raise _refuse(problem(f"must be a list of: {', '.join(LISTED)}", "/criteria/section_types"))
    if not isinstance(words, str):
        raise _refuse(problem("must be a string", "/criteria/contains_text"))
    found = [
        {"id": one.id}
        for one in canvas.sections
        if (types is None or one.is_any_of(types)) and words.lower() in one.markdown.lower()
    ]
    return {"ok": True, "sections": found}


LISTED = sorted(SECTION_TYPES)


def set_access(call: Call) -> Answer:
    """For channels or for people, not for both at once; docs.slack.dev, `canvases.access.set`."""
    canvas, level = _one(call), call.text("access_level")
    channels, users = call.listed("channel_ids"), call.listed("user_ids")
    if level not in LEVELS:
        raise _refuse(problem(f"must be one of: {', '.join(LEVELS)}", "/access_level"))
    if bool(channels) == bool(users) or (level == "owner" and (channels or len(users) != 1)):
        raise SlackError("invalid_parameters")
    if any(one not in call.workspace.people for one in users):
        raise SlackError("user_not_found")
    for one in channels:
        channel = call.workspace.channels.get(one)
        if channel is None or not call.workspace.is_seen_by_app(channel):
            raise SlackError("channel_not_found")
    canvas.access.update(dict.fromkeys([*channels, *users], level))
    if level == "owner":
        canvas.owner = users[0]
    return {"ok": True}


METHODS = {
    "canvases.create": Method(create, ("canvases:write",), "t2"),
    "canvases.edit": Method(edit, ("canvases:write",), "t3"),
    "canvases.delete": Method(delete, ("canvases:write",), "t3"),
    "canvases.sections.lookup": Method(lookup, ("canvases:read",), "t3"),
    "canvases.access.set": Method(set_access, ("canvases:write",), "t3"),
    "conversations.canvases.create": Method(create_in_channel, ("canvases:write",), "t2"),
}
