"""docs/personal-data.md, written from the registry: what is declared is what is documented."""

from collections.abc import Iterable, Iterator, Sequence

from django.utils.translation import override

from privacy.registry.declarations import Declaration, Eraser, Registry, Store
from privacy.registry.periods import Retention
from privacy.registry.vocabulary import Category, Erasure, Words

HEADER = """\
# Données personnelles

Cette page est écrite par `manage.py document_personal_data` à partir des déclarations de chaque application
(`personal_data.py`). Pour la changer, changez une déclaration, puis lancez la commande.
"""


def personal_data_page(registry: Registry) -> str:
    """Return the page in Markdown, in French whatever the active language."""
    with override("fr"):
        return "\n".join(_page(registry)) + "\n"


def _page(registry: Registry) -> Iterator[str]:
    yield HEADER
    impersonal = [part for part in registry.declarations if not part.personal]
    nobody = [store for store in registry.stores if not store.personal]
    for category in Category:
        parts = [part for part in registry.declarations if part.personal and part.category == category]
        stores = [store for store in registry.stores if store.personal and store.category == category]
        if parts or stores:
            yield f"## {category.label}\n"
        for part in parts:
            yield from _table(part.name, _rows_of_declaration(part))
        for store in stores:
            yield from _table(f"{store.kind.label.capitalize()} : {store.name}", _rows_of_store(store))
    yield "## Ce qui ne porte sur personne\n"
    yield "| où | contenu |\n|---|---|"
    for part in impersonal:
        yield f"| {part.name} | {_code(part.impersonal)} |"
    for store in nobody:
        yield f"| {store.kind.label.capitalize()} : {store.name} ({store.where}) | {store.purpose} |"


def _table(title: str, rows: Iterable[tuple[str, str]]) -> Iterator[str]:
    yield f"### {title}\n"
    yield "| | |\n|---|---|"
    for name, text in rows:
        if text:
            yield f"| {name} | {text.replace('|', '&#124;')} |"
    yield ""


def _rows_of_declaration(part: Declaration) -> Iterator[tuple[str, str]]:
    yield "champs personnels", _code(part.personal)
    yield "autres champs", _code(part.impersonal)
    yield from _reasons(part)
    yield "durée", "<br>".join(filter(None, [*(_rule(part, rule) for rule in part.rules), str(part.kept_until)]))
    yield "hors de la copie remise", _code(part.withheld)
    yield from _ending(part)


def _rows_of_store(store: Store) -> Iterator[tuple[str, str]]:
    yield "où", str(store.where)
    yield "contenu", _words(store.personal)
    yield from _reasons(store)
    yield "durée", str(store.kept_until)
    yield from _ending(store)


def _reasons(entry: Declaration | Store) -> Iterator[tuple[str, str]]:
    yield "finalité", str(entry.purpose)
    yield "base légale", _words([basis.label for basis in entry.basis])
    yield "destinataires", _words([recipient.label for recipient in entry.recipients]) or "personne d’autre"
    yield "origine", _words([source.label for source in entry.source])


def _ending(entry: Declaration | Store) -> Iterator[tuple[str, str]]:
    yield "à l’effacement", _erasure(entry.erase)
    if entry.kept:
        yield "ce que la loi garde", f"{entry.kept.article} : {entry.kept.reason}"


def _erasure(erase: Erasure | Eraser) -> str:
    return str(erase.label) if isinstance(erase, Erasure) else "traitement propre à cette donnée"


def _rule(part: Declaration, rule: Retention) -> str:
    moment = rule.moment or f"`{rule.after}`"
    limit = f", au plus {rule.at_most} après `{rule.at_most_after}`" if rule.at_most else ""
    return f"{rule.period} après {moment}{limit} : {rule.action.label} (règle `{part.rule_name(rule)}`)"


def _code(names: Sequence[str]) -> str:
    return ", ".join(f"`{name}`" for name in names)


def _words(parts: Sequence[Words]) -> str:
    return ", ".join(str(part) for part in parts)
