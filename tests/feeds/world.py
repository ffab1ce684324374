"""What the writers of the dirty register share: sizes, dice, and what was refused so far."""

from dataclasses import dataclass, field
from datetime import date
from itertools import count
from pathlib import Path
from random import Random

from tests.feeds.dirt import Defect
from tests.feeds.sheet import CLEAN, Codes, FileAccount, Sheet


@dataclass
class Register:
    """What was written, file by file."""

    files: dict[str, FileAccount] = field(default_factory=dict)

    @property
    def read(self) -> int:
        return sum(account.read for account in self.files.values())

    @property
    def refused(self) -> int:
        return sum(len(account.refused) for account in self.files.values())


class World:
    """How many of each thing there are, and for each one bit: whether it was refused."""

    def __init__(self, directory: Path, agreements: int, today: date, rate: float) -> None:
        self.directory = directory
        self.register = Register()
        self.agreements = agreements
        self.accounts = max(agreements // 15, 20)
        self.partners = max(agreements // 375, 60)
        self.bad_account = bytearray(self.accounts)
        self.bad_partner = bytearray(self.partners)
        self.bad_person = bytearray(self.accounts * 3)
        self.bad_agreement = bytearray(agreements)
        self.good_line = bytearray(agreements)
        self.rate = rate
        self._days = [
            date.fromordinal(today.toordinal() + offset).isoformat()
            for offset in range(-2000, 2000)
        ]
        self._random = Random(agreements)
        self._serial = count(1)

    def sheet(self, name: str, columns: str, *, bom: bool = False, newline: str = "\n") -> Sheet:
        sheet = Sheet(self.directory / name, columns.split(","), bom=bom, newline=newline)
        self.register.files[name] = sheet.account
        return sheet

    def spoil(self, row: list[str], turns: list[Defect], sheet: Sheet, often: int = 1) -> Codes:
        """Now and then the next defect in turn, so that each occurs equally often."""
        if self._random.random() >= self.rate * often:
            return CLEAN
        turns.append(turns.pop(0))
        return turns[-1](row, next(self._serial), sheet)

    def day(self, offset: int) -> str:
        """An ISO date so many days from today, up to 2,000 either way."""
        return self._days[offset + 2000]

    def account_of(self, place: int) -> int:
        """One agreement in fifty is of a giant; the other accounts share the rest evenly."""
        return 1 if place % 50 == 9 else place * 2_654_435_761 // 128 % self.accounts
