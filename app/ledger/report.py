"""What an import did, or would do."""

from dataclasses import asdict, dataclass, field
from datetime import datetime

from app.ledger.refusals import Refusal


@dataclass(frozen=True)
class Tally:
    """How many rows of one file were what to the ledger."""

    new: int = 0
    changed: int = 0
    unchanged: int = 0
    older: int = 0  # they equal an earlier state and were left alone

    @property
    def rows(self) -> int:
        return self.new + self.changed + self.unchanged + self.older

    @property
    def writes(self) -> int:
        return self.new + self.changed


@dataclass(frozen=True)
class Restored:
    """What an import into an empty database restored of the past, before it took in what stands today."""

    revisions: int
    judgements: int
    claims: int  # claims and appearances that have a past
    first_at: datetime | None  # when the first of them was recorded; None: there is none
    last_at: datetime | None
    version: int  # the newest of the versions, which count from 1
    people: int  # who acted and were not known here


@dataclass(frozen=True)
class ImportReport:
    """What became of every row. Nothing is stored where anything is refused, nor by a dry run."""

    claims: Tally = field(default_factory=Tally)  # claims and appearances
    appearances: int = 0  # of the rows of claims, how many are appearances
    deployments: Tally = field(default_factory=Tally)
    measures: Tally = field(default_factory=Tally)
    sources: Tally = field(default_factory=Tally)
    refused: tuple[Refusal, ...] = ()  # the first thousand
    refused_count: int = 0
    version: int | None = None  # the version that the import made; None: it changed nothing that counts
    batch_id: int | None = None  # the batch that was handed in for review; None: nothing was
    not_read: tuple[str, ...] = ()  # files beside those that were
    restored: Restored | None = None  # None: no past came with it, or the database has one

    @property
    def new(self) -> int:
        return self.claims.new

    @property
    def changed(self) -> int:
        return self.claims.changed

    @property
    def unchanged(self) -> int:
        return self.claims.unchanged

    @property
    def older(self) -> int:
        return self.claims.older

    @property
    def writes(self) -> bool:
        """Whether anything is to be written at all."""
        return self.describes or self.claims.writes > 0

    @property
    def describes(self) -> bool:
        """Whether anything new is said of a deployment, measure or source."""
        return any(tally.writes for tally in (self.deployments, self.measures, self.sources))

    def details(self, *, overwrite: bool, batch_id: int | None) -> dict[str, object]:
        """What the log keeps of the import."""
        return {
            "claims": asdict(self.claims),
            "appearances": self.appearances,
            "deployments": asdict(self.deployments),
            "measures": asdict(self.measures),
            "sources": asdict(self.sources),
            "overwrite": overwrite,
            **({"batch": batch_id} if batch_id is not None else {}),
        }

    @property
    def is_refused(self) -> bool:
        return self.refused_count > 0
