"""The addresses of the partner desk."""

from django.urls import path

from ofrecord.desk import views

app_name = "desk"

urlpatterns = [path("", views.home, name="home")]
