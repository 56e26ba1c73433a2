"""Writes a large valid ledger of made-up claims: `python -m bench.make_ledger N [--seed S] PATH`.

The same seed gives the same bytes. Claims fall on 200 deployments and 500 sources as a Zipf law says, so
that a few of each are very busy. All natures occur, with imprecise dates, parts, restatements, appearances,
shared documents, and claims set aside or retracted.
"""

import argparse
import csv
import math
import random
from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import accumulate
from pathlib import Path

from app.claims.forms import CLAIM_COLUMNS
from app.sources.models import SOURCE_KINDS

DEPLOYMENTS, SOURCES, FAMILIES, OPERATIONS, PLACES = 200, 500, 120, 24, 30
ZIPF = 1.1
LAST_DAY = date(2026, 6, 30)
MEASURES = (
    ("sent", "Sent", "flow"), ("returned", "Returned home", "flow"), ("killed", "Killed", "flow"),
    ("wounded", "Wounded", "flow"), ("casualties", "Killed or wounded", "flow"),
    ("losses", "Killed, wounded, missing or captured", "flow"), ("captured", "Captured", "flow"),
    ("vehicles", "Vehicles sent", "flow"), ("present", "Present", "level"),
    ("in-reserve", "In reserve", "level"),
)  # fmt: skip
FLOWS = tuple(slug for slug, _, kind in MEASURES if kind == "flow")
LEVELS = tuple(slug for slug, _, kind in MEASURES if kind == "level")
NATURES = {"total": 42, "increment": 15, "event": 16, "level": 15, "plan": 5, "share": 3, "stance": 4}
QUALIFIERS = {"stated": 34, "about": 22, "more_than": 12, "at_least": 8, "nearly": 6, "up_to": 6,
              "fewer_than": 2, "between": 7, "exact": 3}  # fmt: skip
REASONS = (
    "copy_error",
    "misattribution",
    "category_changed",
    "no_source_given",
    "duplicate",
    "stale",
    "other",
)
LANGUAGES = ("en", "en", "en", "uk", "ru", "ko", "fr", "de", "es", "it", "ja", "zh", "ar")
APPEARANCES, SUPERSEDING, PARTS, SET_ASIDE, RETRACTED = 0.2, 0.02, 0.04, 0.02, 0.01
REMEMBERED = 5000  # claims and documents that later rows may name

Row = dict[str, str]


@dataclass
class Chooser:
    """Draws one of several things with fixed weights."""

    things: Sequence[str]
    weights: Sequence[float]

    def __post_init__(self) -> None:
        self.summed = list(accumulate(self.weights))

    def draw(self, dice: random.Random) -> str:
        return dice.choices(self.things, cum_weights=self.summed)[0]


def zipf(things: Sequence[str]) -> Chooser:
    return Chooser(things, [1 / rank**ZIPF for rank in range(1, len(things) + 1)])


