"""What editors can do to a claim: one published table of acts, their reason codes and the standing they give.

The desk, the method page and the documentation draw from it. None of these acts edits the past: a claim
gets a further revision, a further claim stands beside it, or a judgement changes whether it counts. A later
total of the same source needs none of them: it is simply a new claim.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

from app.claims.words import Standing, StandingReason
from app.languages.spoken import N_, known

_WHY = StandingReason


class Makes(StrEnum):
    """What an act leaves in the ledger once it is approved."""

    CLAIM = N_("a new claim")
    REVISION = N_("a further revision")
    JUDGEMENT = N_("a judgement")


@dataclass(frozen=True, slots=True)
class EditorsAct:
    """One act, as it is offered, explained and checked."""

    name: str  # stands in addresses, in drafts and in the log
    called: str
    right_when: str
    makes: Makes
    needs: tuple[str, ...] = ()  # columns of the row without which it is another act
    never: tuple[str, ...] = ()  # columns that would make it another act
    reasons: tuple[StandingReason, ...] = ()  # the codes to choose from; none: it takes no code
    reason_needed: bool = False
    standing: Standing | None = None  # what it makes of the claim's standing; None: it leaves it alone

    @property
    def title(self) -> str:
        """What it is called, in the language that is spoken."""
        return known(self.called)

    @property
    def when(self) -> str:
        """When it is the right one, in a sentence of the language that is spoken."""
        return known(self.right_when)


_ACTS = (
    EditorsAct(
        "enter",
        N_("New claim"),
        N_("A source stated something that the ledger does not hold yet; a later total is a new claim too."),
        Makes.CLAIM,
        never=("supersedes", "repeat_of", "counts_from"),
    ),
    EditorsAct(
        "restate",
        N_("Restate"),
        N_(
            "The same source gave another figure for the same days; "
            "from then on its earlier one counts no more."
        ),
        Makes.CLAIM,
        needs=("supersedes",),
        never=("repeat_of",),
    ),
    EditorsAct(
        "add_appearance",
        N_("Add an appearance"),
        N_("Another outlet, translation or reprint carries a statement that the ledger holds already."),
        Makes.CLAIM,
        needs=("repeat_of",),
        never=("supersedes",),
    ),
    EditorsAct(
        "note_restart",
        N_("Note a restarted count"),
        N_(
            "A source began to count anew: "
            "its total counts from a later day than the start of the deployment."
        ),
        Makes.CLAIM,
        needs=("counts_from",),
        never=("supersedes", "repeat_of"),
    ),
    EditorsAct(
        "correct",
        N_("Correct"),
        N_("The ledger does not say what the document says: the claim itself was entered wrongly."),
        Makes.REVISION,
        reasons=(_WHY.COPY_ERROR, _WHY.MISATTRIBUTION, _WHY.CATEGORY_CHANGED, _WHY.OTHER),
        reason_needed=True,
    ),
    EditorsAct(
        "set_aside",
        N_("Set aside"),
        N_("The claim was entered as it was printed, and an editor judges that it should not count."),
        Makes.JUDGEMENT,
        reasons=tuple(why for why in _WHY if why is not _WHY.WITHDRAWN),
        reason_needed=True,
        standing=Standing.SET_ASIDE,
    ),
    EditorsAct(
        "retract",
        N_("Retract"),
        N_(
            "Its own source withdrew the claim; "
            "it counts for what was known before that day, and no more after."
        ),
        Makes.JUDGEMENT,
        reasons=(_WHY.WITHDRAWN, _WHY.COPY_ERROR, _WHY.CATEGORY_CHANGED, _WHY.OTHER),
        standing=Standing.RETRACTED,
    ),
    EditorsAct(
        "restore",
        N_("Restore"),
        N_("A claim was set aside or retracted and should count again."),
        Makes.JUDGEMENT,
        standing=Standing.GOOD,
    ),
)

ACTS: Mapping[str, EditorsAct] = MappingProxyType({act.name: act for act in _ACTS})
"""Every act by name, in the order in which the desk offers them."""


def act_of(*, supersedes: str, repeat_of: str, counts_from: str) -> EditorsAct:
    """Which act it is to enter a new row with these cells, as in the claims CSV; empty is not given."""
    if repeat_of:
        return ACTS["add_appearance"]
    if supersedes:
        return ACTS["restate"]
    return ACTS["note_restart" if counts_from else "enter"]
