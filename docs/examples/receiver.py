"""A system that is told of partner changes: it verifies, keeps, and only then acknowledges.

pip install standardwebhooks
RECEIVER_SECRET=whsec_... python receiver.py 9301 events.db
"""

import json
import os
import sqlite3
import sys
from http.server import BaseHTTPRequestHandler, HTTPServer

from standardwebhooks.webhooks import Webhook, WebhookVerificationError

WEBHOOK = Webhook(os.environ["RECEIVER_SECRET"])
DATABASE = sqlite3.connect(sys.argv[2])
DATABASE.execute("CREATE TABLE IF NOT EXISTS event (id TEXT PRIMARY KEY, body TEXT)")


class Receiver(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["content-length"]))
        try:
            WEBHOOK.verify(body, dict(self.headers.items()))
        except WebhookVerificationError:
            self.send_error(401)
            return
        self.keep(body)
        self.send_response(204)
        self.end_headers()

    def keep(self, body: bytes) -> None:
        """Keep the event once, however often it comes, and act on it the first time."""
        with DATABASE:
            added = DATABASE.execute(
                "INSERT OR IGNORE INTO event VALUES (?, ?)",
                (self.headers["webhook-id"], body.decode()),
            )
        event = json.loads(body)
        if added.rowcount and event["type"] == "partner_change.applied":
            names = ", ".join(party["name"] for party in event["data"]["after"])
            print(f"{event['subject']} is now with {names}", flush=True)


HTTPServer(("127.0.0.1", int(sys.argv[1])), Receiver).serve_forever()
