"""The environment, read once, typed."""

from datetime import timedelta
from functools import cache
from pathlib import Path
from typing import Literal, Self

from limits import parse_many
from pydantic import Field, SecretStr, ValidationError, field_validator, model_validator
from pydantic_core import ErrorDetails
from pydantic_settings import BaseSettings, SettingsConfigDict

from app.languages.catalogues import languages

PROJECT = Path(__file__).resolve().parent.parent
"""The folder that holds `app`, `templates`, `static` and `examples`."""


SHORTEST_SECRET = 32


class Settings(BaseSettings):
    """What can be configured; each name in the environment is the one in `alias`."""

    model_config = SettingsConfigDict(env_file=None, populate_by_name=True, extra="ignore")

    database_url: str | None = Field(None, alias="DATABASE_URL")
    # A streaming replica from which public pages are read where it is new enough; None: all is read there.
    replica_url: str | None = Field(None, alias="MUSTER_REPLICA_URL")
    data_dir: Path | None = Field(None, alias="MUSTER_DATA_DIR")
    base_url: str | None = Field(
        None, alias="MUSTER_BASE_URL"
    )  # the public address, without a slash at the end
    environment: Literal["development", "production"] = Field("development", alias="MUSTER_ENVIRONMENT")
    secret: SecretStr | None = Field(None, alias="MUSTER_SECRET")
    log_format: Literal["auto", "json", "text"] = Field("auto", alias="MUSTER_LOG_FORMAT")
    pool_size: int = Field(5, alias="MUSTER_POOL_SIZE", ge=1, le=100)  # connections a worker keeps
    # Memory in which each worker keeps answers while the ledger stays as it is; 0: every answer is made anew.
    page_cache_mb: int = Field(64, alias="MUSTER_PAGE_CACHE_MB", ge=0, le=65_536)
    # Spoken to readers whose browser prefers no language that Muster has; `/it/…` in an address always holds.
    language: str = Field("en", alias="MUSTER_LANGUAGE")
    import_limit_mb: int = Field(2048, alias="MUSTER_IMPORT_LIMIT_MB", ge=1)  # of a ledger, once unpacked

    # Who publishes the ledger: author and publisher in its citations and on its certificates.
    publisher: str = Field("Muster", alias="MUSTER_PUBLISHER", min_length=1, max_length=300)

    # The licence of the ledger as an address, for data sets as search engines read them; None: not stated.
    licence_url: str | None = Field(None, alias="MUSTER_LICENCE_URL", pattern=r"^https?://[^\s<>\"]+$")

    upload_limit_mb: int = Field(64, alias="MUSTER_UPLOAD_LIMIT_MB", ge=1)  # of a ledger, as it is sent

    # Whose pages may show a chart in a frame, as Content-Security-Policy writes it; 'none' for nobody's.
    embed_ancestors: str = Field("*", alias="MUSTER_EMBED_ANCESTORS", pattern=r"^[!-+\--:<-~ ]+$")

    # Off: reviewers may approve what they handed in themselves, and every claim so approved says so.
    four_eyes: bool = Field(default=True, alias="MUSTER_FOUR_EYES")

    # How often one address may ask each worker, by what it costs (app.api.limits); empty: no limit.
    limit_reading: str = Field("600/minute", alias="MUSTER_LIMIT_READING")
    limit_writing: str = Field("120/minute; 2000/hour", alias="MUSTER_LIMIT_WRITING")
    limit_picture: str = Field("120/minute", alias="MUSTER_LIMIT_PICTURE")
    limit_ledger: str = Field("20/minute; 200/hour", alias="MUSTER_LIMIT_LEDGER")
    limit_citing: str = Field("20/minute; 200/day", alias="MUSTER_LIMIT_CITING")
    limit_reporting: str = Field("10/hour; 30/day", alias="MUSTER_LIMIT_REPORTING")
    # How many reports each worker takes from all addresses together; empty: no limit.
    limit_reports: str = Field("200/hour; 1000/day", alias="MUSTER_LIMIT_REPORTS")

    sign_in_idle_hours: int = Field(12, alias="MUSTER_SIGN_IN_IDLE_HOURS", ge=1)  # then one signs in again
    sign_in_days: int = Field(14, alias="MUSTER_SIGN_IN_DAYS", ge=1, le=400)  # however busy it is kept

    @field_validator(
        "limit_reading",
        "limit_writing",
        "limit_picture",
        "limit_ledger",
        "limit_citing",
        "limit_reporting",
        "limit_reports",
    )
    @classmethod
    def _limits_can_be_read(cls, written: str) -> str:
        """`20/minute; 200/hour`: some limits, or none."""
        if written.strip():
            parse_many(written)
        return written.strip()

    @field_validator("language")
    @classmethod
    def _language_is_there(cls, written: str) -> str:
        if written not in languages():
            raise ValueError(f"Muster speaks {' and '.join(languages())}, not “{written}”")
        return written

    @model_validator(mode="after")
    def _production_has_a_secret(self) -> Self:
        """Outside development nothing is signed with a secret that somebody else could know."""
        secret = self.secret.get_secret_value() if self.secret else ""
        if self.environment == "production" and len(secret) < SHORTEST_SECRET:
            raise ValueError(f"in production MUSTER_SECRET has to have {SHORTEST_SECRET} characters or more")
        return self

    @property
    def sign_in_idle(self) -> timedelta:
        """How long a sign-in lasts without being used."""
        return timedelta(hours=self.sign_in_idle_hours)

    @property
    def sign_in_lifetime(self) -> timedelta:
        """How long a sign-in lasts at most."""
        return timedelta(days=self.sign_in_days)

    def required_database_url(self) -> str:
        """The address of the database; raises LookupError where none is configured."""
        if not self.database_url:
            raise LookupError("DATABASE_URL is not set")
        return self.database_url


class WrongSettings(Exception):
    """The environment says what cannot be; the text names each setting, and no value: one may be a secret."""


@cache
def read_settings() -> Settings:
    """The settings of this process; raises WrongSettings."""
    try:
        return Settings()
    except ValidationError as error:
        found = error.errors(include_input=False, include_url=False)
    raise WrongSettings("; ".join(_told(fault) for fault in found))


def _told(fault: ErrorDetails) -> str:
    reason = fault["msg"].removeprefix("Value error, ")
    return f"{fault['loc'][0]}: {reason[0].lower()}{reason[1:]}" if fault["loc"] else reason
