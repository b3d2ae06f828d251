"""A repository of runbooks on GitHub as a destination: each proposal becomes one branch with one commit, and one pull
request.

By GitHub's REST API, version 2022-11-28 (docs.github.com: “Git references”, “Repository contents”, “Pull requests”); a
server of one's own has it below `/api/v3`. The branch is named after the effect's own key, so a pull request whose
answer was lost is found again by it, also when it was closed meanwhile.
"""

import base64
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final
from urllib.parse import quote, urlencode

from bot.delivery.destination import Absent, CannotTell, Finding, Found
from bot.delivery.job import Job
from bot.delivery.outcomes import Done, Outcome, Result, Unknown
from bot.domain.diffs import NOWHERE, applied
from bot.domain.policy import RunbookRepository
from bot.domain.timeline import RunbookProposed
from bot.integrations.outgoing import Outgoing
from bot.integrations.rest import NOT_JSON, Content, Refused, Service, Stopped, objects, part

MOST_BYTES: Final = 2_000_000
"""Of an answer: a file of a runbook has 256 KB at most, and a third more in base64."""
LONGEST_SAID: Final = 200


@dataclass(frozen=True, slots=True)
class GitHub:
    """What a repository is asked, and with what."""

    repository: RunbookRepository
    token: str = field(repr=False)
    client: Outgoing

    async def ask(self, method: str, path: str, body: Mapping[str, Any] | None = None, *also: int) -> Content:
        """`also`: statuses that are no error here. Raises Refused, Stopped."""
        headers = {
            "Accept": "application/vnd.github+json",
            "Authorization": f"Bearer {self.token}",
            "X-GitHub-Api-Version": "2022-11-28",
        }
        url = f"{self.repository.api}/repos/{self.repository.name}"
        service = Service(url, headers, self.client, self.repository, MOST_BYTES)
        return await service.ask(method, f"/{path}", body, *also)

    async def head(self) -> str:
        """The commit that its branch is at. Raises Refused, Stopped."""
        base = self.repository.base
        answer = await self.ask("GET", f"git/ref/heads/{quote(base)}", None, 404, 409)
        sha = part(answer.json, "object").get("sha")
        if answer.status != 200 or not isinstance(sha, str):
            raise Refused(f"{self.repository.name} has no branch {base}, or the token may not see it")
        return sha

    async def trouble(self) -> str:
        """What stands in the way of a pull request, as far as it can be seen without opening one; empty: nothing."""
        try:
            await self.head()
        except Refused as no:
            return self.why(no)
        except Stopped as stopped:
            return f"{self.repository.api} does not answer as GitHub does ({stopped})"
        return ""

    def why(self, no: Refused) -> str:
        """A refusal, for people."""
        match no.status:
            case None:
                return no.why
            case 401:
                return "GitHub does not accept the token"
            case 403 | 404:
                return f"{self.repository.name} is not there, or the token may not write to it"
        return f"GitHub refused it: {_said(no.content) or no.why}"


class PullRequests:
    """Opens one pull request per proposal, however often it is asked to."""

    name = "The repository of runbooks"

    def __init__(self, github: GitHub) -> None:
        self._github = github

    async def deliver(self, job: Job) -> Outcome:
        """What GitHub or the policy refuses is done as well: people then get the change as a file."""
        event = job.cause.event
        if not isinstance(event, RunbookProposed):
            return Done({})
        try:
            return Done(await self._there(job) or await self._open(job, event))
        except Refused as no:
            return Done({"refused": self._github.why(no), "of": job.cause.seq})
        except Stopped as stopped:
            return stopped.outcome

    async def find(self, job: Job) -> Finding:
        try:
            there = await self._there(job)
        except (Refused, Stopped):
            return CannotTell()
        return Found(there) if there else Absent()

    async def _there(self, job: Job) -> Result | None:
        """The pull request of the branch, open or closed."""
        owner = self._github.repository.name.partition("/")[0]
        query = urlencode({"head": f"{owner}:{_branch(job)}", "state": "all"})
        for one in objects((await self._github.ask("GET", f"pulls?{query}")).json):
            if part(one, "head").get("ref") == _branch(job):
                return _opened(job, one)
        return None

    async def _open(self, job: Job, event: RunbookProposed) -> Result:
        repository, branch = self._github.repository, _branch(job)
        if event.to != repository.name or (job.now.is_private and not repository.is_private):
            raise Refused("the policy names another place by now")
        head = await self._github.head()
        sha, content = await self._content(event)
        subject = f"{event.slug}: learned from {job.now.ref}"
        await self._github.ask("POST", "git/refs", {"ref": f"refs/heads/{branch}", "sha": head}, 422)
        written = {"message": subject, "content": _encoded(content), "branch": branch}
        path = f"contents/{quote(event.path)}"
        await self._github.ask("PUT", path, {**written, "sha": sha} if sha else written, 409, 422)
        now = await self._github.ask("GET", f"{path}?{urlencode({'ref': branch})}")
        if _text(now.json) != content:
            raise Refused(f"the branch {branch} holds something else")
        body = {"title": subject, "head": branch, "base": repository.base, "body": _about(job, event)}
        made = await self._github.ask("POST", "pulls", body, 422)
        if made.status == 422:
            if there := await self._there(job):
                return there
            raise Refused("status 422", 422, made.json)
        return _opened(job, made.json)

    async def _content(self, event: RunbookProposed) -> tuple[str | None, str]:
        """The file as it is to be, and the hash of what it is now; None for one that is new."""
        repository = self._github.repository
        query = urlencode({"ref": repository.base})
        found = await self._github.ask("GET", f"contents/{quote(event.path)}?{query}", None, 404)
        is_new = f"--- {NOWHERE}\n" in event.diff
        if is_new and found.status == 200:
            raise Refused(f"{repository.name} has {event.path} already")
        if not is_new and found.status == 404:
            raise Refused(f"{repository.name} has no {event.path} on {repository.base}")
        after = applied(event.diff, None if is_new else _text(found.json))
        if after is None:
            raise Refused(f"{event.path} in {repository.name} is not the file that Muster reads")
        return None if is_new else str(part(found.json).get("sha")), after


def _branch(job: Job) -> str:
    return f"muster/{job.now.ref.lower()}-{job.key[:12]}"


def _about(job: Job, event: RunbookProposed) -> str:
    """As code, so that nothing in people's words calls anybody on GitHub, or closes anything."""
    ref = job.now.ref
    if not event.text:
        return f"A draft of a runbook from what was done in {ref}. Read it through before it is merged."
    words = event.text.replace("`", "'")
    return f"What {ref} taught, proposed from its review:\n\n```text\n{words}\n```\n"


def _opened(job: Job, answer: Any) -> Result:
    url, number = part(answer).get("html_url"), part(answer).get("number")
    if not isinstance(url, str) or not url.startswith(("https://", "http://")) or not isinstance(number, int):
        raise Stopped(Unknown(NOT_JSON))
    return {"url": url, "number": number, "of": job.cause.seq}


def _text(found: Any) -> str | None:
    """What stands in a file; None of what is none, or no text."""
    file = part(found)
    if file.get("type") != "file" or file.get("encoding") != "base64":
        return None
    try:
        return base64.b64decode(str(file.get("content"))).decode()
    except ValueError:
        return None


def _encoded(text: str) -> str:
    return base64.b64encode(text.encode("utf-8", "replace")).decode()


def _said(content: Any) -> str:
    """What GitHub says, in its own words."""
    told = [one.get("message") for one in objects(part(content).get("errors"))]
    return "; ".join(str(one) for one in (*told, part(content).get("message")) if one)[:LONGEST_SAID]
