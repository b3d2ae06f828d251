"""What `muster run` does with its environment."""

import os
import subprocess
import sys
from pathlib import Path

SCRIPT = """
import asyncio, os
from bot.config.settings import secrets_among
from bot.operator.run import run

async def main():
    working = asyncio.create_task(run())
    await asyncio.sleep(0)  # until it waits for something, such as Slack
    print(working.done(), secrets_among(os.environ), flush=True)
    os._exit(0)

asyncio.run(main())
"""


def test_secrets_leave_the_environment_once_they_are_read(tmp_path: Path) -> None:
    given = {
        "PATH": os.environ["PATH"],
        "PYTHONPATH": os.pathsep.join(sys.path),
        "SLACK_BOT_TOKEN": "xoxb-" + "1-of-ours",
        "SLACK_APP_TOKEN": "xapp-" + "1-of-ours",
        "SLACK_SIGNING_SECRET": "of-ours",
        "SLACK_API_URL": "http://127.0.0.1:9/api/",
        "MUSTER_DATABASE_URL": "sqlite:///m.db",
        "MUSTER_WEBHOOK_CMDB": "whsec_" + "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
        "MUSTER_HTTP_PORT": "0",
        "MUSTER_HEARTBEAT_URL": "https://hc.example/of-ours",
        "OTEL_EXPORTER_OTLP_HEADERS": "x-token=of-ours",
    }
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT], cwd=tmp_path, env=given, capture_output=True, text=True, check=False
    )
    assert done.stdout == "False []\n", done.stderr


def test_traces_without_what_makes_them_are_said_and_keep_nothing_from_starting(tmp_path: Path) -> None:
    script = "import sys; sys.modules['opentelemetry.exporter.otlp.proto.http'] = None\n" + SCRIPT
    given = {
        "PATH": os.environ["PATH"],
        "PYTHONPATH": os.pathsep.join(sys.path),
        "SLACK_BOT_TOKEN": "xoxb-" + "1-of-ours",
        "SLACK_APP_TOKEN": "xapp-" + "1-of-ours",
        "SLACK_API_URL": "http://127.0.0.1:9/api/",
        "MUSTER_HTTP_PORT": "0",
        "OTEL_EXPORTER_OTLP_ENDPOINT": "http://127.0.0.1:9",
    }
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=tmp_path, env=given, capture_output=True, text=True, check=False
    )
    assert "False []" in done.stdout, done.stderr
    assert "Warning: traces need the extra `otel`" in done.stderr
