"""How names are compared for searching, sorting and finding doubles: without case and accents. Scoring has its own,
stricter folding in `domain.folding`.
"""

from __future__ import annotations

import re
import unicodedata

from satsuma.domain.folding import fold

# Letters that Unicode does not take apart into a letter and a mark.
PLAIN = str.maketrans({"ł": "l", "ø": "o", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ı": "i", "ħ": "h"})
WORD = re.compile(r"[^\W_]+")


def fold_name(text: str) -> str:
    """Small letters without marks, and without NUL, which PostgreSQL does not take: `fold_name("Łódź GmbH") == "lodz
    gmbh"`. Some signs fold to a whole sentence."""
    text = text.replace("\0", "")
    if text.isascii():  # the same, twenty times as fast: most texts are
        return " ".join(text.lower().split())
    apart = unicodedata.normalize("NFKD", fold(text).translate(PLAIN))
    plain = "".join(character for character in apart if not unicodedata.combining(character))
    return " ".join(plain.split())


def words(text: str) -> list[str]:
    """The folded words of a text: runs of letters and digits."""
    return WORD.findall(fold_name(text))


def domain_of(website_or_email: str) -> str:
    """The host that a website or an e-mail address belongs to, without "www.": "" if there is none.
    `domain_of("https://www.Acme.com/shop") == "acme.com"`."""
    text = fold(website_or_email).split("://", 1)[-1].rsplit("@", 1)[-1]
    host = re.split(r"[/?#:\s]", text, maxsplit=1)[0].strip(".").removeprefix("www.")
    return host if "." in host and len(host) <= 253 else ""
