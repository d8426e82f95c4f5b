"""The ready-made schemes in the reader's language: what they are called, what they do, what they ask. Called by the
pages on which segmentations begin.

The files hold English; a test keeps these texts the same as theirs.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache, lru_cache

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from satsuma.domain.model import Field, Kind, Option, Segmentation
from satsuma.schemes import KEYS, read_scheme

Text = str | Promise

WORDS: Mapping[str, tuple[Text, Text]] = {
    "company-value": (
        _("Company value"),
        _("Which companies deserve our best people, from their sales, what is open and what they could still buy."),
    ),
    "value-based": (_("Value-based"), _("What a company brings us today and what it could bring, in one score.")),
    "potential-hipo": (
        _("Potential (HiPo)"),
        _("Who pays little today but could grow, beside those who already pay much."),
    ),
    "rfm": (
        _("RFM"),
        _("Champions, loyal, sleeping and lost customers, from how lately, how often and for how much they bought."),
    ),
    "firmographic-fit": (
        _("Firmographic fit"),
        _("How well a company fits what we sell, from its sector, size, revenue and country."),
    ),
    "behavioural": (_("Behavioural"), _("How lively the relation is, from contact, purchases and use.")),
    "revenue-tier": (_("Revenue tier"), _("Companies by the size of their yearly revenue.")),
    "plan-tier": (_("Plan tier"), _("Companies by the plan they pay for.")),
    "product": (_("Product"), _("Companies by the most important product they have from us.")),
    "industry": (
        _("Industry"),
        _("Companies by industry, so that each gets the language, references and offers of its own."),
    ),
    "geographic": (_("Geographic"), _("Companies by market, from their country.")),
    "needs-based": (
        _("Needs-based"),
        _("Companies by what they mainly want from us, so that each hears what matters to it."),
    ),
    "nps": (_("NPS"), _("Detractors, passives and promoters, from the answer to one question.")),
    "person-influence": (
        _("Person influence"),
        _("Whom to win in a company, from role in the purchase, seniority and contact with us."),
    ),
    "demographic": (
        _("Demographic"),
        _("People by stage of life, from their age and whether children live with them."),
    ),
    "psychographic": (
        _("Psychographic"),
        _("How open people are to something new, from what they said about themselves."),
    ),
}
"""Name and one sentence of each scheme."""

QUESTIONS: Sequence[Text] = (
    *(_("Won value, last year"), _("Won deals, last three years"), _("Latest won deal"), _("Value of open deals")),
    *(_("Yearly potential"), _("Decides here"), _("Full autonomy"), _("Shared"), _("Head office decides")),
    *(_("Revenue with us, last year"), _("Revenue with us, last three years"), _("Margin"), _("Employees")),
    *(_("Growth a year"), _("Latest purchase"), _("Number of purchases"), _("Value of purchases"), _("Sector")),
    *(_("Yearly revenue"), _("Country"), _("Latest contact"), _("Contacts within 90 days")),
    *(_("Share of contacts from the customer"), _("Purchases, last year"), _("Different products bought")),
    *(_("Plan"), _("Free"), _("Basic"), _("Pro"), _("Enterprise"), _("Products"), _("Starter"), _("Standard")),
    *(_("Premium"), _("Complete suite"), _("Industry"), _("Main need"), _("Lowest price"), _("Fast and simple")),
    *(_("Advice and service"), _("Quality and safety"), _("Developing things together"), _("Would recommend us")),
    *(_("Role in the purchase"), _("Decides"), _("Holds the budget"), _("Advises those who decide")),
    *(_("Controls access"), _("Uses the product"), _("Seniority"), _("Owner or board"), _("Director"), _("Manager")),
    *(_("Specialist"), _("Assistant"), _("Age"), _("Children at home"), _("I like to try things first")),
    *(_("I accept a risk for a better result"), _("I only buy what has proved itself")),
)
"""What schemes ask, and the answers to choose from."""

ALSO_FOR: Mapping[Kind, Sequence[str]] = {
    Kind.COMPANY: ("nps",),
    Kind.PERSON: ("rfm", "behavioural", "needs-based", "product", "geographic"),
}
"""Schemes that make sense for the other kind too."""


@dataclass(frozen=True, slots=True)
class WordedScheme:
    """A scheme as people read it; `asks` are the names of its questions."""

    key: str
    name: str
    summary: str
    asks: tuple[str, ...]


def list_worded_schemes(kind: Kind) -> tuple[WordedScheme, ...]:
    """Those for contacts of this kind, what most begin with first. The first time it takes about a second."""
    models = {key: _read(key) for key in KEYS}
    own = [key for key in KEYS if models[key].kind is kind]
    return tuple(_worded(key, models[key]) for key in (*own, *ALSO_FOR[kind]))


def worded_scheme(key: str) -> Segmentation:
    """The scheme with its name, sentence, questions and answers in the reader's language. Raises InputError
    `scheme_unknown`."""
    model = _read(key)
    said = _said()
    fields = tuple(_worded_field(field, said) for field in model.fields)
    return replace(model, name=str(WORDS[key][0]), description=str(WORDS[key][1]), fields=fields)


def _worded(key: str, model: Segmentation) -> WordedScheme:
    said = _said()
    asks = dict.fromkeys(said.get(field.title, field.title) for field in model.fields)
    return WordedScheme(key, str(WORDS[key][0]), str(WORDS[key][1]), tuple(asks))


def _worded_field(field: Field, said: Mapping[str, str]) -> Field:
    options = tuple(Option(option.key, said.get(option.label, option.label)) for option in field.options)
    return replace(field, label=said.get(field.title, field.title), options=options)


def _said() -> Mapping[str, str]:
    """The questions and answers in the reader's language, by the files' words."""
    return dict(zip(_in_english(), map(str, QUESTIONS), strict=True))


@cache
def _in_english() -> tuple[str, ...]:
    with override(None):
        return tuple(map(str, QUESTIONS))


@lru_cache(maxsize=len(KEYS))
def _read(key: str) -> Segmentation:
    return read_scheme(key)
