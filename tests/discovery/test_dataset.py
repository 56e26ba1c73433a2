"""What pages say to those who collect data sets: schema.org, as JSON-LD."""

import json
from datetime import UTC, date, datetime
from urllib.parse import urlsplit

import pytest
from fastapi.testclient import TestClient
from pydantic import ValidationError

from app.discovery.dataset import LONGEST_DESCRIPTION, as_ld
from app.main import create_app
from app.settings import Settings
from tests.factories import DeploymentFactory, MeasureFactory, RevisionFactory
from tests.visiting import counted_statements

LEDGER, DEPLOYMENT, SENT = "/", "/deployments/nk-troops-russia", "/deployments/nk-troops-russia/sent"
LICENCE = "https://creativecommons.org/licenses/by/4.0/"
REQUIRED = {
    "@context",
    "@type",
    "@id",
    "url",
    "name",
    "description",
    "creator",
    "publisher",
    "isAccessibleForFree",
    "version",
    "dateModified",
    "temporalCoverage",
    "spatialCoverage",
    "distribution",
    "includedInDataCatalog",
}


def datasets(page):
    """What its script elements hold."""
    return [
        json.loads(script.get_text()) for script in page.soup.select('script[type="application/ld+json"]')
    ]


@pytest.mark.parametrize("path", [LEDGER, DEPLOYMENT, SENT])
def test_each_is_one_data_set_with_all_that_is_asked_of_one(browse, path):
    (dataset,) = datasets(browse(path))
    assert dataset.keys() >= REQUIRED
    assert dataset["@context"] == "https://schema.org"
    assert dataset["@type"] == "Dataset"
    assert dataset["@id"] == dataset["url"] == f"http://testserver{path}"
    assert 50 <= len(dataset["description"]) <= LONGEST_DESCRIPTION
    assert dataset["isAccessibleForFree"] is True
    assert dataset["version"] == "1"
    assert dataset["dateModified"] == "2026-11-23T10:00:00Z"
    assert dataset["creator"] == {"@type": "Organization", "name": "Muster", "url": "http://testserver/"}
    first, last = map(date.fromisoformat, dataset["temporalCoverage"].split("/"))
    assert first < last


def test_a_measure_names_what_is_counted_where_and_when(browse):
    (dataset,) = datasets(browse(SENT))
    assert dataset["name"] == "Sent: North Korean combat troops in Russia"
    assert "Between 14,500 and 15,500 by 13 December 2025; selected: 15,000." in dataset["description"]
    assert dataset["temporalCoverage"] == "2024-10-01/2025-12-13"
    assert dataset["spatialCoverage"] == {"@type": "Place", "name": "Russia"}
    (variable,) = dataset["variableMeasured"]
    assert (variable["@type"], variable["name"], variable["unitText"]) == ("PropertyValue", "Sent", "persons")
    assert variable["description"].startswith("Persons sent to the host country")
    assert dataset["isPartOf"]["@id"] == f"http://testserver{DEPLOYMENT}"


@pytest.mark.parametrize("path", [LEDGER, DEPLOYMENT, SENT])
def test_every_download_is_there_and_of_its_type(browse, founding_site, path):
    (dataset,) = datasets(browse(path))
    assert {one["encodingFormat"] for one in dataset["distribution"]} >= {"text/csv", "application/json"}
    for download in dataset["distribution"]:
        assert download["@type"] == "DataDownload"
        answer = founding_site.get(download["contentUrl"])
        assert answer.status_code == 200
        assert answer.headers["content-type"].partition(";")[0] == download["encodingFormat"]


def test_the_ledger_is_downloaded_whole(browse):
    (dataset,) = datasets(browse(LEDGER))
    found = {
        urlsplit(download["contentUrl"]).path: download["encodingFormat"]
        for download in dataset["distribution"]
    }
    assert found == {
        "/ledger.zip": "application/zip",
        "/claims.csv": "text/csv",
        "/claims.json": "application/json",
    }


