"""What the name of a column tells about it. Called by `column_types`, and `suggest`.

Names are cut into words ("shipPostalCode": ship, postal, code), without accents and capitals. A name never decides
alone: it only breaks ties that the values leave open.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from functools import cache

from satsuma.domain.folding import fold

BOUNDARY = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
MAX_KEY_CHARACTERS = 60

IDS = frozenset({"id", "uuid", "guid", "key", "sku", "ean", "vat", "duns", "iban", "nip", "regon", "krs", "inn"})
"""Last (or first) words of names of things that are never counted or added up."""
NUMBERED = frozenset({"number", "no", "nr", "code", "ref", "reference", "index", "column", "unnamed"})
"""Words that may mean an id: believed where every row has another value."""
CLASSES = frozenset(
    {"code", "channel", "region", "type", "category", "class", "group", "segment", "cluster", "zone", "sector", "level"}
)
"""Last words of names whose numbers stand for something else."""
CONTACT_DETAILS = frozenset(
    {"email", "mail", "phone", "telephone", "tel", "mobile", "fax", "telefon", "address", "street", "adres", "ulica"}
    | {"zip", "postcode", "postal", "plz", "url", "website", "homepage", "linkedin", "firstname", "lastname"}
    | {"surname", "forename", "fullname", "imie", "nazwisko", "телефон", "адрес", "почта", "фамилия"}
)
WITHOUT_WEIGHT = frozenset({"number", "no", "nr", "line", "code", "work", "home", "private", "business", "main"})
"""Words after which the one before still says what a contact detail is: "zip code", "email (work)"."""
OF_A_PERSON = frozenset({"first", "last", "full", "middle", "given", "family", "contact", "person"})
MONEY = frozenset(
    {"revenue", "amount", "value", "price", "mrr", "arr", "acv", "tcv", "ltv", "clv", "gmv", "turnover", "spent"}
    | {"spend", "spending", "income", "sales", "salary", "cost", "costs", "fee", "budget", "profit", "payment"}
    | {"payments", "usd", "eur", "gbp", "pln", "chf", "umsatz", "betrag", "preis", "przychod", "przychody", "wartosc"}
    | {"kwota", "obrot", "sprzedaz", "cena", "выручка", "сумма", "доход", "оборот", "цена", "стоимость"}
)
NOT_MONEY = frozenset(
    {"number", "num", "count", "qty", "quantity", "score", "rank", "percent", "pct", "share", "rate", "ratio", "growth"}
    | {"days", "year", "id"}
)
RATINGS = frozenset({"nps", "score", "rating", "satisfaction", "csat", "stars", "ocena", "оценка"})
YEARS = frozenset({"year", "founded", "established", "rok", "год"})


@cache
def name_words(name: str) -> tuple[str, ...]:
    """The words of a name, for comparison: `name_words("AnnualIncome (k$)") == ("annual", "income", "k")`."""
    plain = "".join(sign for sign in unicodedata.normalize("NFKD", name) if not unicodedata.combining(sign))
    return tuple(re.findall(r"[^\W_]+", fold(BOUNDARY.sub(" ", plain))))


def says(name: str, meaning: Iterable[str]) -> bool:
    """Whether one of the name's words is among these."""
    return not set(meaning).isdisjoint(name_words(name))


def says_id(name: str) -> bool:
    words = name_words(name)
    return bool(words) and (words[-1] in IDS or words[0] == "id")


def says_numbered(name: str) -> bool:
    """Whether the name may be that of an id; one without any letter ("#", "") may."""
    words = [word for word in name_words(name) if not word.isdigit()]
    return not words or says_id(name) or words[-1] in NUMBERED


def says_class(name: str) -> bool:
    return name_words(name)[-1:] != () and name_words(name)[-1] in CLASSES


def says_contact_detail(name: str) -> bool:
    """Whether the name is that of a person's name, an address, a telephone number and the like."""
    words = [word for word in name_words(name) if not word.isdigit()]
    if len(words) > 1 and words[-1] == "name" and words[-2] in OF_A_PERSON:
        return True
    while len(words) > 1 and words[-1] in WITHOUT_WEIGHT:
        words.pop()
    return words[-1:] != [] and words[-1] in CONTACT_DETAILS


def says_money(name: str) -> bool:
    return says(name, MONEY) and not says(name, NOT_MONEY)


def field_keys(names: Sequence[str], taken: Iterable[str] = ()) -> list[str]:
    """A key for each column, all different and none of those taken: small letters, "_" between words."""
    used = set(taken)
    keys = []
    for name in names:
        words = re.findall(r"[^\W_]+", fold(BOUNDARY.sub(" ", name)))
        base = unicodedata.normalize("NFC", "_".join(words)[:MAX_KEY_CHARACTERS]) or "field"
        key, count = base, 1
        while key in used:
            count += 1
            key = f"{base}_{count}"
        used.add(key)
        keys.append(key)
    return keys
