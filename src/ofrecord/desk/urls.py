"""The addresses of the partner desk."""

from django.urls import path

from ofrecord.desk.views import agreements, codes, consents, home
from ofrecord.web.records import addresses  # noqa: F401 - registers the converter used below

app_name = "desk"

urlpatterns = [
    path("", home.home, name="home"),
    path("consents/", consents.listed, name="consents"),
    path("consents/<uuid:id>/", consents.one, name="consent"),
    path("agreements/", agreements.listed, name="agreements"),
    path("agreements/<reference:reference>/", agreements.one, name="agreement"),
    path("codes/", codes.codes, name="codes"),
]
