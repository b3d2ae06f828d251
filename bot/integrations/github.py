"""A repository of runbooks on GitHub as a destination: each proposal becomes one branch with one commit, and one pull
request.

By GitHub's REST API, version 2022-11-28 (docs.github.com: “Git references”, “Repository contents”, “Pull requests”); a
server of one's own has it below `/api/v3`. The branch is named after the effect's own key, so a pull request whose
answer was lost is found again by it, also when it was closed meanwhile.
"""

import base64
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final
from urllib.parse import quote, urlencode

from bot.delivery.destination import Absent, CannotTell, Finding, Found
from bot.delivery.job import Job
from bot.delivery.outcomes import Done, Outcome, Result, Retry, Unknown
from bot.domain.diffs import NOWHERE, applied
from bot.domain.policy import RunbookRepository
from bot.domain.timeline import RunbookProposed
from bot.integrations.outgoing import Asked, NotReached, Outgoing, PrivateAddress

MOST_BYTES: Final = 2_000_000
"""Of an answer: a file of a runbook has 256 KB at most, and a third more in base64."""
LONGEST_SAID: Final = 200
LONGEST_WISH: Final = timedelta(hours=1)
FILE, NOBODY_KNOWS = "file", "an answer that nobody can read"


class _Refused(Exception):
    """It says no, and would say so again; the text is for people."""


class _Stopped(Exception):
    """It goes no further for now."""

    def __init__(self, outcome: Outcome) -> None:
        self.outcome = outcome
        super().__init__(outcome)


