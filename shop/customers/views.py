from typing import cast

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from shop.customers.forms import ProfileForm
from shop.customers.models import User


@never_cache
@login_required
def account(request: HttpRequest) -> HttpResponse:
    """The person's own page: the name, and the way to everything else of theirs."""
    form = ProfileForm(request.POST or None, instance=cast(User, request.user))
    if request.method == "POST" and form.is_valid():
        form.save()
        messages.success(request, _("Your name is saved."))
        return redirect("customers:account")
    return render(request, "customers/account.html", {"form": form}, status=422 if form.errors else 200)
