from wifiplan.scheme.budget import CountyInputs, LineInput
from wifiplan.scheme.entitlement import Entitlement
from wifiplan.scheme.requests import with_requests
from wifiplan.scheme.school import Request

GIVEN = Entitlement(
    stage="junior",
    code="000001",
    remote=False,
    national=False,
    funded=True,
    n_class_sets=1,
    n_student_devices=30,
    n_teacher_devices=3,
    n_carts=1,
    cost_ntd=0,
)
WISH = Request(stage="junior", code="000001", n_student_devices=40, n_carts=2)


def test_without_requests_the_inputs_stay() -> None:
    assert with_requests(CountyInputs(), [GIVEN], ()) == CountyInputs()


def test_requests_are_summed_less_past_grants_plus_the_pool() -> None:
    inputs = CountyInputs(lines=((1, LineInput(requested=9)), (2, LineInput(already=15))), pool_devices=5)
    found = with_requests(inputs, [GIVEN], (WISH,))
    assert [found.line(code).requested for code in (1, 2, 3)] == [9, 30, 2]
