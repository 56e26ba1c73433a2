"""`muster verify`: certificates of the founding ledger against its export, whole and tampered with."""

import json
import shutil
from datetime import UTC, datetime

import pytest
from click.testing import CliRunner
from sqlalchemy.orm import Session

from app.accounts.models import COMMAND_LINE
from app.citations.canonical import canonical
from app.citations.certificate import signed
from app.cli import main
from app.database import connect
from app.ledger.actions import import_ledger
from app.ledger.exporting import export_ledger, snapshot
from tests.visiting import FOUNDING, site_on

AT = "/deployments/nk-troops-russia/{}/certificate.json?on=2025-03-27&figure={}"


@pytest.fixture(scope="module")
def exported(founding_url, tmp_path_factory):
    """The founding ledger as a folder and as a zip."""
    folder = tmp_path_factory.mktemp("exported") / "ledger"
    engine = connect(founding_url)
    for path in (folder, folder.with_suffix(".zip")):
        with snapshot(engine) as taken:
            export_ledger(taken, path)
    engine.dispose()
    return folder


@pytest.fixture
def certificate(founding_site, tmp_path):
    """A certificate in a file, changed by a function where one is given, and then signed again."""

    def get(measure="sent", figure="selected", change=None, *, sign=True, **choices):
        query = "".join(f"&{name}={value}" for name, value in choices.items())
        answer = founding_site.get(AT.format(measure, figure) + query)
        assert answer.status_code == 200, answer.text
        path = tmp_path / "certificate.json"
        content = json.loads(answer.text)
        if change is not None:
            change(content)
            content = signed(content) if sign else content
        path.write_text(canonical(content), encoding="utf-8")
        return path

    return get


def verify(*paths):
    """What it says and its exit status, where no database can be reached."""
    found = CliRunner().invoke(main, ["verify", *map(str, paths)], env={"DATABASE_URL": None})
    return found.exit_code, found.output


@pytest.mark.parametrize("measure", ["sent", "killed", "casualties", "present"])
@pytest.mark.parametrize("figure", ["low", "selected", "high"])
def test_every_figure_is_read_anew_from_the_exported_claims(exported, certificate, measure, figure):
    status, said = verify(certificate(measure, figure), exported)
    assert status == 0, said
    assert "differs" not in said
    assert "The exported claims give the same number" in said
    assert said.endswith("The certificate and the ledger agree.\n")


def test_choices_are_those_of_the_certificate(exported, certificate):
    chosen = certificate("casualties", "high", tolerance="20", known_on="2025-03-01", lowest_grade="B")
    status, said = verify(chosen, exported.with_suffix(".zip"))
    assert status == 0, said


def test_a_pretty_printed_certificate_is_the_same(exported, certificate):
    path = certificate()
    path.write_text(json.dumps(json.loads(path.read_text()), indent=2, ensure_ascii=True))
    assert verify(path, exported)[0] == 0


def _claim(content):
    return content["claims"][0]


TAMPERED = {
    "another number": (lambda c: c.update(value=15_000), "give another number"),
    "open instead of a number": (lambda c: c.update(open=True), "give another number"),
    "another figure of the day": (lambda c: c["of_the_day"].update(low=1), "give another number"),
    "another day": (lambda c: c.update(on="2024-11-01"), "give another number"),
    "another tolerance": (lambda c: c["choices"].update(tolerance="0"), "differs"),
    "a claim left out": (lambda c: c["claims"].pop(), "of which the certificate does not tell"),
    "a claim put in": (lambda c: c["claims"].append(_claim(c) | {"claim_ref": "x"}), "has no part in this"),
    "other words of a claim": (lambda c: _claim(c).update(wording="very many"), "wording is"),
    "another source": (lambda c: _claim(c).update(source="Somebody"), "source is"),
    "another grade": (lambda c: _claim(c).update(reliability="A"), "reliability is"),
    "another address": (lambda c: _claim(c).update(url="https://elsewhere.example"), "url is"),
    "another revision": (lambda c: _claim(c).update(revision=9), "revision is"),
    "more about a claim": (lambda c: _claim(c).update(confirmed=True), "confirmed is"),
    "other claims behind": (lambda c: c.update(behind=[]), "It rests on other claims"),
    "no contradiction": (lambda c: c.update(contested=[]), "Other claims are contested"),
    "another witness": (lambda c: c["contested"][0].update(witness=["x"]), "Other claims are contested"),
    "another name": (lambda c: c.update(deployment_name="All troops"), "deployment_name is"),
    "another unit": (lambda c: c.update(unit="tanks"), "unit is"),
    "another moment": (lambda c: c.update(version_at="2020-01-01T00:00:00Z"), "version_at is"),
    "another deployment": (lambda c: c.update(deployment="nowhere"), "knew no deployment “nowhere”"),
    "another measure": (lambda c: c.update(measure="nothing"), "knew no measure “nothing”"),
    "a later version": (lambda c: c.update(version=99), "only knows the versions up to 1"),
    "another rule set": (lambda c: c.update(rule_set="0"), "was made by rule set 0"),
    "something else": (lambda c: c.update(verified_by="experts"), "says what none says: verified_by"),
    "claims that are none": (lambda c: c.update(claims="many", contested=3, behind=None), "differs"),
}


