"""How a reply reaches the person who asked: in the acknowledgement, by `response_url`, or in the open form.

Slack waits three seconds for an acknowledgement. After two we acknowledge without an answer, and the answer follows.
"""

import asyncio
import secrets
from collections.abc import Awaitable, Callable, Mapping
from functools import partial
from time import perf_counter
from typing import Any, Final
from urllib.parse import urlsplit

import aiohttp
import structlog
from slack_bolt.context.ack.async_ack import AsyncAck
from slack_sdk.web.async_client import AsyncWebClient

from bot.blocks import answers, away, forms
from bot.blocks.message import Rendered
from bot.delivery.outcomes import Done
from bot.domain.refusal import Refusal
from bot.door.inbound import Changed, HomeOpened, Inbound, Joined, Submitted, Typed
from bot.door.reply import FormErrors, OpenForm, Reply, Say, ShowForm, ShowHome, View
from bot.door.under_way import failed, under_way
from bot.slack import traffic_metrics, views
from bot.slack.client import proxy_for
from bot.slack.gateway import Gateway
from bot.slack.tasks import Tasks
from bot.store import DatabaseUnreachable
from bot.workflows.giving_way import Waiting

log = structlog.get_logger(__name__)

Ask = Callable[[Inbound], Awaitable[Reply]]
Tell = Callable[[Say], Awaitable[None]]
Later = Callable[[], Awaitable[Say | None]]

PATIENCE: Final = 2.0
"""Seconds until we acknowledge without an answer."""
RESPONSES: Final = "hooks.slack.com"
"""Where Slack takes later answers: https://docs.slack.dev/interactivity/handling-user-interaction#message_responses"""
NAME: Final = "Muster"
NOT_OPENED: Final = "The form could not be opened in time. Try again, or type the command with its text."


def defect(error: Exception) -> Say:
    """Log what went wrong under a short reference, and give the person the reference; of a database that is away they
    are told as much."""
    if isinstance(error, DatabaseUnreachable):
        log.warning("answer.no_database")
        return _say(away.not_now(was_tried=True))
    reference = secrets.token_hex(2).upper()
    log.error("answer.defect", reference=reference, exc_info=error)
    return _say(answers.defect(reference))


