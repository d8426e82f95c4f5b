"""Pages of deals: what was typed is never lost, what is wrong is said beside it, and nothing typed becomes HTML."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import date
from decimal import Decimal
from html import escape

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from satsuma.app.accounts.models import User, Workspace
from satsuma.app.crm import hooks
from satsuma.app.crm.hooks import Touched
from satsuma.app.crm.models import Activity, Batch, Deal, Product, SavedView, Stage
from satsuma.app.crm.services.deals import bin_deals
from satsuma.app.crm.services.defaults import create_defaults
from support.sales import NOW, create_company, create_person, create_sale, stage_id

ATTACK = "<script>alert(1)</script>\"'&"
HTMX = {"HX-Request": "true"}

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def defaults(workspace: Workspace) -> None:
    create_defaults(at=NOW)


@pytest.fixture
def client(client_of: Callable[[str], Client]) -> Client:
    client = client_of("member")
    client.get("/tasks/")  # the first request of a session notes where it comes from
    return client


@pytest.fixture
def says() -> Iterator[str]:
    """What a segmentation has to say after each save."""

    def say(touched: Touched) -> list[str]:
        return ["Good → Super: value of won deals"]

    hooks.after_save(say)
    yield "Good → Super: value of won deals"
    hooks._HOOKS.remove(say)


def sent(**typed: object) -> dict[str, object]:
    """What the form of a new deal sends."""
    form = {"title": "Rollout", "currency": "EUR", "stage": stage_id("offer"), "opened_on": "2026-11-01"}
    return {**form, **typed}


def messages(text: str) -> list[str]:
    """The sentences in the corner of a page."""
    return [" ".join(re.sub("<[^>]+>", "", part).split()) for part in re.findall(r'message-text">(.*?)</div>', text)]


class TestForm:
    def test_a_deal_is_made_of_what_was_typed(self, client: Client, member: User, says: str):
        acme = create_company()
        product = Product.objects.create(key="p1", label="Anvil", label_folded="anvil")
        form = sent(company=acme.id, value="1,234.50", product=product.id, owner=member.pk, currency="USD", rate="0.9")
        answer = client.post("/deals/new/", form, follow=True)
        made = Deal.objects.get()
        assert answer.redirect_chain == [(f"/deals/{made.id}/", 302)]
        assert (made.value_e4, made.currency, made.worth_e4) == (12_345_000, "USD", 11_110_500)
        assert (made.company_id, made.product_id, made.owner_id, made.opened_on) == (
            acme.id,
            product.id,
            member.pk,
            date(2026, 11, 1),
        )
        assert messages(answer.content.decode())[:2] == ["Rollout is saved.", says]

    def test_everything_wrong_is_said_beside_its_field_and_nothing_typed_is_lost(self, client: Client):
        form = sent(title=ATTACK, value="twelve <b>", rate="x", opened_on="soon", closed_on="2026-13-01")
        answer = client.post("/deals/new/", form)
        assert answer.status_code == 422
        assert set(answer.context["form"].errors) == {"value", "rate", "opened_on", "closed_on"}
        text = answer.content.decode()
        assert f'value="{escape(ATTACK)}"' in text
        assert 'value="twelve &lt;b&gt;"' in text
        assert ATTACK not in text
        assert not Deal.objects.exists()

    def test_what_the_service_refuses_stands_beside_its_field(self, client: Client):
        form = sent(company=987_654_321, currency="PLN", stage=stage_id("won"), closed_on="2026-10-01")
        answer = client.post("/deals/new/", form)
        assert answer.context["form"].errors == {
            "company": ["Choose a company from the list."],
            "rate": ["Enter how many EUR one PLN is worth."],
            "closed_on": ["A deal cannot be closed before it was opened. Enter a later day."],
        }

    @pytest.mark.parametrize("id_", ["x", "-1", "9" * 30, "1e3", "٣"])
    def test_ids_that_are_none_choose_nothing_that_there_is(self, client: Client, id_: str):
        answer = client.post("/deals/new/", sent(company=id_, person=id_))
        assert answer.status_code == 422
        assert set(answer.context["form"].errors) == {"company", "person"}

    def test_a_persons_company_is_proposed(self, client: Client):
        acme = create_company()
        ada = create_person(company=acme)
        assert client.get(f"/deals/new/?person={ada.id}").context["company"] == acme
        answer = client.get(f"/deals/new/company/?person={ada.id}&company=", headers=HTMX)
        assert f'name="company" value="{acme.id}"' in answer.content.decode()

    def test_a_company_that_was_chosen_is_not_replaced(self, client: Client):
        other = create_company("Other")
        ada = create_person(company=create_company())
        answer = client.get(f"/deals/new/company/?person={ada.id}&company={other.id}", headers=HTMX)
        assert f'name="company" value="{other.id}"' in answer.content.decode()

    def test_editing_shows_what_is_stored_and_saving_it_changes_nothing(self, client: Client):
        made = create_sale(
            create_company(), value=Decimal("12.3400"), currency="USD", rate=Decimal("0.91230000"), external_id="D-1"
        )
        form = client.get(f"/deals/{made.id}/edit/").context["form"]
        typed = {name: form[name].value() for name in form.fields}
        assert (typed["value"], typed["rate"], typed["closed_on"]) == ("12.34", "0.9123", "")
        client.post(f"/deals/{made.id}/edit/", typed)
        after = Deal.objects.get()
        assert (after.version, after.value_e4, after.rate, after.external_id) == (2, 123_400, made.rate, "D-1")

    def test_another_currency_does_not_keep_the_rate_of_the_one_before(self, client: Client):
        made = create_sale(create_company(), value=Decimal(1), currency="USD", rate=Decimal("0.9"))
        form = client.get(f"/deals/{made.id}/edit/").context["form"]
        typed = {name: form[name].value() for name in form.fields} | {"currency": "PLN"}
        answer = client.post(f"/deals/{made.id}/edit/", typed)
        assert answer.context["form"].errors == {"rate": ["Enter how many EUR one PLN is worth."]}

    def test_two_people_saving_one_deal_lose_nothing(self, client: Client):
        made = create_sale(create_company(), value=Decimal(10))
        form = client.get(f"/deals/{made.id}/edit/").context["form"]
        opened = {name: form[name].value() for name in form.fields}
        client.post(f"/deals/{made.id}/edit/", {**opened, "title": "Theirs", "stage": stage_id("won")})
        answer = client.post(f"/deals/{made.id}/edit/", {**opened, "title": "Mine", "value": "20"})
        assert answer.status_code == 409
        assert [(each.label, each.theirs, each.ours) for each in answer.context["contested"]] == [
            ("Title", "Theirs", "Mine")
        ]
        form = answer.context["form"]
        again = {name: form[name].value() for name in form.fields}
        assert (again["title"], again["value"], again["stage"]) == ("Mine", "20", str(stage_id("won")))
        client.post(f"/deals/{made.id}/edit/", again)
        after = Deal.objects.get()
        assert (after.title, after.value_e4, after.state) == ("Mine", 200_000, "won")


class TestPage:
    def test_winning_takes_one_click_and_tells_what_follows(self, client: Client, says: str):
        made = create_sale(create_company())
        answer = client.post(f"/deals/{made.id}/win/", follow=True)
        made.refresh_from_db()
        assert (made.state, messages(answer.content.decode())[:2]) == ("won", ["Rollout is won.", says])
        client.post(f"/deals/{made.id}/lose/")
        made.refresh_from_db()
        assert made.state == "lost"

    def test_what_cannot_be_won_says_why(self, client: Client):
        made = create_sale(create_company(), opened_on=date(2999, 1, 1))
        answer = client.post(f"/deals/{made.id}/win/", follow=True)
        told = "A deal cannot be closed before it was opened. Enter a later day."
        assert messages(answer.content.decode())[0] == told

    def test_nothing_typed_becomes_html(self, client: Client):
        acme = create_company(ATTACK)
        Stage.objects.filter(key="offer").update(label=ATTACK)
        product = Product.objects.create(key="p1", label=ATTACK, label_folded="x")
        made = create_sale(acme, ATTACK, stage="offer", product_id=product.id, external_id=ATTACK)
        client.post(f"/deals/{made.id}/activities/", {"kind": "note", "text": ATTACK * 30})
        assert Activity.objects.get().deal_id == made.id
        for path in (f"/deals/{made.id}/", f"/deals/{made.id}/edit/", "/deals/", "/deals/list/"):
            text = client.get(path).content.decode()
            assert escape(ATTACK) in text
            assert "<script>alert" not in text

    def test_an_activity_is_logged_with_the_deals_person(self, client: Client, member: User):
        ada = create_person()
        made = create_sale(create_company(), person_id=ada.id)
        answer = client.post(f"/deals/{made.id}/activities/", {"kind": "call", "text": "Hello"}, headers=HTMX)
        logged = Activity.objects.get()
        assert (logged.person_id, logged.deal_id, logged.author_id) == (ada.id, made.id, member.pk)
        assert [row.id for row in answer.context["page"].activities] == [logged.id]

    def test_what_is_wrong_with_a_logged_activity_is_said_and_kept(self, client: Client):
        made = create_sale(create_company())
        answer = client.post(f"/deals/{made.id}/activities/", {"kind": "survey", "text": "Kept"}, headers=HTMX)
        assert answer.status_code == 422
        assert answer.context["log_form"].errors == {"rating": ["Enter a whole number from 0 to 10."]}
        assert ">Kept</textarea>" in answer.content.decode()

    def test_queries_do_not_grow_with_activities(self, client: Client):
        def count(rows: int) -> int:
            made = create_sale(create_company(), person_id=create_person().id)
            for number in range(rows):
                client.post(f"/deals/{made.id}/activities/", {"kind": "note", "text": f"n{number}"})
            with CaptureQueriesContext(connection) as queries:
                client.get(f"/deals/{made.id}/")
            return len(queries)

        assert count(1) == count(30) <= 10


class TestBoard:
    def test_moving_answers_with_the_card_in_its_place_and_both_sums(self, client: Client, says: str):
        acme = create_company()
        made, other = create_sale(acme, value=Decimal(10)), create_sale(acme, value=Decimal(5), stage="won")
        before, after = made.stage_id, other.stage_id
        answer = client.post(f"/deals/{made.id}/move/", {"stage": after}, headers=HTMX)
        text = answer.content.decode()
        assert (answer.status_code, answer.headers["HX-Trigger-After-Settle"]) == (
            200,
            f'{{"deal-moved": {{"id": {made.id}}}}}',
        )
        assert f'hx-swap-oob="delete:#deal-{made.id}"' in text
        assert f'hx-swap-oob="afterbegin:#stage-{after}-cards"' in text
        heads = {column.stage.id: (column.count, column.worth_e4) for column in answer.context["columns"]}
        assert heads == {before: (0, 0), after: (2, 150_000)}
        assert messages(text) == ["Rollout is now in “Won”.", says]

    def test_without_a_script_moving_leads_back(self, client: Client):
        made = create_sale(create_company())
        assert client.post(f"/deals/{made.id}/move/", {"stage": stage_id("won")})["Location"] == "/deals/"
        form = {"stage": stage_id("lost"), "from_page": "1"}
        assert client.post(f"/deals/{made.id}/move/", form)["Location"] == f"/deals/{made.id}/"

    @pytest.mark.parametrize("stage", ["", "x", "0", "9" * 30])
    def test_a_stage_that_there_is_not_is_told_in_the_corner(self, client: Client, stage: str):
        made = create_sale(create_company())
        answer = client.post(f"/deals/{made.id}/move/", {"stage": stage}, headers=HTMX)
        assert (answer.status_code, answer.headers["HX-Retarget"]) == (422, "#messages")
        assert Deal.objects.get().version == 1

    def test_the_board_shows_the_readers_own_deals_where_asked(self, client: Client, member: User):
        acme = create_company()
        create_sale(acme, "Everybody's")
        create_sale(acme, "Mine", owner_id=member.pk)
        text = client.get("/deals/?owner=me").content.decode()
        assert ("Mine" in text, "Everybody's</a>" in text.split('class="board"')[1]) == (True, False)
        assert f"/deals/list/?stage={stage_id('prospecting')}&amp;owner={member.pk}" in text

    def test_more_cards_follow_the_last_one(self, client: Client):
        acme = create_company()
        made = [create_sale(acme, f"Sale {number}").id for number in range(30)]
        page = client.get("/deals/").context["page"]
        column = page.columns[0]
        text = client.get(column.more_url, headers=HTMX).content.decode()
        shown = [deal.id for deal in column.deals] + [int(id_) for id_ in re.findall(r'data-deal="(\d+)"', text)]
        assert shown == made[::-1]
        assert "Show more" not in text

    @pytest.mark.parametrize("after", ["x", "2026-11-26_1", "2026-99-99T00:00:00+00:00_1", "_"])
    def test_a_place_that_is_none_shows_the_first_cards(self, client: Client, after: str):
        made = create_sale(create_company())
        answer = client.get(f"/deals/stages/{made.stage_id}/cards/", {"after": after})
        assert f'data-deal="{made.id}"' in answer.content.decode()

    def test_who_only_reads_can_move_nothing(self, client_of: Callable[[str], Client]):
        create_sale(create_company())
        text = client_of("viewer").get("/deals/").content.decode()
        assert ("data-board-cards" in text, ' data-board"' in text, "Move to" in text) == (True, False, False)
        assert " data-board>" not in text

    def test_queries_do_not_grow_with_deals(self, client: Client):
        def count(rows: int) -> int:
            for number in range(rows):
                create_sale(create_company(f"C{number}"), person_id=create_person().id)
            with CaptureQueriesContext(connection) as queries:
                client.get("/deals/")
            return len(queries)

        assert count(1) == count(30) <= 10


class TestList:
    def test_queries_do_not_grow_with_rows(self, client: Client):
        def count(rows: int) -> int:
            for number in range(rows):
                create_sale(create_company(f"C{number}"), person_id=create_person().id)
            with CaptureQueriesContext(connection) as queries:
                client.get("/deals/list/?sort=company")
            return len(queries)

        assert count(2) == count(30) <= 15

    def test_a_filter_is_added_and_stands_in_the_address(self, client: Client):
        acme = create_company()
        create_sale(acme, "Small", value=Decimal(1))
        create_sale(acme, "Large", value=Decimal("1234.5"))
        asked = {"key": "worth", "operator": "from", "value": "1,000", "sort": "title"}
        answer = client.get("/deals/list/filter/", asked)
        assert answer["Location"] == "/deals/list/?where=worth~from~1000&sort=title"
        rows = client.get(answer["Location"]).context["page"].rows
        assert [row.item.title for row in rows] == ["Large"]

    def test_a_view_is_kept(self, client: Client, member: User):
        create_sale(create_company())
        answer = client.post("/deals/list/views/new/", {"name": "Won", "address": "where=state~any~won"})
        assert answer["Location"] == "/deals/list/?where=state~any~won"
        kept = SavedView.objects.get()
        assert (kept.list, kept.name, kept.query, kept.owner_id) == ("deals", "Won", "where=state~any~won", member.pk)
        shown = client.get("/deals/list/views/?where=state~any~won", headers=HTMX).context["views"]
        assert [(view.name, view.url, view.is_active) for view in shown] == [
            ("Won", "/deals/list/?where=state~any~won", True)
        ]

    def test_what_is_shown_is_exported(self, client: Client):
        acme = create_company("=1+1")
        create_sale(acme, "Small", value=Decimal(1))
        create_sale(acme, "Large", value=Decimal("1234.5"), stage="won", closed_on=date(2026, 11, 26))
        asked = "where=worth~from~1000&columns=title,company,worth,stage,closed"
        answer = client.get(f"/deals/list/export/?format=csv&{asked}")
        lines = b"".join(answer.streaming_content).decode("utf-8-sig").splitlines()  # type: ignore[attr-defined]
        assert lines == ["Deal,Company,Value,Stage,Closed", "Large,'=1+1,1234.5,Won,2026-11-26"]
        assert client.get("/deals/list/export/?format=exe").status_code == 422

    def test_chosen_deals_go_into_the_bin_and_the_list_stays_as_it_was(self, client: Client):
        acme = create_company()
        kept, gone = create_sale(acme), create_sale(acme)
        answer = client.post("/deals/list/bin/", {"selected": [gone.id, "x"], "address": "sort=title"})
        assert answer["Location"] == "/deals/list/?sort=title"
        assert list(Deal.objects.filter(binned_at=None)) == [kept]

    def test_chosen_deals_are_moved_and_given_away_and_undo_is_offered(self, client: Client, member: User, says: str):
        made = create_sale(create_company())
        form = {"selected": [made.id, "x"], "address": "sort=title", "stage": stage_id("won"), "owner": member.pk}
        answer = client.post("/deals/list/move/", form, follow=True)
        assert answer.redirect_chain == [("/deals/list/?sort=title", 302)]
        batch = Batch.objects.get()
        assert messages(answer.content.decode())[:2] == ["1 deal changed. Undo", says]
        assert f'href="/changes/{batch.id}/"' in answer.content.decode()
        client.post("/deals/list/owner/", form)
        text = client.post("/deals/list/owner/", form, follow=True).content.decode()
        assert "Nothing changed: it was so already." in messages(text)
        made.refresh_from_db()
        assert (made.state, made.owner_id) == ("won", member.pk)
        client.post(f"/changes/{batch.id}/undo/")
        made.refresh_from_db()
        assert (made.state, made.owner_id) == ("open", member.pk)

    def test_what_cannot_be_done_with_many_is_told(self, client: Client):
        made = create_sale(create_company(), ATTACK, opened_on=date(2999, 1, 1))
        form = {"selected": made.id, "stage": stage_id("won"), "owner": "x"}
        text = client.post("/deals/list/move/", form, follow=True).content.decode()
        assert f"{escape(ATTACK)}: A deal cannot be closed before it was opened." in text
        text = client.post("/deals/list/owner/", form, follow=True).content.decode()
        assert messages(text)[0] == "Choose somebody from the list."


class TestBin:
    def test_deals_come_back_or_are_erased(self, client_of: Callable[[str], Client]):
        acme = create_company()
        back, gone = create_sale(acme), create_sale(acme)
        member, manager = client_of("member"), client_of("manager")
        for made in (back, gone):
            member.post(f"/deals/{made.id}/bin/")
        assert [deal.id for deal in member.get("/deals/bin/").context["deals"]] == [gone.id, back.id]
        member.post("/deals/bin/restore/", {"id": back.id})
        assert member.post("/deals/bin/erase/", {"id": gone.id}).status_code == 403
        manager.post("/deals/bin/erase/", {"id": [gone.id, back.id]})
        assert list(Deal.objects.values_list("id", "binned_at")) == [(back.id, None)]

    def test_a_deal_in_the_bin_has_no_page(self, client: Client):
        made = create_sale(create_company())
        bin_deals(deal_ids=[made.id], by=None, at=NOW)
        assert client.get(f"/deals/{made.id}/").status_code == 404
