"""What the description of the API says is so: every address, parameter, status, schema and example."""

import copy
import json
from urllib.parse import urlencode

import pytest
import schemathesis
from fastapi.routing import iter_route_contexts
from hypothesis import HealthCheck, settings
from jsonschema import Draft202012Validator
from jsonschema.validators import validator_for
from schemathesis.config import SchemathesisConfig

from app.api.openapi import description
from app.claims.answer import ClaimColumns
from tests.api.conftest import SECRET

API = "/api/v1"
VERBS = ("get", "post")


def operations():
    for path, verbs in description()["paths"].items():
        for verb, operation in verbs.items():
            yield path, verb, operation


def resolved(node):
    """The same with every reference to another part of the description followed, once."""
    if "$ref" not in node:
        return node
    found = description()
    for part in node["$ref"].removeprefix("#/").split("/"):
        found = found[part]
    return found


def strict(shape):
    """A schema that allows no key that it does not name: what is answered has to be described in full."""
    schemas = copy.deepcopy(description()["components"]["schemas"])

    def close(node):
        if isinstance(node, dict):
            if "properties" in node:
                node["additionalProperties"] = False
            for inner in node.values():
                close(inner)
        elif isinstance(node, list):
            for inner in node:
                close(inner)

    close(schemas)
    return Draft202012Validator(
        {"components": {"schemas": schemas}, **shape}, format_checker=Draft202012Validator.FORMAT_CHECKER
    )


def faults(shape, answer):
    return [
        f"{list(error.absolute_path)}: {error.message[:200]}" for error in strict(shape).iter_errors(answer)
    ]


def test_every_address_is_described_and_no_other(founding_site):
    there = {
        f"{method} {context.path.removeprefix(API)}"
        for context in iter_route_contexts(founding_site.app.routes)
        for method in context.methods or ()
        if context.path.startswith(f"{API}/")
    }
    described = {f"{verb.upper()} {path}" for path, verb, _ in operations()}
    assert there == described | {"GET /openapi.json"}


def test_the_description_is_answered_as_any_other_data(founding_site):
    answer = founding_site.get(f"{API}/openapi.json")
    assert answer.json() == json.loads(json.dumps(description()))
    assert answer.json()["openapi"].startswith("3.1.")
    again = founding_site.get(f"{API}/openapi.json", headers={"If-None-Match": answer.headers["etag"]})
    assert again.status_code == 304


def test_every_schema_is_one(founding_site):
    for schema in description()["components"]["schemas"].values():
        validator_for(schema, Draft202012Validator).check_schema(schema)


def test_every_example_of_an_answer_holds_to_its_schema():
    held = 0
    answers = [answer for _, _, operation in operations() for answer in operation["responses"].values()]
    for answer in (*answers, *description()["components"]["responses"].values()):
        for content in resolved(answer).get("content", {}).values():
            assert faults(content["schema"], content["example"]) == []
            held += 1
    assert held > 20


def test_the_example_of_a_row_holds_to_its_schema():
    content = description()["paths"]["/claims"]["post"]["requestBody"]["content"]["application/json"]
    assert faults(content["schema"], content["example"]) == []


def addresses():
    """Every GET with its required parameters as in their examples, then with each other example alone."""
    found = []
    for path, verb, operation in operations():
        parameters = [resolved(one) for one in operation["parameters"]] if verb == "get" else []
        examples = {one["name"]: one["example"] for one in parameters if one["in"] == "path"}
        asked = [one for one in parameters if one["in"] == "query" and "example" in one]
        needed = {one["name"]: one["example"] for one in asked if one["required"]}
        others = [{one["name"]: one["example"]} for one in asked if not one["required"]]
        if verb == "get":
            found += [(path.format(**examples), urlencode(needed | other)) for other in ({}, *others)]
    return found


@pytest.mark.parametrize(("path", "query"), addresses())
def test_the_example_of_a_parameter_is_one(founding_site, path, query):
    assert founding_site.get(f"{API}{path}?{query}").status_code == 200


