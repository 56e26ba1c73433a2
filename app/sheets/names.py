"""What people call the columns of their tables, in English and Italian, and what they mean by them."""

import re
import unicodedata
from collections.abc import Mapping
from functools import cache
from types import MappingProxyType

from app.claims.forms import CLAIM_COLUMNS
from app.claims.phrases import BEFORE
from app.claims.words import Nature, Qualifier
from app.languages.spoken import N_

FIGURE = "figure"
"""A figure as it was printed, with its hedges: makes qualifier, low, point and high."""

PERIOD_START, PERIOD_END = "period_start", "period_end"

TARGETS = (*CLAIM_COLUMNS, FIGURE, PERIOD_START, PERIOD_END)
"""What a column can be mapped to: the columns of the claims CSV, and what makes some of them."""

LABELS: Mapping[str, str] = MappingProxyType({
    "deployment": N_("Deployment"), "measure": N_("Measure"), "nature": N_("Kind of statement"),
    "place": N_("Place"),
    FIGURE: N_("Figure as printed"), "qualifier": N_("Qualifier"), "low": N_("At least"),
    "point": N_("Figure"), "high": N_("At most"),
    "as_of": N_("As of"), "period": N_("Period"), PERIOD_START: N_("First day of the period"),
    PERIOD_END: N_("Last day of the period"), "counts_from": N_("Counted from"),
    "source": N_("Source"), "said_on": N_("Said on"),
    "publisher": N_("Published by"), "title": N_("Title"), "url": N_("Web address"),
    "published_on": N_("Published on"), "language": N_("Language"), "wording": N_("Wording"),
    "claim_ref": N_("Key of the row"), "repeat_of": N_("Appearance of"), "supersedes": N_("Restates"),
    "part_of": N_("Part of"), "credibility": N_("Credibility"), "standing": N_("Standing"),
    "standing_reason": N_("Reason of the standing"), "standing_on": N_("Withdrawn on"),
    "note": N_("Remark"),
})  # fmt: skip
"""How a page calls each, in the order of the form."""

RARELY = N_("Rarely needed")
"""The group of what few tables have."""

GROUPS: Mapping[str, tuple[str, ...]] = MappingProxyType({
    N_("What is claimed"): ("deployment", "measure", "nature", "place"),
    N_("How many"): (FIGURE, "qualifier", "low", "point", "high"),
    N_("For which days"): ("as_of", "period", PERIOD_START, PERIOD_END, "counts_from"),
    N_("Who said it, and when"): ("source", "said_on"),
    N_("Where it was read"): ("publisher", "title", "url", "published_on", "language", "wording",
                              "note"),
    RARELY: ("claim_ref", "repeat_of", "supersedes", "part_of", "credibility", "standing",
                    "standing_reason", "standing_on"),
})  # fmt: skip

