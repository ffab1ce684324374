"""Change the partner of an agreement through the API, exactly as it was previewed.

pip install httpx
export CLIENT_ID=... CLIENT_SECRET=...
python change_partner.py http://127.0.0.1:8000 AGREEMENT PARTNER PERSON
"""

import os
import sys
import uuid
from typing import Any

import httpx

TRIES = 5


def signed_in(url: str) -> httpx.Client:
    """The API with an access token, which is good for an hour."""
    api = httpx.Client(base_url=f"{url}/api/v1", timeout=30)
    credentials = (os.environ["CLIENT_ID"], os.environ["CLIENT_SECRET"])
    answer = api.post("/oauth/token", data={"grant_type": "client_credentials"}, auth=credentials)
    api.headers["Authorization"] = f"Bearer {answer.raise_for_status().json()['access_token']}"
    return api


def checked(api: httpx.Client, agreement: str, partner: str, person: str) -> dict[str, Any]:
    """What would change, and what stands against it."""
    asked = {"agreements": [agreement], "partner": partner, "on_behalf_of": person}
    answer = api.post("/eligibility-checks", json=asked).raise_for_status()
    check: dict[str, Any] = answer.json()["checks"][0]
    return check


def submitted(api: httpx.Client, asked: dict[str, Any]) -> httpx.Response:
    """Submit once, however often it has to be sent: the key makes a repeat harmless."""
    key = str(uuid.uuid4())
    for _try in range(TRIES):
        try:
            answer = api.post("/partner-changes", json=asked, headers={"Idempotency-Key": key})
        except httpx.TransportError:
            continue
        if answer.status_code < 500 and answer.json().get("code") != "busy":
            return answer
    sys.exit("The API does not answer.")


def main(url: str, agreement: str, partner: str, person: str) -> None:
    api = signed_in(url)
    check = checked(api, agreement, partner, person)
    for verdict in check["verdicts"]:
        print(f"{verdict['code']}: {verdict['reason']} {verdict['remedy']['text']}")
    if not check["available"]:
        sys.exit(3)
    answer = submitted(
        api,
        {
            "agreements": [agreement],
            "partner": partner,
            "on_behalf_of": person,
            "reason": "Ordered in our purchasing system.",
            "fingerprints": [check["fingerprint"]],
        },
    )
    if answer.is_error:
        sys.exit(f"{answer.json()['code']}: {answer.json()['detail']}")
    change = answer.json()["changes"][0]
    print(f"{change['number']} is {change['state']}")


if __name__ == "__main__":
    main(*sys.argv[1:])