SHAPES = {
    "/deployments": "DeploymentList",
    "/deployments/nk-troops-russia": "DeploymentInFull",
    "/measures": "MeasureList",
    "/sources?limit=1000": "SourceList",
    "/sources/south-korea-joint-chiefs-of-staff-jcs": "SourceInFull",
    "/claims?limit=1000&kind=all": "ClaimList",
    "/claims/seed-total-a-202503": "ClaimInFull",
    "/claims/jcs-3000-20250327": "ClaimInFull",
    "/deployments/nk-troops-russia/readings/sent": "ReadingAnswer",
    "/deployments/nk-troops-russia/readings/killed?place=kursk-oblast&stance=own": "ReadingAnswer",
    "/deployments/nk-troops-russia/readings/present": "ReadingAnswer",
    "/deployments/nk-troops-russia/readings/casualties": "ReadingAnswer",
    "/deployments/nk-troops-russia/readings/sent/why?on=2025-03-27": "WhyAnswer",
    "/deployments/nk-troops-russia/readings/present/why?on=2024-10-01": "WhyAnswer",
    "/changes": "ActList",
    "/changes/1?limit=1000": "ActInFull",
}


@pytest.mark.parametrize(("address", "shape"), SHAPES.items())
def test_an_answer_has_the_described_keys_and_no_others(founding_site, address, shape):
    answer = founding_site.get(f"{API}{address}")
    assert answer.status_code == 200
    assert faults({"$ref": f"#/components/schemas/{shape}"}, answer.json()) == []


def test_a_row_has_the_columns_of_a_claim_and_what_is_said_beside():
    row = description()["components"]["schemas"]["Row"]
    assert list(row["properties"]) == [*ClaimColumns.__annotations__, "reason", "words", "overridden"]


# What follows is asked by a program that makes up requests from the description, good ones and bad ones.

KNOWN = {
    "deployment": "nk-troops-russia",
    "measure": "sent",
    "family": "nato",
    "place": "kursk-oblast",
    "version": 1,
    "slug": "nk-troops-russia",
    "claim_ref": "jcs-3000-20250327",
}
"""Names that the ledger has: which they are is nothing that a schema could say."""


@schemathesis.serializer("application/zip")
def as_it_is(context, value):
    """A zip is sent as it was made up."""
    return value


PLAYGROUND = {}
"""Where the made-up requests go: tests are made from the description before there is a database."""


async def stand_in(scope, receive, send):
    await PLAYGROUND["app"](scope, receive, send)


# Rules between several cells of a row, and what is in a file, are beyond any schema.
BEYOND = {"positive_data_acceptance": {"expected-statuses": [200, 202, 400, 409, 422]}}
CONFIG = {"operations": [{"include-method": "POST", "checks": BEYOND}]}

api = schemathesis.openapi.from_dict(
    json.loads(json.dumps(description())), config=SchemathesisConfig.from_dict(CONFIG)
)
api.app = stand_in


def name_what_is_known(case):
    """Put names of the ledger where a request that should be good makes some up."""
    if case.meta is None or not case.meta.generation.mode.is_positive:
        return
    for given in (case.path_parameters, case.query):
        for name in list(given or {}):
            if name in KNOWN and given[name] != "":
                given[name] = KNOWN[name]
            elif name in {"source", "cursor"} or (name == "to" and "from" in given):
                del given[name]


@pytest.fixture(scope="module")
def in_the_playground(playground):
    """Made-up requests go to the site of this module."""
    PLAYGROUND["app"] = playground


@pytest.mark.usefixtures("in_the_playground")
@api.parametrize()
@settings(max_examples=6, derandomize=True, deadline=None, suppress_health_check=list(HealthCheck))
def test_nobody_finds_anything_that_the_description_does_not_say(case):
    name_what_is_known(case)
    case.call_and_validate(headers={"Authorization": f"Bearer {SECRET}"})
