"""Every address of the site. Both doors load the same ones; nginx decides which door answers."""

from django.conf import settings
from django.contrib import admin
from django.urls import include, path, re_path
from django.views.static import serve

from config import health, theme

urlpatterns = [
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
    path("theme/", theme.choose_theme, name="theme"),
    path("i18n/", include("django.conf.urls.i18n")),
    path("admin/", admin.site.urls),
    path("account/", include("allauth.urls")),
    path("account/", include("shop.customers.urls")),
    path("basket/", include("shop.basket.urls")),
    path("checkout/", include("shop.checkout.urls")),
    path("orders/", include("shop.orders.urls")),
    path("payments/", include("shop.payments.urls")),
    path("chat/live/", include("chat.live.urls")),
    path("chat/", include("chat.rooms.urls")),
    path("compare/", include("deploy.compare.urls")),
    path("", include("shop.catalogue.urls")),
]

if settings.SERVE_FILES:
    urlpatterns = [
        re_path(r"^static/(?P<path>.*)$", serve, {"document_root": settings.STATIC_ROOT}),
        re_path(r"^media/(?P<path>.*)$", serve, {"document_root": settings.MEDIA_ROOT}),
        *urlpatterns,
    ]

handler400 = "config.errors.bad_request"
handler403 = "config.errors.permission_denied"
handler404 = "config.errors.not_found"
handler500 = "config.errors.server_error"
