"""Stands between Muster and an engine that cannot check a signature: `import relay; relay.serve(run)`.

`run(action, inputs, dry_run, key)` starts what is wanted, waits until it has ended, and answers whether it succeeded, a
link and a log. Python 3.9 or later, nothing else. Set MUSTER_SECRET (`whsec_…`), and RELAY_PORT for another port than
8300; it listens on this machine alone, so put it behind whatever ends TLS there.
"""

import base64
import hashlib
import hmac
import http.server
import json
import os
import secrets
import threading
import time
import urllib.request

KEY = base64.b64decode(os.environ["MUSTER_SECRET"][len("whsec_") :])
LARGEST = 100_000
seen = set()


def ask(url, headers, content=None):
    """What an engine answers; `content` is sent as JSON, or as it is where it is bytes. Raises OSError."""
    data = json.dumps(content).encode() if isinstance(content, dict) else content
    kind = {"Content-Type": "application/json"} if isinstance(content, dict) else {}
    request = urllib.request.Request(url, data, {**kind, **headers})  # noqa: S310 - the recipe's own address
    return urllib.request.urlopen(request, timeout=30)  # noqa: S310


def until(url, headers, is_over):
    """The JSON at an address, once it is over."""
    while not is_over(found := json.load(ask(url, headers))):
        time.sleep(3)
    return found


def signature(message, at, body):
    content = b".".join((message.encode(), at.encode(), body))
    return "v1," + base64.b64encode(hmac.new(KEY, content, hashlib.sha256).digest()).decode()


def is_musters(headers, body):
    message, at = headers.get("webhook-id", ""), headers.get("webhook-timestamp", "")
    if not at.isdecimal() or abs(time.time() - int(at)) > 300:
        return False
    expected = signature(message, at, body)
    return any(hmac.compare_digest(expected, one) for one in headers.get("webhook-signature", "").split())


def answer(order, succeeded, link, log):
    """Tell Muster, for up to an hour if it is away."""
    told = {"run": order["run"], "outcome": "succeeded" if succeeded else "failed", "link": link, "log": log[-60_000:]}
    body = json.dumps(told).encode()
    for _ in range(120):
        message, at = f"msg_{secrets.token_hex(12)}", str(int(time.time()))
        headers = {"webhook-id": message, "webhook-timestamp": at, "webhook-signature": signature(message, at, body)}
        try:
            request = urllib.request.Request(order["callback"], body, headers)  # noqa: S310 - it stood in what is signed
            with urllib.request.urlopen(request, timeout=10):  # noqa: S310
                return
        except OSError as error:
            if getattr(error, "code", 503) < 500:
                print(f"Muster refused it: {error}", flush=True)
                return
            time.sleep(30)


def work(run, order):
    """What stops with an error may run on: then nothing is said, and Muster tells people that nobody knows."""
    answer(order, *run(order["action"], order["inputs"], order["dry_run"], order["run"]))


def serve(run):
    class Door(http.server.BaseHTTPRequestHandler):
        def do_POST(self):
            body = self.rfile.read(min(int(self.headers.get("content-length", 0)), LARGEST))
            if not is_musters(self.headers, body):
                self.send_response(401)
            else:
                order = json.loads(body)
                if order["run"] not in seen:  # what comes twice is run once
                    seen.add(order["run"])
                    threading.Thread(target=work, args=(run, order)).start()
                self.send_response(202)
            self.end_headers()

        def log_message(self, *_):
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", int(os.environ.get("RELAY_PORT", "8300"))), Door)
    print(f"listening on {server.server_port}", flush=True)
    server.serve_forever()