def test_parts_lead_to_the_pages_that_tell_them(browse, founding_site):
    for path in (LEDGER, DEPLOYMENT):
        (dataset,) = datasets(browse(path))
        assert len(dataset["hasPart"]) >= 4
        for part in dataset["hasPart"]:
            (told,) = datasets(browse(urlsplit(part["url"]).path, checked=False))
            assert (told["@id"], told["name"]) == (part["@id"], part["name"])
            assert told["isPartOf"]["@id"] == dataset["@id"]


@pytest.mark.parametrize(
    "path",
    [f"{SENT}?tolerance=10", f"{SENT}?sort=day", f"{DEPLOYMENT}?known_on=2025-04-01", "/claims", "/method"],
)
def test_what_a_reader_chose_is_no_data_set_of_its_own(browse, path):
    assert datasets(browse(path)) == []


def test_no_licence_is_claimed_that_nobody_stated(browse):
    assert "license" not in datasets(browse(SENT))[0]


def test_an_installation_states_its_licence_its_publisher_and_its_address(founding_url):
    app = create_app(
        Settings(
            database_url=founding_url,
            log_format="json",
            licence_url=LICENCE,
            publisher="The Archive",
            base_url="https://muster.example",
        )
    )
    with TestClient(app) as client:
        for path in (LEDGER, DEPLOYMENT, SENT):
            text = client.get(path).text
            dataset = json.loads(text.partition('ld+json">')[2].partition("</script>")[0])
            assert dataset["license"] == LICENCE
            assert dataset["publisher"]["name"] == "The Archive"
            assert dataset["@id"] == f"https://muster.example{path}"
            assert f'<link rel="canonical" href="https://muster.example{path}">' in text


@pytest.mark.parametrize("written", ["CC BY 4.0", "javascript:alert(1)", 'https://x/"><script>', "ftp://x/y"])
def test_a_licence_that_is_no_address_is_refused(written):
    with pytest.raises(ValidationError, match="MUSTER_LICENCE_URL"):
        Settings(MUSTER_LICENCE_URL=written)


def test_hostile_names_stay_text(visit, session):
    name = '</script><script>alert("1")</script><!-- & ]]>\u2028'
    deployment = DeploymentFactory(slug="north", name=name, summary=name, host=name)
    measure = MeasureFactory(slug="sent", label=name, definition=name)
    RevisionFactory(deployment=deployment, measure=measure, approved=True)
    for path in ("/", "/deployments/north", "/deployments/north/sent"):
        page = visit(path)
        assert "<script>alert" not in page.response.text
        (dataset,) = datasets(page)
        assert name in json.dumps(dataset, ensure_ascii=False).replace('\\"', '"')


def test_nothing_of_markup_is_left_in_the_text():
    told = {"name": "<a> & </script> \u2028\u2029", "at": datetime(2026, 1, 1, tzinfo=UTC).isoformat()}
    text = as_ld(told)
    assert not set("<>&\u2028\u2029") & set(text)
    assert json.loads(text) == told


def test_a_measure_without_a_claim_has_no_end_yet(visit, session):
    DeploymentFactory(slug="north", name="North", host=None)
    MeasureFactory(slug="sent", label="Sent", definition=None)
    (dataset,) = datasets(visit("/deployments/north/sent"))
    assert dataset["temporalCoverage"].endswith("/..")
    assert "spatialCoverage" not in dataset
    assert "description" not in dataset["variableMeasured"][0]


def test_an_empty_ledger_is_no_data_set(visit, session):
    assert datasets(visit("/")) == []


@pytest.mark.parametrize(("path", "most"), [(LEDGER, 12), (DEPLOYMENT, 16), (SENT, 18)])
def test_to_tell_it_takes_no_statement_more(founding_site, path, most):
    founding_site.get(path)  # what is computed is kept
    with counted_statements(founding_site.app.state.engine) as sent:
        founding_site.get(path)
    assert len(sent) <= most
