"""What pages say to machines in script elements: data, which the site's policy lets stand."""

import pytest
from playwright.sync_api import Page


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
