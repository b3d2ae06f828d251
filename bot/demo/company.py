"""The company of a story: its people and channels in the sandbox, and the policy it works by."""

from datetime import date, timedelta
from pathlib import Path

import yaml

from bot.demo.story import Story
from bot.sandbox import Sandbox

NAMES = {
    "dana": "Dana Ruiz",
    "bo": "Bo de Vries",
    "chen": "Chen Wei",
    "eli": "Eli Novak",
    "fay": "Fay Adeyemi",
    "gus": "Gus Moreno",
    "hana": "Hana Sato",
    "ivo": "Ivo Petrov",
    "jun": "Jun Mori",
    "kit": "Kit Larsen",
    "lin": "Lin Zhao",
    "mei": "Mei Tanaka",
}
"""The full names of the people in the stories, by handle; whoever else plays in a story is called by the handle."""
TAGS = {
    "gitlab-db": ["database", "postgres", "backup"],
    "mysql-metadata": ["database", "mysql", "failover"],
    "edge-waf": ["deploy", "rules", "edge"],
    "pypi-organizations": ["security", "access"],
    "platform-compute": ["compute", "nodes", "capacity"],
}
"""What a company would have written beside its services, so that runbooks are found."""


def move_in(sandbox: Sandbox, story: Story) -> dict[str, str]:
    """Put the story's people and channels into the sandbox; the people's Slack ids by handle."""
    people = {
        handle: sandbox.add_person(
            handle, real_name=NAMES.get(handle, handle.capitalize()), tz=somebody.tz, is_guest=somebody.guest
        )
        for handle, somebody in story.people.items()
    }
    members = [*people.values(), sandbox.bot]
    sandbox.add_channel("general", members=members)
    sandbox.add_channel("incidents", members=members)
    return {handle: person.id for handle, person in people.items()}


def monday_before(day: date) -> date:
    """The Monday of the day's week: the turn of whoever comes first covers the whole story."""
    return day - timedelta(days=day.weekday())


def write_policy(story: Story, people: dict[str, str], path: Path) -> None:
    """A policy that lists the story's service and has its people on call, in the order given."""
    ids = list(people.values())
    content = {
        "services": {
            story.service: {"name": story.service, "oncall": "story", "tags": TAGS.get(story.service, [])},
        },
        "default_schedule": "story",
        "schedules": {
            "story": {
                "rotation": "2w",
                "start": monday_before(story.starts_at.date()),
                "handover": "mon 00:00",
                "members": ids,
                "secondary": [*ids[1:], ids[0]],
            }
        },
    }
    path.write_text(yaml.safe_dump(content, sort_keys=False), encoding="utf-8")
