"""The private key that signs, as it is made and as it is replaced in its key file."""

import os
import tempfile
from pathlib import Path

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from ofrecord.cli import home


def new() -> str:
    """A private key in PEM, as openssl has it."""
    return (
        Ed25519PrivateKey.generate()
        .private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
        .decode()
    )


def replace() -> str:
    """Put a new key in the place of the one in the key file, whole or not at all; the new key."""
    path, key = home.home() / "keys" / "signing_key", new()
    descriptor, draft = tempfile.mkstemp(dir=path.parent, prefix=".signing_key-")
    with os.fdopen(descriptor, "w") as file:
        file.write(key)
        file.flush()
        os.fsync(file.fileno())
    Path(draft).replace(path)
    return key
