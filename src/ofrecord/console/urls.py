"""The addresses of the console."""

from django.urls import path

from ofrecord.console import views
from ofrecord.web.records import addresses  # noqa: F401 - registers the converter used below

app_name = "console"

OF_AGREEMENT = "agreements/<reference:reference>/"

urlpatterns = [
    path("", views.home, name="home"),
    path(OF_AGREEMENT, views.agreement, name="agreement"),
    path(OF_AGREEMENT + "history/", views.agreement_history, name="agreement_history"),
    path("changes/<str:number>/", views.change, name="change"),
    path("rules/", views.help_when, name="help_when"),
]
