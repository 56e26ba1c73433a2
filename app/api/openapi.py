"""The description of the API (OpenAPI 3.1), made from what answers: shapes, vocabularies, limits of lists.

Routes read their parameters themselves, so that all that is wrong with an address is said at once; what
they read is written here once more, and the tests ask the site whether it is true (tests/api).
"""

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

from pydantic import TypeAdapter
from pydantic.json_schema import GenerateJsonSchema

from app.accounts.models import Role
from app.api import shapes
from app.api.asked import ITEMS, MOST_ITEMS
from app.api.bodies import FIGURES, REASONS
from app.api.examples import EXAMPLES, ROW
from app.changes.asked import KINDS as ACTS
from app.changes.asked import ROWS as ACTS_LISTED
from app.claims.answer import ClaimAnswer, ClaimColumns
from app.claims.forms import LONGEST_NAME, LONGEST_TEXT
from app.claims.listing import KINDS
from app.claims.words import Nature, Qualifier, Standing, StandingReason
from app.readings.choices import Precedence, Tolerance
from app.search.asked import LONGEST
from app.sources.models import RELIABILITIES, STANCES

Json = dict[str, Any]

VERSION = "1.0"
"""Of the description: the first number is that of the address, the second rises with what is added."""

ABOUT = """\
Dated claims, who made them and where, and the running totals that follow from them by the published method.

Reading takes no account. Lists answer `{"items": [...], "next": cursor}`; every GET has an `ETag`, answers
`304` to who holds it, answers HEAD too, and may be read by the pages of any site. An unknown parameter is
refused, and so is a value that cannot be read: `422`, each named in `errors`. Handing in takes the token of
an editor, and nothing that is handed in counts before a reviewer has approved it.
"""

_ANSWERS = (
    shapes.DeploymentList, shapes.DeploymentInFull, shapes.MeasureList, shapes.SourceList,
    shapes.SourceInFull, shapes.ClaimList, shapes.ClaimInFull, shapes.ReadingAnswer, shapes.WhyAnswer,
    shapes.ActList, shapes.ActInFull, shapes.SubmittedAnswer, shapes.ImportAnswer, shapes.Problem,
    shapes.InputProblem, shapes.ImportProblem, ClaimAnswer,
)  # fmt: skip

_SLUG: Json = {"type": "string", "pattern": "^[a-z0-9][a-z0-9-]*$", "maxLength": LONGEST_NAME}
_DAY: Json = {"type": "string", "format": "date"}
_SOME_DAY: Json = {
    "type": "string",
    "anyOf": [
        {"format": "date", "pattern": "^[12][0-9]{3}-[0-9]{2}-[0-9]{2}$"},
        {"pattern": "^[12][0-9]{3}-(0[1-9]|1[0-2])$"},
        {"pattern": "^[12][0-9]{3}$"},
    ],
}


@cache
def description() -> Json:
    """The whole description. Its addresses are below `/api/v1` of whichever site answers it."""
    return {
        "openapi": "3.1.0",
        "info": {"title": "Muster", "version": VERSION, "description": ABOUT},
        "servers": [{"url": "/api/v1"}],
        "paths": _paths(),
        "components": {
            "schemas": _schemas() | {"Row": _row()},
            "responses": _responses(),
            "parameters": {"if-none-match": _IF_NONE_MATCH},
            "headers": {"ETag": _ETAG, "Retry-After": _RETRY_AFTER},
            "securitySchemes": {
                "token": {
                    "type": "http",
                    "scheme": "bearer",
                    "description": "A token of an editor's account, with the scope `claims` or `imports`.",
                }
            },
        },
    }


