"""A kind of mail without its templates is found by `manage.py check`, not by a worker at night."""

from typing import Any

from django.core.checks import CheckMessage, Error, register
from django.template import Engine, TemplateDoesNotExist

from mesopinions.mail.kinds import registered_kinds, templates_of


@register()
def kinds_have_templates(**_options: Any) -> list[CheckMessage]:
    """Return one error for each missing template of a registered kind."""
    return [
        Error(f"The kind of mail {name} has no template {template}.", id="mail.E001")
        for name in registered_kinds()
        for template in templates_of(name)
        if not _exists(template)
    ]


def _exists(template: str) -> bool:
    try:
        Engine.get_default().get_template(template)
    except TemplateDoesNotExist:
        return False
    return True
