"""What is pasted into the search box rather than typed: an address, a slug or a claim_ref.

An address of this site leads to what it shows; one of a document, to the claims that were read in it, however
it is spelt; a slug or claim_ref, to what is called so.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import unquote, urlsplit

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from app.claims.documents import documents_at
from app.claims.models import Revision
from app.claims.queries import holding
from app.search.queries import RANKED, Named

_NAME = re.compile(r"[a-z0-9][a-z0-9._-]{0,299}")
_ADDRESS = re.compile(r"(?:https?://)?(?:[\w-]+\.)+[^\W\d_]{2,}(?::\d+)?(?:/\S*)?", re.IGNORECASE)
_LOCAL = re.compile(r"https?://\S+", re.IGNORECASE)
_OWN = re.compile(r"(?:/[a-z]{2})?/(claims|deployments|sources|places)/([^/]+)(?:/([^/]+))?")
_ENDINGS = (".csv", ".json", ".svg", ".png", ".zip")


@dataclass(frozen=True, slots=True)
class Address:
    """A web address as it was pasted; `url` with the scheme that goes without saying."""

    url: str

    def names_on(self, site: str) -> str | None:
        """What this address of `site` (without a slash at the end) is about; None: of another site."""
        here, there = urlsplit(site), urlsplit(self.url)
        if here.netloc.lower() != there.netloc.lower():
            return None
        found = _OWN.match(there.path.removeprefix(here.path))
        if found is None:
            return ""
        name = unquote(found[2])
        return next((name.removesuffix(one) for one in _ENDINGS if name.endswith(one)), name)


def read_address(typed: str) -> Address | None:
    """The address that was pasted; None where something else was typed."""
    plain = typed.strip()
    if not (_ADDRESS.fullmatch(plain) or _LOCAL.fullmatch(plain)):
        return None
    try:
        urlsplit(plain)
    except ValueError:
        return None
    if "://" in plain:
        return Address(plain)
    return Address(f"https://{plain}") if "/" in plain or plain.startswith("www.") else None


def called(session: Session, name: str) -> list[Named]:
    """What has exactly this slug or claim_ref. One SELECT; none for what nothing can be called.

    A source that was merged into another leads to that one.
    """
    slug = name.strip().lower()
    if not _NAME.fullmatch(slug):
        return []
    rows = session.execute(text(_CALLED), {"slug": slug})
    return [Named(row.kind, row.slug, row.name, row.about) for row in rows]


_CALLED = """
  select 'claim' as kind, c.ref as slug, c.ref as name, null as about, 1 as place
  from claims c join claim_revisions r on r.claim_id = c.id
    and r.approved_version is not null and r.replaced_version is null
  where c.ref = :slug
  union all
  select 'deployment', d.slug, now.name, null, 2 from deployments d
  join deployment_descriptions now on now.deployment_id = d.id and now.replaced_version is null
  where d.slug = :slug
  union all
  select 'source', s.slug, now.name, null, 3 from sources given join sources s on s.id = source_now(given.id)
  join source_descriptions now on now.source_id = s.id and now.replaced_version is null
  where given.slug = :slug
  union all
  select 'place', p.slug, coalesce(now.name, p.name), null, 4 from places p
  left join place_descriptions now on now.place_id = p.id and now.replaced_version is null
  where p.slug = :slug
  order by place"""


def claims_read_at(session: Session, address: Address) -> Sequence[int]:
    """The numbers of the claims and appearances that were read at this address, those said last first.

    RANKED and one more at most. Two SELECTs.
    """
    documents = documents_at(session, address.url)
    if not documents:
        return []
    query = (
        select(Revision.claim_id)
        .where(
            Revision.document_id.in_(documents),
            holding(Revision.approved_version, Revision.replaced_version, None),
        )
        .order_by(Revision.said_day.desc(), Revision.claim_id.desc())
        .limit(RANKED + 1)
    )
    return session.scalars(query).all()
