"""Schemes, files and segmentations of another kind become drafts of this workspace; what is missing is made on wish."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from django.utils import translation

from satsuma.app.accounts.models import User
from satsuma.app.crm.catalogue import METRICS
from satsuma.app.crm.errors import RefusedError, ValuesError
from satsuma.app.crm.models import Contact, Field, Product, Section
from satsuma.app.crm.queries.fields import fields_by_key, list_fields
from satsuma.app.crm.services.defaults import create_defaults
from satsuma.app.crm.services.fields import FieldDraft, create_field, retire_field
from satsuma.app.crm.services.products import create_product
from satsuma.app.crm.services.sample import create_sample_data
from satsuma.app.crm.services.stages import create_stage
from satsuma.app.segmentation.errors import DraftConflictError
from satsuma.app.segmentation.models import Segmentation
from satsuma.app.segmentation.queries.drafts import get_draft
from satsuma.app.segmentation.queries.overviews import list_overviews
from satsuma.app.segmentation.services.drafts import create_segmentation, empty_model, undo_draft
from satsuma.app.segmentation.services.publishing import publish_now
from satsuma.app.segmentation.services.segmentations import rename_segmentation
from satsuma.app.segmentation.services.starting import (
    copy_segmentation,
    draft_from_version,
    import_into_draft,
    start_empty,
    start_from_model,
)
from satsuma.app.segmentation.starting import LeftOut, Unknown, load_known, plan_start, portable_model
from satsuma.domain import model as domain
from satsuma.domain.checks import find_problems
from satsuma.domain.checks.codes import Code
from satsuma.domain.model import (
    Aggregate,
    Axis,
    Band,
    Combine,
    FieldType,
    Group,
    Groups,
    Kind,
    Metric,
    NumericRanges,
    Option,
    Parameter,
    Source,
    YesNo,
)
from satsuma.modelfile import parse_segmentation, write_segmentation
from satsuma.schemes import KEYS, read_scheme

NOW = datetime(2026, 11, 2, 9, tzinfo=UTC)
PLAN = domain.Field(
    "plan", FieldType.CHOICE, column="plan", options=(Option("free", "Free"), Option("pro", "Professional"))
)
TIERS = Groups((Group(("free",), 1), Group(("pro",), 2)))
WON = Metric(Source.DEALS, Aggregate.SUM, "value", (("stage", ("won",)),), "closed_on")


@pytest.fixture(autouse=True)
def workspace_with_fields(workspace: object) -> None:
    create_defaults(at=NOW)


def model(*asked: tuple[domain.Field, domain.Ranges], kind: Kind = Kind.COMPANY) -> domain.Segmentation:
    parameters = tuple(Parameter(field.key, 1, ranges) for field, ranges in asked)
    axis = Axis("Score", parameters, (Band("Low"), Band("High", 50)))
    return domain.Segmentation("Value", kind, tuple(field for field, _ranges in asked), (axis,))


def start(source: domain.Segmentation, *agreed: str, kind: Kind | None = None) -> domain.Segmentation:
    started = start_from_model(model=source, kind=kind or source.kind, agreed=agreed, by=None, at=NOW)
    return get_draft(started.segmentation_id).model


def only_parameter(draft: domain.Segmentation) -> Parameter:
    (parameter,) = draft.axes[0].parameters
    return parameter


def create_plan_field(*options: str) -> str:
    return create_field(kind=Kind.COMPANY, draft=FieldDraft("Plan", FieldType.CHOICE), options=options, at=NOW).key


@pytest.mark.parametrize("scheme", KEYS)
def test_every_scheme_starts_into_a_draft_without_problems(scheme: str) -> None:
    source = read_scheme(scheme)
    plan = plan_start(source, load_known(source.kind))
    assert plan.left_out == ()
    started = start_from_model(model=source, kind=source.kind, agreed=plan.proposed, by=None, at=NOW)
    draft = get_draft(started.segmentation_id)
    assert find_problems(draft.model) == []
    assert [len(axis.parameters) for axis in draft.model.axes] == [len(axis.parameters) for axis in source.axes]
    assert replace(draft.model, axes=(), fields=()) == replace(source, axes=(), fields=())


def test_every_scheme_can_be_published_over_the_sample_data(manager: User) -> None:
    create_sample_data(by=manager, at=NOW)
    sizes = {}
    for scheme in KEYS:
        source = read_scheme(scheme)
        plan = plan_start(source, load_known(source.kind))
        started = start_from_model(model=source, kind=source.kind, agreed=plan.proposed, by=manager, at=NOW)
        publish_now(segmentation_id=started.segmentation_id, draft_version=1, note="", by=manager, at=NOW)
        overviews = list_overviews(source.kind)
        overview = next(found for found in overviews if found.segmentation.id == started.segmentation_id)
        assert overview.customers == Contact.objects.filter(kind=source.kind, binned_at=None).count()
        sizes[scheme] = sum(size.customers > 0 for size in overview.sizes)
    several = {scheme for scheme, count in sizes.items() if count > 1}
    assert several >= {
        "company-value",
        "value-based",
        "rfm",
        "firmographic-fit",
        "behavioural",
        "industry",
        "geographic",
    }


def test_schemes_find_the_metrics_and_fields_that_are_there() -> None:
    """What is called otherwise in files and on forms, and what states are called in tables of deals."""
    found = {}
    for scheme in ("rfm", "company-value", "behavioural", "firmographic-fit", "revenue-tier"):
        plan = plan_start(read_scheme(scheme), load_known(Kind.COMPANY))
        found[scheme] = {key: field.label for key, field in plan.matched.items()}
        assert {new.wanted for new in plan.questions} == ({"potential", "autonomy"} & set(plan.proposed))
    assert found == {
        "rfm": {
            "last_won": "Last won deal",
            "won_deals": "Number of won deals",
            "won_value": "Value of won deals",
        },
        "company-value": {"open_value": "Value of open deals", "last_won": "Last won deal"},
        "behavioural": {
            "last_activity": "Last activity",
            "activities_90": "Activities in 90 days",
            "products_bought": "Products bought",
        },
        "firmographic-fit": {
            "sector": "Industry",
            "employees": "Employees",
            "revenue": "Annual revenue",
            "country": "Country",
        },
        "revenue-tier": {"revenue": "Annual revenue"},
    }


@pytest.mark.both_databases
def test_what_is_missing_is_made_only_if_somebody_agrees() -> None:
    source = read_scheme("company-value")
    before = len(list_fields(Kind.COMPANY))
    draft = start(source, "potential", "won_value")
    asked = [parameter.field for parameter in draft.axes[0].parameters]
    fields = fields_by_key(Kind.COMPANY)
    assert [fields[key].label for key in asked] == [
        "Won value, last year",
        "Yearly potential",
        "Last won deal",
        "Value of open deals",
    ]
    assert len(fields) == before + 2
    potential, won = fields[asked[1]], fields[asked[0]]
    assert (potential.type, potential.on_form, potential.metric) == (FieldType.MONEY, True, None)
    assert won.metric == Metric(
        Source.DEALS, Aggregate.SUM, "value", (("state", ("won",)),), day="closed_on", within_days=365
    )
    sections = {section.pk: section.key for section in Section.objects.filter(kind="company")}
    assert (sections[potential.section_id or 0], sections[won.section_id or 0]) == ("segmentation", "sales")


def test_nothing_is_made_if_one_thing_cannot_be() -> None:
    too_long = domain.Field("x", FieldType.NUMBER, label="Weight", unit="u" * 100)
    source = model(
        (domain.Field("y", FieldType.YES_NO, label="Keen"), YesNo(1, 0)), (too_long, NumericRanges((1,), (0, 1)))
    )
    with pytest.raises(ValuesError):
        start(source, "x", "y")
    assert not Field.objects.filter(label="Keen").exists()
    assert not Segmentation.objects.exists()


@pytest.mark.both_databases
def test_options_are_found_by_key_and_by_name_and_missing_ones_are_added_on_demand() -> None:
    key = create_plan_field("FREE", "Basic")
    free, basic = fields_by_key(Kind.COMPANY)[key].options
    source = model((PLAN, TIERS))
    (more,) = plan_start(source, load_known(Kind.COMPANY)).options
    assert (more.field.key, more.labels) == (key, ("Professional",))
    assert only_parameter(start(source)).ranges == Groups((Group((free.key,), 1),))
    draft = start(source, "plan")
    options = fields_by_key(Kind.COMPANY)[key].options
    assert [option.label for option in options] == ["FREE", "Basic", "Professional"]
    assert only_parameter(draft) == Parameter(key, 1, Groups((Group((free.key,), 1), Group((options[2].key,), 2))))
    assert basic == options[1]


def test_a_new_question_has_the_options_that_are_asked_for_once_each() -> None:
    field = replace(PLAN, options=(Option("free", "Free"), Option("b", "free "), Option("pro", "Pro")))
    source = model((field, Groups((Group(("free", "gold"), 1), Group(("pro",), 2)))))
    (new,) = plan_start(source, load_known(Kind.COMPANY)).questions
    assert new.options == ("Free", "Pro", "gold")
    parameter = only_parameter(start(source, "plan"))
    labels = fields_by_key(Kind.COMPANY)[parameter.field].option_labels
    assert isinstance(parameter.ranges, Groups)
    assert [[labels[key] for key in group.values] for group in parameter.ranges.groups] == [["Free", "gold"], ["Pro"]]


def test_a_name_that_something_else_has_is_numbered() -> None:
    retired = create_plan_field("Free")
    retire_field(field_id=fields_by_key(Kind.COMPANY)[retired].id, at=NOW)
    create_field(kind=Kind.COMPANY, draft=FieldDraft("Keen", FieldType.NUMBER), at=NOW)
    keen = domain.Field("keen", FieldType.YES_NO)
    plan = plan_start(model((PLAN, TIERS), (keen, YesNo(1, 0))), load_known(Kind.COMPANY))
    assert [new.label for new in plan.questions] == ["Plan 2", "Keen 2"]


def test_words_become_options_by_what_they_say() -> None:
    sector = domain.Field("sector", FieldType.TEXT)
    words = ("Logistics", "software", "IT", "public sector", "and", "blacksmith", "Retail")
    source = model((sector, Groups((Group(words, 5), Group(("retail", "health care"), 2)), anything_else=1)))
    plan = plan_start(source, load_known(Kind.COMPANY))
    assert plan.unknown == (Unknown("Sector", ("and", "blacksmith")),)
    assert only_parameter(start(source)) == Parameter(
        "industry",
        1,
        Groups((Group(("transport", "software", "public", "retail"), 5), Group(("health",), 2)), anything_else=1),
    )


@pytest.mark.parametrize("language", ["en", "pl"])
def test_countries_are_known_by_their_names_and_codes(language: str) -> None:
    country = domain.Field("country", FieldType.TEXT)
    source = model((country, Groups((Group(("Germany", "DE", "uk", "USA", "Polska", "Narnia"), 5),))))
    with translation.override(language):
        parameter = only_parameter(start(source))
    assert parameter == Parameter("country", 1, Groups((Group(("DE", "GB", "US", "PL"), 5),)))


def test_a_question_none_of_whose_answers_is_known_is_left_out() -> None:
    country = domain.Field("country", FieldType.TEXT, label="Land")
    source = model((replace(country, column="country"), Groups((Group(("Narnia", "Oz"), 5),))))
    plan = plan_start(source, load_known(Kind.COMPANY))
    assert plan.left_out == (LeftOut("Land", "None of its answers is an answer of “Country” here."),)
    assert (plan.matched, plan.unknown) == ({}, ())
    draft = start(source)
    assert [problem.code for problem in find_problems(draft)] == [Code.PARAMETERS_MISSING]


def test_names_of_columns_mean_fields_of_their_kind_only() -> None:
    """In a table of people, “company” is not the name of the person."""
    employer = domain.Field("employer", FieldType.TEXT, column="company")
    source = model((employer, Groups((Group(("Acme",), 5),))), kind=Kind.PERSON)
    assert [new.label for new in plan_start(source, load_known(Kind.PERSON)).questions] == ["Employer"]
    of_companies = plan_start(replace(source, kind=Kind.COMPANY), load_known(Kind.COMPANY))
    assert [field.key for field in of_companies.matched.values()] == ["name"]


def test_two_questions_that_are_one_here_are_asked_once() -> None:
    size, staff = (
        domain.Field("size", FieldType.NUMBER, column="headcount"),
        domain.Field("employees", FieldType.NUMBER),
    )
    source = model((size, NumericRanges((1,), (0, 1))), (staff, NumericRanges((5,), (0, 1))))
    plan = plan_start(source, load_known(Kind.COMPANY))
    assert plan.left_out == (LeftOut("Employees", "“Employees” is asked by another parameter already."),)
    assert only_parameter(start(source)).ranges == NumericRanges((1,), (0, 1))


def test_several_answers_add_up_only_where_there_can_be_several() -> None:
    create_plan_field("Free", "Professional")
    several = replace(PLAN, type=FieldType.CHOICES)
    parameter = only_parameter(start(model((several, replace(TIERS, combine=Combine.SUM)))))
    assert isinstance(parameter.ranges, Groups)
    assert parameter.ranges.combine is Combine.BEST


@pytest.mark.parametrize(
    ("metric", "translation_of_it"),
    [
        (WON, replace(WON, where=(("state", ("won",)),))),
        (
            replace(WON, where=(("Status", ("Closed Won", "LOST")),)),
            replace(WON, where=(("state", ("won", "lost")),)),
        ),
        (replace(WON, where=(("stage", ("offer sent",)),)), replace(WON, where=(("stage", ("offer",)),))),
        (
            replace(WON, where=(("stage", ("won", "Negotiating")),)),
            replace(WON, where=(("stage", ("won", "s1")),)),
        ),
        (
            replace(WON, column="amount", where=(("stage", ("Negotiating",)), ("product", ("anvil",)))),
            replace(WON, where=(("stage", ("s1",)), ("product", ("p1",)))),
        ),
        (
            Metric(
                Source.ACTIVITIES, Aggregate.COUNT, where=(("type", ("Meeting", "call")),), day="date", within_days=9
            ),
            Metric(
                Source.ACTIVITIES,
                Aggregate.COUNT,
                where=(("kind", ("meeting", "call")),),
                day="happened_on",
                within_days=9,
            ),
        ),
        (
            Metric(Source.PEOPLE, Aggregate.COUNT, where=(("Board member", ("yes",)), ("job_title", ("CEO",)))),
            Metric(Source.PEOPLE, Aggregate.COUNT, where=(("f1", ("yes",)), ("job_title", ("CEO",)))),
        ),
    ],
)
def test_metrics_are_told_in_the_columns_of_this_workspace(metric: Metric, translation_of_it: Metric) -> None:
    create_stage(label="Negotiating", state="open", at=NOW)
    create_product(label="Anvil", at=NOW)
    create_field(kind=Kind.PERSON, draft=FieldDraft("Board member", FieldType.YES_NO), at=NOW)
    counted = domain.Field("x", FieldType.NUMBER, label="Figure", metric=metric)
    plan = plan_start(model((counted, NumericRanges((1,), (0, 1)))), load_known(Kind.COMPANY))
    found = [new.metric for new in plan.metrics] or [field.metric for field in plan.matched.values()]
    assert found == [translation_of_it]
    assert plan.unknown == ()


def test_a_name_outranks_a_key_that_was_generated_elsewhere() -> None:
    for label in ("Board member", "F1"):
        create_field(kind=Kind.PERSON, draft=FieldDraft(label, FieldType.YES_NO), at=NOW)
    counted = Metric(Source.PEOPLE, Aggregate.COUNT, where=(("f1", ("yes",)),))
    field = domain.Field("x", FieldType.NUMBER, metric=counted)
    (new,) = plan_start(model((field, NumericRanges((1,), (0, 1)))), load_known(Kind.COMPANY)).metrics
    assert new.metric == replace(counted, where=(("f2", ("yes",)),))


@pytest.mark.parametrize(
    ("metric", "kind", "reason"),
    [
        (replace(WON, where=(("stage", ("dreaming",)),)), Kind.COMPANY, "“Stage” here never is: dreaming."),
        (replace(WON, column="weight"), Kind.COMPANY, "Nothing here is called “weight”."),
        (replace(WON, column="owner"), Kind.COMPANY, "This cannot be taken over that. Choose another one."),
        (Metric(Source.PEOPLE, Aggregate.COUNT), Kind.PERSON, "People have no people of their own to count."),
    ],
)
def test_metrics_that_cannot_be_are_left_out_with_the_reason(metric: Metric, kind: Kind, reason: str) -> None:
    counted = domain.Field("x", FieldType.NUMBER, label="Figure", metric=metric)
    source = model((counted, NumericRanges((1,), (0, 1))), kind=kind)
    assert plan_start(source, load_known(kind)).left_out == (LeftOut("Figure", reason),)


def test_values_of_conditions_that_mean_nothing_here_are_said() -> None:
    metric = Metric(Source.ACTIVITIES, Aggregate.COUNT, where=(("type", ("visit", "meeting")),))
    counted = domain.Field("x", FieldType.NUMBER, label="Visits", metric=metric)
    plan = plan_start(model((counted, NumericRanges((1,), (0, 1)))), load_known(Kind.COMPANY))
    assert plan.unknown == (Unknown("Visits", ("visit",)),)
    assert [new.metric for new in plan.metrics] == [replace(metric, where=(("kind", ("meeting",)),))]


def test_a_segmentation_of_companies_becomes_one_of_people_where_fields_allow() -> None:
    plan = plan_start(read_scheme("rfm"), load_known(Kind.PERSON))
    assert sorted(field.kind for field in plan.matched.values()) == [Kind.PERSON] * 3
    draft = start(read_scheme("rfm"), kind=Kind.PERSON)
    assert (draft.kind, find_problems(draft)) == (Kind.PERSON, [])


def test_the_first_of_a_kind_begins_with_ready_parameters_the_next_with_none() -> None:
    first = get_draft(start_empty(kind=Kind.COMPANY, by=None, at=NOW).pk)
    assert [field.label or "" for field in first.model.fields] == [
        "Value of won deals",
        "Last won deal",
        "Number of won deals",
        "Value of open deals",
        "Activities in 90 days",
        "Employees",
    ]
    assert find_problems(first.model) == []
    assert first.model.name == "Company value"
    assert [band.name for band in first.model.axes[0].bands] == ["Average", "Good", "Super", "VIP"]
    second = get_draft(start_empty(kind=Kind.COMPANY, name="Fit", by=None, at=NOW).pk)
    assert (second.model.name, second.model.axes[0].parameters) == ("Fit", ())
    people = get_draft(start_empty(kind=Kind.PERSON, by=None, at=NOW).pk)
    assert (people.model.name, len(people.model.fields)) == ("Customer value", 5)


def test_ready_parameters_pass_over_metrics_that_somebody_deleted() -> None:
    Field.objects.filter(source="metric").delete()
    draft = get_draft(start_empty(kind=Kind.COMPANY, by=None, at=NOW).pk)
    assert [parameter.field for parameter in draft.model.axes[0].parameters] == ["employees"]


def test_the_names_of_ready_metrics_are_in_the_catalogue() -> None:
    assert {"won_value", "won_last", "won_count", "open_value", "touches_90"} <= {ready.name for ready in METRICS}


@pytest.mark.parametrize("scheme", KEYS)
def test_what_is_downloaded_reads_back_the_same_here(scheme: str) -> None:
    source = read_scheme(scheme)
    known = load_known(source.kind)
    draft = start(source, *plan_start(source, known).proposed)
    text = write_segmentation(portable_model(draft, load_known(source.kind)))
    again = parse_segmentation(text)
    plan = plan_start(again, load_known(source.kind))
    assert (plan.proposed, plan.left_out, plan.unknown) == ((), (), ())
    assert replace(start(again), name=draft.name) == draft


def test_what_is_downloaded_can_be_read_by_another_workspace() -> None:
    """Generated keys stand for nothing there: names do."""
    stage = create_stage(label="Negotiating", state="open", at=NOW)
    assert stage
    keys = [create_plan_field("Free", "Professional")]
    talks = Metric(Source.DEALS, Aggregate.COUNT, where=(("stage", ("s1",)),))
    keys.append(create_field(kind=Kind.COMPANY, draft=FieldDraft("Talks", FieldType.NUMBER, metric=talks), at=NOW).key)
    fields = fields_by_key(Kind.COMPANY)
    free, pro = fields[keys[0]].options
    groups = Groups((Group((free.key,), 1), Group((pro.key,), 2)))
    asked = (fields[keys[0]].domain_field(), groups), (fields[keys[1]].domain_field(), NumericRanges((1,), (0, 1)))
    country = fields["country"].domain_field(), Groups((Group(("PL", "DE"), 3),))
    text = write_segmentation(portable_model(model(*asked, country), load_known(Kind.COMPANY)))
    shifted = {keys[0]: "f900", keys[1]: "m900", free.key: "o900", pro.key: "o901"}
    for key, other in shifted.items():
        text = (
            text.replace(f"{key}:", f"{other}:").replace(f"[{key}]", f"[{other}]").replace(f": {key}\n", f": {other}\n")
        )
    Product.objects.all().delete()
    draft = start(parse_segmentation(text))
    assert [(parameter.field, parameter.ranges) for parameter in draft.axes[0].parameters] == [
        (keys[0], groups),
        (keys[1], NumericRanges((1,), (0, 1))),
        ("country", Groups((Group(("PL", "DE"), 3),))),
    ]
    assert "Poland" in text
    assert "Albania" not in text


def test_a_copy_has_the_same_draft_and_a_name_of_its_own() -> None:
    row = start_empty(kind=Kind.COMPANY, by=None, at=NOW)
    other = copy_segmentation(segmentation_id=row.pk, by=None, at=NOW)
    assert (other.name, other.is_primary) == ("Company value 2", False)
    assert get_draft(other.pk).model == replace(get_draft(row.pk).model, name="Company value 2")


@pytest.mark.both_databases
def test_a_model_comes_into_a_draft_as_one_step_and_keeps_segments_of_the_same_name(manager: User) -> None:
    row = start_empty(kind=Kind.COMPANY, by=manager, at=NOW)
    publish_now(segmentation_id=row.pk, draft_version=1, note="", by=manager, at=NOW)
    before = get_draft(row.pk)
    good = before.segment_ids[1]
    source = replace(read_scheme("revenue-tier"))
    bands = (*source.axes[0].bands[:-1], replace(source.axes[0].bands[-1], name="GOOD"))
    source = replace(source, axes=(replace(source.axes[0], bands=bands),))
    import_into_draft(segmentation_id=row.pk, version=before.version, model=source, agreed=(), by=manager, at=NOW)
    after = get_draft(row.pk)
    assert (after.model.name, after.segment_ids) == ("Company value", (None, None, None, None, good))
    assert after.model.axes[0].scale is source.axes[0].scale
    undo_draft(segmentation_id=row.pk, version=after.version, by=manager, at=NOW)
    undone = get_draft(row.pk)
    assert (undone.model, undone.segment_ids) == (before.model, before.segment_ids)
    with pytest.raises(DraftConflictError):
        import_into_draft(segmentation_id=row.pk, version=1, model=source, agreed=(), by=manager, at=NOW)


@pytest.mark.both_databases
def test_an_old_version_comes_back_into_the_draft(manager: User) -> None:
    row = start_empty(kind=Kind.COMPANY, by=manager, at=NOW)
    publish_now(segmentation_id=row.pk, draft_version=1, note="", by=manager, at=NOW)
    first = get_draft(row.pk)
    import_into_draft(
        segmentation_id=row.pk, version=first.version, model=read_scheme("rfm"), agreed=(), by=manager, at=NOW
    )
    rename_segmentation(segmentation_id=row.pk, name="Worth", at=NOW)
    draft_from_version(segmentation_id=row.pk, number=1, version=get_draft(row.pk).version, by=manager, at=NOW)
    again = get_draft(row.pk)
    renamed = replace(first.model, name="Worth")
    assert (again.model, again.segment_ids, again.differs) == (renamed, first.segment_ids, False)


def test_an_empty_name_becomes_the_usual_one_and_a_name_too_long_is_refused() -> None:
    with pytest.raises(ValuesError):
        start_empty(kind=Kind.COMPANY, name="x" * 201, by=None, at=NOW)
    assert create_segmentation(model=empty_model(Kind.COMPANY, "A"), by=None, at=NOW).is_primary
    with pytest.raises(RefusedError):
        retire_field(field_id=fields_by_key(Kind.COMPANY)["name"].id, at=NOW)
