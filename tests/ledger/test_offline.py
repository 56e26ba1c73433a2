"""An exported ledger read without a database gives what the database gives."""

from dataclasses import replace

import pytest
from sqlalchemy import text

from app.answers.queries import holding_of
from app.ledger.containers import NotALedger
from app.ledger.offline import offline_ledger
from app.readings.choices import Choices
from app.readings.reading import read_measure
from tests.ledger.exports import exported
from tests.ledger.ledgers import FOUNDING, LATER, SOURCE, a_ledger, a_total, taken_in
from tests.ledger.test_round_trip import a_long_history


def of_measures(held):
    """What is held, to be compared: without the numbers of revisions, of which some are not exported."""
    claims = {
        measure: sorted((replace(claim, revision=0) for claim in of_measure), key=lambda claim: claim.ref)
        for measure, of_measure in held.claims.items()
    }
    return held.deployment, dict(held.measures), claims


@pytest.mark.parametrize("kind", ["folder", "ledger.zip"])
def test_the_example_holds_the_same_without_a_database(session, tmp_path, kind):
    taken_in(session, FOUNDING)
    ledger = offline_ledger(exported(session, tmp_path / kind))
    assert (ledger.version, ledger.rule_set, ledger.changed_files()) == (1, "1", ())
    assert ledger.deployments() == [
        "nk-troops-russia", "nk-engineers-russia", "nk-workers-russia", "nk-munitions-russia"
    ]  # fmt: skip
    for deployment in ledger.deployments():
        held = holding_of(session, deployment)
        assert of_measures(ledger.holding(deployment)) == of_measures(held.claims)
    offline = read_measure(ledger.holding("nk-troops-russia"), "sent", Choices())
    online = read_measure(holding_of(session, "nk-troops-russia").claims, "sent", Choices())
    assert offline == online


def test_every_version_of_a_long_history_holds_the_same_without_a_database(session, tmp_path):
    a_long_history(session, tmp_path)
    ledger = offline_ledger(exported(session, tmp_path / "out.zip"))
    assert ledger.version == session.scalar(text("select version from ledger"))
    for version in range(1, ledger.version + 1):
        held = holding_of(session, "troops", version=version)
        assert of_measures(ledger.holding("troops", version)) == of_measures(held.claims), version


def test_grades_are_those_of_the_version(session, tmp_path):
    taken_in(session, a_ledger(tmp_path / "a"))
    worse = [SOURCE | {"reliability": "E", "family": "Others"}]
    taken_in(session, a_ledger(tmp_path / "b", a_total(), sources=worse), at=LATER)
    ledger = offline_ledger(exported(session, tmp_path / "out"))
    [before], [after] = (ledger.holding("troops", version).about("sent") for version in (1, 2))
    assert (before.source.reliability, before.source.family) == ("B", "government")
    assert (after.source.reliability, after.source.family) == ("E", "others")


def test_what_an_export_does_not_hold_is_said(session, tmp_path):
    taken_in(session, a_ledger(tmp_path / "a"))
    folder = exported(session, tmp_path / "out")
    ledger = offline_ledger(folder)
    assert ledger.holding("nothing") is None
    assert ledger.holding("troops", 0) is None
    with pytest.raises(NotALedger, match="up to 1, and not 2"):
        ledger.holding("troops", 2)
    claims = folder / "claims.csv"
    claims.write_bytes(claims.read_bytes().replace(b"100", b"101"))
    (folder / "acts.csv").unlink()
    assert ledger.changed_files() == ("claims.csv", "acts.csv")
    history = folder / "history.csv"
    history.write_bytes(history.read_bytes().replace(b'""total""', b'""sum""'))
    with pytest.raises(NotALedger, match="one: nature, “sum”"):
        ledger.holding("troops")
    (folder / "versions.csv").unlink()
    with pytest.raises(NotALedger, match=r"versions\.csv is missing"):
        offline_ledger(folder)
    with pytest.raises(NotALedger, match="is missing"):
        offline_ledger(FOUNDING)
