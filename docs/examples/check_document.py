"""Check a receipt or a statement without any part of OfRecord, offline.

    pip install "pyjwt[crypto]"
    python check_document.py DOCUMENT.jws KEYS.json

KEYS.json is what the vendor publishes at /.well-known/ofrecord-keys.json.
"""

import json
import sys
from pathlib import Path

import jwt

document, keys = (Path(name).read_text() for name in sys.argv[1:])
signed = jwt.PyJWS()
named = signed.get_unverified_header(document.strip())["kid"]
published = {key["kid"]: jwt.PyJWK(key, "EdDSA") for key in json.loads(keys)["keys"]}
if named not in published:
    sys.exit("It was signed with a key that the vendor has not published.")
try:
    content = json.loads(signed.decode(document.strip(), published[named], ["EdDSA"]))
except jwt.InvalidSignatureError:
    sys.exit("It is not as it was signed.")
print(f"A {content['kind']} of {content['issuer']['name']}, as it was signed.")
