"""The rules, with what each looks for and why its numbers are what they are. A rule finds; a person decides."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from petitions.models import Invalidation
from petitions.services.fraud import providers, statements

Rule = Invalidation.Rule


@dataclass(frozen=True, slots=True)
class Parameter:
    """One number of a rule, and why it is that one."""

    value: float
    why: str | Promise


@dataclass(frozen=True, slots=True)
class FraudRule:
    """What a rule looks for, in one sentence for staff, and the statement that finds it."""

    rule: Invalidation.Rule
    looks_for: str | Promise
    statement: str
    parameters: Mapping[str, Parameter]

    def find(self, petition_id: int) -> list[int]:
        """Return the ids of one petition's pending and confirmed signatures that look made, oldest first (1 query)."""
        values: dict[str, Any] = {name: parameter.value for name, parameter in self.parameters.items()}
        values |= {"petition_id": petition_id, "open_to_all": providers.OPEN_TO_ALL}
        with connection.cursor() as cursor:
            cursor.execute(self.statement, values)
            return [row[0] for row in cursor.fetchall()]


_ALIKE = {
    "same_browsers": Parameter(
        0.85,
        _(
            "Part des signatures du groupe faites avec ses trois navigateurs les plus courants. Chez un opérateur "
            "mobile, ces trois-là font à peu près 60 %."
        ),
    ),
    "one_place": Parameter(
        0.3,
        _(
            "Part du département le plus cité, au plus. Une école, une mairie ou une entreprise en a un qui dépasse de "
            "loin les autres : elle passe."
        ),
    ),
    "pace": Parameter(
        60, _("Ou bien tant de signatures du groupe en dix minutes : plus qu’une classe qui signe ensemble.")
    ),
}
RULES = {
    each.rule: each
    for each in (
        FraudRule(
            Rule.NETWORK,
            _(
                "Un même réseau (IPv4 /24 ou IPv6 /48), presque toujours les mêmes navigateurs, et des lieux déclarés "
                "de partout, ou un rythme qu’un groupe de personnes n’a pas."
            ),
            statements.NETWORK,
            {
                "at_least": Parameter(30, _("Signatures d’un même réseau : une classe au plus.")),
                **_ALIKE,
            },
        ),
        FraudRule(
            Rule.DOMAIN,
            _(
                "Un même domaine d’adresses, jetable ou presque inconnu des autres pétitions, presque toujours les "
                "mêmes navigateurs, et des lieux déclarés de partout ou un rythme de machine. Jamais un grand "
                "fournisseur."
            ),
            statements.DOMAIN,
            {
                "at_least": Parameter(20, _("Signatures d’un même domaine : au-dessous, une famille ou un bureau.")),
                "read_elsewhere": Parameter(200_000, _("Dernières signatures lues sur les autres pétitions.")),
                "known_signers": Parameter(20, _("Un domaine est connu si tant de ces signatures en viennent…")),
                "known_petitions": Parameter(3, _("… sur tant de pétitions : une même fraude en vise souvent deux.")),
                **_ALIKE,
            },
        ),
        FraudRule(
            Rule.BURST,
            _(
                "En dix minutes, bien plus de signatures que d’habitude, dont la plupart avec exactement le même "
                "navigateur, rare le reste du temps, et des lieux déclarés de partout. Une pétition qui devient virale "
                "a des appareils de toutes sortes : elle passe."
            ),
            statements.BURST,
            {
                "at_least": Parameter(15, _("Signatures en dix minutes : au-dessous, quelques amis.")),
                "times": Parameter(5, _("Fois le rythme habituel de la pétition (médiane des dix minutes actives).")),
                "one_browser": Parameter(0.6, _("Part d’un seul navigateur dans ces dix minutes.")),
                "usual_browser": Parameter(
                    0.25, _("Sa part le reste du temps, au plus : un navigateur courant partout ne dit rien.")
                ),
                "one_place": _ALIKE["one_place"],
            },
        ),
        FraudRule(
            Rule.NAMES,
            _(
                "Des noms tapés au hasard ou numérotés, prénom et nom identiques, le même nom avec des adresses "
                "différentes, ou des adresses faites d’un mot et d’un compteur. Toujours en nombre."
            ),
            statements.NAMES,
            {
                "at_least": Parameter(
                    20, _("Signatures d’un même modèle : quelques homonymes ne sont pas une fraude.")
                ),
                "share": Parameter(
                    0.002,
                    _("Et au moins cette part de la pétition : sur un million de personnes, les homonymes abondent."),
                ),
            },
        ),
    )
}
