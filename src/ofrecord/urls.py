"""Every door's addresses."""

from django.urls import include, path

from ofrecord.web.places import closed

# A person's address is their identity in every import, so nobody changes or adds one here.
CLOSED = ("email/", "confirm-email/", "confirm-email/<str:key>/", "login/code/confirm/")

urlpatterns = [
    *(path(f"sign-in/{route}", closed, name="closed") for route in CLOSED),
    path("sign-in/", include("allauth.urls")),
    path("desk/", include("ofrecord.desk.urls")),
    path("console/", include("ofrecord.console.urls")),
    path("api/v1/", include("ofrecord.api.urls")),
    path("", include("ofrecord.web.urls")),
    path("", include("ofrecord.portal.urls")),
]

handler400 = "ofrecord.web.views.bad_request"
handler403 = "ofrecord.web.views.forbidden"
handler404 = "ofrecord.web.views.not_found"
handler429 = "ofrecord.web.views.too_many"
handler500 = "ofrecord.web.views.server_error"
