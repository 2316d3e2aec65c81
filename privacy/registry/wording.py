"""What the registry says, in words of the active language: for the policy, mails, copies and receipts."""

from django.utils.translation import gettext as _

from privacy.registry.declarations import Registry, registry
from privacy.registry.periods import Period, Retention


def when(rule: Retention) -> str:
    """Return when a rule takes effect: « 6 mois après la clôture de la pétition, au plus 3 ans après la signature »."""
    moment = rule.moment or f"`{rule.after}`"
    words = _("%(period)s après %(moment)s") % {"period": rule.period, "moment": moment}
    if rule.at_most is None:
        return words
    limit = {"period": rule.at_most, "moment": rule.at_most_moment or rule.at_most_after}
    return words + _(", au plus %(period)s après %(moment)s") % limit


def period_of(name: str, entries: Registry = registry) -> Period:
    """Return the period of the rule with this name, so that no page promises another. Raises LookupError."""
    for part in entries.declarations:
        for rule in part.rules:
            if part.rule_name(rule) == name:
                return rule.period
    raise LookupError(f"No retention rule is called {name}.")
