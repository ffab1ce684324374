from django.conf import settings
from django.urls import URLPattern, path
from django.views.i18n import set_language

from ofrecord.web import health, mailbox, places, style, views, well_known
from ofrecord.web.people import joining

app_name = "web"

urlpatterns: list[URLPattern] = [
    path("", places.start, name="start"),
    path("switch/", places.switch, name="switch"),
    path("join/<str:token>/", joining.join, name="join"),
    path("nowhere/", places.nowhere, name="nowhere"),
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
    path(".well-known/ofrecord-keys.json", well_known.keys, name="signing_keys"),
    path("theme.css", views.theme_css, name="theme_css"),
    path("font/inter-4.1.ttf", views.font, name="font"),
    path("theme/", views.choose_theme, name="theme"),
    path("language/", set_language, name="language"),
    path("mailbox/", mailbox.listed, name="mailbox"),
    path("mailbox/<int:id>/", mailbox.letter, name="mailbox_letter"),
    path("mailbox/<int:id>/html/", mailbox.letter_html, name="mailbox_letter_html"),
]

if settings.OFRECORD_ENV != "production":
    urlpatterns += [
        path("style/", style.style, name="style"),
        path("style/<slug:page>/", style.style, name="style_page"),
    ]
