"""The addresses of the partner desk."""

from django.urls import path

from ofrecord.desk.views import (
    agreements,
    codes,
    consents,
    drafts,
    home,
    invitations,
    orders,
    quotes,
    requests,
)
from ofrecord.web.records import addresses  # noqa: F401 - registers the converter used below

app_name = "desk"

OF_REQUEST = "requests/<uuid:id>/"
OF_QUOTE = "quotes/<str:number>/"

urlpatterns = [
    path("", home.home, name="home"),
    path("consents/", consents.listed, name="consents"),
    path("consents/<uuid:id>/", consents.one, name="consent"),
    path("agreements/", agreements.listed, name="agreements"),
    path("agreements/<reference:reference>/", agreements.one, name="agreement"),
    path("requests/", requests.listed, name="requests"),
    path(OF_REQUEST, requests.one, name="request"),
    path(OF_REQUEST + "decline/", requests.decline, name="request_decline"),
    path("quotes/", quotes.listed, name="quotes"),
    path("quotes/draft/", drafts.new, name="quote_new"),
    path(OF_QUOTE, quotes.one, name="quote"),
    path(OF_QUOTE + "edit/", drafts.edit, name="quote_edit"),
    path(OF_QUOTE + "revise/", drafts.anew, name="quote_revise"),
    path(OF_QUOTE + "issue/", quotes.issue, name="quote_issue"),
    path(OF_QUOTE + "withdraw/", quotes.withdraw, name="quote_withdraw"),
    path(OF_QUOTE + "quote.pdf", quotes.on_paper, name="quote_pdf"),
    path("orders/", orders.listed, name="orders"),
    path("orders/<str:number>/", orders.one, name="order"),
    path("invitations/", invitations.listed, name="invitations"),
    path("invitations/new/", invitations.new, name="invitation_new"),
    path("invitations/<uuid:id>/", invitations.one, name="invitation"),
    path("invitations/<uuid:id>/withdraw/", invitations.withdraw, name="invitation_withdraw"),
    path("codes/", codes.codes, name="codes"),
]
