from django.urls import path

from shop.payments import views

app_name = "payments"
urlpatterns = [
    path("pay/<str:signed>/", views.pay, name="pay"),
    path("sandbox/<uuid:reference>/", views.sandbox, name="sandbox"),
    path("callback/<slug:gateway>/", views.callback, name="callback"),
]
