"""The closed vocabularies of a claim, in the order in which the method lists them."""

from enum import StrEnum


class Nature(StrEnum):
    """What a claim is (method.md, section 1)."""

    TOTAL = "total"
    INCREMENT = "increment"
    EVENT = "event"
    LEVEL = "level"
    PLAN = "plan"
    SHARE = "share"
    STANCE = "stance"


class Qualifier(StrEnum):
    """How a figure was hedged (method.md, section 2)."""

    EXACT = "exact"
    STATED = "stated"
    ABOUT = "about"
    NEARLY = "nearly"
    AT_LEAST = "at_least"
    MORE_THAN = "more_than"
    UP_TO = "up_to"
    FEWER_THAN = "fewer_than"
    BETWEEN = "between"


class Standing(StrEnum):
    """Whether a claim counts."""

    GOOD = "good"
    SET_ASIDE = "set_aside"
    RETRACTED = "retracted"


class StandingReason(StrEnum):
    """Why a claim was set aside or retracted."""

    COPY_ERROR = "copy_error"
    MISATTRIBUTION = "misattribution"
    CATEGORY_CHANGED = "category_changed"
    NO_SOURCE_GIVEN = "no_source_given"
    DERIVED_BY_OUTLET = "derived_by_outlet"
    DUPLICATE = "duplicate"
    STALE = "stale"
    WITHDRAWN = "withdrawn"
    OTHER = "other"