_CALLED: Mapping[str, tuple[str, ...]] = {
    "claim_ref": ("claim ref",),  # a mere number of rows would name other people's claims
    "deployment": ("deployment", "mission", "schieramento", "dispiegamento", "missione"),
    "measure": ("measure", "metric", "category", "indicator", "what", "misura", "categoria", "indicatore",
                "grandezza"),
    "nature": ("nature", "kind", "kind of statement", "type", "natura", "tipo", "tipo di dichiarazione"),
    FIGURE: ("figure", "figures", "number", "value", "count", "amount", "quantity", "figure as printed",
             "estimate", "personnel", "total", "cifra", "cifre", "numero", "valore", "quantita", "stima",
             "conteggio", "totale"),
    "low": ("low", "min", "minimum", "at least", "floor", "lower", "lower bound", "from number", "minimo",
            "almeno"),
    "point": ("point", "point estimate"),
    "high": ("high", "max", "maximum", "at most", "ceiling", "upper", "upper bound", "massimo", "al massimo"),
    "qualifier": ("qualifier", "hedge", "precision", "personnel*", "qualificatore", "precisione"),
    "as_of": ("as of", "as of date", "date", "day", "on", "data", "al", "alla data", "giorno",
              "situazione al"),
    "period": ("period", "days", "periodo", "giorni"),
    PERIOD_START: ("start", "from", "first day", "start date", "begin", "inizio", "dal", "da",
                   "data inizio", "primo giorno"),
    PERIOD_END: ("end", "to", "until", "last day", "end date", "fine", "fino al", "a", "data fine",
                 "ultimo giorno"),
    "counts_from": ("counts from", "counted from", "since", "contato dal", "a partire dal"),
    "place": ("place", "location", "region", "area", "luogo", "localita", "regione", "zona"),
    "said_on": ("said on", "said", "stated on", "date said", "announced", "statement date", "detto il",
                "dichiarato il", "data dichiarazione"),
    "source": ("source", "claimed by", "claimant", "who", "according to", "said by", "fonte", "chi",
               "secondo", "dichiarato da"),
    "publisher": ("publisher", "outlet", "published by", "newspaper", "medium", "media", "printed in",
                  "printed by", "read in", "editore", "letto in",
                  "testata", "giornale", "pubblicato da"),
    "title": ("title", "headline", "document", "article", "titolo", "documento", "articolo"),
    "url": ("url", "link", "web address", "address", "source url", "web", "indirizzo", "collegamento"),
    "published_on": ("published on", "published", "publication date", "date published", "pubblicato il",
                     "data di pubblicazione", "data pubblicazione"),
    "language": ("language", "lang", "lingua"),
    "wording": ("wording", "quote", "words", "citation", "quotation", "testo", "citazione", "parole"),
    "credibility": ("credibility", "credibilita"),
    "supersedes": ("supersedes", "restates", "replaces", "sostituisce", "rettifica"),
    "part_of": ("part of", "of which", "parte di"),
    "repeat_of": ("repeat of", "appearance of", "repeats", "ripete", "ripresa di"),
    "standing": ("standing", "stato"),
    "standing_reason": ("standing reason", "reason", "motivo"),
    "standing_on": ("standing on", "withdrawn on", "ritirato il"),
    "note": ("note", "notes", "remark", "remarks", "comment", "comments", "nota", "osservazioni", "commento"),
}  # fmt: skip

_NATURES: Mapping[str, Nature] = {
    "cumulative": Nature.TOTAL, "running total": Nature.TOTAL, "totale": Nature.TOTAL,
    "cumulativo": Nature.TOTAL, "daily": Nature.INCREMENT, "incremento": Nature.INCREMENT,
    "aumento": Nature.INCREMENT, "giornaliero": Nature.INCREMENT, "evento": Nature.EVENT,
    "livello": Nature.LEVEL, "piano": Nature.PLAN, "quota": Nature.SHARE, "percentuale": Nature.SHARE,
    "posizione": Nature.STANCE,
}  # fmt: skip
_QUALIFIERS: Mapping[str, Qualifier] = {
    "more": Qualifier.MORE_THAN, "less": Qualifier.FEWER_THAN, "minimum": Qualifier.AT_LEAST,
    "maximum": Qualifier.UP_TO, "stimato": Qualifier.ABOUT, "dichiarato": Qualifier.STATED,
    "esatto": Qualifier.EXACT, "tra": Qualifier.BETWEEN, "fra": Qualifier.BETWEEN,
}  # fmt: skip


def plain(name: str) -> str:
    """A name without case, accents and marks: `Località ` as `localita`, `claim_ref` as `claim ref`."""
    bare = "".join(
        one for one in unicodedata.normalize("NFKD", name.casefold()) if not unicodedata.combining(one)
    )
    return re.sub(r"[^\w*]+|_+", " ", bare).strip()


@cache
def called() -> Mapping[str, str]:
    """By plain name, what a column of that name is most likely."""
    found = {plain(name): target for target, names in _CALLED.items() for name in names}
    return found | {plain(column): column for column in CLAIM_COLUMNS}


@cache
def nature_words() -> Mapping[str, str]:
    """By plain word, the nature that it means."""
    return {plain(word): nature.value for word, nature in _NATURES.items()} | {
        plain(nature): nature.value for nature in Nature
    }


@cache
def qualifier_words() -> Mapping[str, str]:
    """By plain word, the qualifier that it means: the words of phrases too."""
    spelt = {plain(word): hedge.value for hedge, words in BEFORE.items() for word in words if plain(word)}
    return (
        spelt
        | {plain(word): hedge.value for word, hedge in _QUALIFIERS.items()}
        | {plain(hedge): hedge.value for hedge in Qualifier}
    )
