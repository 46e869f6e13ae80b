"""The planner's server, started as users start it: who is let in, and that nothing drawn is ever lost."""

import http.client
import json
import os
import signal
import socket
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from bed.planner import Planner, planner

DEMO = Path(__file__).parents[2] / "floorplans" / "demo-remote.json"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    found = tmp_path_factory.mktemp("planner")
    (found / "demo.json").write_bytes(DEMO.read_bytes())
    return found


@pytest.fixture(scope="module")
def server(folder: Path) -> Iterator[Planner]:
    with planner(folder) as running:
        yield running


def test_only_the_browser_with_the_token_is_let_in(server: Planner) -> None:
    assert server.ask("GET", "/", bare=True).status == 403
    assert server.ask("GET", "/?token=guess", bare=True).status == 403
    assert server.ask("GET", "/api/site/demo", bare=True).status == 403
    # a cookie alone opens pages, but not what pages ask for: other pages' forms send cookies along
    assert server.ask("GET", "/api/site/demo", bare=True, headers={"Cookie": server.cookie}).status == 403
    entry = server.ask("GET", f"/?token={server.token}", bare=True)
    assert (entry.status, entry.headers["location"]) == (303, "/")
    assert "httponly" in entry.headers["set-cookie"].lower()
    assert "samesite=strict" in entry.headers["set-cookie"].lower()
    page = server.ask("GET", "/", bare=True, headers={"Cookie": server.cookie})
    assert page.status == 200
    assert "demo" in page.body.decode()
    assert page.headers["x-frame-options"] == "DENY"


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1:1", "127.0.0.1.evil.example", ""])
def test_a_foreign_name_that_points_here_is_refused(server: Planner, host: str) -> None:
    assert server.ask("GET", "/api/site/demo", headers={"Host": host}).status in {400, 403}


@pytest.mark.parametrize("origin", ["http://evil.example", "null", "https://127.0.0.1", "http://127.0.0.1:1"])
def test_requests_of_foreign_pages_are_refused(server: Planner, origin: str) -> None:
    assert server.ask("POST", "/api/check", {"site": {}}, headers={"Origin": origin}).status == 403


