"""The four steps of an import: file, what was recognised, columns, check and import; and its undo."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from satsuma.app.accounts.permissions import Permission
from satsuma.app.crm.errors import RefusedError, ValuesError
from satsuma.app.crm.imports.context import Part, load_context
from satsuma.app.crm.imports.limits import limits, shown_limit
from satsuma.app.crm.imports.mapping import FileMapping, mapping_problems
from satsuma.app.crm.imports.wording import FileError
from satsuma.app.crm.models import Import
from satsuma.app.crm.queries.imports import SHOWN, find_errors_file, get_import, list_imports
from satsuma.app.crm.services import imports as services
from satsuma.app.crm.services.import_runs import NothingToImportError, PlanChangedError
from satsuma.web.forms.imports import ReadingForm, UploadForm, initial_reading, typed_mapping
from satsuma.web.ids import read_id, storable
from satsuma.web.pages.imports import line, mapping_page, result_page, steps
from satsuma.web.routes import route
from satsuma.web.uploads import refuse_cut_upload

NEEDS = Permission.IMPORT
OVER = (Import.State.DONE, Import.State.UNDONE)


@require_GET
def import_list(request: HttpRequest) -> HttpResponse:
    rows = list_imports(before_id=read_id(request.GET.get("before", "")), most=SHOWN + 1)
    next_url = f"?before={rows[SHOWN - 1].pk}" if len(rows) > SHOWN else ""
    page = {"title": _("Imports"), "lines": [line(row) for row in rows[:SHOWN]], "next_url": next_url}
    return render(request, "imports/list.html", page)


@require_http_methods(["GET", "POST"])
def import_new(request: HttpRequest) -> HttpResponseBase:
    """Step 1: the file."""
    if request.method == "POST":
        refuse_cut_upload(request)
        form = UploadForm(request.POST, request.FILES)
        if form.is_valid():
            file = form.cleaned_data["file"]
            try:
                row = services.create_import(
                    file_name=file.name,
                    parts=file.chunks(),
                    by=request.user,  # type: ignore[arg-type]
                    at=timezone.now(),
                )
                return redirect("import_reading", import_id=row.pk)
            except FileError as error:
                form.add_error("file", str(error))
    else:
        form = UploadForm()
    most = shown_limit("file_bytes", limits().file_bytes)
    hint = _("CSV, TSV, JSON lines (each also as .gz), XLSX or Parquet, up to %(most)s") % {"most": most}
    page = {"title": _("Import a file"), "form": form, "hint": hint, "steps": steps(1, None)}
    return render(request, "imports/new.html", page, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
def import_reading(request: HttpRequest, import_id: int) -> HttpResponseBase:
    """Step 2: what was recognised."""
    row = get_import(import_id)
    if row.state in OVER:
        return redirect("import", import_id=import_id)
    recognised = row.recognised or {}
    if request.method == "POST":
        form = ReadingForm(request.POST, recognised=recognised)
        if form.is_valid():
            row = services.set_reading(import_id=import_id, reading=form.reading(), at=timezone.now())
            return redirect("import_reading", import_id=import_id)
    else:
        form = ReadingForm(initial=initial_reading(row.reading), recognised=recognised)
    page = {"title": row.file_name, "row": row, "found": recognised, "form": form, "steps": steps(2, row)}
    return render(request, "imports/reading.html", page, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
def import_mapping(request: HttpRequest, import_id: int) -> HttpResponseBase:
    """Step 3: where the columns go. Sending it starts the check."""
    row = get_import(import_id)
    if row.state in OVER:
        return redirect("import", import_id=import_id)
    if row.mapping is None:
        return redirect("import_reading", import_id=import_id)
    mapping, problems = FileMapping.from_json(row.mapping), {}
    if request.method == "POST":
        mapping = typed_mapping(request.POST, mapping)
        try:
            services.set_mapping(import_id=import_id, mapping=mapping, at=timezone.now())
            services.start_check(import_id=import_id, by=request.user, at=timezone.now())  # type: ignore[arg-type]
            return redirect("import", import_id=import_id)
        except ValuesError as error:
            problems = error.problems
    page = mapping_page(row, mapping, load_context(timezone.now()), problems)
    context = {"title": row.file_name, "row": row, "page": page, "steps": steps(3, row)}
    return render(request, "imports/mapping.html", context, status=422 if problems else 200)


@require_POST
def import_guess(request: HttpRequest, import_id: int) -> HttpResponse:
    """Guesses the columns again, for a file that is mostly about something else."""
    mostly = request.POST.get("mostly", "")
    part = Part(mostly) if mostly in list(Part) else None
    services.propose_mapping(import_id=import_id, mostly=part, at=timezone.now())
    return redirect("import_mapping", import_id=import_id)


@require_GET
def import_result(request: HttpRequest, import_id: int) -> HttpResponseBase:
    """Step 4: the check, the import, and afterwards what came of it."""
    row = get_import(import_id)
    if row.state == Import.State.UPLOADED:
        return redirect("import_reading", import_id=import_id)
    page = result_page(row, request.user)  # type: ignore[arg-type]
    return render(request, "imports/result.html", {"title": row.file_name, "page": page, "steps": steps(4, row)})


@require_POST
def import_check(request: HttpRequest, import_id: int) -> HttpResponse:
    row = get_import(import_id)
    mapping = FileMapping.from_json(row.mapping or {})
    columns = [column["name"] for column in (row.recognised or {}).get("columns", [])]
    if mapping_problems(mapping, load_context(timezone.now()), columns):
        return redirect("import_mapping", import_id=import_id)
    services.start_check(import_id=import_id, by=request.user, at=timezone.now())  # type: ignore[arg-type]
    return redirect("import", import_id=import_id)


@require_POST
def import_replace(request: HttpRequest, import_id: int) -> HttpResponse:
    """Reads a text of one column as another, and checks again."""
    services.replace_text(
        import_id=import_id,
        column=storable(request.POST.get("column", "")),
        text=storable(request.POST.get("text", "")),
        by_text=storable(request.POST.get("by_text", "")).strip(),
        at=timezone.now(),
    )
    return import_check(request, import_id)


@require_POST
def import_start(request: HttpRequest, import_id: int) -> HttpResponse:
    try:
        services.start_import(
            import_id=import_id,
            signature=request.POST.get("signature", ""),
            skip_bad_rows=request.POST.get("skip_bad_rows") == "yes",
            by=request.user,  # type: ignore[arg-type]
            at=timezone.now(),
        )
    except (NothingToImportError, PlanChangedError) as error:
        messages.error(request, str(error))
    return redirect("import", import_id=import_id)


@require_POST
def import_undo(request: HttpRequest, import_id: int) -> HttpResponse:
    try:
        services.start_undo(import_id=import_id, by=request.user, at=timezone.now())  # type: ignore[arg-type]
    except RefusedError as error:
        messages.error(request, str(error))
    return redirect("import", import_id=import_id)


@require_POST
def import_delete(request: HttpRequest, import_id: int) -> HttpResponse:
    services.delete_import(import_id=import_id, at=timezone.now())
    messages.success(request, _("The upload is gone; nothing was brought in."))
    return redirect("import_list")


@require_GET
def import_errors(request: HttpRequest, import_id: int) -> HttpResponseBase:
    """Every error that the check found, as CSV."""
    path = find_errors_file(get_import(import_id))
    if path is None:
        raise Http404
    return FileResponse(
        path.open("rb"), as_attachment=True, filename="errors.csv", content_type="text/csv; charset=utf-8"
    )


def _addresses() -> Any:
    yield "imports/", import_list, "import_list"
    yield "imports/new/", import_new, "import_new"
    yield "imports/<int:import_id>/", import_result, "import"
    yield "imports/<int:import_id>/reading/", import_reading, "import_reading"
    yield "imports/<int:import_id>/mapping/", import_mapping, "import_mapping"
    yield "imports/<int:import_id>/guess/", import_guess, "import_guess"
    yield "imports/<int:import_id>/check/", import_check, "import_check"
    yield "imports/<int:import_id>/replace/", import_replace, "import_replace"
    yield "imports/<int:import_id>/start/", import_start, "import_start"
    yield "imports/<int:import_id>/undo/", import_undo, "import_undo"
    yield "imports/<int:import_id>/delete/", import_delete, "import_delete"
    yield "imports/<int:import_id>/errors.csv", import_errors, "import_errors"


urlpatterns = [route(pattern, view, name=name, needs=NEEDS) for pattern, view, name in _addresses()]
