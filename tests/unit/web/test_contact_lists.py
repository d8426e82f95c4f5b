"""The lists of companies and people: pages, filters, views, and what they cost."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from satsuma.app.accounts.models import User
from satsuma.app.crm.folding import fold_name
from satsuma.app.crm.models import Contact, SavedView, Tag
from satsuma.app.crm.search import index_contacts
from support.jobs import done_run
from support.lists import make_companies, make_fields

NOW = datetime(2026, 11, 26, 9, 30, tzinfo=UTC)
NAME = re.compile(r'class="list-link".*?<span>([^<]*)</span></a>', re.DOTALL)
pytestmark = pytest.mark.django_db
ClientOf = Callable[[str], Client]


@pytest.fixture
def fields(workspace: object) -> None:
    make_fields()


def _company(name: str, **columns: object) -> Contact:
    company = Contact.objects.create(
        kind="company", name=name, name_folded=fold_name(name), created_at=NOW, updated_at=NOW, **columns
    )
    index_contacts([company.pk])
    return company


def _names(client: Client, address: str = "") -> list[str]:
    answer = client.get(f"{reverse('company_list')}?{address}")
    assert answer.status_code == 200
    return NAME.findall(answer.content.decode())


@pytest.mark.usefixtures("fields")
def test_a_list_shows_what_its_address_asks_for(client_of: ClientOf, viewer: User):
    _company("Ärger & Co", country="DE", employees=50)
    _company("Acme", country="PL", employees=1200)
    _company("Zebra", country="PL")
    client = client_of("viewer")

    assert _names(client) == ["Acme", "Ärger &amp; Co", "Zebra"]
    assert _names(client, "sort=-name") == ["Zebra", "Ärger &amp; Co", "Acme"]
    assert _names(client, "sort=employees") == ["Ärger &amp; Co", "Acme", "Zebra"]
    assert _names(client, "where=country~any~PL&where=employees~filled") == ["Acme"]
    assert _names(client, "q=arg") == ["Ärger &amp; Co"]
    page = client.get(reverse("company_list"), {"where": "country~any~PL", "columns": "employees"}).content.decode()
    assert "1,200" in page
    assert "Country is any of Poland" in page
    assert "2 companies" in page


@pytest.mark.usefixtures("fields")
def test_what_is_not_understood_is_said_on_the_page(client_of: ClientOf, viewer: User):
    _company("Acme")
    page = client_of("viewer").get(reverse("company_list"), {"where": "<b>~is~1", "sort": "x", "after": "1~\0"})

    assert page.status_code == 200
    assert "There is no field “&lt;b&gt;” in this list." in page.content.decode()
    assert "The list cannot be sorted by “x”." in page.content.decode()


@pytest.mark.usefixtures("fields")
def test_an_empty_list_offers_the_next_step_and_an_empty_filter_its_end(
    client_of: ClientOf, manager: User, viewer: User
):
    page = client_of("manager").get(reverse("company_list")).content.decode()
    assert ("No companies yet" in page, reverse("company_new") in page) == (True, True)
    assert reverse("company_new") not in client_of("viewer").get(reverse("company_list")).content.decode()
    _company("Acme")
    page = client_of("manager").get(reverse("company_list"), {"q": "nothing", "sort": "-name"}).content.decode()
    assert "Nothing matches" in page
    assert f'href="{reverse("company_list")}?sort=-name">Clear the filter' in page


@pytest.mark.usefixtures("fields")
def test_pages_follow_one_another_and_lead_back(client_of: ClientOf, viewer: User):
    for number in range(120):
        _company(f"Company {number:03}")
    client, found, address = client_of("viewer"), [], reverse("company_list")
    pages = []
    while address:
        page = client.get(address).content.decode()
        found += NAME.findall(page)
        pages.append(re.search(r'rel="prev" href="([^"]*)"', page))
        following = re.search(r'rel="next" href="([^"]*)"', page)
        address = following[1].replace("&amp;", "&") if following else ""
    assert found == [f"Company {number:03}" for number in range(120)]
    assert [bool(previous) for previous in pages] == [False, True, True]
    assert pages[1]
    assert NAME.findall(client.get(pages[1][1].replace("&amp;", "&")).content.decode()) == found[:50]


@pytest.mark.usefixtures("fields")
def test_a_page_costs_at_most_ten_queries_for_one_row_and_for_thirty(client_of: ClientOf, viewer: User, member: User):
    client = client_of("viewer")
    make_companies(1, owners=[member])

    def queries(address: str) -> int:
        with CaptureQueriesContext(connection) as seen:
            client.get(f"{reverse('company_list')}?{address}")
        return len(seen)

    queries("")  # the first request notes when somebody was last seen
    one = queries("")
    Tag.objects.all().delete()
    make_companies(35, owners=[member], seed=2)
    assert queries("") == one <= 9
    assert queries("q=example&sort=-name") <= 10
    assert queries(f"owner={member.pk}") <= 10
    assert queries("sort=-m1") <= 10


def _filter(client: Client, **answers: object):
    return client.get(reverse("company_filter"), answers)


@pytest.mark.usefixtures("fields")
def test_a_condition_is_added_step_by_step_without_a_script(client_of: ClientOf, member: User):
    _company("Acme")
    client = client_of("member")
    page = _filter(client, key="employees", q="acme", sort="-name")
    assert page.status_code == 200
    assert '<select name="operator"' in page.content.decode()

    done = _filter(
        client, key="employees", operator="from", value="1,200.5", q="acme", sort="-name", where="email~empty"
    )
    assert done.url == f"{reverse('company_list')}?q=acme&where=email~empty&where=employees~from~1200.5&sort=-name"
    assert _filter(client, key="employees", operator="empty").url.endswith("?where=employees~empty")
    assert _filter(client, key="f907", operator="last", value="30").url.endswith("?where=f907~last~30")
    assert _filter(client, key="f907", operator="to", value="2026-01-31").url.endswith("?where=f907~to~2026-01-31")
    assert _filter(client, key="country", operator="any", value=["PL", "DE"]).url.endswith("?where=country~any~PL,DE")
    assert _filter(client, key="owner", operator="any", value=[member.pk]).url.endswith(f"?owner={member.pk}")
    assert _filter(client, key="f906", operator="yes").url.endswith("?where=f906~yes")
    assert _filter(client, key="nothing").url == reverse("company_list")


@pytest.mark.usefixtures("fields")
def test_a_condition_that_cannot_be_read_is_asked_again_with_what_was_typed(client_of: ClientOf, member: User):
    _company("Acme")
    client = client_of("member")
    for key, operator, typed, said in (
        ("employees", "from", "a lot", "Enter a number, such as 1234.5."),
        ("f907", "from", "tomorrow", "Enter a day, such as 2026-03-31."),
        ("f907", "last", "x", "“A date” needs a number of days."),
        ("f908", "has", "", "“A text” needs a text to compare with."),
    ):
        page = _filter(client, key=key, operator=operator, value=typed)
        assert page.status_code == 422
        assert said in page.content.decode()
        assert f'value="{typed}"' in page.content.decode() or not typed


@pytest.mark.usefixtures("fields")
def test_views_are_kept_for_oneself_or_everybody(client_of: ClientOf, member: User, manager: User, viewer: User):
    _company("Acme")
    keep = reverse("company_view_new")
    client_of("member").post(keep, {"name": "Mine", "address": "sort=-name&where=email~empty&after=3~x"})
    client_of("manager").post(keep, {"name": "Ours", "address": "q=acme", "shared": "1"})
    client_of("manager").post(keep, {"name": "Ours", "address": "q=ac", "shared": "1"})

    kept = [(view.name, view.query, view.owner, view.list) for view in SavedView.objects.order_by("name")]
    assert kept == [("Mine", "where=email~empty&sort=-name", member, "companies"), ("Ours", "q=ac", None, "companies")]
    seen = {role: client_of(role).get(reverse("company_views")).content.decode() for role in ("member", "viewer")}
    assert [
        ("Mine" in seen["member"], "Ours" in seen["member"]),
        ("Mine" in seen["viewer"], "Ours" in seen["viewer"]),
    ] == [
        (True, True),
        (False, True),
    ]
    assert client_of("member").post(keep, {"name": "All", "shared": "1"}).status_code == 403


@pytest.mark.usefixtures("fields")
def test_views_are_deleted_by_those_who_may(client_of: ClientOf, member: User, manager: User, viewer: User):
    mine = SavedView.objects.create(list="companies", name="Mine", query="", owner=member)
    ours = SavedView.objects.create(list="companies", name="Ours", query="")

    assert client_of("manager").post(reverse("view_delete", args=[mine.pk])).status_code == 404
    assert client_of("member").post(reverse("view_delete", args=[ours.pk])).status_code == 422
    assert client_of("member").post(reverse("view_delete", args=[mine.pk])).url == reverse("company_list")
    client_of("manager").post(reverse("view_delete", args=[ours.pk]))
    assert not SavedView.objects.exists()


@pytest.mark.usefixtures("fields")
def test_people_show_their_company(client_of: ClientOf, viewer: User):
    acme = _company("Acme")
    Contact.objects.create(kind="person", name="Ann", name_folded="ann", company=acme, created_at=NOW, updated_at=NOW)
    page = client_of("viewer").get(reverse("person_list"), {"where": "company~has~ACM"}).content.decode()

    assert ("Ann" in page, "<td>Acme</td>" in page, "1 person" in page) == (True, True, True)


@pytest.mark.usefixtures("fields")
def test_an_export_holds_what_is_shown_and_no_formula(client_of: ClientOf, viewer: User):
    _company("=Evil()", country="PL", employees=1200.5)
    _company("Acme", country="PL", employees=7)
    _company("Zebra", country="DE")
    asked = {"format": "csv", "where": "country~any~PL", "sort": "-employees", "columns": "employees,country,f907"}
    answer = client_of("viewer").get(reverse("company_export"), asked)

    assert b"".join(answer).decode("utf-8-sig").splitlines() == [
        "Name,Employees,Country,A date",
        "'=Evil(),1200.5,Poland,",
        "Acme,7,Poland,",
    ]
    assert answer.headers["Content-Disposition"].startswith('attachment; filename="companies-')
    assert client_of("viewer").get(reverse("company_export"), {"format": "exe"}).status_code == 422
    assert b"".join(client_of("viewer").get(reverse("company_export"), {"format": "xlsx"}))[:2] == b"PK"


@pytest.mark.usefixtures("fields")
def test_a_long_export_is_left_to_a_job(client_of: ClientOf, viewer: User, monkeypatch: pytest.MonkeyPatch):
    from satsuma.app.crm.models import Export
    from satsuma.app.crm.services.exports import export_path
    from satsuma.app.jobs.models import Run
    from satsuma.web import list_files

    monkeypatch.setattr(list_files, "AT_ONCE", 2)
    for name in ("Acme", "Beta", "Gamma"):
        _company(name, employees=7)
    answer = client_of("viewer").get(
        reverse("company_export"), {"format": "csv", "sort": "-name", "columns": "employees"}
    )
    run = done_run(Run.objects.get())

    assert answer.url == reverse("job", args=[run.pk])
    assert run.state == "done", run.error
    written = export_path(Export.objects.get()).read_text("utf-8-sig").splitlines()
    assert written == ["Name,Employees", "Gamma,7", "Beta,7", "Acme,7"]


@pytest.mark.usefixtures("fields")
def test_a_long_export_of_a_list_that_changed_meanwhile_gives_out_nothing(viewer: User):
    from satsuma.app.crm.models import Export
    from satsuma.app.crm.services.list_exports import start_list_export

    _company("Acme")
    run = start_list_export(
        list_name="companies", address="where=gone~filled", format_="csv", title="Companies", by=viewer, at=NOW
    )
    run = done_run(run)
    assert (run.state, run.error["code"], Export.objects.count()) == ("failed", "list_changed", 0)
