"""The pages of the sample data: a job puts it in, one button takes it out."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.contrib.messages import get_messages
from django.test import Client
from django.urls import reverse

from satsuma.app.crm.models import Contact
from satsuma.app.crm.services.defaults import create_defaults
from satsuma.app.jobs.models import Run
from satsuma.app.segmentation.models import Segmentation
from satsuma.app.segmentation.services import sample
from satsuma.app.segmentation.services.segmentations import rename_segmentation
from support.jobs import done_run
from support.sales import NOW

pytestmark = pytest.mark.django_db


@pytest.fixture
def client(client_of: Callable[[str], Client], monkeypatch: pytest.MonkeyPatch) -> Client:
    monkeypatch.setattr(sample, "DAYS", 1)
    create_defaults(at=NOW)
    return client_of("administrator")


def test_the_sample_is_put_in_by_a_job_and_taken_out_by_a_button(client: Client) -> None:
    answer = client.post(reverse("sample_data_start"))
    run = Run.objects.get(kind=sample.SAMPLE)
    assert answer.headers["Location"] == reverse("job", args=[run.pk])
    result = done_run(run).result
    assert result is not None
    assert (result["link"]["name"], Contact.objects.count(), Segmentation.objects.count()) == ("company_list", 182, 2)
    again = client.post(reverse("sample_data_start"))
    assert again.status_code == 422
    renamed = Segmentation.objects.get(kind="company")
    rename_segmentation(segmentation_id=renamed.pk, name="Ours", at=NOW)
    answer = client.post(reverse("sample_data_remove"))
    assert [str(message) for message in get_messages(answer.wsgi_request)] == [
        "The sample data is gone.",
        "The segmentation “Ours” stays with its questions, because you changed it.",
    ]
    assert (Contact.objects.count(), list(Segmentation.objects.all())) == (0, [renamed])