def _paths() -> Mapping[str, Mapping[str, Json]]:
    slug = _in_path("slug", "A slug.", _SLUG)
    measure = _in_path("measure", "The slug of a measure.", _SLUG)
    paged = [_limit(ITEMS), _CURSOR]
    return {
        "/deployments": {"get": _get("deployments", "Every deployment, by slug", "DeploymentList", paged)},
        "/deployments/{slug}": {
            "get": _get(
                "deployment",
                "A deployment and the measures claimed of it",
                "DeploymentInFull",
                [slug("nk-troops-russia")],
                finds=True,
            )
        },
        "/deployments/{slug}/readings/{measure}": {
            "get": _get(
                "reading",
                "The running total of a measure under a reader’s choices",
                "ReadingAnswer",
                [slug("nk-troops-russia"), measure("sent"), *_choices()],
                finds=True,
            )
        },
        "/deployments/{slug}/readings/{measure}/why": {
            "get": _get(
                "why",
                "Why the numbers of a day are what they are",
                "WhyAnswer",
                [slug("nk-troops-russia"), measure("sent"), *_choices(needs_day=True)],
                finds=True,
            )
        },
        "/measures": {"get": _get("measures", "Every measure, by slug", "MeasureList", paged)},
        "/sources": {"get": _get("sources", "Every source, by slug", "SourceList", paged)},
        "/sources/{slug}": {
            "get": _get(
                "source",
                "A source and the others of its family",
                "SourceInFull",
                [slug("south-korea-joint-chiefs-of-staff-jcs")],
                finds=True,
            )
        },
        "/claims": {
            "get": _get("claims", "Claims, by claim_ref", "ClaimList", [*_claim_filters(), *paged]),
            "post": _post_claim(),
        },
        "/claims/{claim_ref}": {
            "get": _get(
                "claim",
                "A claim with its appearances, history and contradictions",
                "ClaimInFull",
                [_in_path("claim_ref", "The key of a claim.", _CLAIM_REF)("jcs-3000-20250327")],
                finds=True,
            )
        },
        "/changes": {
            "get": _get(
                "changes",
                "The log of changes, the newest first",
                "ActList",
                [*_change_filters(), _limit(ACTS_LISTED), _CURSOR],
            )
        },
        "/changes/{version}": {
            "get": _get(
                "change",
                "The change that made a version of the ledger",
                "ActInFull",
                [
                    _in_path("version", "A version of the ledger.", {"type": "integer", "minimum": 1})(1),
                    _limit(ACTS_LISTED),
                    _CURSOR,
                ],
                finds=True,
            )
        },
        "/imports": {"post": _post_import()},
    }


_CLAIM_REF: Json = {"type": "string", "pattern": "^[a-z0-9][a-z0-9._-]{0,79}$"}


class _Plain(GenerateJsonSchema):
    """Schemas without a title for every key."""

    def field_title_should_be_set(self, _: Any) -> bool:
        return False


def _schemas() -> Json:
    """Every shape by its name."""
    _, made = TypeAdapter.json_schemas(
        [(one.__name__, "serialization", TypeAdapter(one)) for one in _ANSWERS],
        ref_template="#/components/schemas/{model}",
        schema_generator=_Plain,
    )
    schemas: Json = made["$defs"]
    return schemas


def _row() -> Json:
    """A row as it is handed in: the columns of a claim, freer in what a cell may be."""
    told = TypeAdapter(ClaimColumns).json_schema(mode="serialization", schema_generator=_Plain)["properties"]
    columns = {name: _cell(name) | {"description": told[name]["description"]} for name in told}
    remark: Json = {"type": ["string", "null"], "maxLength": LONGEST_TEXT}
    beside: Json = {
        "reason": {
            "enum": [*REASONS, "", None],
            "description": "Why a claim that the ledger has is corrected; without one `other`.",
        },
        "words": remark | {"description": "A remark on what is handed in, for the log."},
        "overridden": remark | {"description": "Why it is right, whatever a warning says. It is public."},
    }
    return {
        "type": "object",
        "description": (
            "A row of the claims CSV: text, numbers where there is a figure, and null or empty text for what"
            " is not known. Without a claim_ref one is made up. A claim_ref that the ledger has corrects it."
        ),
        "properties": columns | beside,
        "required": ["deployment", "measure", "nature", "said_on", "source"],
        "additionalProperties": False,
    }


def _cell(name: str) -> Json:
    if name in _WORDS:
        empty = [] if name == "nature" else ["", None]
        return {"enum": [*map(str, _WORDS[name]), *empty]}
    if name in FIGURES:
        return {"type": ["number", "string", "null"], "minimum": 0}
    needed = name in {"deployment", "measure", "said_on", "source"}
    return {"type": "string", "minLength": 1} if needed else {"type": ["string", "null"]}


_WORDS = {
    "nature": Nature,
    "qualifier": Qualifier,
    "standing": Standing,
    "standing_reason": StandingReason,
}


def _choices(*, needs_day: bool = False) -> list[Json]:
    day = "The day that is asked about." if needs_day else "The day of the headline."
    return [
        _query("known_on", "Only what had been said by this day; without it all that the ledger holds.",
               _DAY, "2025-04-01"),
        _query("version", "The ledger as it stood at this version; without it the latest.",
               {"type": "integer", "minimum": 0, "maximum": 10**15 - 1}, 1),
        _query("since", "Count from this day on.", _DAY, "2025-01-01"),
        _query("on", day, _DAY, "2025-03-27") | ({"required": True, "allowEmptyValue": False}
                                                 if needs_day else {}),
        _query("tolerance", "How far a figure may be off, in percent.", _one_of(Tolerance), "rounding"),
        _query("precedence", "In which order claims are asked.", _one_of(Precedence), "graded"),
        _query("source", "Only these sources.", _SLUG, many=True),
        _query("family", "Only these families.", _SLUG, many=True),
        _query("lowest_grade", "Only sources of this reliability or better.", _one_of(RELIABILITIES), "C"),
        _query("stance", "Only sources of these stances towards the sender.", _one_of(STANCES), many=True),
        _query("place", "Only claims about this place.", _SLUG),
    ]  # fmt: skip


