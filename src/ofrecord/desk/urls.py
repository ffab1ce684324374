"""The addresses of the partner desk."""

from django.urls import path

from ofrecord.desk.views import agreements, codes, consents, home, invitations
from ofrecord.web.records import addresses  # noqa: F401 - registers the converter used below

app_name = "desk"

urlpatterns = [
    path("", home.home, name="home"),
    path("consents/", consents.listed, name="consents"),
    path("consents/<uuid:id>/", consents.one, name="consent"),
    path("agreements/", agreements.listed, name="agreements"),
    path("agreements/<reference:reference>/", agreements.one, name="agreement"),
    path("invitations/", invitations.listed, name="invitations"),
    path("invitations/new/", invitations.new, name="invitation_new"),
    path("invitations/<uuid:id>/", invitations.one, name="invitation"),
    path("invitations/<uuid:id>/withdraw/", invitations.withdraw, name="invitation_withdraw"),
    path("codes/", codes.codes, name="codes"),
]
