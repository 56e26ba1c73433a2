"""datapackage.json: what the files of an exported ledger are and what their columns mean.

A Frictionless Data Package (https://datapackage.org), which programs that know nothing of Muster can check.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from types import MappingProxyType
from typing import Any

from app.acts.models import ACT_KINDS, ORIGINS
from app.claims.forms import ALWAYS_REQUIRED, CLAIM_REF, LONGEST_NAME, LONGEST_WORDING
from app.claims.words import Nature, Qualifier, Standing, StandingReason
from app.ledger.containers import ACTS, CLAIMS, COMPANIONS, DESCRIPTIONS, HISTORY, VERSIONS
from app.ledger.exported import ENTERING, FILES, JUDGING, ExportedFile
from app.readings.rules import RULE_SET
from app.slugs import SLUG
from app.sources.models import RELIABILITIES, SOURCE_KINDS, STANCES

FORMAT = 1
"""The number of this way of laying out an export; a change that old readers would misread raises it."""

Json = dict[str, Any]

_DATE = "[0-9]{4}(-[0-9]{2}(-[0-9]{2})?)?"
_MOMENT = "%Y-%m-%dT%H:%M:%S.%fZ"


@dataclass(frozen=True, slots=True)
class Written:
    """A file as it was written, for who wants to know that it is whole."""

    name: str
    size: int  # bytes
    sha256: str


@dataclass(frozen=True, slots=True)
class LedgerState:
    """Which state of the ledger is exported."""

    version: int
    changed_at: datetime | None  # when the ledger came to it; None: nothing was ever recorded
    licence_url: str | None = None  # under which it may be used; None: not stated


def package(state: LedgerState, written: Iterable[Written]) -> bytes:
    """The descriptor of an export whose tables have been written. The same for the same state."""
    tables = {file.name: file for file in FILES}
    described: Json = {
        "name": "muster-ledger",
        "title": "A Muster ledger: dated, attributed claims",
        "profile": "tabular-data-package",
        "version": str(state.version),
        **({"created": _second(state.changed_at)} if state.changed_at else {}),
        **({"licenses": [{"path": state.licence_url}]} if state.licence_url else {}),
        "muster": {"format": FORMAT, "version": state.version, "rule_set": RULE_SET},
        "resources": [_resource(tables[one.name], one) for one in written],
    }
    return (json.dumps(described, ensure_ascii=False, indent=1) + "\n").encode()


def _second(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _resource(file: ExportedFile, written: Written) -> Json:
    about = _ABOUT[file.name]
    return {
        "name": file.name.removesuffix(".csv"),
        "path": file.name,
        "description": about.description,
        "profile": "tabular-data-resource",
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "dialect": {"delimiter": ",", "lineTerminator": "\n", "quoteChar": '"', "doubleQuote": True},
        "bytes": written.size,
        "hash": f"sha256:{written.sha256}",
        "schema": {
            "fields": [{"name": column, **about.fields[column]} for column in file.columns],
            **({"primaryKey": list(about.key)} if about.key else {}),
            **({"foreignKeys": [_foreign(*names) for names in about.names]} if about.names else {}),
        },
    }


def _foreign(column: str, resource: str, other: str) -> Json:
    return {"fields": [column], "reference": {"resource": resource, "fields": [other]}}


def _field(kind: str, description: str, **constraints: Any) -> Json:
    told = {"type": kind, "description": description}
    if kind == "datetime":
        told["format"] = _MOMENT
    return told | ({"constraints": constraints} if constraints else {})


def _text(description: str, **constraints: Any) -> Json:
    return _field("string", description, **constraints)


def _date(description: str, **constraints: Any) -> Json:
    return _text(f"{description} Year, month or day: EDTF level 0.", pattern=_DATE, **constraints)


def _word(description: str, words: Iterable[str], **constraints: Any) -> Json:
    return _text(description, enum=[str(word) for word in words], **constraints)


def _version(description: str, **constraints: Any) -> Json:
    return _field("integer", description, minimum=1, **constraints)


_REF = {"pattern": CLAIM_REF.pattern}
_SLUG = {"pattern": SLUG.pattern}
_FIGURE = "in the measure's unit; of a share, percent. Empty: nobody stated one."


@dataclass(frozen=True, slots=True)
class _About:
    """What a table is, what its columns mean, its key, and which columns name rows of which table."""

    description: str
    fields: Mapping[str, Json]
    key: Sequence[str] = ()
    names: Sequence[tuple[str, str, str]] = ()


_CLAIM_FIELDS: dict[str, Json] = {
    "claim_ref": _text("Lasting name of the claim or appearance.", unique=True, **_REF),
    "deployment": _text("Slug of the deployment.", **_SLUG),
    "measure": _text("Slug of the measure.", **_SLUG),
    "nature": _word("What the claim is.", Nature),
    "low": _field("number", f"Floor as stated, {_FIGURE}", minimum=0),
    "point": _field("number", f"Figure as stated, {_FIGURE}", minimum=0),
    "high": _field("number", f"Ceiling as stated, {_FIGURE}", minimum=0),
    "qualifier": _word("How the figure was hedged.", Qualifier),
    "as_of": _date("The last day that a total or level covers."),
    "period": _text("First and last day covered, both counted.", pattern=f"{_DATE}/{_DATE}"),
    "counts_from": _date("First day that a total counts from, where the count was restarted."),
    "place": _text("Part of the theatre that the figure is about; empty: all of it."),
    "said_on": _date("When the source said it."),
    "source": _text("Who made the claim, by name.", maxLength=LONGEST_NAME),
    "publisher": _text("Who printed it."),
    "title": _text("The document, described in the importer's own words."),
    "url": _text("Where it was read.", pattern="[Hh][Tt][Tt][Pp][Ss]?://.*"),
    "published_on": _date("Date of the document."),
    "language": _text("Language of the document, ISO 639-1.", pattern="[a-z]{2}"),
    "wording": _text("The words that carry the figure.", maxLength=LONGEST_WORDING),
    "credibility": _field("integer", "1 (confirmed) to 6 (cannot be judged).", minimum=1, maximum=6),
    "supersedes": _text("The same source's earlier claim that this one restates.", **_REF),
    "part_of": _text("The claim that this figure is a part of.", **_REF),
    "repeat_of": _text("The claim that this row is an appearance of.", **_REF),
    "standing": _word("Whether the claim counts.", Standing, required=True),
    "standing_reason": _word("Why it does not.", StandingReason),
    "standing_on": _field("date", "The day on which its source withdrew it."),
    "note": _text("Remarks in the importer's own words."),
}
for _column in ALWAYS_REQUIRED:
    _CLAIM_FIELDS[_column].setdefault("constraints", {})["required"] = True

_SAID_OF = "What is said of it today, one row for each."
_NAME = _text("What it is called.", required=True)
_KEY = _text("Lasting address.", required=True, unique=True, **_SLUG)
_PARTY = "ISO 3166-1 alpha-3 code, or a name where no code exists."
_BY = _text("Who did it: a lasting pseudonym, or the name of somebody who chose to be named.", required=True)

_ABOUT: Mapping[str, _About] = MappingProxyType({
    CLAIMS: _About(
        "Claims and, where repeat_of is filled, appearances, as they stand.",
        _CLAIM_FIELDS,
        key=("claim_ref",),
        names=(
            ("deployment", "deployments", "slug"),
            ("measure", "measures", "slug"),
            ("source", "sources", "name"),
            *((column, "", "claim_ref") for column in ("supersedes", "part_of", "repeat_of")),
        ),
    ),
    COMPANIONS[0]: _About(
        f"Deployments. {_SAID_OF}",
        {
            "slug": _KEY,
            "name": _NAME,
            "sender": _text(f"Who sends. {_PARTY}"),
            "host": _text(f"Who receives. {_PARTY}"),
            "operation": _text("Groups deployments."),
            "starts_on": _field("date", "First day on which anybody can have been counted.", required=True),
            "level_valid_days": _field("integer", "Days for which a level holds.", required=True, minimum=1),
            "summary": _text("What it is."),
        },
        key=("slug",),
    ),
    COMPANIONS[1]: _About(
        f"Measures. {_SAID_OF}",
        {
            "slug": _KEY,
            "label": _NAME,
            "kind": _word("A flow adds up, a level is replaced.", ("flow", "level"), required=True),
            "unit": _text("What is counted.", required=True),
            "definition": _text("What counts, and what does not."),
        },
        key=("slug",),
    ),
    COMPANIONS[2]: _About(
        f"Sources. {_SAID_OF}",
        {
            "name": _text("What it is called.", required=True, unique=True),
            "kind": _word("What sort of source.", SOURCE_KINDS),
            "country": _text(_PARTY),
            "family": _text("Sources of one family do not corroborate one another."),
            "reliability": _word("A (reliable) to F (cannot be judged).", RELIABILITIES),
            "stance": _word("Towards the sender.", STANCES),
            "note": _text("Remarks."),
            "slug": _KEY,
        },
        key=("slug",),
    ),
    HISTORY: _About(
        "Every revision and judgement that counts or counted, those of a claim in order.",
        {
            "claim_ref": _text("The claim or appearance.", required=True, **_REF),
            "revision": _field("integer", "Which revision, or which one was judged; from 1.", required=True,
                               minimum=1),
            "recorded_at": _field("datetime", "When it was entered, UTC.", required=True),
            "act": _word("What was done.", (*ENTERING, *JUDGING.values()), required=True),
            "reason": _text("A code, or a sentence."),
            "words": _text("What an editor wrote with a judgement."),
            "by": _BY,
            "row": _field("object", "The row of claims.csv from then on, every cell a text.", required=True),
        },
        names=(("claim_ref", "claims", "claim_ref"),),
    ),
    ACTS: _About(
        "The public log, in the order in which acts were recorded.",
        {
            "version": _version("The version of the ledger that the act made; empty: it changed nothing that"
                                " counts.", unique=True),
            "at": _field("datetime", "When, UTC.", required=True),
            "act": _word("What was done.", ACT_KINDS, required=True),
            "origin": _word("How it came in.", ORIGINS, required=True),
            "subject": _text("What it was about: a claim_ref, a slug or a name."),
            "reason": _text("A code."),
            "words": _text("In words."),
            "by": _BY,
            "role": _text("Their role at the time.", required=True),
            "details": _field("object", "Of an import, how many rows were new, changed ...; of a note on a"
                              " document, which one and what was found."),
        },
    ),
    VERSIONS: _About(
        "Since which version of the ledger each row of history.csv counted.",
        {
            "claim_ref": _text("The claim or appearance.", required=True, **_REF),
            "noun": _word("A revision of the claim, or a judgement of its standing.",
                          ("revision", "judgement"), required=True),
            "number": _field("integer", "Which one of the claim's, from 1.", required=True, minimum=1),
            "version": _version("The version from which on it counted.", required=True),
            "origin": _word("How it came in.", ORIGINS, required=True),
            "overridden": _text("Why a warning was passed over."),
        },
        key=("claim_ref", "noun", "number"),
        names=(("claim_ref", "claims", "claim_ref"), ("version", "acts", "version")),
    ),
    DESCRIPTIONS: _About(
        "What was said of deployments, measures, sources and places, in the order in which it was recorded.",
        {
            "noun": _word("What is described.", (
                    "deployment", "measure", "source", "place", "alias", "merge", "place_alias", "place_merge"
                ), required=True),
            "slug": _text("Its lasting address.", required=True, **_SLUG),
            "number": _field("integer", "Which description of it, from 1.", required=True, minimum=1),
            "version": _version("The version from which on it counted.", required=True),
            "reason": _text("Why it was written anew."),
            "row": _field(
                "object",
                "The row of its file, every cell a text. Of a place its slug, its name, in which place it "
                "lies (lies_in, a slug), and the name by which rows of claims call it (entered_as). Of "
                "another name of a source (alias) or place (place_alias) that name, and the version at "
                "which it ceased to be one (until). Of a merge (merge, place_merge) the slug of what "
                "remains (merged_into), empty where it was taken back.",
                required=True,
            ),
        },
        key=("noun", "slug", "number"),
        names=(("version", "acts", "version"),),
    ),
})  # fmt: skip
