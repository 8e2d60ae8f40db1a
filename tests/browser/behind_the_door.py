"""Where spaces are looked after and account managers work: dense pages, held to the same as all others."""

from collections.abc import Callable
from typing import Any

from playwright.sync_api import Page as Tab
from playwright.sync_api import Response

from accounts.models import User
from tests.factories import tenancy as make

from .addresses import Address, Steps
from .front_door import ADMIN, COMMS, LEAD, PERSON
from .space_bookings import given, space_of

Path = str | Callable[[], str]


def desk(name: str, path: Path) -> Address:
    return Address(f"desk-{name}", path, keeps_cookie=True, who=ADMIN)


def work(name: str, path: Path, **more: Any) -> Address:
    return Address(f"accounts-{name}", path, keeps_cookie=True, who=LEAD, **more)


def news(name: str, path: Path) -> Address:
    return Address(f"news-{name}", path, keeps_cookie=True, who=COMMS)


def _account(part: str = "") -> Callable[[], str]:
    return lambda: f"/staff/accounts/{make.AccountFactory().pk}/{part}"


def _request(part: str = "") -> Callable[[], str]:
    return lambda: f"/staff/requests/{make.SupportRequestFactory().pk}/{part}"


def _two_accounts(**fields: Any) -> str:
    other = make.AccountFactory(organisation=None, name="The same, again", tier="growth", **fields)
    for account in (one := make.AccountFactory(), other):
        make.ContactFactory(account=account, email="same@example.org")
    make.NoteFactory(account=other)
    return f"/staff/accounts/{one.pk}/merge/?with={other.pk}"


def _views() -> str:
    make.SavedViewFactory(user=User.objects.get(email=LEAD), is_default=False)
    return "/staff/views/"


def _file(text: str) -> Steps:
    """Choose a file of accounts, and see what would happen."""

    def then(tab: Tab) -> Response | None:
        tab.set_input_files("input[type=file]", {"name": "a.csv", "mimeType": "text/csv", "buffer": text.encode()})
        with tab.expect_navigation() as shown:
            tab.get_by_role("button", name="Show what would happen").click()
        return shown.value

    return then


BEHIND_THE_DOOR = [
    Address("spaces-plan", lambda: f"{space_of('plan').get_parent().url}plan/"),
    Address("my-space-calendar", "/my/spaces/calendar/", keeps_cookie=True, who=PERSON),
    desk("day", "/staff/spaces/"),
    desk("booking", lambda: f"/staff/spaces/bookings/{given(space_of('desk-booking')).pk}/"),
    desk("book", "/staff/spaces/book/"),
    desk("approvals", "/staff/spaces/approvals/"),
    desk("closures", "/staff/spaces/closures/"),
    desk("close", "/staff/spaces/closures/new/"),
    desk("inductions", "/staff/spaces/inductions/"),
    desk("tenants", "/staff/spaces/tenants/"),
    desk("invoices", "/staff/spaces/invoices/"),
    desk("use", "/staff/spaces/use/"),
    desk("calendars", "/staff/spaces/calendars/"),
    work("day", "/staff/"),
    work("list", "/staff/accounts/"),
    work("import", "/staff/accounts/import/"),
    work("import-review", "/staff/accounts/import/", then=_file("name,tier\nA new one,core\n")),
    work("import-refused", "/staff/accounts/import/", status=422, then=_file("name,tier\nA new one,gold\n")),
    work("views", _views),
    work("record", _account()),
    work("change", _account("change/")),
    work("people", _account("people/")),
    work("new-request", _account("requests/new/")),
    work("merge", _account("merge/?q=Leeds")),
    work("merge-preview", _two_accounts),
    work("merge-refused", lambda: _two_accounts(demonstration=True)),
    work("merged", lambda: f"/staff/merges/{make.AccountMergeFactory().pk}/"),
    work("enquiries", "/staff/enquiries/"),
    work("enquiry", lambda: f"/staff/enquiries/{make.EnquiryFactory().pk}/"),
    work("requests", "/staff/requests/"),
    work("request", _request()),
    work("change-request", _request("change/")),
    work("outcome", _request("outcomes/new/")),
    Address("updates", "/join/updates/", keeps_cookie=True),
    news("list", "/staff/news/"),
    news("write", "/staff/news/new/"),
    news("letter", lambda: f"/staff/news/{make.NewsLetterFactory().pk}/"),
]
