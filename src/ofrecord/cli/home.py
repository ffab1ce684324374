"""The one directory that holds the state of an installation, and the key files in it."""

import os
import secrets
import tempfile
from collections.abc import Callable
from pathlib import Path

_CHECKOUT = Path(__file__).resolve().parents[3]


def home() -> Path:
    """`OFRECORD_HOME`, else `.ofrecord` in the checkout, else in the user's own directory."""
    if named := os.environ.get("OFRECORD_HOME"):
        return Path(named).expanduser().absolute()
    in_checkout = (_CHECKOUT / "pyproject.toml").exists()
    return (_CHECKOUT if in_checkout else Path.home()) / ".ofrecord"


def key(name: str, make: Callable[[], str] = lambda: secrets.token_urlsafe(48)) -> str:
    """The secret kept under `name`; `make` is called once, when it is first asked for."""
    path = home() / "keys" / name
    if not path.exists():
        _keep(path, make())
    return path.read_text().strip()


def _keep(path: Path, secret: str) -> None:
    """Write the file whole or not at all; of several writers at once the first one wins."""
    home().mkdir(parents=True, exist_ok=True, mode=0o711)
    path.parent.mkdir(exist_ok=True, mode=0o700)
    descriptor, draft = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}-")
    try:
        with os.fdopen(descriptor, "w") as file:
            file.write(secret + "\n")
            file.flush()
            os.fsync(file.fileno())
        os.link(draft, path)
    except FileExistsError:
        pass
    finally:
        Path(draft).unlink()
