"""The pages of imports and exports: the way through, what strangers' texts can do there (nothing), who fetches what."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils.html import escape

from satsuma.app.crm.models import Contact, Export, Import
from satsuma.app.crm.services.exports import exports_folder
from satsuma.app.jobs.worker import do_waiting_runs

if TYPE_CHECKING:
    from django.http import HttpResponse
    from django.test import Client
    from pytest_django.fixtures import SettingsWrapper

    from satsuma.app.accounts.models import User, Workspace

pytestmark = pytest.mark.django_db(transaction=True)
EVIL = "<img src=x onerror=alert(1)>"


@pytest.fixture
def crm(workspace: Workspace) -> Workspace:
    from satsuma.app.crm.services.defaults import create_defaults
    from support.importing import NOW

    create_defaults(at=NOW)
    return workspace


def send(client: Client, content: str, name: str = "companies.csv") -> HttpResponse:
    return client.post(reverse("import_new"), {"file": SimpleUploadedFile(name, content.encode())})


def newest() -> Import:
    return Import.objects.latest("id")


def test_the_way_through_the_four_steps_and_back(crm: Workspace, client_of: Callable[[str], Client]) -> None:
    client = client_of("manager")
    answer = send(client, "Name,City,Mood\nAcme,Paris,good\n")
    number = newest().pk
    assert answer.url == reverse("import_reading", args=[number])
    assert b"Paris" in client.get(answer.url).content
    mapping = reverse("import_mapping", args=[number])
    assert client.get(mapping).status_code == 200
    typed = {"to-0": "company.name", "to-1": "company.city", "to-2": "", "key-company": "name"}
    result = reverse("import", args=[number])
    assert client.post(mapping, typed).url == result
    do_waiting_runs()
    page = client.get(result).content.decode()
    assert "Import everything" in page
    client.post(reverse("import_start", args=[number]), {"signature": newest().signature})
    do_waiting_runs()
    assert Contact.objects.get().city == "Paris"
    assert "Undo the import" in client.get(result).content.decode()
    client.post(reverse("import_undo", args=[number]))
    do_waiting_runs()
    assert not Contact.objects.exists()
    assert "1 rows removed" in client.get(result).content.decode()


def test_a_mapping_that_cannot_be_is_shown_again_with_what_is_wrong(
    crm: Workspace, client_of: Callable[[str], Client]
) -> None:
    client = client_of("manager")
    send(client, "Name,City\nAcme,Paris\n")
    typed = {"to-0": "company.name", "to-1": "company.name", "key-company": "name"}
    answer = client.post(reverse("import_mapping", args=[newest().pk]), typed)
    assert answer.status_code == 422
    assert "Two columns go to this field. Leave one of them out." in answer.content.decode()


def test_strangers_texts_are_shown_as_texts_everywhere(crm: Workspace, client_of: Callable[[str], Client]) -> None:
    client = client_of("manager")
    send(client, f'Name,"{EVIL}",Country\n"{EVIL}","{EVIL}","{EVIL}"\n', f"{EVIL}.csv")
    row = newest()
    typed = {"to-0": "company.name", "to-1": "new", "label-1": EVIL, "type-1": "choice", "to-2": "company.country"}
    pages = [client.get(reverse("import_reading", args=[row.pk])), client.get(reverse("import_mapping", args=[row.pk]))]
    client.post(reverse("import_mapping", args=[row.pk]), typed | {"key-company": "name"})
    do_waiting_runs()
    pages += [client.get(reverse("import", args=[row.pk])), client.get(reverse("import_list"))]
    for page in pages:
        text = page.content.decode()
        assert "<img src=x" not in text
        assert escape(EVIL)[:16] in text


def test_no_name_of_a_file_is_ever_a_path(crm: Workspace, client_of: Callable[[str], Client]) -> None:
    client = client_of("manager")
    send(client, "Name\nAcme\n", "..\\..\\..\\etc\\passwd.csv")
    from satsuma.app.crm.imports.storage import imports_folder

    row = newest()
    assert sorted(path.name for path in (imports_folder() / row.folder).iterdir()) == ["source.csv"]
    assert row.folder.isalnum()


def test_the_list_of_errors_carries_no_formulas(crm: Workspace, client_of: Callable[[str], Client]) -> None:
    client = client_of("manager")
    send(client, 'Name,Country\nAcme,"=HYPERLINK(""http://evil"")"\n')
    number = newest().pk
    typed = {"to-0": "company.name", "to-1": "company.country", "key-company": "name"}
    client.post(reverse("import_mapping", args=[number]), typed)
    do_waiting_runs()
    answer = client.get(reverse("import_errors", args=[number]))
    lines = b"".join(answer.streaming_content).decode("utf-8-sig").splitlines()
    answer.close()
    assert lines[1] == '2,Country,"\'=HYPERLINK(""http://evil"")",there is no such country,'
    assert answer.headers["Content-Disposition"] == 'attachment; filename="errors.csv"'


def test_a_file_beyond_the_limit_is_answered_with_its_name(
    crm: Workspace, client_of: Callable[[str], Client], settings: SettingsWrapper
) -> None:
    settings.IMPORT_LIMITS = {"file_bytes": 1000}
    answer = send(client_of("manager"), "Name\n" + "Acme\n" * 100_000)
    assert answer.status_code == 413
    assert "file_bytes" in answer.content.decode()
    assert not Import.objects.exists()


def test_a_file_of_another_kind_is_refused_beside_the_field(crm: Workspace, client_of: Callable[[str], Client]) -> None:
    answer = send(client_of("manager"), "%PDF", "report.pdf")
    assert answer.status_code == 422
    assert "Files of this kind are not known." in answer.content.decode()


def test_an_old_result_of_a_check_starts_nothing(crm: Workspace, client_of: Callable[[str], Client]) -> None:
    client = client_of("manager")
    send(client, "Name\nAcme\n")
    number = newest().pk
    client.post(reverse("import_mapping", args=[number]), {"to-0": "company.name", "key-company": "name"})
    do_waiting_runs()
    client.post(reverse("import_start", args=[number]), {"signature": "an older one"})
    do_waiting_runs()
    assert not Contact.objects.exists()


def test_only_who_asked_and_administrators_fetch_an_export(
    crm: Workspace, client_of: Callable[[str], Client], member: User
) -> None:
    client = client_of("member")
    client.post(reverse("export_start"), {"format": "csv"})
    do_waiting_runs()
    row = Export.objects.get()
    assert row.author == member
    address = reverse("export_download", args=[row.pk])
    answers = {}
    for role in ("manager", "viewer", "administrator", "member"):
        answer = client_of(role).get(address)
        answers[role] = answer.status_code
        answer.close()
    assert answers == {"manager": 404, "viewer": 404, "administrator": 200, "member": 200}
    assert Path(exports_folder() / row.stored_as).stat().st_size == row.size_bytes


def test_a_text_is_read_as_another_up_to_a_limit(
    crm: Workspace, client_of: Callable[[str], Client], settings: SettingsWrapper
) -> None:
    settings.IMPORT_LIMITS = {"replaced_texts": 2}
    client = client_of("manager")
    send(client, "Name,City\nAcme,Paris\n")
    number = newest().pk
    place = reverse("import_replace", args=[number])
    answers = []
    for text in ("Paris", "London", "Rome"):
        answers.append(client.post(place, {"column": "City", "text": text, "by_text": "x"}).status_code)
        do_waiting_runs()
    assert answers == [302, 302, 413]
    assert newest().mapping["columns"][1]["replace"] == {"Paris": "x", "London": "x"}
