"""The addresses of lists behind a segmentation's figures. Made by the pages of analysis and the dashboard."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from urllib.parse import urlencode

from django.urls import reverse

from satsuma.app.crm.fields import FieldSpec
from satsuma.app.crm.queries.fields import list_fields
from satsuma.app.segmentation.lists.columns import NOT_PROFILED, segment_key
from satsuma.app.segmentation.queries.analysis_columns import (
    ADDRESSES,
    OPEN,
    OPEN_COUNT,
    RECENT_DAYS,
    WON,
    WON_COUNT,
    WON_LAST,
)
from satsuma.app.segmentation.queries.segmentations import SegmentationSpec
from satsuma.domain.model import Kind, Metric

LISTS = {Kind.COMPANY: "company_list", Kind.PERSON: "person_list"}


@dataclass(frozen=True)
class ListLinks:
    """Addresses of the list of companies or people. Everything is "" for a segmentation in the archive, whose segments
    lists do not know; what asks for a field that is no longer in use is "" too."""

    segmentation: SegmentationSpec
    fields: Mapping[str, FieldSpec]

    def members(self, *segment_ids: int) -> str:
        """Those who are in one of these segments."""
        return self._list(segment_ids)

    def not_profiled(self) -> str:
        return self._address([f"{segment_key(self.segmentation)}~any~{NOT_PROFILED}"])

    def by_won(self, *segment_ids: int) -> str:
        """The members, those first from whom most was won."""
        return self._list(segment_ids, sort=self._metrics.get(WON))

    def buyers(self, *segment_ids: int) -> str:
        """The members with a won deal."""
        return self._with(WON_COUNT, "from~1", segment_ids, sort=WON)

    def recent_buyers(self, *segment_ids: int) -> str:
        """The members who bought in the last 30 days."""
        return self._with(WON_LAST, f"last~{RECENT_DAYS}", segment_ids, sort=WON)

    def with_open(self, *segment_ids: int) -> str:
        """The members with an open deal."""
        return self._with(OPEN_COUNT, "from~1", segment_ids, sort=OPEN)

    def unreachable(self, *segment_ids: int) -> str:
        """The members without e-mail and phone number."""
        if not set(ADDRESSES) <= self.fields.keys():
            return ""
        return self._list(segment_ids, *(f"{key}~empty" for key in ADDRESSES))

    def without(self, field: str, *segment_ids: int) -> str:
        """The members who have no data in the field."""
        return self._list(segment_ids, f"{field}~empty") if field in self.fields else ""

    def profiled_without(self, field: str, *, others: int) -> str:
        """Everybody without data in the field, whether they are in a segment yet or not, but for the `others`, who are
        not profiled. Before there is a version lists cannot tell those: then "" if there are any."""
        if field not in self.fields:
            return ""
        if self.segmentation.version is not None:
            return self._address([f"{segment_key(self.segmentation)}~none~{NOT_PROFILED}", f"{field}~empty"])
        return "" if others else self._address([f"{field}~empty"])

    @cached_property
    def _metrics(self) -> dict[Metric, str]:
        return {field.metric: key for key, field in reversed(list(self.fields.items())) if field.metric}

    def _with(self, metric: Metric, asked: str, segment_ids: Iterable[int], *, sort: Metric) -> str:
        key = self._metrics.get(metric)
        return self._list(segment_ids, f"{key}~{asked}", sort=self._metrics.get(sort)) if key else ""

    def _list(self, segment_ids: Iterable[int], *conditions: str, sort: str | None = None) -> str:
        chosen = ",".join(f"{id_:d}" for id_ in segment_ids)
        return self._address([f"{segment_key(self.segmentation)}~any~{chosen}", *conditions], sort)

    def _address(self, conditions: Iterable[str], sort: str | None = None) -> str:
        if self.segmentation.archived:
            return ""
        asked = [("where", condition) for condition in conditions] + ([("sort", f"-{sort}")] if sort else [])
        return f"{reverse(LISTS[self.segmentation.kind])}?{urlencode(asked, safe='~,')}"


def list_links(segmentation: SegmentationSpec) -> ListLinks:
    """Two queries."""
    return ListLinks(segmentation, {field.key: field for field in list_fields(segmentation.kind)})
