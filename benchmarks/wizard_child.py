"""`python -m benchmarks.wizard_child ROWS`: fills the installation that SATSUMA_DATA names, publishes a segmentation of
20 parameters, and makes somebody who may edit its draft. Prints the draft's address."""

from __future__ import annotations

import os
import sys

from benchmarks.drafts_child import NOW, installation_model
from benchmarks.wizard import EMAIL, PASSWORD


def main() -> None:
    os.environ["DJANGO_SETTINGS_MODULE"] = "satsuma.config.settings"
    import django

    django.setup()
    from django.urls import reverse

    from benchmarks.installation import create_installation
    from satsuma.app.accounts.services.users import create_user
    from satsuma.app.segmentation.services.drafts import create_segmentation
    from satsuma.app.segmentation.services.publishing import publish_now

    create_installation(int(sys.argv[1]))
    row = create_segmentation(model=installation_model(), by=None, at=NOW)
    publish_now(segmentation_id=row.pk, draft_version=1, note="", by=None, at=NOW)
    create_user(name="Ada", email=EMAIL, role="manager", password=PASSWORD, at=NOW)
    print(reverse("draft_parameters", args=[row.pk]))


if __name__ == "__main__":
    main()
