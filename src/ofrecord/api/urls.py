"""The addresses of the API."""

from django.urls import path, re_path

from ofrecord.api.api import api
from ofrecord.api.envelope import enveloped, nothing_here
from ofrecord.api.reference import document, reference

app_name = "api"

urlpatterns = [
    path("openapi.json", document, name="openapi"),
    path("docs", reference, name="docs"),
    *enveloped(api.urls[0]),
    re_path(r"^.*$", nothing_here, name="nothing_here"),
]