def _claim_filters() -> list[Json]:
    return [
        _query("kind", "Claims (without it), appearances of claims, or all.", _one_of(KINDS), "claim"),
        _query("deployment", "About this deployment.", _SLUG, "nk-troops-russia"),
        _query("measure", "About this measure.", _SLUG, "sent"),
        _query("source", "Made by this source.", _SLUG),
        _query("family", "Made by a source of this family.", _SLUG),
        _query("nature", "Of one of these natures.", _one_of(Nature), many=True),
        _query("standing", "Of one of these standings.", _one_of(Standing), many=True),
        _query("place", "About this place.", _SLUG),
        _query("said_from", "Said on this day or later; of a month or year its first day.", _SOME_DAY,
               "2025-03"),
        _query("said_to", "Said on this day or earlier; of a month or year its last day.", _SOME_DAY,
               "2025-03-27"),
        _query("q", 'Words that the claim holds, as the search takes them: "a phrase", begin*, -without.',
               {"type": "string", "maxLength": LONGEST, "pattern": "^[^\\x00]*$"}, "briefing"),
    ]  # fmt: skip


def _change_filters() -> list[Json]:
    return [
        _query("deployment", "Changes of what is claimed of this deployment.", _SLUG, "nk-troops-russia"),
        _query("measure", "Changes of what is claimed of this measure.", _SLUG, "sent"),
        _query("source", "Changes of what this source claims.", _SLUG),
        _query("kind", "Acts of these kinds.", _one_of(ACTS), many=True),
        _query("role", "Acts by people of these roles.", _one_of(Role), many=True),
        _query("from", "On this day (UTC) or later.", _SOME_DAY, "2026"),
        _query("to", "On this day (UTC) or earlier.", _SOME_DAY, "2026-12"),
    ]


def _one_of(words: Any) -> Json:
    return {"type": "string", "enum": [str(word) for word in words]}


def _query(name: str, told: str, schema: Json, example: object = None, *, many: bool = False) -> Json:
    made: Json = {"name": name, "in": "query", "description": told, "required": False}
    if many:
        return made | {"schema": {"type": "array", "items": schema}, "style": "form", "explode": True}
    made |= {"schema": schema, "allowEmptyValue": True}
    return made if example is None else made | {"example": example}


def _in_path(name: str, told: str, schema: Json) -> Any:
    """A function from an example to the parameter."""
    return lambda example: {
        "name": name, "in": "path", "description": told, "required": True, "schema": schema,
        "example": example,
    }  # fmt: skip


def _limit(usual: int) -> Json:
    schema = {"type": "integer", "minimum": 1, "maximum": MOST_ITEMS, "default": usual}
    return _query("limit", "How many items an answer may hold.", schema, 20)


_CURSOR = _query(
    "cursor", "What the answer before gave as next. It says nothing by itself; it is this list’s alone.",
    {"type": "string", "maxLength": 400},
)  # fmt: skip
_IF_NONE_MATCH: Json = {
    "name": "If-None-Match",
    "in": "header",
    "description": "The ETag of the answer that the asker holds.",
    "required": False,
    "schema": {"type": "string"},
}
_ETAG: Json = {
    "description": "Changes with the answer.",
    "required": True,
    "schema": {"type": "string", "pattern": '^"[0-9a-f]{32}"$'},
}
_RETRY_AFTER: Json = {
    "description": "Seconds after which it goes on.",
    "required": True,
    "schema": {"type": "integer", "minimum": 1},
}


def _get(name: str, told: str, shape: str, parameters: Sequence[Json], *, finds: bool = False) -> Json:
    content: Json = {"schema": {"$ref": f"#/components/schemas/{shape}"}, "example": EXAMPLES[shape]}
    responses: Json = {
        "200": {
            "description": told,
            "headers": {"ETag": {"$ref": "#/components/headers/ETag"}},
            "content": {"application/json": content},
        },
        "304": {"$ref": "#/components/responses/held"},
        "422": {"$ref": "#/components/responses/unreadable"},
    }
    if finds:
        responses["404"] = {"$ref": "#/components/responses/nothing"}
    return {
        "operationId": name,
        "summary": told,
        "parameters": [*parameters, {"$ref": "#/components/parameters/if-none-match"}],
        "responses": dict(sorted(responses.items())) | _ALWAYS,
    }


