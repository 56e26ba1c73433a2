"""How often one address may ask: a moving window for each kind of asking, 429 with `Retry-After` beyond it.

    router = APIRouter(prefix="/api/v1", dependencies=[limited(Asking.READING)])

    @router.get("/deployments/{slug}/{measure}.png", dependencies=[limited(Asking.PICTURE)])

A route that belongs to two kinds counts as both. What is counted is the address that asks, as sign-ins
count it (app.accounts.visits): an IPv4 address, or the /64 of an IPv6 one; behind a proxy the one that the
proxy reports, where uvicorn is told to trust it. Whoever asks without an address (over a Unix socket, say)
is not limited: all of them would share one count. Each worker counts for itself, in memory and in a few
microseconds, so a site of four workers lets up to four times as many through.
"""

import math
import time
from enum import StrEnum
from http import HTTPStatus

from fastapi import Request
from fastapi.params import Depends as Dependency
from limits import RateLimitItem, parse_many
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter

from app.accounts.visits import address_of, network_of
from app.errors import Refusal
from app.languages.spoken import _, count, ngettext
from app.settings import Settings


class Asking(StrEnum):
    """Kinds of asking, by what they cost; each has its setting."""

    READING = "reading"  # numbers, claims and lists as data
    WRITING = "writing"  # a claim handed in
    PICTURE = "picture"  # a picture that is drawn for the asker
    LEDGER = "ledger"  # a whole ledger, out or in
    CITING = "citing"  # a result stored for good, by anybody
    REPORTING = "reporting"  # an error reported, by anybody
    REPORTS = "reports"  # the same, counted of all addresses together


def time_in_words(unit: str, number: int) -> str:
    """So many hours or days, as limits name their units."""
    if unit == "second":
        return ngettext("%(num)s second", "%(num)s seconds", number)
    if unit == "minute":
        return ngettext("%(num)s minute", "%(num)s minutes", number)
    if unit == "hour":
        return ngettext("%(num)s hour", "%(num)s hours", number)
    if unit == "day":
        return ngettext("%(num)s day", "%(num)s days", number)
    return f"{count(number)} {unit}"


class TooMany(Refusal):
    """One address asked for more of a kind than is let through: `rate` in words, `wait` seconds to go on."""

    status = HTTPStatus.TOO_MANY_REQUESTS

    def __init__(self, item: RateLimitItem, wait: int) -> None:
        unit, number = item.GRANULARITY.name, item.multiples
        self.rate = _("%(amount)s per %(long)s", amount=count(item.amount), long=time_in_words(unit, number))
        self.wait = wait
        super().__init__(
            _(
                "That is more than is answered to one address: %(rate)s. It goes on in %(wait)s; "
                "answers carry an ETag, and asking with If-None-Match spares sending them again.",
                rate=self.rate,
                wait=time_in_words("second", wait),
            )
        )
        self.headers = {"Retry-After": str(wait)}


class Limits:
    """The counts of one worker."""

    def __init__(self, settings: Settings) -> None:
        written = {
            Asking.READING: settings.limit_reading,
            Asking.WRITING: settings.limit_writing,
            Asking.PICTURE: settings.limit_picture,
            Asking.LEDGER: settings.limit_ledger,
            Asking.CITING: settings.limit_citing,
            Asking.REPORTING: settings.limit_reporting,
            Asking.REPORTS: settings.limit_reports,
        }
        self.items = {asking: parse_many(rates) if rates else [] for asking, rates in written.items()}
        self.windows = MovingWindowRateLimiter(MemoryStorage())

    def count(self, asking: Asking, network: str) -> None:
        """Count one question of an address; raises TooMany, and then does not count it."""
        for item in self.items[asking]:
            if not self.windows.hit(item, asking, network):
                reset = self.windows.get_window_stats(item, asking, network).reset_time
                raise TooMany(item, max(1, math.ceil(reset - time.time())))


def limited(asking: Asking) -> Dependency:
    """A dependency that counts a request as one of this kind. Raises TooMany."""

    # A coroutine is run where the request is; a plain function would be sent to a thread and back.
    async def count(request: Request) -> None:
        count_asked(request, asking)

    return Dependency(count)


def count_asked(request: Request, asking: Asking) -> None:
    """Count a request as one of this kind, where only the route itself knows that it is. Raises TooMany."""
    network = network_of(address_of(request))
    if network is not None:
        limits: Limits = request.app.state.limits
        limits.count(asking, network)


def count_of_all(request: Request, asking: Asking) -> None:
    """Count a request as one of this kind, whoever it comes from. Raises TooMany."""
    limits: Limits = request.app.state.limits
    limits.count(asking, "")
