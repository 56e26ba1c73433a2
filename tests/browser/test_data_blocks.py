"""What pages say to machines in script elements: data, which the site's policy lets stand."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page

from tests.running import muster


@pytest.fixture(scope="module")
def address(founding_url: str) -> Iterator[str]:
    """A site over the founding ledger, in a process of its own."""
    with muster("serve", "--port", "0", environment={"DATABASE_URL": founding_url}) as site:
        yield site.address()


@pytest.mark.parametrize("path", ["", "deployments/nk-troops-russia", "deployments/nk-troops-russia/sent"])
def test_the_policy_has_nothing_against_a_data_set(page: Page, address: str, path: str) -> None:
    page.add_init_script(
        "window.refused = [];"
        "document.addEventListener('securitypolicyviolation', (one) => refused.push(one.violatedDirective));"
    )
    page.goto(address + path)
    page.wait_for_load_state("networkidle")
    assert page.evaluate("refused") == []
    told = page.evaluate(
        "JSON.parse(document.querySelector('script[type=\"application/ld+json\"]').textContent)['@type']"
    )
    assert told == "Dataset"