def _post_claim() -> Json:
    submitted = _json("SubmittedAnswer")
    return {
        "operationId": "handInClaim",
        "summary": "Hand in a new claim, or a correction, for review",
        "security": [{"token": []}],
        "parameters": [
            {
                "name": "Idempotency-Key",
                "in": "header",
                "description": "A key of your own: what is sent again under it is handed in once.",
                "required": False,
                "schema": {"type": "string", "pattern": "^[A-Za-z0-9_-]{16,80}$"},
            }
        ],
        "requestBody": {
            "required": True,
            "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Row"}, "example": ROW}},
        },
        "responses": {
            "200": {"description": "The ledger says just this already; nothing waits.", "content": submitted},
            "202": {"description": "It waits for a reviewer.", "content": submitted},
            "409": {
                "description": "Something about this claim waits already, or the key was another row's.",
                "content": _problem("Problem", "WaitsAlready"),
            },
            "422": {
                "description": "Cells that cannot stand, each named.",
                "content": _problem("InputProblem", "InputProblem"),
            },
        }
        | _WRITING
        | _ALWAYS,
    }


def _post_import() -> Json:
    binary: Json = {"type": "string", "format": "binary"}
    form: Json = {"type": "object", "properties": {"file": binary}, "required": ["file"]}
    answer = _json("ImportAnswer")
    return {
        "operationId": "handInLedger",
        "summary": "Hand in a claims CSV or the zip of a ledger for review, as one batch",
        "security": [{"token": []}],
        "parameters": [
            _query("dry_run", "1: say what it would do, and store nothing.", _one_of("01"), "1"),
        ],
        "requestBody": {
            "required": True,
            "content": {
                "text/csv": {"schema": {"type": "string", "minLength": 1}},
                "application/zip": {"schema": binary},
                "multipart/form-data": {"schema": form},
            },
        },
        "responses": {
            "200": {"description": "A dry run, or nothing that the ledger lacks.", "content": answer},
            "202": {"description": "The batch waits for a reviewer.", "content": answer},
            "422": {
                "description": "Rows that cannot stand, or a parameter; nothing was stored.",
                "content": {
                    "application/problem+json": {
                        "schema": {
                            "anyOf": [
                                {"$ref": "#/components/schemas/ImportProblem"},
                                {"$ref": "#/components/schemas/InputProblem"},
                            ]
                        },
                        "example": EXAMPLES["ImportProblem"],
                    }
                },
            },
        }
        | _WRITING
        | _ALWAYS,
    }


def _json(shape: str) -> Json:
    schema = {"$ref": f"#/components/schemas/{shape}"}
    return {"application/json": {"schema": schema, "example": EXAMPLES[shape]}}


def _problem(shape: str, example: str) -> Json:
    schema = {"$ref": f"#/components/schemas/{shape}"}
    return {"application/problem+json": {"schema": schema, "example": EXAMPLES[example]}}


_ALWAYS: Json = {
    "429": {"$ref": "#/components/responses/tooMany"},
    "503": {"$ref": "#/components/responses/outOfReach"},
}
_WRITING: Json = {
    "400": {"$ref": "#/components/responses/badBody"},
    "401": {"$ref": "#/components/responses/noToken"},
    "403": {"$ref": "#/components/responses/otherScope"},
    "413": {"$ref": "#/components/responses/tooLarge"},
    "415": {"$ref": "#/components/responses/otherKind"},
}


def _responses() -> Json:
    challenge: Json = {"WWW-Authenticate": {"required": True, "schema": {"type": "string"}}}
    later: Json = {"Retry-After": {"$ref": "#/components/headers/Retry-After"}}
    plain = {
        "nothing": "There is nothing of that name.",
        "badBody": "The body cannot be read at all.",
        "tooLarge": "The body is larger than what is read.",
        "otherKind": "The body is of a kind that is not taken here.",
    }
    return {
        "held": {
            "description": "The asker holds this answer already.",
            "headers": {"ETag": {"$ref": "#/components/headers/ETag"}},
        },
        "unreadable": {
            "description": "Parameters that are unknown or cannot be read, each named.",
            "content": _problem("InputProblem", "BadParameter"),
        },
        "noToken": {
            "description": "It takes a token, and this one is missing or good no more.",
            "headers": challenge,
            "content": _problem("Problem", "NoToken"),
        },
        "otherScope": {
            "description": "The token is good, but not for this.",
            "headers": challenge,
            "content": _problem("Problem", "LacksScope"),
        },
        "tooMany": {
            "description": "More than is answered to one address.",
            "headers": later,
            "content": _problem("Problem", "TooMany"),
        },
        "outOfReach": {
            "description": "The database is out of reach for now.",
            "headers": later,
            "content": _problem("Problem", "OutOfReach"),
        },
    } | {
        name: {"description": told, "content": _problem("Problem", "Problem")} for name, told in plain.items()
    }
