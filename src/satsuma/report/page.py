"""The page: everything that its templates show, gathered in one value, and the text of it. Called by `cli`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from jinja2 import Environment, PackageLoader, StrictUndefined

from satsuma.domain.model import Segmentation
from satsuma.engine.preview import Preview
from satsuma.report import chart
from satsuma.report.axes import Axes, list_axes
from satsuma.report.colors import DARK_GROUND, LIGHT_GROUND, Shade, segment_shades
from satsuma.report.curve import Curve
from satsuma.report.curve_chart import CurveChart, draw_curve
from satsuma.report.customers import Customer, CustomerCard, list_customers
from satsuma.report.histogram import Histogram, draw_histogram
from satsuma.report.movement import Movement, list_moves
from satsuma.report.questions import MissingRow, QuestionList, list_missing, list_questions
from satsuma.report.sizes import Sizes, headlines, list_sizes
from satsuma.report.texts import DESCRIPTION_CHARACTERS, cut


@dataclass(frozen=True, slots=True)
class Page:
    """What the templates show. `segments` are the names, lowest first, and `shades` their colours; other parts name a
    segment by its number."""

    name: str
    description: str
    source: str
    as_of: str
    value_title: str | None
    segments: tuple[str, ...]
    shades: tuple[Shade, ...]
    headlines: tuple[tuple[str, str], ...]
    sizes: Sizes
    histogram: Histogram
    curve: CurveChart | None
    axes: Axes | None
    movement: Movement | None
    customers: tuple[CustomerCard, ...]
    questions: tuple[QuestionList, ...]
    missing: tuple[MissingRow, ...]
    notes: tuple[str, ...]


def render_report(
    segmentation: Segmentation,
    preview: Preview,
    *,
    as_of: date,
    curve: Curve | None,
    top: Sequence[Customer],
    value_title: str | None,
    source: str,
    notes: Sequence[str],
) -> str:
    """The whole page as HTML. The same arguments give the same text: nothing reads a clock.

    `preview` is of this segmentation on `as_of`; `top` are listed in the order given; `value_title` says what values
    are, with their unit if they have one (None: no value field); `source` names the scored table; `notes` are remarks
    about the files. Its size follows the segmentation's, not the number of customers: with 20 parameters about 100 kB.
    """
    page = Page(
        name=segmentation.name,
        description=cut(segmentation.description or "", DESCRIPTION_CHARACTERS),
        source=source,
        as_of=as_of.isoformat(),
        value_title=value_title,
        segments=tuple(segment.name for segment in segmentation.segments),
        shades=tuple(segment_shades(segmentation.segments)),
        headlines=tuple(headlines(preview)),
        sizes=list_sizes(segmentation, preview),
        histogram=draw_histogram(segmentation, preview),
        curve=draw_curve(curve) if curve else None,
        axes=list_axes(segmentation),
        movement=list_moves(segmentation, preview),
        customers=tuple(list_customers(top)),
        questions=tuple(list_questions(segmentation, preview)),
        missing=list_missing(segmentation, preview),
        notes=tuple(dict.fromkeys(notes)),
    )
    return _environment().get_template("page.html.j2").render(page=page)


def _environment() -> Environment:
    """Every text is escaped; a name that is not there is an error."""
    environment = Environment(
        loader=PackageLoader("satsuma.report"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals.update(chart=chart, grounds=Shade(LIGHT_GROUND, DARK_GROUND))
    return environment
