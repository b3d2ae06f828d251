"""The `muster` command. Heavy imports are lazy, so that `--help` answers at once.

Exit codes: 0 done; 1 the answer is no; 2 wrong usage or configuration. Results on stdout, messages on stderr.
"""

import asyncio
import gc
import sys
from collections.abc import Callable, Coroutine, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from types import ModuleType
from typing import Any, NoReturn

import click

REFERENCE = "INC-n"
STORY = "gitlab-2017-01-31-database"
PORT = click.IntRange(0, 65535)
FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


def run_async(work: Callable[[], Coroutine[Any, Any, int]], first: Callable[[], None] = lambda: None) -> NoReturn:
    """End with the work's exit code; what it cannot do is said on stderr. `first`: done before it, outside the loop,
    where Ctrl-C ends a question at once."""
    from bot.operator.commands import NotPossible

    try:
        first()
        sys.exit(asyncio.run(work()))
    except NotPossible as no:
        click.echo(str(no), err=True)
        sys.exit(no.code)


class Verbs(click.Group):
    """The verbs, made from the API's table when one of them is wanted."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - the names are click's
        from bot.operator.incidents import commands

        return list(commands(run_async))

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        from bot.operator.incidents import commands

        return commands(run_async).get(cmd_name)


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="muster-bot", prog_name="muster")
def main() -> None:
    """Muster coordinates incidents in Slack."""


@main.command()
@click.option("--no-input", is_flag=True, help="Ask nothing: tokens come from the environment, the rest from options.")
@click.option("--replace", is_flag=True, help="Write .env and policy.yml anew where they are there already.")
@click.option("--time-zone", metavar="ZONE", help="Such as Europe/Madrid.  [default: asked; UTC]")
@click.option(
    "--broadcast", metavar="CHANNEL", help="For one card per incident; - for none.  [default: asked; incidents]"
)
@click.option("--on-call", metavar="U0123,…", help="Slack ids, in the order of their weeks.  [default: asked; nobody]")
@click.option("--check/--no-check", default=True, help="End with `muster doctor`.  [default: check]")
def init(
    no_input: bool, replace: bool, time_zone: str | None, broadcast: str | None, on_call: str | None, check: bool
) -> None:
    """Set Muster up in this folder: the app in Slack, .env and policy.yml.

    What the environment has of SLACK_BOT_TOKEN, SLACK_APP_TOKEN, SLACK_SIGNING_SECRET, SLACK_API_URL,
    MUSTER_DATABASE_URL and MUSTER_PUBLIC_URL is written into .env and not asked for.
    """
    import os

    from bot.operator import init as setting_up

    answers = setting_up.Answers(
        time_zone and setting_up.a_zone(time_zone),
        None if broadcast is None else setting_up.a_channel(broadcast),
        None if on_call is None else setting_up.people(on_call),
        asks=not no_input,
        replaces=replace,
    )

    async def checked() -> int:
        if not check:
            return 0
        from bot.operator.doctor import doctor as work

        code = await work(as_json=False)
        if code == 0:
            click.echo("\nNext: `muster run`, and in Slack `/incident declare --drill the first incident`.", err=True)
        return code

    run_async(checked, first=lambda: setting_up.init(answers, os.environ))


@main.command()
@click.option("--link", is_flag=True, help="Print the link to Slack's page that makes the app.")
@click.option("--public-url", metavar="URL", help="For HTTP mode: your address, such as https://muster.example.")
def manifest(link: bool, public_url: str | None) -> None:
    """Print the manifest of the app in Slack."""
    from bot.slack.manifest import as_yaml, build_manifest, link_to_create

    made = build_manifest(request_url=public_url and f"{public_url.rstrip('/')}/slack/events")
    click.echo(link_to_create(made) if link else as_yaml(made), nl=link)


def load_bot() -> None:
    """Load all that `muster run` needs, before it begins. What it holds is most of an idle bot's memory, so nothing is
    among it that only another command needs, or a library that we use otherwise."""
    gc.disable()  # nothing of what is loaded now is garbage: looking for some was a quarter of the start
    with _without({"rich": None}):  # it is loaded for tracebacks, and we write our own
        import structlog  # noqa: F401
    with _without(dict.fromkeys(ORM, _Anything("ORM"))):
        import bot.store  # noqa: F401
    from bot.operator import commands, run  # noqa: F401 - `run_async` needs the first

    gc.freeze()  # and it stays: each later look at all of it would hold up whoever is waiting
    gc.enable()


ORM = ("sqlalchemy.ext.asyncio.session", "sqlalchemy.ext.asyncio.scoping")
"""What loads SQLAlchemy's ORM, which we don't use: a seventh of the start and 6 MB."""


class _Anything(ModuleType):
    """A module that has every name."""

    def __getattr__(self, name: str) -> object:
        if name.startswith("__"):
            raise AttributeError(name)
        return object


@contextmanager
def _without(modules: Mapping[str, ModuleType | None]) -> Iterator[None]:
    """While a library is loaded, these stand in for modules that it would load as well; None: there is no such one.
    Whoever wants them afterwards has the real ones."""
    put = {name: module for name, module in modules.items() if name not in sys.modules}
    sys.modules.update(put)  # type: ignore[arg-type]
    try:
        yield
    finally:
        for name in put:
            del sys.modules[name]


@main.command()
def run() -> None:
    """Run the bot until SIGTERM or SIGINT."""
    load_bot()
    from bot.operator.run import leave_soon
    from bot.operator.run import run as run_bot

    async def run_and_leave() -> int:
        code = await run_bot()
        leave_soon(code)
        return code

    run_async(run_and_leave)


@main.command()
def migrate() -> None:
    """Bring the database to this version's tables."""
    from bot.operator.commands import migrate as work

    run_async(work)


