"""What somebody enters about a deal, and the checks that it passes. Called by `services.deals` and by forms."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.utils.translation import gettext as _

from satsuma.app.accounts.currencies import current_currencies
from satsuma.app.accounts.queries import find_workspace
from satsuma.app.crm.folding import fold_name
from satsuma.app.crm.labels import Problems, checked_label
from satsuma.app.crm.models import Deal, ExchangeRate, Stage
from satsuma.app.crm.money import check_amount, check_rate, from_e4, to_e4, worth_e4
from satsuma.app.crm.services.links import checked_contact, checked_owner, checked_product
from satsuma.app.crm.values import ValueRefusedError, checked_text
from satsuma.domain.model import Kind

LONGEST_EXTERNAL_ID = 100


@dataclass(frozen=True, slots=True)
class DealEntry:
    """Everything that can be said of a deal.

    `value` is in `currency` (empty: the workspace's), None for not known. `rate` None: the deal's own where the
    currency stays, else the workspace's rate for it. `stage_id` None: the first open stage. `opened_on` None: today for
    a new deal, not known for an old one. `closed_on` counts for won and lost deals only.
    """

    title: str
    company_id: int | None = None
    person_id: int | None = None
    value: Decimal | None = None
    currency: str = ""
    rate: Decimal | None = None
    product_id: int | None = None
    stage_id: int | None = None
    opened_on: date | None = None
    closed_on: date | None = None
    owner_id: int | None = None
    external_id: str = ""


def entry_of(deal: Deal) -> DealEntry:
    """What a deal says now: saving it changes nothing."""
    return DealEntry(
        title=deal.title,
        company_id=deal.company_id,
        person_id=deal.person_id,
        value=from_e4(deal.value_e4),
        currency=deal.currency,
        rate=deal.rate,
        product_id=deal.product_id,
        stage_id=deal.stage_id,
        opened_on=deal.opened_on,
        closed_on=deal.closed_on,
        owner_id=deal.owner_id,
        external_id=deal.external_id,
    )


def write_entry(deal: Deal, entry: DealEntry, *, today: date) -> None:
    """Puts the entry into the row, which is not saved here. Raises ValuesError with every answer that cannot be kept;
    what has been retired, binned or deactivated may stay where it was, and cannot be chosen anew. At most seven
    queries."""
    problems = Problems()
    deal.title = problems.read("title", lambda: checked_label(entry.title))
    deal.title_folded = fold_name(deal.title)[:400]
    deal.external_id = problems.read("external_id", lambda: checked_text(entry.external_id, LONGEST_EXTERNAL_ID))
    _write_contacts(deal, entry, problems)
    _write_money(deal, entry, problems)
    with problems.beside("product"):
        deal.product_id = checked_product(entry.product_id, before=deal.product_id)
    with problems.beside("owner"):
        deal.owner_id = checked_owner(entry.owner_id, before=deal.owner_id)
    with problems.beside("stage"):
        set_stage(deal, find_stage(deal, entry.stage_id), closed_on=entry.closed_on, today=today)
    _write_opened(deal, entry, today)
    with problems.beside("closed_on"):
        check_days(deal)
    problems.end()


def find_stage(deal: Deal, stage_id: int | None) -> Stage:
    """The stage a deal may pass to; for None the first open one. Raises ValueRefusedError."""
    offered = Stage.objects.filter(retired_at__isnull=True)
    if stage_id is None:
        stage = offered.filter(state="open").order_by("position", "id").first()
    elif stage_id == deal.stage_id:
        stage = deal.stage
    else:
        stage = offered.filter(id=stage_id).first()
    if stage is None:
        raise ValueRefusedError(_("Choose one of the stages."))
    return stage


def set_stage(deal: Deal, stage: Stage, *, closed_on: date | None, today: date) -> None:
    """Puts the deal into the stage. A won or lost deal has a closed day: the one given, the one it had, or today; an
    open one has none."""
    stays = stage.state == deal.state and deal.closed_on is not None
    deal.stage, deal.state = stage, stage.state
    if stage.state == "open":
        deal.closed_on = None
    else:
        deal.closed_on = closed_on or (deal.closed_on if stays else today)


def check_days(deal: Deal) -> None:
    """Raises ValueRefusedError for a deal that ends before it begins."""
    if deal.opened_on and deal.closed_on and deal.closed_on < deal.opened_on:
        raise ValueRefusedError(_("A deal cannot be closed before it was opened. Enter a later day."))


def _write_contacts(deal: Deal, entry: DealEntry, problems: Problems) -> None:
    if entry.company_id is None and entry.person_id is None and _had_contact(deal):
        problems["company"] = _("Choose the company or the person that this deal is with.")
    with problems.beside("company"):
        deal.company_id = checked_contact(entry.company_id, before=deal.company_id, kind=Kind.COMPANY)
    with problems.beside("person"):
        deal.person_id = checked_contact(entry.person_id, before=deal.person_id, kind=Kind.PERSON)


def _had_contact(deal: Deal) -> bool:
    """Whether a deal needs one: each but those whose contacts have been erased."""
    return deal._state.adding or deal.company_id is not None or deal.person_id is not None


def _write_money(deal: Deal, entry: DealEntry, problems: Problems) -> None:
    workspace = find_workspace()
    own = workspace.currency if workspace else ""
    currency = entry.currency or own
    if currency not in (own, deal.currency) and currency not in current_currencies():
        problems["currency"] = _("Choose one of the currencies.")
        return
    with problems.beside("rate"):
        rate = Decimal(1) if currency == own else _rate(deal, currency, entry.rate, own)
        deal.currency, deal.rate = currency, rate
        with problems.beside("value"):
            deal.value_e4 = None if entry.value is None else to_e4(check_amount(entry.value))
            deal.worth_e4 = None if deal.value_e4 is None else worth_e4(deal.value_e4, rate)


def _rate(deal: Deal, currency: str, entered: Decimal | None, own: str) -> Decimal:
    if entered is not None:
        return check_rate(entered)
    if currency == deal.currency:
        return deal.rate
    known = find_rate(currency)
    if known is None:
        raise ValueRefusedError(
            _("Enter how many %(own)s one %(currency)s is worth.") % {"own": own, "currency": currency}
        )
    return known


def find_rate(currency: str) -> Decimal | None:
    """The workspace's rate for new deals in this currency, None if nobody has entered one."""
    return ExchangeRate.objects.filter(currency=currency).values_list("rate", flat=True).first()


def _write_opened(deal: Deal, entry: DealEntry, today: date) -> None:
    if entry.opened_on is not None or not deal._state.adding:
        deal.opened_on = entry.opened_on
    else:
        deal.opened_on = min(today, deal.closed_on or today)
