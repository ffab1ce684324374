"""The addresses of the console."""

from django.urls import path

from ofrecord.console import (
    accounts,
    case_acts,
    cases,
    changes,
    confirmations,
    correction_draft,
    corrections,
    deliveries,
    events,
    invitations,
    partner_acts,
    partners,
    people,
    policy,
    policy_draft,
    policy_waiting,
    proof,
    search,
    support_draft,
    system_acts,
    systems,
    trade,
    views,
)
from ofrecord.console.system_table import ACTS
from ofrecord.web.records import addresses  # noqa: F401 - registers the converter used below

app_name = "console"

SYSTEM = "systems/<int:id>/"
CASE = "cases/<str:number>/"
DELIVERY = "deliveries/<int:id>/"
WAITING = "policy/drafts/<uuid:id>/"
CORRECTION = "corrections/<uuid:id>/"
OF_AGREEMENT = "agreements/<reference:reference>/"
ACCOUNT = "accounts/<reference:number>/"
PERSON = "people/<int:id>/"
ROLE = "people/roles/<int:id>/"
PARTNER = "partners/<reference:number>/"

urlpatterns = [
    path("", views.home, name="home"),
    path("search/", search.search, name="search"),
    path("accounts/", accounts.listed, name="accounts"),
    path(ACCOUNT, accounts.one, name="account"),
    path(ACCOUNT + "history/", accounts.history, name="account_history"),
    path("partners/", partners.listed, name="partners"),
    path(PARTNER, partners.one, name="partner"),
    path(PARTNER + "history/", partners.history, name="partner_history"),
    *(
        path(f"{PARTNER}{name}/", partner_acts.act, {"name": name}, name=f"partner_{name}")
        for name in partner_acts.ACTS
    ),
    path("cases/", cases.listed, name="cases"),
    path(CASE, cases.one, name="case"),
    path(CASE + "files/<uuid:id>/", cases.file, name="case_file"),
    *(
        path(f"{CASE}{name}/", case_acts.act, {"name": name}, name=f"case_{name}")
        for name in case_acts.ACTS
    ),
    path("quotes/<reference:number>/", trade.quote, name="quote"),
    path("orders/<reference:number>/", trade.order, name="order"),
    path("events/<uuid:id>/", events.one, name="event"),
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
    path(ROLE + "hand-over/", people.hand_over, name="people_hand_over"),
    path("people/clients/", people.clients, name="clients"),
    path("people/clients/add/", people.client_add, name="client_add"),
    path("people/clients/<str:client_id>/revoke/", people.client_revoke, name="client_revoke"),
    path(PERSON, people.person, name="person"),
    path(PERSON + "sessions/", people.sessions, name="person_sessions"),
    path(PERSON + "disable/", people.disable, name="person_disable"),
    path(PERSON + "enable/", people.enable, name="person_enable"),
    path("confirmations/", confirmations.listed, name="confirmations"),
    path(OF_AGREEMENT, views.agreement, name="agreement"),
    path(OF_AGREEMENT + "history/", views.agreement_history, name="agreement_history"),
    path(OF_AGREEMENT + "correction/", correction_draft.correction_draft, name="correction_draft"),
    path(OF_AGREEMENT + "support/", support_draft.agreement_support, name="agreement_support"),
    path("changes/<str:number>/", changes.change, name="change"),
    path("changes/<str:number>/undo/", changes.undo, name="change_undo"),
    path("changes/<str:number>/consents/<uuid:id>/", changes.consent, name="consent"),
    path("corrections/", corrections.listed, name="corrections"),
    path(CORRECTION, corrections.one, name="correction"),
    path(CORRECTION + "approve/", corrections.approve, name="correction_approve"),
    path(CORRECTION + "decline/", corrections.decline, name="correction_decline"),
    path(OF_AGREEMENT + "statement/", proof.statement, name="statement"),
    path(OF_AGREEMENT + "statement.pdf", proof.statement_pdf, name="statement_pdf"),
    path(OF_AGREEMENT + "statement.jws", proof.statement_signed, name="statement_signed"),
    path("changes/<str:number>/receipt.pdf", proof.receipt_pdf, name="receipt_pdf"),
    path("changes/<str:number>/receipt.jws", proof.receipt_signed, name="receipt_signed"),
    path("rules/", views.help_when, name="help_when"),
    path("policy/", policy.policy, name="policy"),
    path("policy/draft/", policy_draft.policy_draft, name="policy_draft"),
    path(WAITING, policy_waiting.one, name="policy_waiting"),
    path(WAITING + "publish/", policy_waiting.publish, name="policy_waiting_publish"),
    path(WAITING + "decline/", policy_waiting.turn_down, name="policy_waiting_decline"),
    path("policy/<int:version>/", policy.policy_version, name="policy_version"),
    path("systems/", systems.listed, name="systems"),
    path("systems/add/", system_acts.add, name="system_add"),
    path(SYSTEM, systems.one, name="system"),
    path(SYSTEM + "test/", system_acts.test, name="system_test"),
    path(SYSTEM + "resume/", system_acts.resume, name="system_resume"),
    *(
        path(f"{SYSTEM}{name}/", system_acts.act, {"name": name}, name=f"system_{name}")
        for name in ACTS
    ),
    path("deliveries/", deliveries.listed, name="deliveries"),
    path(DELIVERY, deliveries.one, name="delivery"),
    path(DELIVERY + "replay/", deliveries.replay, name="delivery_replay"),
    path(DELIVERY + "waive/", deliveries.waive, name="delivery_waive"),
]