@main.command()
@click.option("--json", "as_json", is_flag=True, help="Print the findings as JSON.")
def doctor(as_json: bool) -> None:
    """Check settings, policy, runbooks, Slack and the database; list everything that is wrong."""
    from bot.operator.doctor import doctor as work

    run_async(lambda: work(as_json=as_json))


@main.command()
def rebuild() -> None:
    """Recompute what follows from the timeline. Not beside a running bot."""
    from bot.operator.commands import rebuild as work

    run_async(work)


@main.command()
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
def backup(file: Path) -> None:
    """Copy SQLite's database to FILE and check the copy, also beside a running bot."""
    from bot.operator.backup import backup as work

    run_async(lambda: work(file))


@main.group()
def outbox() -> None:
    """Look at what Slack has yet to be told, and retry what was given up."""


@outbox.command("list")
@click.option("--json", "as_json", is_flag=True, help="Print the effects as JSON.")
def outbox_list(as_json: bool) -> None:
    """Effects that are waiting, under way, or dead; ends with 1 when one is dead."""
    from bot.operator.commands import outbox_list as work

    run_async(lambda: work(as_json=as_json))


@outbox.command("retry")
@click.argument("ids", nargs=-1, type=int)
def outbox_retry(ids: tuple[int, ...]) -> None:
    """Try dead effects again: the given ones, else all."""
    from bot.operator.commands import outbox_retry as work

    run_async(lambda: work(ids))


@main.group()
def alerts() -> None:
    """See what becomes of what monitoring sends."""


@alerts.command("try")
@click.argument("file", type=FILE)
@click.option("--source", required=True, help="Which sender's it is, such as alertmanager.")
@click.option("--header", "headers", multiple=True, help="A header it comes with, as `Name: value`; may be repeated.")
def alerts_try(file: Path, source: str, headers: tuple[str, ...]) -> None:
    """Show parser, key, route and outcome of a request's body. Nothing is done."""
    from bot.operator.alerts import try_out as work

    run_async(lambda: work(file.read_bytes(), source, headers))


@alerts.command("retry")
def alerts_retry() -> None:
    """Work off what could not be worked off before."""
    from bot.operator.alerts import retry as work

    run_async(work)


@main.group()
def status() -> None:
    """The status page that tells customers how things are."""


@status.command("build")
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
def status_build(folder: Path) -> None:
    """Write the status page into FOLDER as files that any server can hand out."""
    from bot.operator.status_page import build as work

    run_async(lambda: work(folder))


@main.command()
@click.argument("reference", metavar=REFERENCE)
@click.option("--format", "format_", type=click.Choice(["md", "html", "json", "pdf"]), default="md", show_default=True)
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), help="Write to a file instead of stdout.")
def review(reference: str, format_: str, out: Path | None) -> None:
    """Write the post-incident review as it stands now."""
    from bot.operator.commands import review as work

    run_async(lambda: work(reference, format_, out))


@main.command()
@click.option("--last", type=click.DateTime(["%Y-%m-%d"]), metavar="DATE", help="Its last day; else yesterday.")
@click.option("--picture", type=click.Path(dir_okay=False, path_type=Path), help="Write its picture to a PNG file.")
@click.option("--mail", "to", metavar="ADDRESS", help="Also send it there by the policy's mail server.")
def digest(last: datetime | None, picture: Path | None, to: str | None) -> None:
    """Show what the weekly digest says, as it would now. Nothing is sent to anybody but whom --mail names."""
    from bot.operator.looking_back import digest as work

    run_async(lambda: work(last.date() if last else None, picture, to))


