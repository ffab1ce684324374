"""The names and numbers that the demo's story is told with: docs, tests and the first screen."""

from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

VENDOR = "Larkfield Software"
PASSWORD = "quiet-orchard-lantern-42"  # noqa: S105 - printed for everybody who tries the demo
"""Everybody in the demo signs in with it."""

DRAFT, DRAFT_LT, CIVIL, RENDER = "Draft Studio", "Draft Studio LT", "Civil Suite", "Render Cloud"
PLANT, SURVEY, FLEX, FACADE = "Plant Model", "Survey Link", "Enterprise Flex", "Facade Designer"
PRODUCTS = (DRAFT, DRAFT_LT, CIVIL, RENDER, PLANT, SURVEY, FLEX, FACADE)


@dataclass(frozen=True)
class Member:
    """Somebody worth signing in as. `role` is the one that counts in the story."""

    name: str
    email: str
    role: str
    belongs_to: str


@dataclass(frozen=True)
class Boundary:
    """An agreement of the story account, and every code that refuses a change of its partner."""

    name: str
    reference: str
    days: int
    codes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Story:
    account: str = "4100283915"
    account_name: str = "Orchid Architects"
    contract: str = "110002345678"
    contract_days: int = 159
    subscription: str = "574-00231877"
    moving_contract: str = "110002771330"
    changed_contract: str = "110002900014"
    shared_contract: str = "110002400002"
    three_partners_contract: str = "110002400003"
    direct_contract: str = "110002400000"
    bare_contract: str = "110002400009"

    primary_admin: str = "pia.adler@orchid-architects.example"
    secondary_admin: str = "jonas.weber@orchid-architects.example"
    two_accounts: str = "lea.hoffmann@orchid-architects.example"
    contract_manager: str = "mia.santos@orchid-architects.example"
    viewer: str = "tim.krause@orchid-architects.example"

    reseller: str = "5102086717"
    distributor: str = "5100440021"
    new_partner: str = "5103771902"
    former_partner: str = "5101118240"
    suspended_partner: str = "5104402216"
    foreign_partner: str = "5106613057"
    one_product_partner: str = "5105270488"
    services_partner: str = "5103300645"
    malformed_number: str = "51037719"
    unknown_number: str = "5199999999"

    sister_account: str = "4100283923"
    other_account: str = "4107730512"
    other_contract: str = "110007730512"
    other_admin: str = "hugo.lefevre@atelier-lefevre.example"
    both_sides: str = "emil.brandt@brightline.example"
    reseller_admin: str = "clara.vogt@brightline.example"
    operations: str = "olivia.grant@larkfield.example"
    new_partner_admin: str = "samir.haddad@cedar-systems.example"
    both_sides_account: str = "4103320761"

    bulk_account: str = "4104458860"
    bulk_admin: str = "grace.holloway@meridian-hospitals.example"
    bulk_partner: str = "5107714390"
    large_account: str = "4109001000"
    large_admin: str = "daniel.osei@northgate-rail.example"


STORY = Story()

BOUNDARIES = (
    Boundary("available", STORY.contract, STORY.contract_days),
    Boundary("first_day_before_the_window", "110002100091", 91),
    Boundary("first_day_of_the_window", "110002100090", 90, ("near_expiration",)),
    Boundary("in_the_window", "110001998120", 70, ("near_expiration",)),
    Boundary("last_day_but_one", "110002100001", 1, ("near_expiration",)),
    Boundary("last_day", "110002100000", 0, ("near_expiration",)),
    Boundary("first_day_after", "110002200001", -1, ("expired",)),
    Boundary("last_day_to_renew", "110002200030", -30, ("expired",)),
    Boundary("too_late_to_renew", "110002200031", -31, ("expired",)),
    Boundary("auto_renews", "110003004519", 221, ("auto_renews",)),
    Boundary("auto_renews_in_91", "110002300091", 91, ("auto_renews",)),
    Boundary("auto_renews_in_90", "110002300090", 90, ("auto_renews", "near_expiration")),
    Boundary("auto_renewal_missed", "110002300005", -5, ("auto_renews", "expired")),
    Boundary("token_flex", "110000400001", 404, ("token_flex",)),
    Boundary("enterprise_without_tokens", "110000400002", 300),
    Boundary("three_at_once", "110000400003", 45, ("auto_renews", "token_flex", "near_expiration")),
    Boundary("subscription", STORY.subscription, 284, ("transaction_only",)),
    Boundary("subscription_auto_renews_soon", "574-00231885", 20, ("transaction_only",)),
    Boundary("subscription_over", "57-00231893", -12, ("transaction_only",)),
    Boundary("subscription_sold_direct", "574-00231901", 140, ("transaction_only",)),
    Boundary("sold_direct", STORY.direct_contract, 250),
    Boundary("resellers_share_it", STORY.shared_contract, 199),
    Boundary("three_partners", STORY.three_partners_contract, 340),
    Boundary("no_subscription", STORY.bare_contract, 120),
    Boundary("moving", STORY.moving_contract, 387, ("change_in_progress",)),
    Boundary("changed_before", STORY.changed_contract, 463),
)

CAST = (
    Member("Pia Adler", STORY.primary_admin, "primary_admin", STORY.account),
    Member("Jonas Weber", STORY.secondary_admin, "secondary_admin", STORY.account),
    Member("Mia Santos", STORY.contract_manager, "contract_manager", STORY.account),
    Member("Tim Krause", STORY.viewer, "viewer", STORY.account),
    Member("Lea Hoffmann", STORY.two_accounts, "primary_admin", STORY.sister_account),
    Member("Hugo Lefèvre", STORY.other_admin, "primary_admin", STORY.other_account),
    Member("Grace Holloway", STORY.bulk_admin, "primary_admin", STORY.bulk_account),
    Member("Daniel Osei", STORY.large_admin, "primary_admin", STORY.large_account),
    Member("Clara Vogt", STORY.reseller_admin, "partner_admin", STORY.reseller),
    Member("Emil Brandt", STORY.both_sides, "partner_rep", STORY.reseller),
    Member("Samir Haddad", STORY.new_partner_admin, "partner_admin", STORY.new_partner),
    Member("Ingrid Dahl", "ingrid.dahl@halden.example", "partner_admin", STORY.distributor),
    Member("Olivia Grant", STORY.operations, "operations", "vendor"),
    Member("Marcus Lee", "marcus.lee@larkfield.example", "support_agent", "vendor"),
    Member("Ruth Okafor", "ruth.okafor@larkfield.example", "auditor", "vendor"),
    Member("Ada Lindqvist", "ada.lindqvist@larkfield.example", "administrator", "vendor"),
)

TRY_FIRST = (
    _("Sign in as Pia Adler, open contract 110002345678 and choose Update Reseller Information."),
    _("Enter 5103771902, the account number of Cedar Systems, review, and submit."),
    _("Watch CRM, ERP and Commissions acknowledge on the tracker; ERP is slow on purpose."),
    _("Open Actions beside the other contracts: each says why not, and when."),
    _("Sign in as Mia Santos: a viewer, yet as contract manager she may change this contract."),
    _("Actions beside subscription 574-00231877 ask Brightline, 5102086717, for a quote."),
    _("Sign in as Clara Vogt of Brightline, answer the request, and issue; then accept it as Pia."),
    _("Sign in as Grace Holloway and move her 300 contracts to 5107714390 in one go."),
    _("Sign in as Daniel Osei and find one of 5,000 subscriptions."),
)
