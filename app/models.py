"""Every room's tables: the index that migrations read."""

from app.accounts.models import ApiToken, FailedSignIn, KnownBrowser, OneTimeLink, Person, SignIn
from app.acts.models import Act, Ledger
from app.administration.models import Proposal
from app.answers.models import KeptEffect, KeptFared, KeptReading
from app.changes.models import Touch, TouchedSubject, TouchedVoice
from app.citations.models import Citation
from app.claims.compact import KeptClaims
from app.claims.models import Claim, Draft, Revision, Submission
from app.claims.tallied import NatureTally, Subject, Voice
from app.database import Base
from app.deployments.models import Deployment, DeploymentDescription, Operation
from app.duplicates.models import Alike, Distinction
from app.measures.models import Measure, MeasureDescription
from app.places.models import Place, PlaceAlias, PlaceDescription, PlaceMerge
from app.reports.models import ErrorReport, ReportAnswer
from app.review.models import Batch, Judgement
from app.search.models import ClaimText, NameWords
from app.sheets.models import ColumnMapping, Spreadsheet, SpreadsheetCheck, SpreadsheetRow
from app.sources.models import (
    DocumentNote,
    Family,
    Source,
    SourceAlias,
    SourceDescription,
    SourceDocument,
    SourceMerge,
)

__all__ = [
    "Act",
    "Alike",
    "ApiToken",
    "Base",
    "Batch",
    "Citation",
    "Claim",
    "ClaimText",
    "ColumnMapping",
    "Deployment",
    "DeploymentDescription",
    "Distinction",
    "DocumentNote",
    "Draft",
    "ErrorReport",
    "FailedSignIn",
    "Family",
    "Judgement",
    "KeptClaims",
    "KeptEffect",
    "KeptFared",
    "KeptReading",
    "KnownBrowser",
    "Ledger",
    "Measure",
    "MeasureDescription",
    "NameWords",
    "NatureTally",
    "OneTimeLink",
    "Operation",
    "Person",
    "Place",
    "PlaceAlias",
    "PlaceDescription",
    "PlaceMerge",
    "Proposal",
    "ReportAnswer",
    "Revision",
    "SignIn",
    "Source",
    "SourceAlias",
    "SourceDescription",
    "SourceDocument",
    "SourceMerge",
    "Spreadsheet",
    "SpreadsheetCheck",
    "SpreadsheetRow",
    "Subject",
    "Submission",
    "Touch",
    "TouchedSubject",
    "TouchedVoice",
    "Voice",
]
