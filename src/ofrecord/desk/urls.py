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
    people,
    quotes,
    requests,
)
from ofrecord.web.records import addresses  # noqa: F401 - registers the converter used below

app_name = "desk"

OF_REQUEST = "requests/<uuid:id>/"
ROLE = "people/roles/<int:id>/"
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
    path("people/", people.people, name="people"),
    path("people/invite/", people.invite, name="people_invite"),
    path("people/invitations/<uuid:id>/again/", people.again, name="people_again"),
    path("people/invitations/<uuid:id>/withdraw/", people.withdraw, name="people_withdraw"),
    path(ROLE, people.role, name="people_role"),
    path(ROLE + "change/", people.change, name="people_change"),
    path(ROLE + "remove/", people.remove, name="people_remove"),
    path("firm/", people.firm, name="firm"),
    path("firm/edit/", people.firm_edit, name="firm_edit"),
    path("people/clients/", people.clients, name="clients"),
    path("people/clients/add/", people.client_add, name="client_add"),
    path("people/clients/<str:client_id>/revoke/", people.client_revoke, name="client_revoke"),
    path("codes/", codes.codes, name="codes"),
]
