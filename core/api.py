"""What every address under ``/api/`` does alike: read only, open to other sites, JSON also when it says no.

``@endpoint`` makes a view one of them and notes what it answers, from which ``openapi.json`` is written.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import wraps
from typing import Any, TypeAlias

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase, HttpResponsePermanentRedirect
from django.urls import Resolver404, resolve
from django.utils.cache import set_response_etag
from django.views.decorators.csrf import csrf_exempt

from .page_cache import conditional
from .rate_limits import Limit, seconds_to_wait

Schema: TypeAlias = dict[str, Any]
View: TypeAlias = Callable[..., HttpResponseBase]

METHODS = ("GET", "HEAD", "OPTIONS")
ASK_AGAIN = "public, max-age=0, must-revalidate"  # the page cache answers; it alone knows when something is published
EXPOSED = ("ETag", "RateLimit-Policy", "RateLimit", "Retry-After")

READING = Limit("read")
TYPING = Limit("type", times=5)  # a request for every letter, and a whole hospital behind one address


class Refused(Exception):
    """Why a request can't be answered: the rule, in the name of the parameter, and what would be right."""

    def __init__(self, rule: str, message: str, status: int = 400, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(message)
        self.rule, self.message, self.status, self.headers = rule, message, status, headers or {}


# ---- what is answered -----------------------------------------------------------------------------------------------
@dataclass(frozen=True)
class Parameter:
    name: str
    schema: Schema
    description: str
    place: str = "query"
    required: bool = False


@dataclass(frozen=True)
class Operation:
    """One address, as it is described to programs. ``parameters`` is asked each time: filters have editors' values."""

    path: str
    name: str
    summary: str
    tag: str
    answer: Schema
    parameters: Callable[[], Sequence[Parameter]] = tuple
    refuses: tuple[int, ...] = ()
    schemas: Mapping[str, Schema] = field(default_factory=dict)
    limit: Limit = READING


operations: dict[str, Operation] = {}

TEXT: Schema = {"type": "string"}
NUMBER: Schema = {"type": "integer"}
FLAG: Schema = {"type": "boolean"}
ADDRESS: Schema = {"type": "string", "format": "uri"}
DAY: Schema = {"type": "string", "format": "date"}
MOMENT: Schema = {"type": "string", "format": "date-time"}


def record(**properties: Schema) -> Schema:
    """An object that has all of these, and nothing else."""
    return {
        "type": "object",
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
    }


def sparse(*always: str, **properties: Schema) -> Schema:
    """An object that has at least ``always`` of these; what nobody has stated is left out."""
    return {**record(**properties), "required": list(always)}


def several(of: Schema) -> Schema:
    return {"type": "array", "items": of}


def perhaps(schema: Schema) -> Schema:
    """The same, or null where nothing is stated."""
    return {"anyOf": [schema, {"type": "null"}]}


ERROR = record(error=record(rule=TEXT, message=TEXT))


# ---- how it is answered ---------------------------------------------------------------------------------------------
def endpoint(operation: Operation) -> Callable[[Callable[..., Any]], View]:
    """Make a view that returns data, or raises ``Refused``, an address of the API."""
    operations[operation.path] = operation

    def decorate(view: Callable[..., Any]) -> View:
        @csrf_exempt  # nothing can be changed here: a POST is refused in JSON like everything else
        @wraps(view)
        def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if request.method not in METHODS:
                return _no(Refused("method", f"Only {', '.join(METHODS)}: nothing can be changed here.", 405))
            if request.method == "OPTIONS":
                return _open(HttpResponse(status=204))
            try:
                _count(request, operation.limit)
                data = view(request, *args, **kwargs)
            except Refused as refused:
                return _no(refused)
            except Http404:
                return _no(Refused("address", "Nothing that is public has this address.", 404))
            response = data if isinstance(data, HttpResponse) else JsonResponse(data)
            # Not what is left of it: the page cache gives the same answer to others, and does not count them.
            response["RateLimit-Policy"] = operation.limit.policy
            if not response.has_header("ETag"):
                set_response_etag(response)
            return conditional(request, _open(response))

        return answer

    return decorate


def _count(request: HttpRequest, limit: Limit) -> None:
    """Raise Refused where whoever asks has asked too often."""
    if wait := seconds_to_wait(request, limit):
        remedy = f"Ask again in {wait} seconds; larger pages take fewer requests."
        raise Refused("rate", f"{limit.rule} {remedy}", 429, limit.headers(wait))


def _open(response: HttpResponse) -> HttpResponse:
    """Any site's scripts may read it, without anybody's cookies."""
    response["Access-Control-Allow-Origin"] = "*"
    response["Access-Control-Allow-Methods"] = ", ".join(METHODS)
    response["Access-Control-Allow-Headers"] = "If-None-Match"
    response["Access-Control-Expose-Headers"] = ", ".join(EXPOSED)
    if not response.has_header("Cache-Control"):
        response["Cache-Control"] = ASK_AGAIN
    return response


def _no(refused: Refused) -> HttpResponse:
    data = {"error": {"rule": refused.rule, "message": refused.message}}
    response = JsonResponse(
        data, status=refused.status, json_dumps_params={"ensure_ascii": False}, headers=dict(refused.headers)
    )
    response["Cache-Control"] = "no-store"
    if refused.status == 405:
        response["Allow"] = ", ".join(METHODS)
    return _open(response)


@csrf_exempt
def unknown(request: HttpRequest) -> HttpResponseBase:
    """Whatever else begins with ``/api/``; one that only lacks its last slash is sent there."""
    try:
        known = not request.path.endswith("/") and resolve(f"{request.path}/").func is not unknown
    except Resolver404:
        known = False
    if known:
        asked = request.META.get("QUERY_STRING", "")
        return _open(HttpResponsePermanentRedirect(f"{request.path}/{'?' if asked else ''}{asked}"))
    return _no(Refused("address", "There is no such address. See /api/v1/openapi.json.", 404))