class Answering:
    """Asks for the reply and brings it to the person."""

    def __init__(
        self,
        ask: Ask,
        client: AsyncWebClient,
        gateway: Gateway,
        tasks: Tasks,
        patience: float,
        waiting: Waiting,
    ) -> None:
        self._ask = ask
        self._client = client
        self._gateway = gateway
        self._tasks = tasks
        self._patience = patience
        self._waiting = waiting

    async def typed(self, typed: Typed, ack: AsyncAck) -> None:
        """Answer a command, in the acknowledgement if there is time; or a click, always after it."""
        with self._waiting.somebody():
            await self._typed(typed, ack)

    async def _typed(self, typed: Typed, ack: AsyncAck) -> None:
        answering = self._tasks.spawn(self._reply(typed))
        is_in_time = await self._is_in_time(answering)
        tell = partial(self._respond, typed)
        if typed.is_click:
            await ack()
            self._tasks.spawn(self._bring(typed, answering, tell))
        elif is_in_time:
            await self._bring(typed, answering, partial(_acknowledge_with, ack))
            if ack.response is None:
                await ack()
        else:
            await _acknowledge_with(ack, _say(answers.working()))
            self._tasks.spawn(self._bring(typed, answering, tell, is_expected=True))

    async def submitted(self, sent: Submitted, view: Mapping[str, Any], ack: AsyncAck) -> None:
        """Answer a form: it closes, the result takes its place, or red text stands in it."""
        with self._waiting.somebody():
            await self._submitted(sent, view, ack)

    async def _submitted(self, sent: Submitted, view: Mapping[str, Any], ack: AsyncAck) -> None:
        answering = self._tasks.spawn(self._reply(sent))
        title = views.title_of(view)
        if not await self._is_in_time(answering):
            await ack(response_action="update", view=views.waiting(title))
            self._tasks.spawn(self._bring_to_form(sent, view, answering))
            return
        match reply := answering.result():
            case Say(closes_form=True):
                await ack(response_action="clear")
            case Say():
                await ack(response_action="update", view=views.result(title, reply))
                self._follow(reply.later, partial(self._show_result, sent.view_id, title))
            case FormErrors(errors=errors):
                await ack(response_action="errors", errors=views.fitting(errors, view))
            case ShowForm(view=changed):
                await ack(response_action="update", view=changed)
            case OpenForm():
                await ack(response_action="update", view=forms.loading(reply.title))
                self._tasks.spawn(self._fill(sent.view_id, reply))

    def changed(self, changed: Changed) -> None:
        """Show the form as it looks after a field changed, soon."""
        self._tasks.spawn(self._change(changed))

    async def _change(self, changed: Changed) -> None:
        """Without the view's hash: of two changes in quick succession the later one must win, and it knows both."""
        reply = await self._reply(changed)
        if isinstance(reply, ShowForm):
            await self._show(changed.view_id, reply.view)

    def home_opened(self, opened: HomeOpened) -> None:
        """Show somebody their Home, soon."""
        self._tasks.spawn(self._show_home(opened))

    async def mentioned(self, typed: Typed) -> None:
        """Answer what was said to the app in a channel. Returns once it is done, or at the end of our patience: then
        Slack's event is acknowledged."""
        with self._waiting.somebody():
            answering = self._tasks.spawn(self._reply(typed))
            await self._is_in_time(answering)
            self._tasks.spawn(self._bring(typed, answering, partial(self._respond, typed)))

    def joined(self, joined: Joined) -> None:
        """Tell somebody who came into a channel what there is for them, soon."""
        self._tasks.spawn(self._welcome(joined))

    async def _welcome(self, joined: Joined) -> None:
        if isinstance(reply := await self._reply(joined), Say):
            await self._only_to(joined.user, joined.channel, reply)

    async def _only_to(self, user: str, channel: str, say: Say, thread: str | None = None) -> None:
        """Show one person a message in a channel. May fail, and nothing depends on it."""
        await self._gateway.call("chat.postEphemeral", channel=channel, user=user, thread_ts=thread, **_message(say))

    async def _show_home(self, opened: HomeOpened) -> None:
        reply = await self._reply(opened)
        if isinstance(reply, ShowHome):
            await self._gateway.call("views.publish", user_id=opened.user, view=reply.view)

    async def _reply(self, inbound: Inbound) -> Reply:
        """The reply; whatever goes wrong, the person gets one."""
        began = perf_counter()
        asked = type(inbound).__name__.lower()
        with under_way(f"slack {asked}", "asked", door="slack", asked=asked):
            try:
                reply = await self._ask(inbound)
                outcome = type(reply).__name__
            except Exception as error:  # noqa: BLE001 - the person gets a reference, the log the rest
                reply, outcome = defect(error), "defect"
                failed(type(error).__name__)
        traffic_metrics.answer(type(inbound).__name__, outcome, perf_counter() - began)
        return reply

    async def _is_in_time(self, answering: asyncio.Task[Reply]) -> bool:
        done, _ = await asyncio.wait({answering}, timeout=self._patience)
        return bool(done)

    async def _bring(
        self, typed: Typed, answering: asyncio.Task[Reply], tell: Tell, *, is_expected: bool = False
    ) -> None:
        """Wait for the reply and bring it to whoever typed or clicked; `tell` says the first of it. `is_expected`: they
        were told that an answer follows, so it does, whatever the channel is told."""
        match reply := await answering:
            case Say(told_in=channel) if channel and channel == typed.channel and not is_expected:
                pass
            case Say():
                await tell(reply)
                self._follow(reply.later, partial(self._respond, typed))
            case FormErrors(errors=errors):
                await tell(Say("\n".join(errors.values())))
            case OpenForm() if typed.is_mention:
                await tell(_say(answers.form_offered(reply.title, typed.text)))
            case OpenForm():
                self._tasks.spawn(self._open(typed, reply))
            case ShowHome():
                await self._gateway.call("views.publish", user_id=typed.user, view=reply.view)

    async def _bring_to_form(self, sent: Submitted, view: Mapping[str, Any], answering: asyncio.Task[Reply]) -> None:
        """Put the reply in place of the waiting view."""
        title = views.title_of(view)
        match reply := await answering:
            case Say():
                await self._show_result(sent.view_id, title, reply)
                self._follow(reply.later, partial(self._show_result, sent.view_id, title))
            case FormErrors(errors=errors):
                await self._show(sent.view_id, views.again(view, errors))
            case ShowForm(view=changed):
                await self._show(sent.view_id, changed)
            case OpenForm():
                await self._fill(sent.view_id, reply)

    def _follow(self, later: Later | None, tell: Tell) -> None:
        """Start what follows the answer, if anything does."""
        if later is not None:
            self._tasks.spawn(self._tell_later(later, tell))

    async def _tell_later(self, later: Later, tell: Tell) -> None:
        try:
            say = await later()
        except Exception as error:  # noqa: BLE001 - the person gets a reference, the log the rest
            say = defect(error)
        if say is not None:
            await tell(say)

    async def _open(self, typed: Typed, form: OpenForm) -> None:
        """Open the form as a loading view while the trigger lives, then fill it."""
        opened = await self._gateway.call("views.open", trigger_id=typed.trigger_id, view=forms.loading(form.title))
        if isinstance(opened, Done):
            await self._fill(opened.result["view"]["id"], form)
        else:
            await self._respond(typed, Say(NOT_OPENED))

    async def _fill(self, view_id: str, form: OpenForm) -> None:
        try:
            view = await form.view()
        except Refusal as refusal:
            view = views.result(form.title, _say(answers.refusal(str(refusal))))
        except Exception as error:  # noqa: BLE001 - the person gets a reference, the log the rest
            view = views.result(form.title, defect(error))
        await self._show(view_id, view)

    async def _show_result(self, view_id: str, title: str, say: Say) -> None:
        await self._show(view_id, views.result(title, say))

    async def _show(self, view_id: str, view: View) -> None:
        """May fail: the person may have closed the form."""
        await self._gateway.call("views.update", view_id=view_id, view=view)

    async def _respond(self, typed: Typed, say: Say) -> None:
        """Tell the person alone by the payload's `response_url`. May fail, and nothing depends on it."""
        if typed.is_in_home:
            await self._show_home(HomeOpened(typed.workspace, typed.user, say.text, typed.is_from_outside))
            return
        if typed.is_mention:
            await self._only_to(typed.user, typed.channel, say, typed.thread)
            return
        session = self._client.session
        if typed.response_url is None and typed.trigger_id:  # a shortcut from nowhere in particular
            view = views.result(NAME, say)
            await self._gateway.call("views.open", trigger_id=typed.trigger_id, view=view)
            return
        if typed.response_url is None or session is None:
            log.warning("answer.no_way", user=typed.user)
            return
        if not leads_to_slack(typed.response_url, self._client.base_url):
            log.warning("answer.elsewhere", user=typed.user)
            return
        await send(session, typed.response_url, say)


