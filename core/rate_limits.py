"""How often one address may ask in a minute or an hour, counted in the cache, which production shares between all processes.

Nobody's address is kept: a count stands under a keyed hash of it, another one in every minute or hour, and is gone after the
next.
"""

import ipaddress
import math
import time
from dataclasses import dataclass

from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.utils.crypto import salted_hmac

WINDOW = 60  # seconds; all windows begin with the minute
PREFIX = 64  # bits of an IPv6 address that its owner can't choose


@dataclass(frozen=True)
class Limit:
    """One count: what is asked under one ``name`` is counted together, apart from other names."""

    name: str
    times: int = 1  # of the number that settings allow
    own: int | None = None  # a number that is not that of the API
    window: int = WINDOW  # a minute, or the hour

    @property
    def most(self) -> int:
        return self.own if self.own is not None else int(settings.API_REQUESTS_A_MINUTE) * self.times

    @property
    def policy(self) -> str:
        """The value of ``RateLimit-Policy``, the same for everybody."""
        return f'"{self.name}";q={self.most};w={self.window}'

    @property
    def rule(self) -> str:
        return f"At most {self.most} requests in {self.window} seconds from one address."

    def headers(self, wait: int) -> dict[str, str]:
        """What a refusal tells programs."""
        return {
            "Retry-After": str(wait),
            "RateLimit-Policy": self.policy,
            "RateLimit": f'"{self.name}";r=0;t={wait}',
        }


def seconds_to_wait(request: HttpRequest, limit: Limit) -> int:
    """Count ``request``; 0 where it may be answered, else the seconds until its sender may ask again."""
    window, gone = divmod(time.time(), limit.window)
    owner = f"{limit.name}|{window:.0f}|{client_address(request)}"
    key = f"rate-limit:{salted_hmac('core.rate_limits', owner, algorithm='sha256').hexdigest()}"
    cache.add(key, 0, 2 * limit.window)  # a count that expires between here and there would be made anew without an end
    try:
        count = cache.incr(key)
    except ValueError:  # pushed out of a small memory this moment
        count = 1
    return math.ceil(limit.window - gone) if count > limit.most else 0


def refused(request: HttpRequest, limit: Limit) -> HttpResponse | None:
    """Count ``request``; None where it may be answered, else the answer, in plain words for whatever program asks."""
    if not (wait := seconds_to_wait(request, limit)):
        return None
    words = f"{limit.rule} Ask again in {wait} seconds.\n"
    headers = {**limit.headers(wait), "Cache-Control": "no-store"}
    return HttpResponse(words, status=429, content_type="text/plain; charset=utf-8", headers=headers)


def client_address(request: HttpRequest) -> str:
    """The address of whoever asks, as the first proxy that we trust saw it; the network, where it is IPv6.

    In ``X-Forwarded-For`` each proxy adds on the right whom it was asked by. Everything further left anybody may write.
    """
    trusted: int = settings.TRUSTED_PROXY_COUNT
    forwarded = request.headers.get("X-Forwarded-For", "").split(",")
    seen = forwarded[-trusted].strip() if 0 < trusted <= len(forwarded) else ""
    return _network(seen or request.META.get("REMOTE_ADDR", ""))


def _network(text: str) -> str:
    bare = text.partition("]")[0].lstrip("[") if text.startswith("[") else text  # [::1]:443
    if bare.count(":") == 1:
        bare = bare.partition(":")[0]  # 192.0.2.1:443
    try:
        address = ipaddress.ip_address(bare)
    except ValueError:
        return bare
    if isinstance(address, ipaddress.IPv4Address):
        return str(address)
    return str(address.ipv4_mapped or ipaddress.ip_network((int(address), PREFIX), strict=False))
