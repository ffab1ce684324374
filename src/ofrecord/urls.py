"""Every door's addresses."""

from django.urls import include, path

urlpatterns = [
    path("sign-in/", include("allauth.urls")),
    path("", include("ofrecord.web.urls")),
]
