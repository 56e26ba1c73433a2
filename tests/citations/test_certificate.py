"""The certificate of a figure: one number of one day, what it rests on, and the digest of the whole."""

import json
from datetime import date
from hashlib import sha256

import pytest

from app.citations.canonical import canonical
from app.citations.certificate import content_digest, question_of
from tests.citations.conftest import SENT
from tests.factories import MeasureFactory, RevisionFactory, SourceFactory


def data(visit, address):
    return json.loads(visit(address, checked=False).response.text)


def newest(visit):
    """The version that an address without one leads to."""
    answer = visit(f"{SENT}/certificate?on=2025-02-01&figure=low", status=307, checked=False).response
    return answer.headers["location"]


def test_an_address_that_leaves_something_open_leads_to_one_that_names_it(ledger, visit):
    address = newest(visit)
    version = address.partition("version=")[2].partition("&")[0]
    assert address == f"{SENT}/certificate?version={version}&on=2025-02-01&figure=low"
    open_to = visit(f"{SENT}/certificate", status=307, checked=False).response.headers["location"]
    assert open_to == f"{SENT}/certificate?version={version}&on=2025-02-01&figure=selected"
    assert visit(address).heading == "Certificate: Sent, 1 February 2025"


@pytest.mark.parametrize(("figure", "told"), [("low", "9,000"), ("selected", "10,000"), ("high", "11,000")])
def test_the_page_has_the_number_its_claims_and_how_to_check_it(ledger, visit, figure, told):
    page = visit(newest(visit).replace("figure=low", f"figure={figure}"))
    assert page.main.find("dd").get_text().strip() == told
    assert "10,000 persons, 1 Feb 2025. Claimed by Our ministry, said on 1 February 2025" in page.text
    assert "ten thousand" in page.text
    assert "Rule set 1 of the method" in page.text
    assert "muster verify certificate.json ledger.zip" in page.text
    content = data(
        visit, newest(visit).replace("certificate?", "certificate.json?").replace("=low", f"={figure}")
    )
    assert content["sha256"] in page.text


def test_the_digest_is_of_the_rest_as_canonical_json(ledger, visit):
    answer = visit(newest(visit).replace("certificate?", "certificate.json?"), checked=False).response
    content = json.loads(answer.text)
    assert answer.text == canonical(content)
    stated = content.pop("sha256")
    assert sha256(canonical(content).encode()).hexdigest() == stated == content_digest(content)
    assert content["value"] == 9000
    assert [claim["claim_ref"] for claim in content["claims"]] == ["first"]
    assert content["claims"][0]["wording"] == "ten thousand"


def test_the_question_is_read_back_from_the_certificate(ledger, visit):
    address = newest(visit).replace("certificate?", "certificate.json?tolerance=20&known_on=2025-06-01&")
    question = question_of(data(visit, address))
    assert (question.deployment, question.measure, question.figure) == ("troops", "sent", "low")
    assert question.on == question.choices.on == date(2025, 2, 1)
    assert (question.choices.tolerance, question.choices.known_on) == ("20", date(2025, 6, 1))


def test_what_contradicts_stands_with_its_witnesses(ledger, visit):
    RevisionFactory(
        **ledger.shared,
        source=SourceFactory(name="Doubter"),
        point=2_000,
        qualifier="stated",
        as_of="2025-02-01",
        said_on="2025-02-02",
        approved=True,
    )
    page = visit(newest(visit))
    content = data(visit, newest(visit).replace("certificate?", "certificate.json?"))
    [item] = content["contested"]
    assert item["witness"]
    assert {claim["source"] for claim in (*content["claims"], *content["witness_claims"])} >= {"Doubter"}
    assert "Claimed by Doubter" in page.text


def test_the_events_of_a_floor_and_the_parts_of_a_sum_are_told(ledger, visit):
    for day, killed in (("2025-01-03", 5), ("2025-01-04", 2)):
        RevisionFactory(
            deployment=ledger.shared["deployment"],
            measure=_killed(ledger),
            source=ledger.sources["first"],
            nature="event",
            as_of=None,
            period=f"{day}/{day}",
            point=killed,
            qualifier="exact",
            said_on=day,
            approved=True,
        )
    address = "/deployments/troops/killed/certificate.json?on=2025-01-05&figure=low"
    content = data(visit, address)
    assert content["value"] == 7
    assert content["behind"][0]["is_events"]
    assert [claim["point"] for claim in content["claims"]] == [5, 2]
    page = visit(visit(address.replace(".json", ""), status=307, checked=False).response.headers["location"])
    assert "a floor, the sum of the events that the source listed" in page.text


def _killed(ledger):
    if "killed" not in ledger.claims:
        ledger.claims["killed"] = MeasureFactory(slug="killed", label="Killed")
    return ledger.claims["killed"]


def test_no_ceiling_is_open_and_no_figure_is_none(ledger, visit):
    after = newest(visit).replace("on=2025-02-01", "on=2025-03-01").replace("figure=low", "figure=high")
    assert visit(after).main.find("dd").get_text().strip() == "open"
    before = newest(visit).replace("on=2025-02-01", "on=2024-10-05").replace("figure=low", "figure=selected")
    assert visit(before).main.find("dd").get_text().strip() == "no figure"


@pytest.mark.parametrize(
    ("address", "status"),
    [
        (f"{SENT}/certificate?figure=middle", 422),
        (f"{SENT}/certificate?figure=low&figure=high", 422),
        (f"{SENT}/certificate?on=2025-13-01", 422),
        (f"{SENT}/certificate?version=99999", 422),
        (f"{SENT}/certificate.json?colour=red", 422),
        ("/deployments/troops/nothing/certificate", 404),
        ("/deployments/nowhere/sent/certificate", 404),
    ],
)
def test_what_cannot_be_certified_is_refused_by_name(ledger, visit, address, status):
    visit(address, status=status)


def test_a_certificate_stays_on_two_sheets_and_the_file_has_all(ledger, visit):
    for day in range(2, 14):
        RevisionFactory(
            **ledger.shared,
            source=SourceFactory(name=f"Doubter {day}"),
            point=1_000 + day,
            qualifier="exact",
            as_of="2025-02-02",
            said_on=f"2025-02-{day:02}",
            approved=True,
        )
    page = visit(newest(visit))
    content = data(visit, newest(visit).replace("certificate?", "certificate.json?"))
    assert len(content["contested"]) > 4
    assert f"And {len(content['contested']) - 4} contested claims more, in the file below." in page.text
    assert len(page.main.select(".certified-contested")) == 4
