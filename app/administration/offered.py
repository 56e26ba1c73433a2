"""Names that the fields of the forms offer; anything else may be typed all the same."""

from collections.abc import Mapping
from functools import cache

import pycountry
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.deployments.models import Operation
from app.sources.models import Family


def offered(session: Session) -> Mapping[str, list[str]]:
    """By what a column offers, the names to choose from. Two SELECTs."""
    return {
        "operations": list(session.scalars(select(Operation.name).order_by(func.lower(Operation.name)))),
        "families": list(session.scalars(select(Family.name).order_by(func.lower(Family.name)))),
        "countries": country_codes(),
    }


@cache
def country_codes() -> list[str]:
    """Every code of ISO 3166-1 in three letters."""
    return sorted(one.alpha_3 for one in pycountry.countries)
