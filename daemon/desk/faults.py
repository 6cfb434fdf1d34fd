"""A fault in something that people wrote: a setting, a rule, a template, a list.

Promise: every fault names the file, the line and the cure, and all faults are found in one go (guarantee 9).
"""

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True, order=True)
class Fault:
    """One fault. `line` counts from 1; 0 means the file as a whole."""

    file: Path
    line: int
    text: str
    cure: str

    def __str__(self) -> str:
        place = f"{self.file}:{self.line}" if self.line else str(self.file)
        return f"{place}: {self.text}. {self.cure}"


class Faulty(Exception):
    """Raised by a loader after it has read everything it could: holds all faults found."""

    def __init__(self, faults: list[Fault]) -> None:
        super().__init__("\n".join(str(fault) for fault in sorted(faults)))
        self.faults = sorted(faults)
