"""What a receiving system keeps: every delivery on disk before it says that it has it."""

import json
import os
from collections import deque
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from threading import Lock
from typing import Any

SETTLING = ("applied", "loaded")
"""The last words of the event types after which `data.after` is who is of record."""

RECENT = 50


@dataclass(frozen=True)
class Delivery:
    """One request that was accepted. `double` has been here before, `late` came after a newer
    event of the same agreement."""

    position: int
    webhook_id: str
    received_at: str
    subject: str
    sequence: int
    type: str
    double: bool
    late: bool
    body: dict[str, Any]


class Store:
    """A file of JSON lines, and what follows from it. Safe to share between threads."""

    def __init__(self, path: Path) -> None:
        self.recent: deque[Delivery] = deque(maxlen=RECENT)
        self.of_record: dict[str, tuple[int, list[dict[str, Any]]]] = {}
        self.count = self.doubles = self.late = 0
        self._lock = Lock()
        self._path = path
        self._seen: set[str] = set()
        self._newest: dict[str, int] = {}
        path.parent.mkdir(parents=True, exist_ok=True)
        self._file = path.open("ab+")
        self._drop_torn_line()
        for delivery in self.deliveries():
            self._learn(delivery)

    def keep(self, webhook_id: str, event: dict[str, Any]) -> Delivery:
        """Write the delivery, doubles too, and return only when it is on the disk."""
        subject, sequence = str(event.get("subject", "")), int(event.get("sequence") or 0)
        with self._lock:
            double = webhook_id in self._seen
            delivery = Delivery(
                position=self.count + 1,
                webhook_id=webhook_id,
                received_at=datetime.now(UTC).isoformat(timespec="milliseconds"),
                subject=subject,
                sequence=sequence,
                type=str(event.get("type", "")),
                double=double,
                late=not double and sequence < self._newest.get(subject, 0),
                body=event,
            )
            line = json.dumps(asdict(delivery), ensure_ascii=False, separators=(",", ":"))
            self._file.write(line.encode() + b"\n")
            self._file.flush()
            os.fsync(self._file.fileno())
            self._learn(delivery)
        return delivery

    def deliveries(self) -> Iterator[Delivery]:
        """All of them from the disk, in the order in which they came."""
        with self._path.open(encoding="utf-8", newline="\n") as lines:
            for line in lines:
                if line.endswith("\n"):
                    yield Delivery(**json.loads(line))

    def snapshot(self) -> tuple[list[Delivery], dict[str, list[dict[str, Any]]]]:
        """The last deliveries and who is of record by agreement, both with the newest first."""
        with self._lock:
            known = {subject: after for subject, (_, after) in reversed(self.of_record.items())}
            return list(reversed(self.recent)), known

    def _learn(self, delivery: Delivery) -> None:
        self.count += 1
        self.doubles += delivery.double
        self.late += delivery.late
        self.recent.append(delivery)
        self._seen.add(delivery.webhook_id)
        subject, sequence = delivery.subject, delivery.sequence
        self._newest[subject] = max(sequence, self._newest.get(subject, 0))
        data = delivery.body.get("data")
        after = data.get("after") if isinstance(data, dict) else None
        if not isinstance(after, list) or delivery.type.rpartition(".")[2] not in SETTLING:
            return
        if sequence >= self.of_record.get(subject, (0, []))[0]:
            self.of_record.pop(subject, None)
            self.of_record[subject] = (sequence, after)

    def _drop_torn_line(self) -> None:
        """A line that was cut while it was written was never acknowledged."""
        content = self._path.read_bytes()
        whole = content.rfind(b"\n") + 1
        if whole < len(content):
            self._file.truncate(whole)
