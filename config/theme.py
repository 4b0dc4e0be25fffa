"""Light or dark: the system's choice unless the reader says otherwise, which a cookie remembers. No script needed."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from django.views.decorators.http import require_POST

COOKIE = "theme"
COOKIE_MAX_AGE_SECONDS = 365 * 24 * 3600
AUTO = "auto"
THEMES = {
    "light": pgettext_lazy("brightness", "Day"),
    "dark": pgettext_lazy("brightness", "Night"),
    AUTO: _("As my device"),
}


def chosen_theme(request: HttpRequest) -> str:
    """A key of THEMES."""
    theme = request.COOKIES.get(COOKIE, AUTO)
    return theme if theme in THEMES else AUTO


@require_POST
def choose_theme(request: HttpRequest) -> HttpResponse:
    """Remember ``theme`` and go back to ``next``. What is not a theme is forgotten rather than refused."""
    url = request.POST.get("next", "")
    if not url_has_allowed_host_and_scheme(url, allowed_hosts={request.get_host()}, require_https=request.is_secure()):
        url = "/"
    # Not `redirect`, which takes a word without a slash for the name of a view and fails when there is none.
    response = HttpResponseRedirect(url)
    theme = request.POST.get("theme", AUTO)
    if theme in THEMES and theme != AUTO:
        response.set_cookie(
            COOKIE, theme, max_age=COOKIE_MAX_AGE_SECONDS, samesite="Lax", secure=settings.HTTPS, httponly=True
        )
    else:
        response.delete_cookie(COOKIE, samesite="Lax")
    return response
