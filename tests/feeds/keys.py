"""Names and numbers of the dirty register: each follows from its place, so none is remembered."""

COUNTRIES = (("DE", "de"), ("FR", "fr"), ("ES", "es"), ("GB", "en"), ("US", "en"), ("JP", "ja"))
PRODUCTS = ("Draft Studio", "Civil Suite", "Render Cloud", "Plant Model", "Survey, Link", 'Pad 9"')
NAMES = (
    "Anders & Sons",
    "Müller-Größe GmbH",
    'The "Corner" Office',
    "Bridges, Tunnels, and Dams, Inc.",
    "Harbour Works\nDept. 4",
    "Quay Street\r\nSecond Floor",
    "Ωμέγα Αρχιτέκτονες",
    "Студия «Север»",
    "سماء للهندسة",
    "מגדל אדריכלים",
    "木漏れ日設計事務所",
    "한빛 건축",
    "हिमालय वास्तु",
    "สถาปนิกดาว",
    "Zoë\u0301 \U0001f3d7\ufe0f Studio",
    "Nguyễn Kiến Trúc",
    "=1+1",
    "@plaza",
    "\\N",
    "\\.",
    "NULL",
    "Robert'); DROP TABLE account;--",
    "<b>Bold</b> Builders",
    "Line\u2028Separator",
    "Very " * 20 + "Long Name",
)
MODELS = ("contract", "contract", "contract", "subscription")
ROLES = ("primary_admin", "secondary_admin", "viewer")


def account_number(place: int) -> str:
    return f"4{place * 15_485_863 % 10**9:09d}"


def partner_number(place: int) -> str:
    return f"5{place * 32_452_843 % 10**9:09d}"


def email(account: int, which: int) -> str:
    return f"{('pat', 'sam', 'kim')[which]}.{account}@customer{account % 97}.example"


def reference(place: int) -> str:
    if MODELS[place % 4] == "contract":
        return f"20{place * 7_368_787 % 10**10:010d}"
    return f"{57 if place % 8 == 3 else 574}-{place * 48_271 % 10**8:08d}"


def line_reference(place: int, line: int) -> str:
    if MODELS[place % 4] == "subscription":
        return reference(place)
    return f"558-{(place * 4 + line) * 48_271 % 10**8:08d}"
