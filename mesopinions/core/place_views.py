"""What pages ask about places while somebody fills in a form. Public facts: nothing here knows who asks."""

from http import HTTPStatus

from django.http import HttpRequest, JsonResponse
from django.views.decorators.http import require_safe

from mesopinions.core.places import communes

A_DAY = "public, max-age=86400"


@require_safe
def commune_names(request: HttpRequest, postal_code: str) -> JsonResponse:
    """The communes of a French postal code, 404 and an empty list for one that the table does not know (CEDEX).

    Browsers keep both answers for a day: codes change once a year.
    """
    names = [commune.name for commune in communes(postal_code)]
    status = HTTPStatus.OK if names else HTTPStatus.NOT_FOUND
    return JsonResponse({"communes": names}, status=status, headers={"Cache-Control": A_DAY})