@pytest.mark.parametrize("name", TAMPERED)
def test_what_was_tampered_with_is_named_also_under_a_new_digest(exported, certificate, name):
    change, named = TAMPERED[name]
    status, said = verify(certificate(change=change), exported)
    assert status == 1, said
    assert named in said
    assert "The content has the SHA-256 that the certificate states" in said
    assert said.endswith("do not agree.\n")


def test_content_that_has_another_digest_is_named(exported, certificate):
    status, said = verify(certificate(change=lambda c: c.update(sentence="Many."), sign=False), exported)
    assert status == 1
    assert "The content has been changed" in said


def test_another_wording_is_no_contradiction_and_is_told(exported, certificate):
    status, said = verify(certificate(change=lambda c: c.update(sentence="Many.")), exported)
    assert status == 0
    assert "note     This program words it so: " in said


def test_a_ledger_that_was_changed_after_its_export_is_named(exported, certificate, tmp_path):
    changed = tmp_path / "changed"
    shutil.copytree(exported, changed)
    history = changed / "history.csv"
    written = history.read_text(encoding="utf-8")
    assert "jcs-3000-20250327" in written
    history.write_text(
        "".join(
            line.replace('""low"":""3000""', '""low"":""4000""') if line.startswith("jcs-3000-") else line
            for line in written.splitlines(keepends=True)
        ),
        encoding="utf-8",
    )
    status, said = verify(certificate(), changed)
    assert status == 1
    assert "history.csv is missing or not as it was exported" in said
    assert "The exported claims give another number" in said


def test_what_cannot_be_read_is_wrong_usage(exported, certificate, tmp_path):
    nothing = tmp_path / "nothing.json"
    for content in ("", "[]", "{}", "NaN", '{"format": "muster-certificate/1", "value": NaN}', "[" * 100_000):
        nothing.write_text(content)
        status, said = verify(nothing, exported)
        assert status == 2
        assert "is no certificate of a figure" in said
    for change in (lambda c: c.update(version="x"), lambda c: c.update(on=5), lambda c: c.update(figure="x")):
        assert verify(certificate(change=change), exported)[0] == 2
    status, said = verify(certificate(), tmp_path)
    assert (status, "has no claims.csv" in said) == (2, True)
    status, said = verify(certificate(), FOUNDING)
    assert (status, "is no whole export" in said) == (2, True)
    assert verify(certificate(), tmp_path / "missing")[0] == 2


def test_a_certificate_of_an_earlier_version_is_checked_by_the_history(empty_database, tmp_path):
    """The ledger has moved on: the claim behind the number was corrected and its source graded anew."""
    engine = connect(empty_database)
    _import(engine, FOUNDING)
    path, ledger = tmp_path / "certificate.json", tmp_path / "ledger.zip"
    with site_on(empty_database) as site:
        path.write_text(site.get(AT.format("sent", "selected")).text, encoding="utf-8")
        corrected = tmp_path / "corrected"
        shutil.copytree(FOUNDING, corrected)
        for name, before, after in (
            ("claims.csv", "jcs-3000-20250327,nk-troops-russia,sent,increment,3000", "4000"),
            ("sources.csv", "South Korean government,B", "C"),
        ):
            written = (corrected / name).read_text(encoding="utf-8")
            assert before in written
            changed = before[: -len(after)] + after
            (corrected / name).write_text(written.replace(before, changed), encoding="utf-8")
        _import(engine, corrected)
        now = json.loads(site.get(AT.format("sent", "selected")).text)
    with snapshot(engine) as taken:
        export_ledger(taken, ledger)
    engine.dispose()
    status, said = verify(path, ledger)
    assert status == 0, said
    assert "The ledger is of version 2; by its history it was read as of version 1." in said
    assert json.loads(path.read_text())["value"] != now["value"]


def _import(engine, path):
    with Session(engine) as session, session.begin():
        report = import_ledger(session, path, by=COMMAND_LINE, at=datetime(2026, 11, 23, 10, 0, tzinfo=UTC))
    assert not report.is_refused
