"""Files, in three steps: reserve a place, send the bytes, complete."""

from typing import Any

from bot.sandbox.calling import Answer, Call, Method
from bot.sandbox.errors import SlackError
from bot.sandbox.messages import File
from bot.sandbox.methods.composing import place, target
from bot.sandbox.problems import missing, problem
from bot.sandbox.state import Channel

LARGEST = 1_073_741_824
"""Bytes; one gigabyte, as Slack's help pages state it."""


def reserve(call: Call) -> Answer:
    workspace = call.workspace
    name, length = call.text("filename"), call.number("length", 0)
    if length < 1:
        raise SlackError("invalid_arguments", [problem("must be greater than 0", "/length")])
    if length > LARGEST:
        raise SlackError("file_upload_size_restricted")
    made = File(workspace.ids.new("F"), name, length, workspace.bot_user, workspace.seconds())
    workspace.files[made.id] = made
    return {"ok": True, "upload_url": f"{workspace.url}/upload/v1/{made.id}", "file_id": made.id}


def complete(call: Call) -> Answer:
    """Shares the files as one message, where a channel is given. Assumed: at once; Slack may take a moment."""
    workspace = call.workspace
    titles = _titles(call)
    found = [workspace.files.get(file_id) for file_id in titles]
    files = [file for file in found if file is not None and file.content]
    if len(files) < len(titles):
        raise SlackError("file_not_found")
    channels = _channels(call)
    _check_thread(call, channels)
    for file in files:
        file.title = titles[file.id] or file.name
        file.is_complete = True
    for channel in channels:
        _share(call, channel, files)
    return {"ok": True, "files": [file.described(workspace.url) for file in files]}


def _titles(call: Call) -> dict[str, str]:
    """File id → title, as given."""
    listed: Any = call.parsed("files")
    if not isinstance(listed, list) or not listed:
        raise SlackError("invalid_arguments", [missing("files", "")])
    if not all(isinstance(one, dict) and isinstance(one.get("id"), str) for one in listed):
        raise SlackError("invalid_arguments", [problem("must be a list of objects with an id", "/files")])
    return {str(one["id"]): str(one.get("title") or "") for one in listed}


def _channels(call: Call) -> list[Channel]:
    """Where the files are shared; every place is checked before anything is done."""
    if call.text("channel_id", ""):
        return [target(call, "channel_id")]
    return [place(call, one) for one in call.listed("channels")]


def _check_thread(call: Call, channels: list[Channel]) -> None:
    thread = call.text("thread_ts", "")
    if thread and any(thread not in channel.by_ts for channel in channels):
        raise SlackError("thread_not_found")


def _share(call: Call, channel: Channel, files: list[File]) -> None:
    message = call.workspace.app_message(call.text("initial_comment", ""), [])
    message.thread_ts = call.text("thread_ts", "") or None
    message.files = list(files)
    for file in files:
        file.channels.append(channel.id)
    call.events.posted(channel, message)


def _one(call: Call) -> File:
    file = call.workspace.files.get(call.text("file"))
    if file is None or not file.is_complete:
        raise SlackError("file_not_found")
    return file


def info(call: Call) -> Answer:
    file = _one(call)
    if not _is_seen(call, file):
        raise SlackError("file_not_found")
    return {"ok": True, "file": file.described(call.workspace.url), "comments": []}


def _is_seen(call: Call, file: File) -> bool:
    """Assumed: where the app is in one of its channels, uploaded it, or got it in a form."""
    workspace = call.workspace
    shared = [workspace.channels[one] for one in file.channels]
    is_given = file.is_for_app or file.user == workspace.bot_user
    return is_given or any(workspace.bot_user in one.members for one in shared)


def list_(call: Call) -> Answer:
    channel, user = call.text("channel", ""), call.text("user", "")
    if user and user not in call.workspace.people:
        raise SlackError("user_not_found")
    oldest, latest = call.number("ts_from", 0), call.number("ts_to", 2**53)
    found = [
        file.described(call.workspace.url)
        for file in call.workspace.files.values()
        if file.is_complete
        and _is_seen(call, file)
        and (not channel or channel in file.channels)
        and user in ("", file.user)
        and oldest <= file.created <= latest
    ]
    page, paging = call.numbered_page(found)
    return {"ok": True, "files": page, "paging": paging}


def delete(call: Call) -> Answer:
    """Only one's own."""
    file = _one(call)
    if file.user != call.workspace.bot_user:
        raise SlackError("cant_delete_file")
    del call.workspace.files[file.id]
    for channel_id in file.channels:
        for message in call.workspace.channels[channel_id].posted:
            if file in message.files:
                message.files.remove(file)
    call.events.touched()
    return {"ok": True}


METHODS = {
    "files.getUploadURLExternal": Method(reserve, ("files:write",), "t4"),
    "files.completeUploadExternal": Method(complete, ("files:write",), "t4"),
    "files.info": Method(info, ("files:read",), "t4"),
    "files.list": Method(list_, ("files:read",), "t3"),
    "files.delete": Method(delete, ("files:write",), "t3"),
}
