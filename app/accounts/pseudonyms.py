"""Pseudonyms: what stands for a person in public and in exports, for good."""

import secrets

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.models import Person

_QUALITIES = """
    amber azure blue bright broad calm clear coastal cool copper dappled deep distant early eastern
    even fair fine flat gentle golden green grey hazel high hollow inland ivory late level light little
    long lunar mellow mild misty narrow northern olive open outer pale plain quiet rainy round sandy
    silver slow small smooth snowy soft southern still sunny tall upper warm western wide
"""
_THINGS = """
    acorn alder apple aspen basin bay beech birch brook cedar chestnut cliff clover cloud cove dale dune elm
    fern field fir fjord garden glade grove harbour hazelnut heath heron hill island ivy lagoon lake larch
    lark linden maple marsh meadow moss oak orchard otter path pebble pine plain plover poplar reed ridge
    river robin rowan sage shore spruce stream swan thicket thistle valley walnut willow wren
"""


def new_pseudonym(session: Session) -> str:
    """A pseudonym that nobody has had: `quiet-cedar-41`. It tells neither name, role nor order of arrival.

    People are never deleted and a pseudonym never changes, so none is used twice.
    """
    while True:
        quality, thing = (secrets.choice(words.split()) for words in (_QUALITIES, _THINGS))
        word = f"{quality}-{thing}-{30 + secrets.randbelow(50)}"  # numbers that stand for nothing
        if session.scalar(select(Person.id).where(Person.pseudonym == word)) is None:
            return word