@pytest.mark.parametrize(
    ("fetch", "status"),
    [
        ({"Sec-Fetch-Site": "same-site", "Sec-Fetch-Mode": "no-cors", "Sec-Fetch-Dest": "script"}, 403),
        ({"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "iframe"}, 403),
        ({"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "document"}, 200),
        ({"Sec-Fetch-Site": "same-origin", "Sec-Fetch-Mode": "cors", "Sec-Fetch-Dest": "empty"}, 200),
    ],
)
def test_other_pages_get_nothing_but_a_followed_link(server: Planner, fetch: dict[str, str], status: int) -> None:
    # a page of another port is the same site for cookies
    assert server.ask("GET", "/", headers=fetch).status == status


def test_an_upgrade_and_odd_methods_are_no_way_in(server: Planner) -> None:
    upgrade = {"Connection": "Upgrade", "Upgrade": "websocket", "Sec-WebSocket-Key": "x", "Sec-WebSocket-Version": "13"}
    assert server.ask("GET", "/", bare=True, headers=upgrade).status == 403
    for method in ("OPTIONS", "TRACE", "PATCH", "PROPFIND"):
        assert server.ask(method, "/api/site/demo").status == 405
        assert server.ask(method, "/").status == 405


def test_pages_that_lie_in_the_folder_are_kept_apart(server: Planner, folder: Path) -> None:
    """A stranger's report may hold scripts: they must not read the planner's pages, which hold the token."""
    (folder / "schools" / "a").mkdir(parents=True)
    (folder / "schools" / "a" / "report.html").write_text("<script>alert(1)</script>", encoding="utf-8")
    (folder / "schools" / "b").mkdir()
    (folder / "schools" / "b" / "report.html").symlink_to("/etc/hostname")
    (folder / "county.html").write_text("<p>county</p>", encoding="utf-8")
    for path in ("/schools/a/report.html", "/county"):
        rule = server.ask("GET", path).headers["content-security-policy"]
        assert "sandbox" in rule
        assert "allow-same-origin" not in rule
    assert server.ask("GET", "/schools/b/report.html").status == 404
    # links of a page that is kept apart come as from elsewhere: a cookie of their own opens reports and nothing else
    entry = http.client.HTTPConnection("127.0.0.1", server.port, timeout=60)
    entry.request("GET", f"/?token={server.token}")
    cookies = [value for name, value in entry.getresponse().getheaders() if name.lower() == "set-cookie"]
    entry.close()
    (schools,) = [value for value in cookies if "path=/schools/" in value.lower()]
    lax = {"Cookie": schools.split(";")[0]}
    assert server.ask("GET", "/schools/a/report.html", bare=True, headers=lax).status == 200
    assert server.ask("GET", "/county", bare=True, headers=lax).status == 403
    assert server.ask("GET", "/", bare=True, headers=lax).status == 403


def test_only_the_loopback_address_listens(server: Planner) -> None:
    listening = [
        line.split()[1] for line in Path("/proc/net/tcp").read_text().splitlines()[1:] if line.split()[3] == "0A"
    ]
    ours = [address for address in listening if int(address.split(":")[1], 16) == server.port]
    assert ours == [f"0100007F:{server.port:04X}"]


def test_a_site_is_saved_and_a_conflict_is_noticed(server: Planner, folder: Path) -> None:
    opened = server.ask("GET", "/api/site/demo").json()
    site = opened["site"] | {"name": "甲校"}
    saved = server.ask("PUT", "/api/site/demo", {"site": site, "revision": opened["revision"]})
    assert saved.status == 200
    assert json.loads((folder / "demo.json").read_text(encoding="utf-8"))["name"] == "甲校"

    late = server.ask("PUT", "/api/site/demo", {"site": site | {"name": "乙校"}, "revision": opened["revision"]})
    assert late.status == 409
    assert late.json()["site"]["name"] == "甲校"
    assert json.loads((folder / "demo.json").read_text(encoding="utf-8"))["name"] == "甲校"

    forced = {"site": site | {"name": "乙校"}, "revision": opened["revision"], "force": True}
    assert server.ask("PUT", "/api/site/demo", forced).status == 200
    assert json.loads((folder / "demo.json").read_text(encoding="utf-8"))["name"] == "乙校"
    copies = [json.loads(path.read_text(encoding="utf-8"))["name"] for path in folder.glob("demo.old-*.json")]
    assert copies == ["甲校"]
    for path in folder.glob("demo.old-*.json"):
        path.unlink()


def test_a_new_site_never_takes_the_place_of_another(server: Planner, folder: Path) -> None:
    blank = {"format": 1, "name": "新", "floors": [{"level": 0, "elevation_m": 0, "height_m": 3.5}]}
    assert server.ask("PUT", "/api/site/new", {"site": blank, "revision": None}).status == 200
    assert server.ask("PUT", "/api/site/new", {"site": blank, "revision": None}).status == 409
    (folder / "new.json").unlink()


def test_a_faulty_site_is_not_written_and_all_faults_are_told(server: Planner, folder: Path) -> None:
    before = (folder / "demo.json").read_bytes()
    opened = server.ask("GET", "/api/site/demo").json()
    wall = {"line": [[0, 0], [0, 0]], "material": "brick", "top_m": 3}
    floors = [{"level": 0, "elevation_m": 0, "height_m": 3, "walls": [wall, wall | {"material": "cheese"}]}]
    answer = server.ask(
        "PUT", "/api/site/demo", {"site": {"name": "x", "floors": floors}, "revision": opened["revision"]}
    )
    assert answer.status == 422
    assert len(answer.json()["faults"]) >= 2
    assert (folder / "demo.json").read_bytes() == before


@pytest.mark.parametrize(
    "name",
    [
        "x" * 9_000,
        "%E6%A0%A1" * 90,
        "..",
        "..%2Fx",
        "%2Fetc%2Fpasswd",
        "a%00b",
        ".hidden",
        "con",
        "x%5C..%5Cy",
        "%E2%80%AEx",
    ],
)
def test_names_lead_nowhere(server: Planner, folder: Path, name: str) -> None:
    blank = {"name": "x", "floors": []}
    before = sorted(path.name for path in folder.parent.rglob("*"))
    assert server.ask("PUT", f"/api/site/{name}", {"site": blank, "revision": None}).status in {404, 405, 422}
    assert server.ask("PUT", f"/api/draft/{name}", {"doc": {}}).status in {404, 405, 422}
    assert sorted(path.name for path in folder.parent.rglob("*")) == before


@pytest.mark.parametrize("site", ["..%2F..%2Fevil", "a%2Fb", "..", "x" * 300])
def test_an_import_is_kept_nowhere_else(server: Planner, site: str) -> None:
    assert server.ask("POST", f"/api/import?name=a.json&site={site}", DEMO.read_bytes()).status == 422


def test_links_lead_nowhere(server: Planner, folder: Path, tmp_path: Path) -> None:
    (folder / "surveys").symlink_to(tmp_path)
    (folder / "pipe.json").symlink_to("/dev/zero")
    assert server.ask("GET", "/edit/pipe").status == 422
    os.mkfifo(folder / "fifo.json")
    assert server.ask("GET", "/edit/fifo").status == 422
    assert server.ask("GET", "/").status == 200
    for name in ("surveys", "pipe.json", "fifo.json"):
        (folder / name).unlink()


@pytest.mark.parametrize(
    "body", [b'{"doc":NaN,"x":1e999}', b'{"doc":"\\ud800","\\udfff":1}', b'{"doc":1' + b"0" * 500 + b"}"]
)
def test_a_journal_never_keeps_its_site_from_opening(server: Planner, body: bytes) -> None:
    assert server.ask("PUT", "/api/draft/demo", body).status == 204
    assert server.ask("GET", "/api/site/demo").status == 200
    assert server.ask("GET", "/edit/demo").status == 200
    assert server.ask("DELETE", "/api/draft/demo").status == 204


def test_a_faulty_file_opens_and_lists_its_faults(server: Planner, folder: Path) -> None:
    text = '{"name": "x\\ud800", "floors": [{"level": NaN}, {"level": 1e999, "rooms": ' + "[" * 200 + "]" * 200 + "}]}"
    (folder / "odd.json").write_text(text, encoding="utf-8")
    opened = server.ask("GET", "/api/site/odd")
    assert opened.status == 200
    assert opened.json()["faults"]
    assert server.ask("GET", "/edit/odd").status == 200
    assert server.ask("GET", "/").status == 200
    (folder / "odd.json").unlink()


def test_a_deleted_file_is_written_again_and_a_broken_one_is_a_conflict(server: Planner, folder: Path) -> None:
    site = json.loads(DEMO.read_text(encoding="utf-8"))
    assert server.ask("PUT", "/api/site/gone", {"site": site, "revision": "of a file that was deleted"}).status == 200
    (folder / "gone.json").write_text("{{{", encoding="utf-8")
    answer = server.ask("PUT", "/api/site/gone", {"site": site, "revision": "x"})
    assert answer.status == 409
    assert answer.json()["site"]["floors"] == []
    (folder / "gone.json").unlink()


def test_a_file_that_exhausts_its_reader_is_refused_and_leaves_nothing(server: Planner) -> None:
    blocks = ["0\nSECTION\n2\nBLOCKS\n"]
    for n in range(10):
        inside = "0\nLINE\n8\n0\n10\n0\n20\n0\n11\n1\n21\n1\n" if n == 0 else f"0\nINSERT\n2\nB{n - 1}\n" * 20
        blocks.append(f"0\nBLOCK\n2\nB{n}\n70\n0\n10\n0\n20\n0\n{inside}0\nENDBLK\n")
    blocks.append("0\nENDSEC\n0\nSECTION\n2\nENTITIES\n0\nINSERT\n2\nB9\n10\n0\n20\n0\n0\nENDSEC\n0\nEOF\n")
    answer = server.ask("POST", "/api/import?name=bomb.dxf", "".join(blocks).encode())
    assert answer.status == 422
    assert "/" not in answer.json()["where"]
    assert server.ask("POST", "/api/underlay/demo?file=a.svg", b"<svg><bomb").status == 422


def test_connections_that_say_nothing_keep_nobody_out(server: Planner) -> None:
    idle = [socket.create_connection(("127.0.0.1", server.port)) for _ in range(80)]
    for one in idle[:40]:
        one.sendall(b"GET / HT")
    assert server.ask("GET", "/api/job/x").status == 404
    for one in idle:
        one.close()


def test_requests_have_a_limit(server: Planner) -> None:
    assert server.ask("PUT", "/api/draft/demo", {"doc": "x" * 9_000_000}).status == 413
    assert server.ask("POST", "/api/check", b"[" * 100_000).status == 422
    assert server.ask("POST", "/api/check", b"\xff\xfe").status == 422
    # one that tells no length and goes on for long is refused
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=60)
    head = {"X-Wifiplan-Token": server.token, "Transfer-Encoding": "chunked"}
    parts = (b"x" * 65_536 for _ in range(10_000))
    try:
        connection.request("PUT", "/api/draft/demo", body=parts, headers=head, encode_chunked=True)
        status = connection.getresponse().status
    except (ConnectionError, http.client.HTTPException):
        status = 413
    connection.close()
    assert status == 413
    # what comes after the refusal is let go: none of its 655 MB is kept
    status_text = Path(f"/proc/{server.process.pid}/status").read_text(encoding="utf-8")
    (peak_kb,) = [int(line.split()[1]) for line in status_text.splitlines() if line.startswith("VmHWM")]
    assert peak_kb < 600_000


def test_unsaved_work_outlives_the_server_and_a_plan_does_not(tmp_path: Path) -> None:
    (tmp_path / "demo.json").write_bytes(DEMO.read_bytes())
    doc = {"site": {"name": "半成品"}, "hand": {}, "undo": [1, 2], "redo": []}
    with planner(tmp_path) as first:
        assert first.ask("PUT", "/api/draft/demo", {"doc": doc, "revision": "r"}).status == 204
        site = first.ask("GET", "/api/site/demo").json()["site"]
        assert first.ask("POST", "/api/plan/demo", {"site": site}).status == 202
        children = _children(first.process.pid)
        assert children
        first.process.kill()
        first.process.wait()
    with planner(tmp_path) as second:
        assert second.ask("GET", "/api/site/demo").json()["draft"]["doc"] == doc
        assert second.ask("DELETE", "/api/draft/demo").status == 204
        assert second.ask("GET", "/api/site/demo").json()["draft"] is None
        assert not any(_runs(pid) for pid in children)
        second.process.send_signal(signal.SIGINT)
        assert second.process.wait(30) == 0
        assert "Traceback" not in second.messages()


def _children(parent: int) -> list[int]:
    found = [path for path in Path("/proc").iterdir() if path.name.isdigit()]
    return [int(path.name) for path in found if _state(int(path.name))[1:2] == [str(parent)]]


def _runs(pid: int) -> bool:
    return _state(pid)[:1] not in ([], ["Z"])


def _state(pid: int) -> list[str]:
    """Return state and parent of a process, nothing if it has ended."""
    try:
        return Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rsplit(")", 1)[1].split()[:2]
    except OSError:
        return []


def test_a_plan_is_made_followed_and_moved_by_hand(server: Planner, folder: Path) -> None:
    opened = server.ask("GET", "/api/site/demo").json()
    assert server.ask("POST", "/api/live/nothing", {"hand": {}, "floor": 0}).status == 410
    started = server.ask("POST", "/api/plan/demo", {"site": opened["site"], "n_aps": None, "settings": {}})
    assert started.status == 202
    shares: list[float] = []
    for _ in range(600):
        job = server.ask("GET", f"/api/job/{started.json()['job']}").json()
        shares.append(job["share"])
        if job["state"] != "running":
            break
        time.sleep(0.1)
    assert job["state"] == "done", job["problem"]
    assert shares == sorted(shares)
    view = job["view"]
    passing = {room["room_id"] for room in view["rooms"] if room["verdict"] == "pass"}
    assert passing

    still = server.ask("POST", "/api/live/demo", {"hand": {}, "floor": 0, "bands": ["5"]}).json()
    assert {room["room_id"] for room in still["rooms"] if room["verdict"] == "pass"} == passing
    ap = view["access_points"][0]
    served = next(room for room in view["rooms"] if room["room_id"] in ap["serves"])
    away = {
        "x_m": view["floors"][0]["bounds"][2] - 0.5,
        "y_m": view["floors"][0]["bounds"][3] - 0.5,
        "floor": ap["floor"],
    }
    moved = server.ask(
        "POST", "/api/live/demo", {"hand": {ap["id"]: away}, "floor": ap["floor"], "bands": ["5"]}
    ).json()
    now = next(room for room in moved["rooms"] if room["room_id"] == served["room_id"])
    assert now["received_dbm"] != served["received_dbm"]
    assert moved["fields"]["bands"]["5"]["signal"] != still["fields"]["bands"]["5"]["signal"]

    hand = {"site": opened["site"], "revision": opened["revision"], "hand": {ap["id"]: away}}
    assert server.ask("PUT", "/api/site/demo", hand).status == 200
    again = server.ask("GET", "/api/site/demo").json()["view"]
    kept = next(point for point in again["access_points"] if point["id"] == ap["id"])
    assert (kept["x_m"], kept["y_m"]) == (away["x_m"], away["y_m"])
    assert (folder / "plans" / "demo" / "plan.json").is_file()
    assert server.ask("GET", "/report/demo").status == 200


def test_a_plan_can_be_stopped(server: Planner) -> None:
    opened = server.ask("GET", "/api/site/demo").json()
    job = server.ask("POST", "/api/plan/other", {"site": opened["site"], "n_aps": None}).json()["job"]
    assert server.ask("DELETE", f"/api/job/{job}").status == 204
    assert server.ask("GET", f"/api/job/{job}").json()["state"] == "cancelled"


def test_wrong_requests_get_one_message(server: Planner) -> None:
    opened = server.ask("GET", "/api/site/demo").json()["site"]
    wrong = {"site": opened, "n_aps": None, "settings": {"design.nonsense": 3}}
    answer = server.ask("POST", "/api/plan/demo", wrong)
    assert answer.status == 422
    assert "nonsense" in json.dumps(answer.json())
    assert server.ask("POST", "/api/plan/demo", {"site": opened, "n_aps": -1}).status == 422
    assert server.ask("POST", "/api/live/demo", {"hand": {"AP-01": {"x_m": "far"}}, "floor": 0}).status in {410, 422}
    assert server.ask("POST", "/api/import?name=x.dwg", b"AC1032").status == 422
    assert server.ask("POST", "/api/import?name=x.dxf&level=%C2%B2", b"x").status == 422
    assert server.ask("GET", "/api/export/demo?format=exe").status == 422
    endless = b'{"hand":{"AP-01":{"x_m":1' + b"0" * 400 + b',"y_m":0,"floor":0}},"floor":0}'
    assert server.ask("POST", "/api/live/demo", endless).status in {410, 422}
    # whatever was asked of it above, the server met with an answer
    assert "Traceback" not in server.messages()