@main.command()
@click.option("--month", type=click.DateTime(["%Y-%m"]), metavar="2026-10", required=True, help="Of which month.")
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), help="Write to a file instead of stdout.")
def report(month: datetime, out: Path | None) -> None:
    """Write how incidents were handled in a month, as PDF; without private ones and drills."""
    from bot.operator.looking_back import report as work

    run_async(lambda: work(month.date(), out))


@main.command()
@click.argument("reference", metavar=REFERENCE)
@click.argument("entry", type=click.IntRange(min=1))
def erase(reference: str, entry: int) -> None:
    """Take what somebody typed out of an entry of a timeline.

    Who did what when stays. `muster export timeline` lists the entries with their numbers (seq).
    """
    from bot.operator.commands import erase as work

    run_async(lambda: work(reference, entry))


@main.command()
@click.option("--head", "heads", multiple=True, metavar="DIGEST", help="A head as it was published; may be repeated.")
@click.option("--json", "as_json", is_flag=True, help="For programs.")
def verify(heads: tuple[str, ...], as_json: bool) -> None:
    """Check that nothing in the record was changed, removed or put in by hand; ends with 1 when something was."""
    from bot.operator.proof import verify as work

    run_async(lambda: work(heads, as_json=as_json))


@main.command()
@click.argument("reference", metavar=REFERENCE)
@click.option(
    "--out", required=True, type=click.Path(dir_okay=False, path_type=Path), help="The zip that is to be written."
)
def evidence(reference: str, out: Path) -> None:
    """Pack an incident with what proves that its record was not altered."""
    from bot.operator.proof import evidence as work

    run_async(lambda: work(reference, out))


@main.group()
def heads() -> None:
    """The daily heads of the record, against which it can be checked."""


@heads.command("list")
@click.option("--json", "as_json", is_flag=True, help="For programs.")
def heads_list(as_json: bool) -> None:
    """Every head: when it was made, its digest, and whether it is signed and stamped."""
    from bot.operator.proof import list_heads as work

    run_async(lambda: work(as_json=as_json))


@heads.command("key")
def heads_key() -> None:
    """Make a key that signs heads from now on."""
    from bot.operator.proof import make_key as work

    run_async(work)


@heads.command("stamp")
@click.argument("number", type=click.IntRange(min=1))
@click.option("--out", required=True, type=click.Path(dir_okay=False, path_type=Path), help="The file for the answer.")
def heads_stamp(number: int, out: Path) -> None:
    """Write the answer of the time-stamping authority to a head, for `openssl ts -reply`."""
    from bot.operator.proof import write_stamp as work

    run_async(lambda: work(number, out))


@main.group()
def person() -> None:
    """What Muster keeps about one person."""


ALSO = click.option("--also", multiple=True, metavar="NAME", help="Another name or e-mail address; may be given again.")
LEAVE = click.option(
    "--leave", multiple=True, metavar="NAME", help="A name not to look for, as it is a word, too; may be given again."
)


@person.command("export")
@click.argument("user", metavar="U0123")
@ALSO
@LEAVE
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), help="Write to a file instead of stdout.")
def person_export(user: str, also: tuple[str, ...], leave: tuple[str, ...], out: Path | None) -> None:
    """Everything about a person, as JSON: timeline, transcript, roles, follow-ups, reviews, audit log and all else.

    They are found by their Slack id and by the names that Slack tells; --also adds what it does not know.
    """
    from bot.operator.person import Sought
    from bot.operator.person import export as work

    run_async(lambda: work(Sought.typed(user, also, leave), out))


@person.command("erase")
@click.argument("user", metavar="U0123")
@click.option("--reason", default="", help="Why; it is kept, without their name.")
@ALSO
@LEAVE
@click.option("--words", "takes_words", is_flag=True, help="Also erase what they typed in timelines.")
@click.option("--dry-run", "is_dry", is_flag=True, help="Show what would change, and what stays; change nothing.")
@click.option("--yes", "is_sure", is_flag=True, help="Do not ask whether you are sure.")
@click.option("--rewrite", "rewrites", is_flag=True, help="PostgreSQL: write the tables anew; locks each for a while.")
@click.option("--json", "as_json", is_flag=True, help="Print what would change, and what stays, as JSON.")
def person_erase(user: str, also: tuple[str, ...], leave: tuple[str, ...], **wish: Any) -> None:
    """Take a person out of everything that Muster keeps. A pseudonym stands there instead; nobody can tell whose.

    Every record stays whole and says that somebody was erased, not who. What they wrote in channels goes. Give the
    command again where it was cut off: it goes on.
    """
    from bot.operator.person import Sought
    from bot.operator.person_erasing import Wish
    from bot.operator.person_erasing import erase_person as work

    run_async(lambda: work(Sought.typed(user, also, leave), Wish(**wish)))


