"""What an import refuses, and why: where it stands, what stood there, and the reason."""

from dataclasses import dataclass, field

LONGEST_SHOWN = 80
"""Characters of a refused value that are shown: enough to find it, and a bound on memory."""

MOST_KEPT = 1000
"""Refusals that are kept and shown; the rest are only counted."""


@dataclass(frozen=True, slots=True)
class Refusal:
    """One reason why nothing was stored. `line` is where the row begins; None: the file as a whole."""

    file: str
    line: int | None
    column: str | None  # None: the row as a whole
    value: str | None  # as it stood there, shortened where long; empty: the cell was
    reason: str

    def __str__(self) -> str:
        """As a person reads it: claims.csv, line 17, column as_of, “2025-13”: is not a day."""
        where = [self.file]
        if self.line is not None:
            where.append(f"line {self.line}")
        if self.column is not None:
            where.append(f"column {self.column}")
        if self.value is not None:
            where.append(f"“{self.value}”" if self.value else "empty")
        return f"{', '.join(where)}: {self.reason}"


@dataclass
class Refusals:
    """The refusals of one import: the first `most` in full, the rest as a number."""

    claims_file: str = "claims.csv"  # how the file with the claims is called
    kept: list[Refusal] = field(default_factory=list)
    count: int = 0
    most: int = MOST_KEPT

    def add(self, file: str, line: int | None, column: str | None, value: str | None, reason: str) -> None:
        self.count += 1
        file = self.claims_file if file == "claims.csv" else file
        if len(self.kept) < self.most:
            self.kept.append(Refusal(file, line, column, None if value is None else shortened(value), reason))

    def in_order(self) -> tuple[Refusal, ...]:
        """Those kept, by file and line; claims come last, as what they name is described before them."""
        order = sorted(self.kept, key=lambda one: (one.file == self.claims_file, one.file, one.line or 0))
        return tuple(order)


def shortened(value: str) -> str:
    """A value as it is shown: on one line, and not longer than a message can be."""
    shown = " ".join(value[: LONGEST_SHOWN + 1].split())
    return shown if len(shown) <= LONGEST_SHOWN else f"{shown[: LONGEST_SHOWN - 1]}…"
