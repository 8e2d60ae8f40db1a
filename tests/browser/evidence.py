"""What account managers and the leadership see of figures of the strategy."""

from collections.abc import Callable

from .addresses import Address
from .front_door import LEAD, send

SIGNED, TO_SIGN = 0, -1  # of the quarters that are over, the oldest first


def _quarter(which: int) -> Callable[[], str]:
    """The page of a quarter; that of the oldest once it is signed."""

    def path() -> str:
        from accounts.models import User
        from impact.actions import sign_off
        from impact.queries import quarters_to_sign, signed_quarters

        if which == SIGNED:
            if not signed_quarters():
                sign_off(period_end=quarters_to_sign()[0], by=User.objects.get(email=LEAD))
            return f"/staff/impact/quarters/{signed_quarters()[-1].end}/"
        return f"/staff/impact/quarters/{quarters_to_sign()[which]}/"

    return path


def _entry() -> str:
    from impact.models import KpiEntry

    return f"/staff/impact/entries/{KpiEntry.objects.filter(counts=True).earliest('pk').pk}/"


def _staffs(name: str, path: str | Callable[[], str], **more: object) -> Address:
    return Address(f"staff-impact-{name}", path, keeps_cookie=True, who=LEAD, **more)  # type: ignore[arg-type]


EVIDENCE = [
    _staffs("all", "/staff/impact/"),
    _staffs("counted", "/staff/impact/engagement-forums/"),
    _staffs("by-hand", "/staff/impact/setup-days/"),
    _staffs("enter", "/staff/impact/income/figure/"),
    _staffs("enter-refused", "/staff/impact/income/figure/", status=422, then=send(value="much", source="")),
    _staffs("entry", _entry),
    _staffs("signed", _quarter(SIGNED)),
    _staffs("to-sign", _quarter(TO_SIGN)),
]