@main.command()
@click.option("--dry-run", "is_dry", is_flag=True, help="Show what would go; change nothing.")
@click.option("--yes", "is_sure", is_flag=True, help="Do not ask whether to go on.")
@click.option("--rewrite", "rewrites", is_flag=True, help="PostgreSQL: write the tables anew; locks each for a while.")
@click.option("--json", "as_json", is_flag=True, help="Print what would go as JSON.")
def purge(**wish: bool) -> None:
    """Take out what is kept no longer, by `retention` in the policy: words, names of files, names of people.

    Records stay whole, and say what was taken out and when. Open incidents and those on legal hold are left alone. A
    running bot does it by itself, four times a day. Where it was cut off, the same command goes on.
    """
    from bot.operator.purge import purge as work

    run_async(lambda: work(**wish))


@main.group()
def webhooks() -> None:
    """What other programs are told."""


@webhooks.command("list")
@click.option("--json", "as_json", is_flag=True, help="For programs.")
def webhooks_list(as_json: bool) -> None:
    """Every webhook, of the policy and of the API, and how much waits for it."""
    from bot.operator.webhooks import listed

    run_async(lambda: listed(as_json=as_json))


@webhooks.command("replay")
@click.option("--since", required=True, help="So long ago, such as 2h or 3d, or an instant such as 2026-03-02T14:05.")
@click.option("--to", "names", multiple=True, metavar="NAME", help="The webhook; may be given again.  [default: all]")
def webhooks_replay(since: str, names: tuple[str, ...]) -> None:
    """Send again what happened since then, each message under the id that it had.

    Messages are remembered for 30 days. A running bot begins within seconds.
    """
    from bot.operator.webhooks import replay

    run_async(lambda: replay(since, names))


@main.group()
def trackers() -> None:
    """Where follow-ups and incidents have an issue."""


@trackers.command("check")
@click.option("--json", "as_json", is_flag=True, help="For programs.")
def trackers_check(as_json: bool) -> None:
    """How work would be closed and opened again in each, and which fields a new issue would lack. Writes nothing."""
    from bot.operator.trackers import check

    run_async(lambda: check(as_json=as_json))


@main.group()
def sessions() -> None:
    """Who has the pages of reviews open in a browser."""


@sessions.command("end")
def sessions_end() -> None:
    """End every session on the pages of reviews, and every link to them.

    A running bot gives new links from then on.
    """
    from bot.operator.commands import sessions_end as work

    run_async(work)


@main.group()
def token() -> None:
    """Tokens for the API: without any, the API is off."""


@token.command("create")
@click.argument("name")
@click.option("--person", metavar="U0123", help="Acts as this person, and sees what they may see.")
@click.option("--integration", "kind", metavar="KIND", help="For a program, called NAME; such as ci or monitoring.")
@click.option(
    "--scope",
    "scopes",
    multiple=True,
    type=click.Choice(["read", "declare", "write", "admin"]),
    help="What it may do; may be given again.  [default: read]",
)
@click.option("--expires", default="90d", show_default=True, help="A duration such as 30d, or never.")
def token_create(name: str, person: str | None, kind: str | None, scopes: tuple[str, ...], expires: str) -> None:
    """Make a token and print it, once.

    NAME is what you call it, such as "Dana's laptop"; an integration is called so in every timeline.
    """
    from bot.operator.tokens import create as work

    run_async(lambda: work(name, person, kind, scopes, expires))


@token.command("list")
@click.option("--json", "as_json", is_flag=True, help="Print the tokens as JSON.")
def token_list(as_json: bool) -> None:
    """Every token: whose it is, what it may do, until when, and when it was last used."""
    from bot.operator.tokens import listed as work

    run_async(lambda: work(as_json=as_json))


@token.command("revoke")
@click.argument("token_id", metavar="ID")
def token_revoke(token_id: str) -> None:
    """From now on a token opens nothing."""
    from bot.operator.tokens import revoke as work

    run_async(lambda: work(token_id))


@main.command()
@click.option("--as", "user", metavar="U0123", help="By the database on this machine, as this person.")
def mcp(user: str | None) -> None:
    """Serve tools for programs with a language model, on stdin and stdout.

    It reaches Muster by MUSTER_URL and MUSTER_TOKEN, or with --as by the database on this machine.
    """
    from bot.operator.mcp import serve

    run_async(lambda: serve(user))


