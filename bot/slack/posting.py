"""Messages and files of ours in a channel, each with a trace by which it can be found again."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

from bot.blocks.message import Rendered
from bot.delivery.job import AnyJob
from bot.delivery.outcomes import Done, Gone, Outcome, Retry, Unknown
from bot.domain.ids import ChannelId, MessageTs
from bot.slack.gateway import Gateway

REPEAT = "(may be a repeat)"


@dataclass(frozen=True, slots=True)
class File:
    name: str
    title: str
    write: Callable[[], bytes]
    """Writes its content, in a thread and not before it is sent: of several large files one is in memory at a time."""


async def post(
    gateway: Gateway, job: AnyJob, channel: ChannelId, rendered: Rendered, thread: MessageTs | None = None
) -> Outcome:
    """One message that can be found again: its metadata holds the effect's random key, and nothing else. `thread`: the
    message it stands below; Slack posts it in the channel itself where that was deleted meanwhile."""
    text, blocks = rendered.text, list(rendered.blocks)
    if job.is_repeat:
        text = f"{REPEAT} {text}"
        blocks.insert(0, {"type": "context", "elements": [{"type": "plain_text", "text": REPEAT}]})
    outcome = await gateway.call(
        "chat.postMessage",
        channel=channel,
        text=text,
        blocks=blocks,
        thread_ts=thread,
        metadata={"event_type": "muster_effect", "event_payload": {"key": job.key}},
        unfurl_links=False,
        unfurl_media=False,
    )
    return plain(outcome)


async def post_files(
    gateway: Gateway,
    job: AnyJob,
    channel: ChannelId,
    files: Sequence[File],
    comment: str,
    thread: MessageTs | None = None,
) -> Outcome:
    """Reserve, send, complete; each result is kept before the next call. `thread`: as of `post`."""
    reserved: dict[str, str] = dict(job.result.get("files", {}))
    for file in files:
        if file.name not in reserved:
            outcome = await _upload(gateway, file)
            if not isinstance(outcome, Done):
                return outcome
            reserved[file.name] = outcome.result["file_id"]
            await job.keep({"files": reserved})
    complete = partial(
        gateway.call,
        "files.completeUploadExternal",
        files=[{"id": reserved[file.name], "title": file.title} for file in files],
        channel_id=channel,
        initial_comment=(f"{REPEAT} " if job.is_repeat else "") + comment,
    )
    completed = await complete(thread_ts=thread)
    if thread is not None and isinstance(completed, Gone) and completed.error == "thread_not_found":
        completed = await complete()
    return plain(completed)


async def _upload(gateway: Gateway, file: File) -> Outcome:
    """Reserve a place and send the bytes. Nothing shows in Slack yet, so an unknown outcome is only tried again."""
    content = await asyncio.to_thread(file.write)
    reserved = await gateway.call("files.getUploadURLExternal", filename=file.name, length=len(content))
    if not isinstance(reserved, Done):
        return harmless(reserved)
    sent = await gateway.upload(reserved.result["upload_url"], content)
    return Done({"file_id": reserved.result["file_id"]}) if isinstance(sent, Done) else harmless(sent)


def harmless(outcome: Outcome) -> Outcome:
    """Of a call that may as well be made twice: an unknown outcome is one to try again."""
    return Retry(None, outcome.why) if isinstance(outcome, Unknown) else outcome


def plain(outcome: Outcome) -> Outcome:
    """Nothing is kept of Slack's answer but where the thing went."""
    if not isinstance(outcome, Done):
        return outcome
    return Done({name: outcome.result[name] for name in ("channel", "ts") if isinstance(outcome.result.get(name), str)})
