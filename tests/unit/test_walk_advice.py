"""The page's advice where to measure next: asked of another process, whose answer may be anything."""

import sys
from pathlib import Path

import pytest

from wifiplan.errors import SurveyError
from wifiplan.web.walk_advice import Advisor, places_of

PLACE = '{"floor": 1, "x_m": 2.5, "y_m": 3, "rank": 1, "room_name": "教室", "rooms": ["A"]}'


def test_places_of_an_answer() -> None:
    (place,) = places_of(f'{{"places": [{PLACE}], "n_rooms": 3}}'.encode())
    assert place == {"floor": 1, "x_m": 2.5, "y_m": 3, "rank": 1, "room_name": "教室"}


@pytest.mark.parametrize(
    "data", [b"", b"\xff", b"[]", b'{"places": 3}', b'{"places": [{"floor": 0}]}', b'{"places": [[1]]}']
)
def test_what_is_no_answer_is_told(data: bytes) -> None:
    with pytest.raises(SurveyError, match="no advice"):
        places_of(data)


@pytest.mark.parametrize(
    ("program", "n_places", "word"),
    [
        (f"print({'{'!r} + '\"places\": [{PLACE}]' + {'}'!r})", 1, ""),
        ("print('wifiplan: no access point', file=sys.stderr); sys.exit(2)", None, "no access point"),
        ("print('nonsense')", None, "no advice"),
    ],
)
def test_the_advisor_keeps_an_answer_or_says_why_there_is_none(
    program: str, n_places: int | None, word: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    advisor = Advisor(Path("site.json"), Path("survey.csv"))
    code = f"import sys; assert sys.argv[1:] == ['survey.csv', '--json', '-n', '10'], sys.argv\n{program}"
    monkeypatch.setattr(advisor, "_command", [sys.executable, "-c", code])
    advisor.ask(has_readings=True)
    advisor.wait(30)
    assert (None if advisor.places is None else len(advisor.places)) == n_places
    assert word in str(advisor.error or "")
    assert not advisor.is_asking


def test_an_advisor_that_is_ended_asks_no_more(monkeypatch: pytest.MonkeyPatch) -> None:
    advisor = Advisor(Path("site.json"), Path("survey.csv"))
    monkeypatch.setattr(advisor, "_command", [sys.executable, "-c", "import time; time.sleep(60)"])
    advisor.ask(has_readings=False)
    assert advisor.is_asking
    advisor.end()
    advisor.wait(30)
    advisor.ask(has_readings=False)
    assert not advisor.is_asking