@dataclass(frozen=True, slots=True)
class GitHub:
    """What a repository is asked, and with what."""

    repository: RunbookRepository
    token: str
    client: Outgoing

    async def ask(self, method: str, path: str, body: Mapping[str, Any] | None = None, *also: int) -> tuple[int, Any]:
        """Status and content of an answer; `also`: statuses that are no error here. Raises _Refused, _Stopped."""
        headers = {
            "Accept": "application/vnd.github+json",
            "Authorization": f"Bearer {self.token}",
            "Content-Type": "application/json",
            "User-Agent": "Muster",
            "X-GitHub-Api-Version": "2022-11-28",
        }
        try:
            answer = await self.client.ask(
                method,
                f"{self.repository.api}/repos/{self.repository.name}/{path}",
                body=None if body is None else json.dumps(body).encode(),
                headers=headers,
                most_bytes=MOST_BYTES,
                allow_private=self.repository.allow_private_address,
            )
        except PrivateAddress:
            raise _Refused(f"the address of {self.repository.api} is in a private network") from None
        except NotReached as error:
            is_unknown = error.may_have_arrived and method != "GET"
            raise _Stopped(Unknown(error.why) if is_unknown else Retry(None, error.why)) from None
        return self._read(method, answer, also)

    async def head(self) -> str:
        """The commit that its branch is at. Raises as `ask` does."""
        base = self.repository.base
        status, found = await self.ask("GET", f"git/ref/heads/{quote(base)}", None, 404, 409)
        sha = _part(found, "object").get("sha")
        if status != 200 or not isinstance(sha, str):
            raise _Refused(f"{self.repository.name} has no branch {base}, or the token may not see it")
        return sha

    async def trouble(self) -> str:
        """What stands in the way of a pull request, as far as it can be seen without opening one; empty: nothing."""
        try:
            await self.head()
        except _Refused as why:
            return str(why)
        except _Stopped as stopped:
            match stopped.outcome:
                case Retry(why=said) | Unknown(why=said):
                    return f"{self.repository.api} does not answer as GitHub does ({said})"
        return ""

    def _read(self, method: str, answer: Asked, also: tuple[int, ...]) -> tuple[int, Any]:
        status = answer.status
        if 200 <= status < 300 or status in also:
            try:
                return status, json.loads(answer.body or b"null")
            except ValueError:
                lost = Retry(None, NOBODY_KNOWS) if method == "GET" else Unknown(NOBODY_KNOWS)
                raise _Stopped(lost) from None
        if status == 429 or (status == 403 and _is_limited(answer.headers)):
            raise _Stopped(Retry(_wish(answer.headers), f"status {status}"))
        if status >= 500:
            raise _Stopped(Retry(None, f"status {status}") if method == "GET" else Unknown(f"status {status}"))
        raise _Refused(self._why(status, answer.body))

    def _why(self, status: int, body: bytes) -> str:
        match status:
            case 401:
                return "GitHub does not accept the token"
            case 403 | 404:
                return f"{self.repository.name} is not there, or the token may not write to it"
        return f"GitHub refused it: {_said(body) or f'status {status}'}"


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
        except _Refused as why:
            return Done({"refused": str(why), "of": job.cause.seq})
        except _Stopped as stopped:
            return stopped.outcome

    async def find(self, job: Job) -> Finding:
        try:
            there = await self._there(job)
        except (_Refused, _Stopped):
            return CannotTell()
        return Found(there) if there else Absent()

    async def _there(self, job: Job) -> Result | None:
        """The pull request of the branch, open or closed."""
        owner = self._github.repository.name.partition("/")[0]
        query = urlencode({"head": f"{owner}:{_branch(job)}", "state": "all"})
        _, found = await self._github.ask("GET", f"pulls?{query}")
        for one in found if isinstance(found, list) else ():
            if isinstance(one, dict) and _part(one, "head").get("ref") == _branch(job):
                return _opened(job, one)
        return None

    async def _open(self, job: Job, event: RunbookProposed) -> Result:
        repository, branch = self._github.repository, _branch(job)
        if event.to != repository.name or (job.now.is_private and not repository.is_private):
            raise _Refused("the policy names another place by now")
        head = await self._github.head()
        sha, content = await self._content(event)
        subject = f"{event.slug}: learned from {job.now.ref}"
        await self._github.ask("POST", "git/refs", {"ref": f"refs/heads/{branch}", "sha": head}, 422)
        written = {"message": subject, "content": _encoded(content), "branch": branch}
        path = f"contents/{quote(event.path)}"
        await self._github.ask("PUT", path, {**written, "sha": sha} if sha else written, 409, 422)
        _, now = await self._github.ask("GET", f"{path}?{urlencode({'ref': branch})}")
        if _text(now) != content:
            raise _Refused(f"the branch {branch} holds something else")
        body = {"title": subject, "head": branch, "base": repository.base, "body": _about(job, event)}
        status, made = await self._github.ask("POST", "pulls", body, 422)
        if status == 422:
            if there := await self._there(job):
                return there
            raise _Refused(f"GitHub refused it: {_said(json.dumps(made).encode())}")
        return _opened(job, made)

    async def _content(self, event: RunbookProposed) -> tuple[str | None, str]:
        """The file as it is to be, and the hash of what it is now; None for one that is new."""
        repository = self._github.repository
        query = urlencode({"ref": repository.base})
        status, found = await self._github.ask("GET", f"contents/{quote(event.path)}?{query}", None, 404)
        is_new = f"--- {NOWHERE}\n" in event.diff
        if is_new and status == 200:
            raise _Refused(f"{repository.name} has {event.path} already")
        if not is_new and status == 404:
            raise _Refused(f"{repository.name} has no {event.path} on {repository.base}")
        after = applied(event.diff, None if is_new else _text(found))
        if after is None:
            raise _Refused(f"{event.path} in {repository.name} is not the file that Muster reads")
        return None if is_new else str(_part({"file": found}, FILE).get("sha")), after


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
    url, number = _part({"it": answer}, "it").get("html_url"), _part({"it": answer}, "it").get("number")
    if not isinstance(url, str) or not url.startswith(("https://", "http://")) or not isinstance(number, int):
        raise _Stopped(Unknown(NOBODY_KNOWS))
    return {"url": url, "number": number, "of": job.cause.seq}


def _part(content: Any, name: str) -> dict[str, Any]:
    found = content.get(name) if isinstance(content, dict) else None
    return found if isinstance(found, dict) else {}


def _text(found: Any) -> str | None:
    """What stands in a file; None of what is none, or no text."""
    file = _part({"it": found}, "it")
    if file.get("type") != FILE or file.get("encoding") != "base64":
        return None
    try:
        return base64.b64decode(str(file.get("content"))).decode()
    except ValueError:
        return None


def _encoded(text: str) -> str:
    return base64.b64encode(text.encode("utf-8", "replace")).decode()


def _said(body: bytes) -> str:
    """What GitHub says, in its own words."""
    try:
        content = json.loads(body)
    except ValueError:
        return ""
    errors = content.get("errors") if isinstance(content, dict) else None
    told = [one.get("message") for one in errors if isinstance(one, dict)] if isinstance(errors, list) else []
    message = content.get("message") if isinstance(content, dict) else ""
    return "; ".join(str(one) for one in (*told, message) if one)[:LONGEST_SAID]


def _is_limited(headers: Mapping[str, str]) -> bool:
    return "retry-after" in headers or headers.get("x-ratelimit-remaining") == "0"


def _wish(headers: Mapping[str, str]) -> timedelta | None:
    said = headers.get("retry-after", "")
    return min(timedelta(seconds=int(said[:9])), LONGEST_WISH) if said.isascii() and said.isdecimal() else None
