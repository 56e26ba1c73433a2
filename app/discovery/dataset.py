"""What a page holds, as a schema.org Dataset: for search engines and whoever collects data sets.

Facts of the page as it is without a reader's choices, in its language; nothing more than the page says.
"""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from fastapi import Request
from markupsafe import Markup

from app.accounts.cookies import settings_of
from app.answers.queries import MeasureText
from app.deployments.queries import DeploymentText
from app.languages.spoken import N_, _, known, language_now
from app.pages import base_of, country, in_a_sentence
from app.readings.outlines import Outline
from app.readings.results import Reading

Json = dict[str, Any]

LONGEST_DESCRIPTION = 5000
"""Characters that search engines read of a description."""

_CSV, _JSON, _ZIP = "text/csv", "application/json", "application/zip"
_NAME = N_("Muster: what is claimed about troop deployments")


@dataclass(frozen=True, slots=True)
class Site:
    """Whose data these are, where they are, and how they may be used."""

    base: str  # without a slash at the end
    publisher: str
    licence: str | None  # an address; None: the installation states none


@dataclass(frozen=True, slots=True)
class State:
    """Which state of the ledger a page shows."""

    version: int
    changed_at: datetime | None


def site_of(request: Request) -> Site:
    """The site that a request came to."""
    settings = settings_of(request)
    return Site(base_of(request), settings.publisher, settings.licence_url)


def ledger_dataset(
    site: Site, state: State, deployments: Sequence[DeploymentText], readings: Iterable[Outline]
) -> Json:
    """The whole ledger, whose parts are its deployments."""
    address = f"{site.base}/"
    return {
        **_dataset(site, state, address),
        "name": known(_NAME),
        "description": _description(
            _(
                "Dated, attributed claims about troop deployments, and what can be known from them:"
                " %(deployments)s.",
                deployments="; ".join(one.name for one in deployments),
            )
        ),
        **_coverage([one.starts_on for one in deployments], readings, (one.host for one in deployments)),
        "hasPart": [_part(site, one.name, f"/deployments/{one.slug}") for one in deployments],
        "distribution": [
            _download(_("The whole ledger with its history"), _ZIP, f"{site.base}/ledger.zip"),
            _download(_("All claims"), _CSV, f"{site.base}/claims.csv"),
            _download(_("All claims"), _JSON, f"{site.base}/claims.json"),
        ],
    }


def deployment_dataset(
    site: Site,
    state: State,
    deployment: DeploymentText,
    measures: Sequence[tuple[MeasureText, Outline]],
) -> Json:
    """One deployment, whose parts are its measures."""
    path = f"/deployments/{deployment.slug}"
    about = f"?deployment={deployment.slug}"
    return {
        **_dataset(site, state, f"{site.base}{path}"),
        "name": deployment.name,
        "description": _description(
            deployment.summary,
            _(
                "Dated, attributed claims about troop deployments, and what can be known from them,"
                " %(deployment)s: %(measures)s.",
                deployment=deployment.name,
                measures="; ".join(in_a_sentence(known(measure.label)) for measure, _reading in measures),
            ),
        ),
        **_coverage([deployment.starts_on], (reading for _measure, reading in measures), [deployment.host]),
        "isPartOf": _part(site, known(_NAME), "/"),
        "hasPart": [
            _part(site, f"{known(measure.label)}: {deployment.name}", f"{path}/{measure.slug}")
            for measure, _reading in measures
        ],
        "variableMeasured": [_variable(measure) for measure, _reading in measures],
        "distribution": [
            _download(_("Its claims"), _CSV, f"{site.base}/claims.csv{about}"),
            _download(_("Its claims"), _JSON, f"{site.base}/claims.json{about}"),
        ],
    }


def measure_dataset(
    site: Site, state: State, deployment: DeploymentText, measure: MeasureText, reading: Reading
) -> Json:
    """One measure of one deployment: the running total and the claims behind it."""
    path = f"{site.base}/deployments/{deployment.slug}/{measure.slug}"
    title = f"{known(measure.label)}: {deployment.name}"
    return {
        **_dataset(site, state, path),
        "name": title,
        "description": _description(
            _("%(title)s: what was claimed, day by day, with the claims behind each number.", title=title),
            measure.definition and known(measure.definition),
            reading.headline.sentence if reading.accepted else None,
        ),
        **_coverage([deployment.starts_on], [reading], [deployment.host]),
        "isPartOf": _part(site, deployment.name, f"/deployments/{deployment.slug}"),
        "variableMeasured": [_variable(measure)],
        "distribution": [
            _download(_("The reading by day, with the claims behind each number"), _CSV, f"{path}.csv"),
            _download(_("The reading with its contradictions"), _JSON, f"{path}.json"),
            _download(_("All of it with the claims and the picture"), _ZIP, f"{path}.zip"),
        ],
    }


def as_ld(dataset: Json) -> Markup:
    """The data set as the content of a script element of a page: no markup can begin or end in it."""
    text = json.dumps(dataset, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    for letter in "<>&\u2028\u2029":
        text = text.replace(letter, f"\\u{ord(letter):04x}")
    return Markup(text)  # noqa: S704 - no markup is left


def _dataset(site: Site, state: State, address: str) -> Json:
    """What all have: whose it is, its state, how it was made and how it may be used."""
    maker = {"@type": "Organization", "name": site.publisher, "url": f"{site.base}/"}
    return {
        "@context": "https://schema.org",
        "@type": "Dataset",
        "@id": address,
        "url": address,
        "creator": maker,
        "publisher": maker,
        **({"license": site.licence} if site.licence else {}),
        "isAccessibleForFree": True,
        "inLanguage": language_now(),
        "version": str(state.version),
        **({"dateModified": _moment(state.changed_at)} if state.changed_at else {}),
        "measurementTechnique": f"{site.base}/method",
        "includedInDataCatalog": {"@type": "DataCatalog", "name": "Muster", "url": f"{site.base}/"},
    }


def _coverage(
    starts: Sequence[date], readings: Iterable[Reading | Outline], hosts: Iterable[str | None]
) -> Json:
    """From the first day that can be counted to the last that an accepted claim covers; `..`: none does."""
    covered: Json = {}
    if starts:
        through = max((one.data_through for one in readings if one.data_through), default=None)
        covered["temporalCoverage"] = f"{min(starts)}/{through or '..'}"
    places = dict.fromkeys(country(host) for host in hosts if host)
    if places:
        named = [{"@type": "Place", "name": place} for place in places]
        covered["spatialCoverage"] = named if len(named) > 1 else named[0]
    return covered


def _part(site: Site, name: str, path: str) -> Json:
    """Another data set, told in full on its own page."""
    return {"@type": "Dataset", "@id": f"{site.base}{path}", "name": name, "url": f"{site.base}{path}"}


def _variable(measure: MeasureText) -> Json:
    """What is counted."""
    told = {"@type": "PropertyValue", "name": known(measure.label), "unitText": known(measure.unit)}
    return told | ({"description": known(measure.definition)} if measure.definition else {})


def _download(name: str, media_type: str, address: str) -> Json:
    return {"@type": "DataDownload", "name": name, "encodingFormat": media_type, "contentUrl": address}


def _description(*parts: str | None) -> str:
    text = " ".join(part for part in parts if part)
    return text if len(text) <= LONGEST_DESCRIPTION else f"{text[: LONGEST_DESCRIPTION - 1]}…"


def _moment(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