async def send(session: aiohttp.ClientSession, url: str, say: Say) -> None:
    """Bring an answer to a `response_url`, and to no other address that this may lead on to. May fail."""
    body = {**_message(say), "response_type": "ephemeral", "replace_original": False}
    try:
        async with session.post(url, json=body, proxy=proxy_for(url), allow_redirects=False) as response:
            if response.status != 200:
                log.warning("answer.not_taken", status=response.status)
    except (aiohttp.ClientError, OSError, ValueError) as error:
        log.warning("answer.lost", error=type(error).__name__)


def leads_to_slack(url: str, api_url: str) -> bool:
    """Whether a `response_url` is one of Slack's, or of what stands in for it by `SLACK_API_URL`: an answer may hold a
    personal link, so it goes nowhere else."""
    try:
        asked, ours = urlsplit(url), urlsplit(api_url)
        port = asked.port
    except ValueError:
        return False
    if (asked.scheme, asked.hostname) == (ours.scheme, ours.hostname):
        return True
    return asked.scheme == "https" and asked.hostname == RESPONSES and port in (None, 443)


async def _acknowledge_with(ack: AsyncAck, say: Say) -> None:
    await ack(**_message(say), response_type="ephemeral")


def _say(rendered: Rendered) -> Say:
    return Say(rendered.text, rendered.blocks)


def _message(say: Say) -> dict[str, Any]:
    return {"text": say.text, "blocks": list(say.blocks)} if say.blocks else {"text": say.text}
