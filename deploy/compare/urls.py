from django.urls import path

from deploy.compare import choosing, report, views

app_name = "compare"
urlpatterns = [
    path("", views.show, name="show"),
    path("topologies/", views.show_topologies, name="topologies"),
    path("claims/", report.show_claims, name="claims"),
    path("claims/<slug:claim_id>/", report.show_claim, name="claim"),
    path("figures/", report.show_figures, name="figures"),
    path("figures/<slug:slug>/", report.show_topic, name="topic"),
    path("choose/", choosing.choose, name="choose"),
    path("run/", report.show_run, name="run"),
    path("run/configurations/<str:name>/", report.show_configuration, name="configuration"),
]
