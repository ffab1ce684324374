"""The addresses of the portal."""

from django.urls import path

from ofrecord.portal.views import (
    agreements,
    auto_renew,
    cases,
    changes,
    codes,
    consents,
    details,
    guide,
    home,
    invitations,
    locks,
    people,
    proof,
    quote_asking,
    quotes,
    update,
)
from ofrecord.web.records import addresses  # noqa: F401 - registers the converter used below

app_name = "portal"

OF_AGREEMENT = "billing/agreements/<reference:reference>/"
UPDATE_ONE = OF_AGREEMENT + "update-reseller/"
CODE_ONE = OF_AGREEMENT + "give-code/"
CODE_MANY = "billing/give-code/<str:token>/"
INVITATION = "billing/invitations/<uuid:id>/"
ROLE = "people/roles/<int:id>/"
UPDATE_MANY = "billing/update-reseller/<str:token>/"

urlpatterns = [
    path("home/", home.home, name="home"),
    path("billing/", home.billing, name="billing"),
    path("billing/agreements/", agreements.listed, name="agreements"),
    path("billing/agreements/export.csv", agreements.export_file, name="agreements_export"),
    path(OF_AGREEMENT, details.details, name="agreement"),
    path(OF_AGREEMENT + "history/", details.history, name="agreement_history"),
    path(OF_AGREEMENT + "statement/", proof.statement, name="statement"),
    path(OF_AGREEMENT + "statement.pdf", proof.statement_pdf, name="statement_pdf"),
    path(OF_AGREEMENT + "statement.jws", proof.statement_signed, name="statement_signed"),
    path(OF_AGREEMENT + "lock/", locks.lock, name="lock"),
    path(OF_AGREEMENT + "lift/", locks.lift, name="lift"),
    path(OF_AGREEMENT + "auto-renew/", auto_renew.turn, name="auto_renew"),
    path(UPDATE_ONE, update.one, name="update_one"),
    path(UPDATE_ONE + "review/", update.one_review, name="update_one_review"),
    path(UPDATE_ONE + "confirmation/", update.one_confirmation, name="update_one_confirmation"),
    path("billing/update-reseller/", update.start, name="update_start"),
    path(UPDATE_MANY, update.many, name="update_many"),
    path(UPDATE_MANY + "review/", update.many_review, name="update_many_review"),
    path(UPDATE_MANY + "confirmation/", update.many_confirmation, name="update_many_confirmation"),
    path("billing/codes/", codes.listed, name="codes"),
    path("billing/codes/<uuid:code>/withdraw/", codes.withdraw, name="code_withdraw"),
    path(CODE_ONE, codes.one, name="code_one"),
    path(CODE_ONE + "review/", codes.one_review, name="code_one_review"),
    path("billing/give-code/", codes.start, name="code_start"),
    path(CODE_MANY, codes.many, name="code_many"),
    path(CODE_MANY + "review/", codes.many_review, name="code_many_review"),
    path("billing/quotes/", quotes.listed, name="quotes"),
    path("billing/quotes/ask/", quote_asking.ask, name="quotes_ask"),
    path("billing/quotes/requests/<uuid:asked>/withdraw/", quotes.withdraw, name="quotes_withdraw"),
    path("billing/quotes/<str:number>/", quotes.quote, name="quote"),
    path("billing/quotes/<str:number>/accept/", quotes.accept, name="quote_accept"),
    path("billing/quotes/<str:number>/decline/", quotes.decline, name="quote_decline"),
    path("billing/quotes/<str:number>/quote.pdf", quotes.on_paper, name="quote_pdf"),
    path("billing/invitations/", invitations.listed, name="invitations"),
    path(INVITATION, invitations.one, name="invitation"),
    path(INVITATION + "continue/", invitations.go_on, name="invitation_continue"),
    path(INVITATION + "decline/", invitations.decline, name="invitation_decline"),
    path("invitations/<str:token>/", invitations.link, name="invitation_link"),
    path("changes/", changes.listed, name="changes"),
    path("changes/requests/<str:key>/", changes.request, name="request"),
    path("changes/<str:number>/", changes.change, name="change"),
    path("changes/<str:number>/cancel/", changes.cancel, name="change_cancel"),
    path("changes/<str:number>/undo/", changes.undo, name="change_undo"),
    path("changes/<str:number>/approve/", consents.approve, name="change_approve"),
    path("changes/<str:number>/decline/", consents.decline, name="change_decline"),
    path("changes/<str:number>/receipt.pdf", proof.receipt_pdf, name="receipt_pdf"),
    path("changes/<str:number>/receipt.jws", proof.receipt_signed, name="receipt_signed"),
    path("cases/", cases.listed, name="cases"),
    path("cases/new/", cases.new, name="cases_new"),
    path("cases/<str:number>/", cases.case, name="case"),
    path("cases/<str:number>/answer/", cases.answer, name="case_answer"),
    path("cases/<str:number>/solved/", cases.solved, name="case_solved"),
    path("cases/<str:number>/reopen/", cases.reopen, name="case_reopen"),
    path("cases/<str:number>/files/<uuid:id>/", cases.file, name="case_file"),
    path("people/", people.people, name="people"),
    path("people/invite/", people.invite, name="people_invite"),
    path("people/invitations/<uuid:id>/again/", people.again, name="people_again"),
    path("people/invitations/<uuid:id>/withdraw/", people.withdraw, name="people_withdraw"),
    path(ROLE, people.role, name="people_role"),
    path(ROLE + "change/", people.change, name="people_change"),
    path(ROLE + "remove/", people.remove, name="people_remove"),
    path(ROLE + "hand-over/", people.hand_over, name="people_hand_over"),
    path(OF_AGREEMENT + "contract-manager/", people.manager, name="manager"),
    path("people/clients/", people.clients, name="clients"),
    path("people/clients/add/", people.client_add, name="client_add"),
    path("people/clients/<str:client_id>/revoke/", people.client_revoke, name="client_revoke"),
    path("help/when/", guide.when, name="help_when"),
]
