"""What works on this machine, tried: a kernel compiled, a programme solved, a page set, a small school planned.

Nothing is sent anywhere: the one port that is opened is of this machine alone.
"""

import operator
import os
import socket
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np

from wifiplan.cli.doctor_machine import Finding
from wifiplan.county import Engine, Worked, hired
from wifiplan.design.placement import cover
from wifiplan.errors import WifiplanError
from wifiplan.predict import shadows
from wifiplan.predict.coverage import received_dbm
from wifiplan.probe.ears import ear, monitor_interfaces
from wifiplan.report.typesetting import compiled
from wifiplan.report.workbook.installer import tables_xlsx
from wifiplan.scheme.school import School
from wifiplan.site.archetype import archetype
from wifiplan.site.building import Site
from wifiplan.site.network import AccessPoint, Radio
from wifiplan.study.plan import plan_site
from wifiplan.study.records import Plan
from wifiplan.study.settings import Settings

PAGE = '#set text(font: "Noto Sans TC", fallback: false)\n學校無線網路 Wi-Fi'


def trials(folder: Path) -> Iterator[Finding]:
    """Yield what was tried and how it went; `folder` is where answers would be written."""
    yield _tried("folder", lambda: _written(folder))
    yield _tried("cache", _cache, needed=False)
    site = _site()
    yield _tried("kernel", lambda: _kernel(site))
    yield _tried("solver", _solver)
    yield _tried("pdf", _page)
    plans: list[Plan] = []
    yield _tried("plan", lambda: _plan(site, plans))
    if plans:
        yield _tried("workbook", lambda: f"{len(tables_xlsx(plans[0], 'zh-TW')) // 1000} kB")
    yield _tried("workers", _workers)
    yield _tried("port", _port, needed=False)
    yield _tried("raw", _raw, needed=False)


def _tried(name: str, trial: Callable[[], str], *, needed: bool = True) -> Finding:
    """Return how a trial went; whatever goes wrong in it is its answer."""
    try:
        detail = trial()
    except WifiplanError as error:
        return Finding(group="trial", name=name, key=name, state="fails", detail=error.problem, needed=needed)
    except Exception as error:  # noqa: BLE001 (a machine can fail in any way, and the doctor must tell of it)
        told = " ".join(f"{type(error).__name__}: {error}".split())[:200]
        return Finding(group="trial", name=name, key=name, state="fails", detail=told, needed=needed)
    return Finding(group="trial", name=name, key=name, state="ok", detail=detail, needed=needed)


def _written(folder: Path) -> str:
    with tempfile.NamedTemporaryFile(dir=folder, prefix=".wifiplan-doctor-") as file:
        file.write(b"x")
    return str(folder.resolve())


def _cache() -> str:
    """Return where compiled kernels are kept: numba's own folder, else beside the module, else the user's."""
    own = os.environ.get("NUMBA_CACHE_DIR")
    beside = Path(shadows.__file__).parent / "__pycache__"
    if own is None and os.access(beside if beside.is_dir() else beside.parent, os.W_OK):
        return str(beside)
    folder = Path(own) if own else Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "numba"
    nearest = next(path for path in (folder, *folder.parents) if path.exists())
    if not os.access(nearest, os.W_OK):
        raise PermissionError(str(nearest))
    return str(folder)


def _site() -> Site:
    """Return a school of three classes."""
    row = School(stage="elementary", code="000000", name="測試國小", county="測試縣", n_classes=3, n_students=60)
    return archetype(row)


def _kernel(site: Site) -> str:
    started = time.perf_counter()
    points = np.array([[1.0, 1.0, 1.0], [6.0, 2.0, 1.0]])
    radio = Radio(band="5", channel=36, width_mhz=20, eirp_dbm=20.0)
    ap = AccessPoint(id="a", floor=site.floors[0].level, x_m=3.0, y_m=3.0, z_m=2.7, radios=(radio,))
    levels = np.full(len(points), site.floors[0].level)
    found = received_dbm(site, (ap,), points, levels, band="5", law=Settings().law)
    if not np.isfinite(found).all():
        raise ArithmeticError(f"received power {found.tolist()}")
    return f"{time.perf_counter() - started:.1f} s"


def _solver() -> str:
    found = cover(np.array([[True, True, False], [False, True, True], [True, True, True]]), np.array([1.0, 1.0, 1.5]))
    if not np.isclose(found.cost, 1.5):
        raise ArithmeticError(f"cost {found.cost}, not 1.5")
    return "HiGHS"


def _page() -> str:
    return f"{len(compiled(PAGE.encode(), {}, where='doctor.pdf')) // 1000} kB"


def _plan(site: Site, plans: list[Plan]) -> str:
    started = time.perf_counter()
    settings = Settings()
    plan = plan_site(site, replace(settings, design=replace(settings.design, what_if=False)))
    plans.append(plan)
    return f"{plan.n_new_aps} AP, {time.perf_counter() - started:.1f} s"


def _workers() -> str:
    """Return how long a worker process of a county run takes from its start to its first answer."""
    started = time.perf_counter()
    with hired(Engine(n_workers=1)) as crew:
        found = crew.each((1,), operator.neg, _lost, size=operator.abs, take=_taken)
    if found != (-1,):
        raise ChildProcessError(f"a worker process answered {found}")
    return f"{time.perf_counter() - started:.1f} s"


def _lost(task: int, cause: str) -> int:  # noqa: ARG001 (the engine tells why, the doctor that)
    return task


def _taken(task: int, worked: Worked[int]) -> int:  # noqa: ARG001 (the engine's signature)
    return worked.answer


def _port() -> str:
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        server.listen(1)
        return f"127.0.0.1:{server.getsockname()[1]}"


def _raw() -> str:
    """Return the way to raw frames, and the interfaces that are in monitor mode."""
    way = ear("lo", environment=os.environ).way
    return ", ".join((way, *monitor_interfaces()))
