"""What a county's schools ask for themselves (申請補助數), against what the rule gives."""

from collections.abc import Mapping, Sequence

from wifiplan.scheme.entitlement import Entitlement
from wifiplan.scheme.inputs import CountyInputs, LineCode, with_requested
from wifiplan.scheme.school import Request, Stage


def asked(given: Entitlement, request: Request | None) -> tuple[int, int, int]:
    """Return (teacher devices, student devices, carts) that a school asks for; what it leaves open follows the rule.

    >>> e = Entitlement(stage="junior", code="", remote=False, national=False, funded=True, n_class_sets=1,
    ...                 n_student_devices=30, n_teacher_devices=3, n_carts=1, cost_ntd=0)
    >>> asked(e, Request(stage="junior", code="", n_carts=2))
    (3, 30, 2)
    """
    rule = (given.n_teacher_devices, given.n_student_devices, given.n_carts)
    if request is None:
        return rule
    wish = (request.n_teacher_devices, request.n_student_devices, request.n_carts)
    teacher, student, carts = (r if w is None else w for w, r in zip(wish, rule, strict=True))
    return teacher, student, carts


def by_key(requests: Sequence[Request]) -> Mapping[tuple[Stage, str], Request]:
    """Return the requests by school."""
    return {request.key: request for request in requests}


def line_sums(
    inputs: CountyInputs, entitlements: Sequence[Entitlement], requests: Sequence[Request]
) -> Mapping[LineCode, int]:
    """Return 申請補助數 of lines 1 to 3 as the funded schools ask, less past grants (A7) and with the pool.

    Nothing where no school asks for anything of its own.
    """
    known = by_key(requests)
    if not any(e.key in known for e in entitlements):
        return {}
    sums = [asked(e, known.get(e.key)) for e in entitlements if e.funded]
    codes: tuple[LineCode, ...] = (1, 2, 3)
    found: dict[LineCode, int] = {}
    for place, code in enumerate(codes):
        pool = (inputs.pool_devices or 0) if code == 2 else 0
        total = sum(row[place] for row in sums)
        found[code] = max(0, total - (inputs.line(code).already or 0)) + pool
    return found


def with_requests(
    inputs: CountyInputs, entitlements: Sequence[Entitlement], requests: Sequence[Request]
) -> CountyInputs:
    """Return the inputs with 申請補助數 of lines 1 to 3 as the funded schools ask.

    Without any request, or where the county filled a line in, the line stays as it is.
    """
    for code, total in line_sums(inputs, entitlements, requests).items():
        if inputs.line(code).requested is None:
            inputs = with_requested(inputs, code, total)
    return inputs
