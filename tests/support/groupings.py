"""A draft of a grouping, and whether a page of it speaks of points and scores, which say nothing to people there."""

from __future__ import annotations

import re
from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING

from satsuma.domain.model import FieldType, Kind
from satsuma.schemes import read_scheme
from support.html_page import parse
from support.sales import NOW, create_company, create_sale
from support.segmented import a_model

if TYPE_CHECKING:
    from satsuma.app.accounts.models import User

WORDS = re.compile(r"\b(points?|relevance|scores?|thresholds?)\b", re.IGNORECASE)
MEANT_OTHERWISE = (
    "With another parameter, ranges earn points instead, and the score decides.",
    "Score on a second axis",
    "Score again",
    "Re-score",
)
"""What leads to an ordinary segmentation, and what computes a result anew."""


def spoken_of_points(html: str) -> list[str]:
    """Those words with what stands around them, in what people read or hear of the page's main part."""
    elements = [element for element in parse(html).one("main").walk() if element.tag != "script"]
    read = [child for element in elements for child in element.children if isinstance(child, str)]
    named = ("aria-label", "title", "placeholder", "aria-valuetext")
    heard = [element.attributes[name] for element in elements for name in named if name in element.attributes]
    text = " | ".join(" ".join(each.split()) for each in (*read, *heard))
    for phrase in MEANT_OTHERWISE:
        text = text.replace(phrase, "")
    return [text[max(found.start() - 30, 0) : found.end() + 10] for found in WORDS.finditer(text)]


def nps_draft(by: User) -> int:
    """A segmentation of companies by an own question, with a draft: A answered 3, B 8, C 10, D and E nothing; C has
    bought for 9,000."""
    from satsuma.app.crm.models import Contact
    from satsuma.app.crm.services.defaults import create_defaults
    from satsuma.app.crm.services.fields import FieldDraft, create_field
    from satsuma.app.segmentation.services.drafts import create_segmentation

    create_defaults(at=NOW)
    asked = FieldDraft("Would recommend us", FieldType.RATING, minimum=0, maximum=10)
    key = create_field(kind=Kind.COMPANY, draft=asked, at=NOW).key
    for name, answer in (("A", 3), ("B", 8), ("C", 10), ("D", None), ("E", None)):
        values = {} if answer is None else {key: answer}
        Contact.objects.filter(pk=create_company(name).pk).update(values=values)
    create_sale(Contact.objects.get(name="C"), "Rollout", value=Decimal(9000), stage="won")
    scheme = read_scheme("nps").axes[0]
    model = a_model([replace(scheme.parameters[0], field=key)], name="NPS", bands=scheme.bands)
    model = replace(model, axes=(replace(model.axes[0], scale=scheme.scale),))
    return create_segmentation(model=model, by=by, at=NOW).pk
