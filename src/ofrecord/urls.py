"""Every door's addresses."""

from django.urls import include, path

urlpatterns = [
    path("sign-in/", include("allauth.urls")),
    path("desk/", include("ofrecord.desk.urls")),
    path("console/", include("ofrecord.console.urls")),
    path("", include("ofrecord.web.urls")),
]
