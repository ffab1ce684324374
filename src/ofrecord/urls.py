"""Every door's addresses."""

from django.urls import include, path

urlpatterns = [
    path("sign-in/", include("allauth.urls")),
    path("desk/", include("ofrecord.desk.urls")),
    path("console/", include("ofrecord.console.urls")),
    path("", include("ofrecord.web.urls")),
    path("", include("ofrecord.portal.urls")),
]

handler400 = "ofrecord.web.views.bad_request"
handler403 = "ofrecord.web.views.forbidden"
handler404 = "ofrecord.web.views.not_found"
handler429 = "ofrecord.web.views.too_many"
handler500 = "ofrecord.web.views.server_error"
