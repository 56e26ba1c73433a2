"""What is refused when deployments, measures and sources are looked after, each with a sentence."""

from http import HTTPStatus

from app.errors import Refusal


class NewerDescription(Refusal):
    """It has been described anew since the form was shown: nobody overwrites what they did not see."""


class WaitsForSecond(Refusal):
    """Another change to it waits for a second person."""


class NotToBeMerged(Refusal):
    """These two cannot become one, or not now."""


class NotToBeSeparated(Refusal):
    """The merge cannot be taken back, or not now."""


class BadName(Refusal):
    """Another name of a source or place that cannot be one."""

    status = HTTPStatus.UNPROCESSABLE_ENTITY
