"""The addresses of the page with every component; a test sets ROOT_URLCONF to this module."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template import engines
from django.urls import path
from django.views.decorators.http import require_POST

from satsuma.app.accounts.errors import NotAllowedError
from satsuma.domain.errors import SatsumaError
from support.look.charts import charts

FOLDER = Path(__file__).parent
LONG = "Rindfleischetikettierungsüberwachungsaufgabenübertragungsgesellschaft Donaudampfschifffahrt mbH & Co. KG"
HOSTILE = "<script>alert(1)</script><img src=x onerror=alert(2)>"
COMPANIES = ("Acme Corporation", "Żółw Sp. z o.o.", "Ромашка", LONG, HOSTILE)


class CompanyForm(forms.Form):
    name = forms.CharField(label="Name", max_length=200, help_text="As it stands on its letters.")
    employees = forms.IntegerField(label="Employees", required=False, help_text="People, not posts.")
    industry = forms.ChoiceField(
        label="Industry", choices=[("", "–"), ("it", "Software"), ("re", "Retail")], required=False
    )
    plan = forms.ChoiceField(label="Plan", choices=[("a", "Basic"), ("b", "Full")], widget=forms.RadioSelect)
    tags = forms.MultipleChoiceField(
        label="Tags", choices=[("1", "Fair"), ("2", LONG)], widget=forms.CheckboxSelectMultiple, required=False
    )
    active = forms.BooleanField(label="Active", required=False, help_text="Whether they buy at all.")
    founded = forms.DateField(label="Founded", required=False, widget=forms.DateInput(attrs={"type": "date"}))
    note = forms.CharField(label="Note", required=False, widget=forms.Textarea(attrs={"rows": 3}))


class FileForm(forms.Form):
    file = forms.FileField(label="A file with companies, people or deals")


@dataclass(frozen=True)
class Row:
    id: int
    name: str
    segment: str
    colour: str
    value_e4: int | None
    touched_at: datetime


@dataclass(frozen=True)
class Link:
    label: str
    url: str
    is_active: bool = False
    count: int | None = None
    icon: str = ""


@dataclass(frozen=True)
class Fact:
    label: str
    value: str | None


@dataclass(frozen=True)
class Option:
    value: int
    label: str
    detail: str = ""


def everything(request: HttpRequest) -> HttpResponse:
    form = CompanyForm(request.POST) if request.method == "POST" else CompanyForm()
    if request.method == "POST" and form.is_valid():
        messages.success(request, "Saved. Good → Super: value of won deals.")
        return redirect("company_list")
    colours = ("green", "blue", "yellow", "#94a3b8", "red")
    rows = [
        Row(i, name, segment, colour, i * 12_345_000 or None, datetime(2026, 11, 20 + i, 9, tzinfo=UTC))
        for i, (name, segment, colour) in enumerate(
            zip(COMPANIES, ("VIP", "Super", "Good", "Average", LONG), colours, strict=True)
        )
    ]
    context = {
        "title": "Companies",
        "pretitle": "Contacts",
        "form": form,
        "file_form": FileForm(),
        "rows": rows,
        "sort": request.GET.get("sort", "name"),
        "tabs": [Link("Overview", "#1", is_active=True, count=3), Link("Deals", "#2", count=12_345), Link(LONG, "#3")],
        "items": [Link("Export as CSV", "#csv", icon="download"), Link(LONG, "#long")],
        "facts": [Fact("Country", "Poland"), Fact("Employees", None), Fact(LONG, LONG)],
        "company": LONG,
        "won_on": date(2026, 11, 26),
    }
    text = (
        engines["django"].from_string((FOLDER / "everything.html").read_text(encoding="utf-8")).render(context, request)
    )
    return HttpResponse(text, status=422 if form.errors else 200)


def narrow(request: HttpRequest) -> HttpResponse:
    template = engines["django"].from_string((FOLDER / "narrow.html").read_text(encoding="utf-8"))
    return HttpResponse(template.render({"title": "Welcome", "form": CompanyForm()}, request))


def options(request: HttpRequest) -> HttpResponse:
    template = engines["django"].get_template("components/search_select_results.html")
    wanted = request.GET.get("q", "").casefold()
    found = [Option(i, name, "Poland") for i, name in enumerate(COMPANIES) if wanted in name.casefold()]
    return HttpResponse(template.render({"options": found}, request))


def suggestions(request: HttpRequest) -> HttpResponse:
    return HttpResponse('<a href="/deals/?1">One</a><a href="/deals/?2">Two</a>' if request.GET["q"] else "")


def refuse(request: HttpRequest, code: str) -> HttpResponse:
    if code == "not_allowed":
        raise NotAllowedError("administer")
    raise SatsumaError(code, f"“{HOSTILE}” is too long.", remedy="Use at most 200 characters.")


def crash(request: HttpRequest) -> HttpResponse:
    raise ZeroDivisionError("secret value of Ada Lovelace")


@require_POST
def upload(request: HttpRequest) -> HttpResponse:
    form = FileForm(request.POST, request.FILES)
    return redirect("company_list") if form.is_valid() else HttpResponse("no", status=422)


urlpatterns = [
    path("", narrow, name="dashboard"),
    path("companies/", everything, name="company_list"),
    path("charts/", charts, name="charts"),
    path("people/", everything, name="person_list"),
    path("deals/", everything, name="deal_board"),
    path("imports/", everything, name="import_list"),
    path("settings/", everything, name="settings"),
    path("search/", everything, name="search"),
    path("search/suggestions/", suggestions, name="search_suggestions"),
    path("account/", everything, name="my_account"),
    path("logout/", everything, name="account_logout"),
    path("options/", options, name="options"),
    path("refuse/<str:code>/", refuse, name="refuse"),
    path("crash/", crash, name="crash"),
    path("upload/", upload, name="upload"),
    path("setup/", narrow, name="not_set_up"),
]
handler400 = "satsuma.web.errors.bad_request"
handler403 = "satsuma.web.errors.permission_denied"
handler404 = "satsuma.web.errors.page_not_found"
handler500 = "satsuma.web.errors.server_error"
