"""The page of a form, as it is asked for and as it comes back refused: one home for how that is answered."""

from collections.abc import Sequence
from http import HTTPStatus
from typing import Any

from fastapi import Request
from fastapi.responses import HTMLResponse

from app.errors import Refusal
from app.forms import Problem, Values
from app.pages import page


def form_page(
    request: Request,
    template: str,
    *,
    values: Values,
    errors: Sequence[Problem] | None = None,
    refusal: Refusal | None = None,
    **context: Any,
) -> HTMLResponse:
    """A template with a form: what stands in it (`values`), what is wrong with it, why it was refused.

    The template gets `values`, `errors` and `refused`, the refusal's sentence or None. It answers with the
    status of the refusal, with 422 where only fields are wrong, and with 200 where nothing is.
    """
    context.setdefault("refused", refusal.sentence if refusal is not None else None)
    status = HTTPStatus.UNPROCESSABLE_ENTITY if errors else HTTPStatus.OK
    return page(
        request,
        template,
        status_code=refusal.status if refusal is not None else status,
        values=values,
        errors=list(errors or ()),
        **context,
    )
