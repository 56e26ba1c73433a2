"""Who knocks: the browser in words, and the address, shortened to what its purpose needs."""

import re
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

from fastapi import Request

from app.languages.spoken import _

_BROWSERS = (
    ("Edge", "Edg"),
    ("Opera", "OPR/"),
    ("Samsung Internet", "SamsungBrowser"),
    ("Firefox", "Firefox/|FxiOS"),
    ("Chrome", "Chrome/|CriOS"),
    ("Safari", "Safari/"),
    ("curl", "curl/"),
)
_SYSTEMS = (
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Windows", "Windows"),
    ("macOS", "Mac OS X|Macintosh"),
    ("ChromeOS", "CrOS"),
    ("Linux", "Linux"),
)
"""Names and the patterns that tell them, the more particular before those that imitate them."""


@dataclass(frozen=True, slots=True)
class Visit:
    """What of a request matters to signing in; None: not known."""

    network: str | None = None  # what limits count by: an IPv4 address, or the /64 of an IPv6 one
    neighbourhood: str | None = None  # what is kept for its owner to recognise: the /24, or the /48
    browser: str | None = None  # in words: "Firefox on Linux"
    known_as: str | None = None  # the secret of the cookie of a known browser


def network_of(address: str | None) -> str | None:
    """What limits count by: whoever has one IPv6 address has the whole /64."""
    return _shortened(address, 32, 64)


def neighbourhood_of(address: str | None) -> str | None:
    """Enough of an address to recognise one's own provider, and too little to find a person by."""
    return _shortened(address, 24, 48)


def browser_in_words(user_agent: str) -> str | None:
    """`Firefox on Linux`; None where neither can be told."""
    browser, system = (_first(names, user_agent) for names in (_BROWSERS, _SYSTEMS))
    return " on ".join(word for word in (browser or (system and "A browser"), system) if word) or None


def browser_said(stored: str) -> str:
    """What `browser_in_words` made, which is stored as it is, in the language that is spoken."""
    browser, on, system = stored.partition(" on ")
    named = _("A browser") if browser == "A browser" else browser
    return _("%(browser)s on %(system)s", browser=named, system=system) if on else named


def address_of(request: Request) -> str | None:
    """The address that the request came from; behind a proxy as uvicorn, told to trust it, reports it."""
    return request.client.host if request.client else None


def _first(names: tuple[tuple[str, str], ...], user_agent: str) -> str | None:
    return next((name for name, pattern in names if re.search(pattern, user_agent)), None)


def _shortened(address: str | None, bits_of_four: int, bits_of_six: int) -> str | None:
    try:
        parsed: IPv4Address | IPv6Address = ip_address((address or "").partition("%")[0])
    except ValueError:
        return None
    if isinstance(parsed, IPv6Address):
        parsed = parsed.ipv4_mapped or parsed
    bits = bits_of_four if parsed.version == 4 else bits_of_six  # noqa: PLR2004 - IPv4
    network = ip_network((parsed, bits), strict=False)
    return str(parsed) if network.num_addresses == 1 else str(network)
