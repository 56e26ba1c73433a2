"""What looks like a slip in a claim. Warnings never block; who passes one over writes why, in public."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Warned:
    """One warning: a stable code, the field it is about, and a sentence for whoever enters or reviews."""

    code: str
    field: str
    sentence: str
