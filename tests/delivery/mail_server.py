"""A mail server on loopback, just enough SMTP for a real client."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import Message
from email.policy import default
from socketserver import StreamRequestHandler, ThreadingTCPServer
from threading import Thread


@dataclass
class MailServer:
    """`refuses` are recipients that get 550, `busy` is how many letters get 451 first."""

    port: int = 0
    letters: list[Message] = field(default_factory=list)
    recipients: list[str] = field(default_factory=list)
    refuses: set[str] = field(default_factory=set)
    busy: int = 0


class Session(StreamRequestHandler):
    mail: MailServer

    def handle(self) -> None:
        self.say(220, "ready")
        for line in iter(self.rfile.readline, b""):
            word = line[:4].upper().decode(errors="replace").strip()
            if word == "QUIT":
                self.say(221, "bye")
                return
            if word == "RCPT":
                self.recipient(line.decode())
            elif word == "DATA":
                self.data()
            else:
                self.say(250, "fine")

    def recipient(self, line: str) -> None:
        address = line.partition("<")[2].partition(">")[0]
        if address in self.mail.refuses:
            self.say(550, "nobody here")
            return
        self.mail.recipients.append(address)
        self.say(250, "fine")

    def data(self) -> None:
        self.say(354, "go on")
        lines = list(iter(self.rfile.readline, b".\r\n"))
        if self.mail.busy:
            self.mail.busy -= 1
            self.say(451, "later")
            return
        self.mail.letters.append(message_from_bytes(b"".join(lines), policy=default))
        self.say(250, "kept")

    def say(self, code: int, words: str) -> None:
        self.wfile.write(f"{code} {words}\r\n".encode())


@contextmanager
def mail_server() -> Iterator[MailServer]:
    mail = MailServer()
    server = ThreadingTCPServer(("127.0.0.1", 0), type("Bound", (Session,), {"mail": mail}))
    server.daemon_threads = True
    mail.port = server.server_address[1]
    thread = Thread(target=server.serve_forever, args=[0.05])
    thread.start()
    try:
        yield mail
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