@main.group(cls=Verbs)
def incident() -> None:
    """Declare, read and lead incidents: every verb.

    Over the network by MUSTER_URL and MUSTER_TOKEN; on Muster's own machine by its database, as the person that --as
    names. What is done while Slack is down is announced there when it is back.
    """


@main.command()
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
def completion(shell: str) -> None:
    """Print what completes commands in a shell: `source <(muster completion bash)`."""
    from click.shell_completion import get_completion_class

    kind = get_completion_class(shell)
    if kind is None:
        raise click.UsageError(f"There is no completion for {shell}.")
    click.echo(kind(main, {}, "muster", "_MUSTER_COMPLETE").source())


@main.command()
@click.argument(
    "what", type=click.Choice(["incidents", "timeline", "followups", "metrics", "runbooks", "budgets", "audit"])
)
@click.option("--format", "format_", type=click.Choice(["json", "csv"]), default="json", show_default=True)
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), help="Write to a file instead of stdout.")
@click.option("--json", "as_json", is_flag=True, help="The same as --format json.")
@click.option("--period", help="How far back metrics and runbooks look, such as 30d.  [default: 90d]")
def export(what: str, format_: str, out: Path | None, as_json: bool, period: str | None) -> None:
    """Export what is recorded."""
    from bot.operator.commands import export as work

    run_async(lambda: work(what, "json" if as_json else format_, out, period))


@main.command()
@click.argument("scenario", required=False)
@click.option("--list", "list_", is_flag=True, help="List the shipped scenarios.")
@click.option("--as", "user", metavar="U0123", help="By the database on this machine, as this person.")
@click.option("--service", help="The service that is in trouble, as your policy names it.")
@click.option(
    "--speed", type=click.FloatRange(1, 60), default=1, show_default=True, help="Its minutes in one real minute."
)
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), help="Also write the score to a file.")
def gameday(
    scenario: str | None, list_: bool, user: str | None, service: str | None, speed: float, out: Path | None
) -> None:
    """Play SCENARIO, shipped or a file, in a drill with your people, and say how they did.

    Over the network by MUSTER_URL and MUSTER_TOKEN; on Muster's own machine with --as. Ends with 1 when a goal was
    missed.
    """
    from bot.operator.gameday import gameday as work
    from bot.operator.gameday_scenario import load, shipped

    if list_:
        for name, file in shipped().items():
            click.echo(f"{name:24} {load(file).title}")
        return
    if scenario is None:
        raise click.UsageError("Name a scenario; --list shows those that come with Muster.")
    run_async(lambda: work(scenario, user, speed, service, out))


@main.command()
@click.option("--story", help=f"A shipped story, or a file.  [default: {STORY}]")
@click.option("--list", "list_", is_flag=True, help="List the shipped stories.")
@click.option("--out", type=click.Path(file_okay=False, path_type=Path), help="Folder for the review.")
@click.option("--speed", type=click.FloatRange(min=0, min_open=True), help="Story seconds per real second, at most.")
@click.option("--live", is_flag=True, help="No story: a company to play with in the browser, until Ctrl-C.")
@click.option("--port", type=PORT, help="With --live: the page's port on 127.0.0.1; otherwise a free one.")
def demo(story: str | None, list_: bool, out: Path | None, speed: float | None, live: bool, port: int | None) -> None:
    """Replay a public incident through a local Slack, and write its review."""
    if live:
        if story is not None or list_ or out is not None or speed is not None:
            raise click.UsageError("--live plays no story: leave out --story, --list, --out and --speed.")
        from bot.demo.live import live as play

        run_async(lambda: play(port or 0))
    if port is not None:
        raise click.UsageError("--port is for --live: a story needs no page.")
    if list_:
        from bot.demo.story import read, shipped

        for name in shipped():
            click.echo(f"{name:36} {read(name).title}")
        return
    from bot.demo.replay import demo as work

    run_async(lambda: work(story or STORY, out, speed))


@main.command()
@click.option("--port", type=PORT, default=0, help="Port on 127.0.0.1; 0 takes a free one.")
@click.option("--manifest", type=FILE, help="Another app's manifest.")
@click.option("--seed", type=FILE, help="People and channels, YAML.")
@click.option("--request-url", help="Post everything to this address, signed, instead of Socket Mode.")
def sandbox(port: int, manifest: Path | None, seed: Path | None, request_url: str | None) -> None:
    """Run the local Slack alone; prints KEY=value lines to point an app at it, then `ready`."""
    from bot.demo.sandbox_alone import run_sandbox as work

    run_async(lambda: work(port, manifest, seed, request_url))
