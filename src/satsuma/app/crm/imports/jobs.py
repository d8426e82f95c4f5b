"""What workers do with imports: the dry run, the import, its undo. Registered by `crm.jobs`."""

from __future__ import annotations

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from satsuma.app.accounts.models import User
from satsuma.app.accounts.permissions import Permission
from satsuma.app.crm.models import Import
from satsuma.app.crm.services.import_runs import check_import, run_import, undo_import
from satsuma.app.crm.services.imports import CHECK, RUN, UNDO
from satsuma.app.jobs.registry import job
from satsuma.app.jobs.result import Link, Result
from satsuma.app.jobs.work import Work


@job(CHECK, title=gettext_lazy("Check of a file"), needs=Permission.IMPORT)
def check(work: Work) -> Result:
    row = Import.objects.get(id=work.arguments["import_id"])
    check_import(row, at=timezone.now(), work=work)
    bad = (row.report or {}).get("bad_rows", 0)
    text = ngettext("%(count)d wrong row", "%(count)d wrong rows", bad) % {"count": bad} if bad else _("No wrong rows")
    return Result(text, Link("import", [row.pk]))


@job(RUN, title=gettext_lazy("Import"), needs=Permission.IMPORT)
def run(work: Work) -> Result | None:
    row = Import.objects.get(id=work.arguments["import_id"])
    if row.state == Import.State.DONE:
        return Result("", Link("import", [row.pk]))
    run_import(row, by=_author(work), at=timezone.now(), work=work)
    return None


@job(UNDO, title=gettext_lazy("Undo of an import"), needs=Permission.IMPORT)
def undo(work: Work) -> Result | None:
    row = Import.objects.get(id=work.arguments["import_id"])
    if row.state == Import.State.UNDONE:
        return Result("", Link("import", [row.pk]))
    undo_import(row, by=_author(work), at=timezone.now(), work=work)
    return None


def _author(work: Work) -> User | None:
    return User.objects.filter(id=work.created_by_id).first() if work.created_by_id else None
