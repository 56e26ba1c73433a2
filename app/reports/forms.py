"""What a reader fills in to report an error, and an editor to answer: shapes only."""

from pydantic import Field, field_validator

from app.forms import Form
from app.languages.spoken import N_, _
from app.pages import web_address
from app.reports.models import LONGEST_ADDRESS, LONGEST_WORDS, ErrorKind, Outcome

KIND_WORDS = {
    ErrorKind.FIGURE: N_("The figure is not what the document says"),
    ErrorKind.SOURCE: N_("It is put in the name of the wrong source"),
    ErrorKind.DATE: N_("A date is wrong"),
    ErrorKind.DOCUMENT: N_("The document is gone or has changed"),
    ErrorKind.DUPLICATE: N_("Two claims are one"),
    ErrorKind.OTHER: N_("Something else"),
}
OUTCOME_WORDS = {Outcome.ACTED_ON: N_("Acted on"), Outcome.NO_ERROR: N_("No error")}

TRAP = "homepage"
"""A field that no reader sees and simple programs fill."""


class ReportForm(Form):
    """What is wrong with a page."""

    about: str = Field(title=N_("The page"), max_length=LONGEST_ADDRESS)
    kind: ErrorKind = Field(title=N_("What is wrong"))
    words: str = Field(title=N_("In your words"), max_length=LONGEST_WORDS)
    url: str | None = Field(None, title=N_("A document that shows it"), max_length=LONGEST_ADDRESS)
    homepage: str | None = Field(None, title=N_("Leave this empty"))

    @field_validator("url")
    @classmethod
    def _url_can_be_followed(cls, url: str | None) -> str | None:
        if url is not None and (web_address(url) is None or " " in url or "\n" in url):
            raise ValueError(_("An address of a document begins with https:// or http:// and has no spaces."))
        return url

    @field_validator(TRAP)
    @classmethod
    def _trap_is_empty(cls, written: str | None) -> str | None:
        if written is not None:
            raise ValueError(_("Programs fill this field in, readers leave it empty: please empty it."))
        return written


class AnswerForm(Form):
    """What an editor made of a report."""

    outcome: Outcome = Field(title=N_("What came of it"))
    words: str = Field(title=N_("In words"), max_length=LONGEST_WORDS)
    claim_ref: str | None = Field(None, title=N_("The claim that was acted on"), max_length=300)