class Maker:
    """Makes rows one after another, remembering the latest for later rows to name."""

    def __init__(self, seed: int) -> None:
        self.dice = random.Random(seed)
        self.starts = {
            f"deployment-{number:03}": date(2021, 1, 1) + timedelta(days=self.dice.randrange(1500))
            for number in range(1, DEPLOYMENTS + 1)
        }
        self.deployments = zipf(list(self.starts))
        self.sources = zipf([f"Source {number:03}" for number in range(1, SOURCES + 1)])
        self.natures = Chooser(list(NATURES), list(NATURES.values()))
        self.qualifiers = Chooser(list(QUALIFIERS), list(QUALIFIERS.values()))
        self.claims: deque[Row] = deque(maxlen=REMEMBERED)
        self.documents: deque[Row] = deque(maxlen=REMEMBERED)

    def rows(self, count: int) -> Iterator[Row]:
        """That many rows of a claims CSV."""
        for number in range(1, count + 1):
            chance = self.dice.random()
            if self.claims and chance < APPEARANCES:
                yield self._appearance(number)
                continue
            restated = self._total_to_restate() if chance > 1 - SUPERSEDING else None
            row = self._restatement(number, restated) if restated else self._claim(number)
            self.claims.append(row)
            yield row

    def _happens(self, share: float) -> bool:
        return self.dice.random() < share

    def _claim(self, number: int) -> Row:
        dice = self.dice
        row = dict.fromkeys(CLAIM_COLUMNS, "")
        deployment, nature = self.deployments.draw(dice), self.natures.draw(dice)
        start = self.starts[deployment]
        said = start + timedelta(days=1 + int((LAST_DAY - start).days * dice.random()))
        covered = max(start, said - timedelta(days=int(dice.expovariate(1 / 6))))
        row |= {
            "claim_ref": f"claim-{number:07}",
            "deployment": deployment,
            "measure": dice.choice(LEVELS if nature == "level" else FLOWS),
            "nature": nature,
            "said_on": f"{said:%Y-%m}" if self._happens(0.03) else said.isoformat(),
            "source": self.sources.draw(dice),
            "credibility": dice.choice(("", "1", "2", "2", "3", "3", "4", "5", "6")),
        }
        row |= self._days(nature, start, covered)
        row |= self._figures(nature, (covered - start).days + 1)
        row |= self._document(number, said)
        if row["said_on"] != said.isoformat():
            row["published_on"] = said.isoformat()
        if nature in {"total", "level", "increment"} and self._happens(0.1):
            row["place"] = f"Region {dice.randrange(1, PLACES + 1)}"
        if self.claims and self._happens(PARTS):
            row["part_of"] = dice.choice(self.claims)["claim_ref"]
        return row | self._standing(said)

    def _days(self, nature: str, start: date, covered: date) -> Row:
        dice = self.dice
        if nature in {"increment", "event"}:
            length = dice.choice((1, 1, 2, 7, 30)) if nature == "event" else dice.choice((7, 14, 30, 90))
            first = max(start, covered - timedelta(days=length - 1))
            whole_months = self._happens(0.1)
            return {"period": f"{first:%Y-%m}/{covered:%Y-%m}" if whole_months else f"{first}/{covered}"}
        if nature in {"plan", "share", "stance"} and self._happens(0.6):
            return {}
        written = covered.isoformat()
        if self._happens(0.14):
            written = written[: len("2025")] if self._happens(0.1) else written[: len("2025-01")]
        restarted = nature == "total" and self._happens(0.02)
        return {"as_of": written, "counts_from": start.isoformat() if restarted else ""}

    def _figures(self, nature: str, day: int) -> Row:
        dice = self.dice
        if nature == "stance":
            return {}
        if nature == "share":
            return {"point": f"{dice.randrange(1, 100)}", "qualifier": "about"}
        most = {"event": 40, "increment": 900, "plan": 6000}.get(nature, 15_000 * (1 - math.exp(-day / 300)))
        middle = most * (0.5 + dice.random())
        figure = max(1, round(middle, 1 - len(str(int(middle)))) if self._happens(0.5) else int(middle))
        figure = int(figure)
        qualifier = self.qualifiers.draw(dice)
        if qualifier == "between":
            return {"qualifier": qualifier, "low": str(figure), "high": str(figure + 1 + figure // 4)}
        column = {"nearly": "high", "up_to": "high", "fewer_than": "high", "more_than": "low",
                  "at_least": "low"}.get(qualifier, "point")  # fmt: skip
        return {"qualifier": qualifier, column: str(figure)}

    def _document(self, number: int, printed: date) -> Row:
        dice = self.dice
        if self.documents and self._happens(0.15):
            return dict(dice.choice(self.documents))
        outlet = dice.randrange(1, 2000)
        document = {
            "publisher": f"Outlet {outlet}",
            "title": f"Report {number} on the fighting, as told by those who were asked about it that week",
            "url": f"https://outlet-{outlet}.example/{printed:%Y/%m/%d}/report-{number}",
            "published_on": printed.isoformat(),
            "language": dice.choice(LANGUAGES),
        }
        self.documents.append(document)
        if self._happens(0.3):
            return document | {"wording": "the words that carried the figure in this outlet, in its language"}
        return document | ({"note": "A remark of the person who entered it."} if self._happens(0.4) else {})

    def _standing(self, said: date) -> Row:
        chance = self.dice.random()
        if chance < SET_ASIDE:
            return {"standing": "set_aside", "standing_reason": self.dice.choice(REASONS)}
        if chance < SET_ASIDE + RETRACTED:
            withdrawn = (said + timedelta(days=self.dice.randrange(1, 60))).isoformat()
            return {"standing": "retracted", "standing_reason": "withdrawn", "standing_on": withdrawn}
        return {}

    def _total_to_restate(self) -> Row | None:
        row = self.dice.choice(self.claims)
        return row if row["nature"] == "total" and len(row["said_on"]) == len("2025-01-01") else None

    def _restatement(self, number: int, restated: Row) -> Row:
        """The same source corrects its own total about the same days, later."""
        said = date.fromisoformat(restated["said_on"]) + timedelta(days=self.dice.randrange(1, 30))
        document = dict.fromkeys(
            ("publisher", "title", "url", "published_on", "language", "wording", "note"), ""
        )
        return {
            **restated,
            **document,
            **self._document(number, said),
            **dict.fromkeys(
                ("low", "point", "high", "part_of", "standing", "standing_reason", "standing_on"), ""
            ),
            **self._figures("total", 300),
            "claim_ref": f"claim-{number:07}",
            "said_on": said.isoformat(),
            "supersedes": restated["claim_ref"],
        }

    def _appearance(self, number: int) -> Row:
        """The same statement in another outlet, now and then with a wrong figure."""
        root = self.dice.choice(self.claims)
        document = dict.fromkeys(("wording", "note", "supersedes", "part_of"), "")
        row = {**root, **document, "claim_ref": f"claim-{number:07}", "repeat_of": root["claim_ref"]}
        row |= dict.fromkeys(("standing", "standing_reason", "standing_on", "credibility"), "")
        row |= self._document(number, date.fromisoformat(f"{root['said_on']}-28"[:10]))
        if len(root["said_on"]) < len("2025-01-01"):
            row["published_on"] = root["published_on"]  # what tells the day that so rough a date means
        if root["point"] and self._happens(0.1):
            row["point"] = str(int(root["point"]) + 1)
        return row


def write_ledger(folder: Path, count: int, seed: int) -> None:
    """A ledger folder with `count` claims and appearances."""
    folder.mkdir(parents=True, exist_ok=True)
    maker = Maker(seed)
    _write(folder / "deployments.csv", "slug,name,sender,host,operation,starts_on",
           ([slug, f"Deployment {slug[-3:]}", "AAA", "BBB", f"Operation {place % OPERATIONS + 1}", str(start)]
            for place, (slug, start) in enumerate(maker.starts.items())))  # fmt: skip
    _write(folder / "measures.csv", "slug,label,kind,unit,definition",
           ([slug, label, kind, "persons", ""] for slug, label, kind in MEASURES))  # fmt: skip
    _write(folder / "sources.csv", "name,kind,country,family,reliability,stance,note",
           ([name, maker.dice.choice(SOURCE_KINDS), "CCC", f"Family {place % FAMILIES + 1}",
             maker.dice.choice("ABBCCCDDEF"), maker.dice.choice(("own", "opponent", "third", "")), ""]
            for place, name in enumerate(maker.sources.things)))  # fmt: skip
    _write(folder / "claims.csv", ",".join(CLAIM_COLUMNS),
           ([row[column] for column in CLAIM_COLUMNS] for row in maker.rows(count)))  # fmt: skip


def _write(path: Path, header: str, rows: Iterator[list[str]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        file.write(f"{header}\n")
        csv.writer(file, lineterminator="\n").writerows(rows)


def main() -> None:
    parser = argparse.ArgumentParser(description="Write a large valid ledger of made-up claims.")
    parser.add_argument("count", type=int, metavar="N", help="rows of claims.csv")
    parser.add_argument("path", type=Path, metavar="PATH", help="the folder to write")
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    write_ledger(arguments.path, arguments.count, arguments.seed)


if __name__ == "__main__":
    main()
