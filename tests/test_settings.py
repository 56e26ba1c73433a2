"""The environment as Muster reads it."""

from pathlib import Path

import pytest
from pydantic import ValidationError

from app.settings import Settings


def test_without_anything_set_muster_is_in_development_without_a_database(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for name in ("DATABASE_URL", "MUSTER_ENVIRONMENT", "MUSTER_SECRET", "MUSTER_DATA_DIR"):
        monkeypatch.delenv(name, raising=False)
    settings = Settings()
    assert settings.environment == "development"
    with pytest.raises(LookupError, match="DATABASE_URL is not set"):
        settings.required_database_url()


def test_production_refuses_to_start_without_a_secret_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MUSTER_ENVIRONMENT", "production")
    monkeypatch.delenv("MUSTER_SECRET", raising=False)
    with pytest.raises(ValidationError, match="MUSTER_SECRET has to have 32 characters or more"):
        Settings()
    monkeypatch.setenv("MUSTER_SECRET", "changeme")
    with pytest.raises(ValidationError, match="MUSTER_SECRET"):
        Settings()
    monkeypatch.setenv("MUSTER_SECRET", "x" * 32)
    assert Settings().environment == "production"


def test_a_language_that_muster_does_not_speak_is_refused_by_name(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MUSTER_LANGUAGE", "xx")
    with pytest.raises(ValidationError, match="Muster speaks en and it, not “xx”"):
        Settings()
    monkeypatch.setenv("MUSTER_LANGUAGE", "it")
    assert Settings().language == "it"


def test_a_secret_is_never_printed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MUSTER_SECRET", "s3cret" * 8)
    assert "s3cret" not in repr(Settings())


def test_names_in_the_environment_reach_their_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MUSTER_DATA_DIR", "/somewhere with ü")
    monkeypatch.setenv("MUSTER_POOL_SIZE", "7")
    settings = Settings()
    assert settings.data_dir == Path("/somewhere with ü")
    assert settings.pool_size == 7


def test_a_pool_of_no_connections_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MUSTER_POOL_SIZE", "0")
    with pytest.raises(ValidationError, match="MUSTER_POOL_SIZE"):
        Settings()
