"""The engine, the base of all tables, and one transaction per request."""

from collections.abc import Iterable, Iterator
from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Any

from fastapi import Depends, Request
from sqlalchemy import (
    ARRAY,
    BigInteger,
    CheckConstraint,
    ColumnElement,
    Date,
    DateTime,
    Engine,
    Integer,
    MetaData,
    NullPool,
    Numeric,
    Text,
    any_,
    cast,
    create_engine,
    make_url,
)
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import DeclarativeBase, QueryableAttribute, Session

REPLICA_READS = "muster.replica_reads"
"""In a request's scope: how it may be read from the replica (app.replica.middleware.Reads)."""

_ALIVE = {
    "keepalives_idle": "10",
    "keepalives_interval": "3",
    "keepalives_count": "3",
    "tcp_user_timeout": "10000",  # milliseconds; the others are seconds, and a number of times
}

Count = Annotated[int, "bigint"]
Small = Annotated[int, "integer"]


class Base(DeclarativeBase):
    """The base of every table; its types and its way of naming constraints are set once, here."""

    metadata = MetaData(
        naming_convention={
            # A rule's name is what an editor sees of it first: table, then the rule in words.
            "ck": "%(table_name)s_%(constraint_name)s",
            "ix": "%(table_name)s_by_%(column_0_N_name)s",
            "uq": "%(table_name)s_one_per_%(column_0_N_name)s",
            "fk": "%(table_name)s_%(column_0_name)s_exists",
            "pk": "%(table_name)s_pkey",
        }
    )
    type_annotation_map = {  # noqa: RUF012 - read by SQLAlchemy when the class is made, never changed
        str: Text,  # no length limits: a limit that matters is a rule with a name
        int: BigInteger,
        Count: BigInteger,
        Small: Integer,
        Decimal: Numeric,
        date: Date,
        datetime: DateTime(timezone=True),  # moments have a time zone
    }


def slug_rule() -> CheckConstraint:
    """The rule of a slug: what an address may end in, and no longer than an index can look up."""
    return CheckConstraint("slug ~ '^[a-z0-9][a-z0-9-]*$' and char_length(slug) <= 300", name="slug_is_plain")


def no_empty_text(*columns: str) -> CheckConstraint:
    """The rule that what is unknown is NULL: none of these columns holds a text without letters."""
    return CheckConstraint(f"'' not in ({', '.join(columns)})", name="no_empty_text")


def connect(url: str, *, pool_size: int = 5, **arguments: str) -> Engine:
    """An engine whose sessions speak UTC; `url` as in `DATABASE_URL`, with or without the driver's name.

    `arguments` are libpq's, such as `connect_timeout` in seconds.
    """
    return create_engine(
        with_driver(url),
        pool_size=pool_size,
        pool_pre_ping=True,
        connect_args=_connect_args() | _alive(url) | arguments,
    )


def connect_once(url: str) -> Engine:
    """The same for work that keeps a connection for long: opened when asked for, closed when given back."""
    return create_engine(with_driver(url), poolclass=NullPool, connect_args=_connect_args())


def _connect_args() -> dict[str, str]:
    # By default the database thinks of disks that turn, and sooner reads a million claims from end to end
    # than ten thousand of them by an index.
    options = "-c timezone=UTC -c jit=off -c random_page_cost=1.1"
    return {"options": options, "application_name": "muster"}


def _alive(url: str) -> dict[str, str]:
    """When a connection over a network counts as lost, unless the address says so itself.

    What is on its way to a machine that is gone would otherwise be waited for for a quarter of an hour. A
    question that takes long is not lost: the machine says that it is there.
    """
    said = make_url(url).query
    return {name: value for name, value in _ALIVE.items() if name not in said}


def with_driver(url: str) -> str:
    """`postgres://` and `postgresql://`, as providers write them, name psycopg 3 for SQLAlchemy."""
    scheme, separator, rest = url.partition("://")
    return f"postgresql+psycopg{separator}{rest}" if scheme in {"postgres", "postgresql"} else url


def among(column: QueryableAttribute[Any], values: Iterable[object]) -> ColumnElement[bool]:
    """The condition that a column is one of these, which are given as one array.

    As a list, each would be a parameter of its own, and a statement takes 65,535 of them.
    """
    return column == any_(cast(list(values), ARRAY(column.expression.type)))


def broken_rule(error: IntegrityError) -> str | None:
    """The name of the rule that the database refused for; None where the refusal has none."""
    name: str | None = getattr(getattr(error.orig, "diag", None), "constraint_name", None)
    return name


def get_session(request: Request) -> Iterator[Session]:
    """One transaction per request: returning commits it, raising rolls it back.

    Of the primary, or of the replica where there is one and app.replica lets this request be read there.
    """
    reads = request.scope.get(REPLICA_READS)
    if reads is not None:
        with reads.begin() as session:
            if session is not None:
                yield session
                return
    with request.app.state.new_session.begin() as session:
        yield session


# With the scope "function" the commit comes before the answer leaves. By default this code would run
# afterwards, and a commit that fails would already have been answered with a success.
DbSession = Annotated[Session, Depends(get_session, scope="function")]
