"""The image and docker-compose.yml, as far as they can be read without Docker."""

import re

import pytest
import yaml

from app.assets import ROOT


@pytest.fixture
def services():
    return yaml.safe_load((ROOT / "docker-compose.yml").read_text())["services"]


def steps(word):
    text = (ROOT / "Dockerfile").read_text().replace("\\\n", " ")
    return [line.removeprefix(f"{word} ") for line in text.splitlines() if line.startswith(f"{word} ")]


def test_the_site_waits_until_its_database_answers(services):
    assert services["site"]["depends_on"] == {"database": {"condition": "service_healthy"}}
    assert services["database"]["healthcheck"]["test"][:2] == ["CMD", "pg_isready"]


def test_data_are_kept_in_a_named_volume_where_the_image_of_postgresql_18_puts_them(services):
    assert services["database"]["image"] == "postgres:18"
    assert services["database"]["volumes"] == ["database:/var/lib/postgresql"]
    assert "database" in yaml.safe_load((ROOT / "docker-compose.yml").read_text())["volumes"]


def test_no_secret_has_a_default(services):
    settings = {**services["database"]["environment"], **services["site"]["environment"]}
    secrets = {name: value for name, value in settings.items() if re.search("PASSWORD|SECRET", name)}
    assert set(secrets) == {"POSTGRES_PASSWORD", "PGPASSWORD", "MUSTER_SECRET"}
    assert all(re.fullmatch(r"\$\{[A-Z_]+:\?.+\}", value) for value in secrets.values())
    assert "@database" in settings["DATABASE_URL"]


def test_the_site_is_reached_from_this_machine_alone(services):
    assert services["site"]["ports"] == ["127.0.0.1:${MUSTER_PORT:-8000}:8000"]
    assert "ports" not in services["database"]


def test_the_site_runs_as_an_account_that_can_change_nothing(services):
    assert steps("USER") == ["muster"]
    assert services["site"]["read_only"] is True
    assert services["site"]["cap_drop"] == ["ALL"]


def test_everything_that_is_copied_is_let_in():
    let_in = [line[1:] for line in (ROOT / ".dockerignore").read_text().splitlines() if line.startswith("!")]
    copied = {name for step in steps("COPY") if not step.startswith("--from") for name in step.split()[:-1]}
    assert copied == set(let_in)
    assert [name for name in copied if not (ROOT / name).exists()] == []


def test_whether_the_site_is_ready_is_asked_of_the_port_that_it_serves():
    assert "http://127.0.0.1:8000/readyz" in steps("HEALTHCHECK")[0]
    assert '"--port", "8000"' in steps("CMD")[0]
