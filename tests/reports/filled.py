"""The form of a report as a reader fills it in."""

from app.claims.drafts import new_key

TYPED = {
    "about": "/claims/claim",
    "kind": "figure",
    "words": "The document says 10,000.",
    "url": "https://example.org/report",
    "homepage": "",
}


def filled(**fields: str) -> dict[str, str]:
    """A form filled in, with a key of its own; some fields otherwise."""
    return TYPED | {"key": new_key()} | fields
