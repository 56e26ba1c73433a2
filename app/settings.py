"""The environment, read once, typed."""

from functools import cache
from pathlib import Path
from typing import Literal

from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict

PROJECT = Path(__file__).resolve().parent.parent
"""The folder that holds `app`, `templates`, `static` and `examples`."""


class Settings(BaseSettings):
    """What can be configured; each name in the environment is the one in `alias`."""

    model_config = SettingsConfigDict(env_file=None, populate_by_name=True, extra="ignore")

    database_url: str | None = Field(None, alias="DATABASE_URL")
    data_dir: Path | None = Field(None, alias="MUSTER_DATA_DIR")
    base_url: str | None = Field(None, alias="MUSTER_BASE_URL")  # the public address, without a slash at the end
    environment: Literal["development", "production"] = Field("development", alias="MUSTER_ENVIRONMENT")
    secret: SecretStr | None = Field(None, alias="MUSTER_SECRET")
    log_format: Literal["auto", "json", "text"] = Field("auto", alias="MUSTER_LOG_FORMAT")
    pool_size: int = Field(5, alias="MUSTER_POOL_SIZE", ge=1, le=100)  # connections a worker keeps
    import_limit_mb: int = Field(2048, alias="MUSTER_IMPORT_LIMIT_MB", ge=1)  # of a ledger, once unpacked

    def required_database_url(self) -> str:
        """The address of the database; raises LookupError where none is configured."""
        if not self.database_url:
            raise LookupError("DATABASE_URL is not set")
        return self.database_url


@cache
def read_settings() -> Settings:
    """The settings of this process."""
    return Settings()
