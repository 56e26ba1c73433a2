"""How many there are of all that is looked after."""

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.accounts.models import COMMAND_LINE, Person
from app.deployments.models import Deployment
from app.measures.models import Measure
from app.places.models import Place
from app.places.queries import stands as place_stands
from app.sources.models import Source
from app.sources.queries import stands as source_stands


def standing_counts(session: Session) -> dict[str, int]:
    """By noun, how many there are, those left out that were merged into another one. One SELECT."""
    counts = session.execute(
        select(
            select(func.count()).select_from(Deployment).scalar_subquery().label("deployment"),
            select(func.count()).select_from(Measure).scalar_subquery().label("measure"),
            select(func.count()).select_from(Source).where(source_stands()).scalar_subquery().label("source"),
            select(func.count()).select_from(Place).where(place_stands()).scalar_subquery().label("place"),
            select(func.count())
            .select_from(Person)
            .where(Person.name != COMMAND_LINE)
            .scalar_subquery()
            .label("person"),
        )
    )
    return dict(counts.mappings().one())
