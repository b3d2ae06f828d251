"""The part of GitHub's REST API that opens pull requests, on this machine, before a bare git repository."""

import asyncio
import base64
import json
import subprocess
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from aiohttp import web

from bot.domain.policy import RunbookRepository
from tests.serving import serving

TOKEN, VARIABLE, NAME = "github_pat_0123456789", "MUSTER_RUNBOOKS_TOKEN", "example/runbooks"
HANGS_UP_AFTER, HANGS_UP_BEFORE, IS_GARBAGE = -1, -2, -3
"""What it does instead of answering; the first does what was asked."""


@dataclass
class FakeGitHub:
    repository: Path
    port: int = 0
    pulls: list[dict[str, Any]] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)
    """`POST pulls`, in order."""
    answers: dict[str, list[int]] = field(default_factory=dict)
    """By what is asked, the next statuses; afterwards what is right."""
    headers: dict[str, str] = field(default_factory=dict)

    def git(self, *arguments: str, given: bytes = b"") -> bytes:
        done = subprocess.run(["git", *arguments], cwd=self.repository, input=given, capture_output=True, check=True)
        return done.stdout.strip(b"\n") if arguments[0] != "show" else done.stdout

    def commit(self, branch: str, path: str, content: bytes, message: str = "as it was") -> str:
        """Put a file on a branch, which begins with it where there is none."""
        try:
            parent = [self.git("rev-parse", "--verify", "-q", f"refs/heads/{branch}").decode()]
            self.git("read-tree", parent[0])
        except subprocess.CalledProcessError:
            parent = []
            self.git("read-tree", "--empty")
        blob = self.git("hash-object", "-w", "--stdin", given=content).decode()
        self.git("update-index", "--add", "--cacheinfo", f"100644,{blob},{path}")
        tree = self.git("write-tree").decode()
        parents = [one for sha in parent for one in ("-p", sha)]
        made = self.git("-c", "user.name=a", "-c", "user.email=a@b", "commit-tree", tree, *parents, "-m", message)
        self.git("update-ref", f"refs/heads/{branch}", made.decode())
        return blob

    def content(self, branch: str, path: str) -> str:
        return self.git("show", f"{branch}:{path}").decode()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def part(self, **more: Any) -> dict[str, Any]:
        """As the policy file has it."""
        here = {"api": self.url, "allow_private_address": True}
        return {"name": NAME, "token": f"env:{VARIABLE}", "folder": "docs/", **here, **more}

    def place(self, **more: Any) -> RunbookRepository:
        here: dict[str, Any] = {"api": self.url, "allow_private_address": True, "folder": "docs/", **more}
        return RunbookRepository(NAME, VARIABLE, **here)

    async def answer(self, request: web.Request) -> web.StreamResponse:
        what = request.match_info["rest"]
        name = f"{request.method} {'/'.join(what.split('/')[:2]) if what.startswith('git/') else what.split('/')[0]}"
        self.asked.append(name)
        status = self.answers[name].pop(0) if self.answers.get(name) else 0
        if status > 0:
            return web.json_response({"message": "No."}, status=status, headers=self.headers)
        if status == IS_GARBAGE:
            return web.Response(text="<html>", content_type="text/html")
        if status == HANGS_UP_BEFORE or request.headers.get("Authorization") != f"Bearer {TOKEN}":
            if status:
                assert request.transport is not None
                request.transport.close()
            return web.json_response({"message": "Bad credentials"}, status=401)
        found = await self._do(request.method, what, request.query, await request.read())
        if status == HANGS_UP_AFTER:
            assert request.transport is not None
            request.transport.close()
        return web.json_response(found[1], status=found[0])

    async def _do(self, method: str, what: str, query: Any, body: bytes) -> tuple[int, Any]:
        sent = json.loads(body) if body else {}
        try:
            match method, what.split("/", 1):
                case "GET", ["git", rest]:
                    sha = await asyncio.to_thread(self.git, "rev-parse", "--verify", "-q", f"refs/{rest[4:]}")
                    return 200, {"object": {"sha": sha.decode()}}
                case "POST", ["git", _]:
                    if sent["ref"].encode() in self.git("for-each-ref", "--format=%(refname)").split():
                        return 422, {"message": "Reference already exists"}
                    self.git("update-ref", sent["ref"], sent["sha"])
                    return 201, {"ref": sent["ref"]}
                case "GET", ["contents", path]:
                    blob = self.git("rev-parse", "--verify", "-q", f"{query['ref']}:{path}").decode()
                    content = base64.encodebytes(self.git("show", blob)).decode()
                    return 200, {"type": "file", "encoding": "base64", "content": content, "sha": blob}
                case "PUT", ["contents", path]:
                    there = subprocess.run(
                        ["git", "rev-parse", "--verify", "-q", f"{sent['branch']}:{path}"],
                        cwd=self.repository, capture_output=True, check=False, text=True,
                    ).stdout.strip()  # fmt: skip
                    if there != sent.get("sha", ""):
                        return (409 if there and "sha" in sent else 422), {"message": f"{path} does not match"}
                    self.commit(sent["branch"], path, base64.b64decode(sent["content"]), sent["message"])
                    return 200, {}
                case "GET", ["pulls"]:
                    wanted = query["head"].partition(":")[2]
                    return 200, [one for one in self.pulls if one["head"]["ref"] == wanted]
                case "POST", ["pulls"]:
                    return self._pull(sent)
        except subprocess.CalledProcessError:
            pass
        return 404, {"message": "Not Found"}

    def _pull(self, sent: dict[str, Any]) -> tuple[int, Any]:
        if any(one["head"]["ref"] == sent["head"] for one in self.pulls):
            message = f"A pull request already exists for example:{sent['head']}."
            return 422, {"message": "Validation Failed", "errors": [{"message": message}]}
        number = 12 + len(self.pulls)
        url = f"https://github.example/{NAME}/pull/{number}"
        made = {
            "number": number,
            "html_url": url,
            "head": {"ref": sent["head"]},
            **{k: sent[k] for k in ("title", "body", "base")},
        }
        self.pulls.append(made)
        return 201, made


@asynccontextmanager
async def a_github(folder: Path) -> AsyncIterator[FakeGitHub]:
    repository = folder / "runbooks.git"
    subprocess.run(["git", "init", "--quiet", "--bare", str(repository)], check=True)
    github = FakeGitHub(repository)
    async with serving(web.route("*", f"/repos/{NAME}/{{rest:.*}}", github.answer)) as github.port:
        yield github
