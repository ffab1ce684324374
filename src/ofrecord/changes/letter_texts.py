"""The subject and the first lines of letters about a change, by what happened and who reads."""

from collections.abc import Callable
from functools import cache, wraps

from django.utils.translation import get_language
from django.utils.translation import gettext as _

Text = tuple[str, str]
Texts = dict[str, Text]


def _once_a_language(texts: Callable[[], Texts]) -> Callable[[str, str], Text]:
    """Look the texts up once in each language; the answer is that of the kind asked for.

    An occasion may have texts of its own.
    """

    @cache
    def known(_language: str | None) -> Texts:
        return texts()

    @wraps(texts)
    def of(kind: str, occasion: str) -> Text:
        found = known(get_language())
        return found.get(f"{kind}.{occasion}") or found[kind]

    return of


@_once_a_language
def for_account() -> Texts:
    """For the account's own people."""
    return {
        "applied": (
            _("New partner of record for %(what)s"),
            _("The authorized partner of %(what)s has changed. It applies now."),
        ),
        "applied.correction": (
            _("The record of %(what)s was put right"),
            _(
                "%(vendor)s corrected who was partner of record of %(what)s, for the time that is "
                "given below."
            ),
        ),
        "scheduled": (
            _("A change of partner is scheduled for %(what)s"),
            _("The authorized partner of %(what)s will change. Until then it can be cancelled."),
        ),
        "cancelled": (
            _("The change of partner was cancelled for %(what)s"),
            _("The change of partner of %(what)s was cancelled. Nothing changes."),
        ),
        "awaiting_consent": (
            _("A change of partner awaits consent for %(what)s"),
            _(
                "The authorized partner of %(what)s will change when those who are asked have "
                "consented. Until then it can be cancelled."
            ),
        ),
        "declined": (
            _("The change of partner was declined for %(what)s"),
            _("The change of partner of %(what)s does not go ahead. Nothing changes."),
        ),
        "expired": (
            _("The change of partner has expired for %(what)s"),
            _(
                "Not everybody consented in time to the change of partner of %(what)s. "
                "Nothing changes."
            ),
        ),
    }


@_once_a_language
def for_gaining() -> Texts:
    """For a partner that is of record afterwards, newly or still."""
    not_ahead = (
        _("A change does not go ahead for %(what)s"),
        _("What %(vendor)s had asked you about does not go ahead."),
    )
    return {
        "applied": (
            _("You are partner of record for %(what)s"),
            _("%(vendor)s records your firm as the authorized partner of what is listed here."),
        ),
        "applied.correction": (
            _("The record of %(what)s was put right"),
            _(
                "%(vendor)s corrected who was partner of record of what is listed here. For the "
                "time that is given, your firm is recorded in the role that is listed."
            ),
        ),
        "scheduled": (
            _("You will be partner of record for %(what)s"),
            _("%(vendor)s will record your firm as the authorized partner of what is listed here."),
        ),
        "cancelled": (
            _("A change was cancelled for %(what)s"),
            _(
                "The change that %(vendor)s had announced to you was cancelled. What your firm is "
                "of record for stays as it was."
            ),
        ),
        "awaiting_consent": (
            _("Will you be partner of record for %(what)s?"),
            _(
                "The customer wishes your firm to be its authorized partner for what is listed "
                "here. Sign in to the partner desk to accept it or to decline."
            ),
        ),
        "declined": not_ahead,
        "expired": not_ahead,
    }


@_once_a_language
def for_staying() -> Texts:
    """For a partner that stays what it is while another one beside it changes."""
    goes_on = (
        _("Your role continues for %(what)s"),
        _(
            "The change beside your firm that was announced does not come. Your own role stays "
            "as it is."
        ),
    )
    return {
        "applied": (
            _("Your role continues for %(what)s"),
            _(
                "%(vendor)s records another partner beside your firm for what is listed here. "
                "Your own role stays as it is."
            ),
        ),
        "applied.correction": (
            _("Your role continues for %(what)s"),
            _(
                "%(vendor)s corrected who was partner of record beside your firm for what is "
                "listed here. Your own role stays as it is."
            ),
        ),
        "scheduled": (
            _("Your role continues for %(what)s"),
            _(
                "%(vendor)s will record another partner beside your firm for what is listed here. "
                "Your own role stays as it is."
            ),
        ),
        "cancelled": goes_on,
        "awaiting_consent": goes_on,
        "declined": goes_on,
        "expired": goes_on,
    }


@_once_a_language
def for_losing() -> Texts:
    """For a partner whose role ends."""
    goes_on = (
        _("Your role continues for %(what)s"),
        _("The end of your firm's role that was announced to you does not come."),
    )
    return {
        "applied.correction": (
            _("The record of %(what)s was put right"),
            _(
                "%(vendor)s corrected who was partner of record of what is listed here. For the "
                "time that is given, your firm is not recorded in the role that is listed."
            ),
        ),
        "applied.support": (
            _("Your role has ended for %(what)s"),
            _("Your firm's role as authorized partner of what is listed here has ended."),
        ),
        "scheduled.support": (
            _("Your role will end for %(what)s"),
            _("Your firm's role as authorized partner of what is listed here will end."),
        ),
        "applied": (
            _("Your role has ended for %(what)s"),
            _("The customer has ended your firm's role as authorized partner of what is listed."),
        ),
        "scheduled": (
            _("Your role will end for %(what)s"),
            _("The customer will end your firm's role as authorized partner of what is listed."),
        ),
        "cancelled": (
            _("Your role continues for %(what)s"),
            _("The end of your firm's role that was announced to you was cancelled."),
        ),
        "awaiting_consent": (
            _("The customer wishes to end your role for %(what)s"),
            _(
                "If one of the grounds on which a partner may object is given, sign in to the "
                "partner desk and say so. Where you do not object, the role ends."
            ),
        ),
        "declined": goes_on,
        "expired": goes_on,
    }
