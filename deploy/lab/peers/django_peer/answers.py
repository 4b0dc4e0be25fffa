"""What Django's views on both interfaces ask of a request and answer alike."""

from __future__ import annotations

from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest

from deploy.lab.peers import asked

TEXT = "text/plain; charset=utf-8"


def number(request: HttpRequest, name: str) -> int:
    try:
        return asked.number(request.GET.dict(), name)
    except asked.BadNumber as error:
        raise BadRequest(str(error)) from error


def text(said: str, status: int = 200) -> HttpResponse:
    return HttpResponse(said, content_type=TEXT, status=status)


def is_too_large(request: HttpRequest) -> bool:
    return asked.declared_bytes(request.headers.get("Content-Length")) > asked.MOST_UPLOADED_BYTES


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    return HttpResponseBadRequest(str(exception), content_type=TEXT)
