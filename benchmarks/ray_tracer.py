"""Our maps beside Sionna RT's on the same building in one run: how far they are apart, and how much faster ours are.

Run it with ``python -m benchmarks.ray_tracer`` from the checkout; it needs the optional extra `bench`, and LLVM for
Dr.Jit (DRJIT_LIBLLVM_PATH says where it is). ``python -m benchmarks.ray_tracer FOLDER...`` holds our maps against maps
that the ray tracer made earlier (`scene.json` and `maps.npz`, as in shared/data/sionna_a beside the checkout), which
needs neither.
"""

import importlib.util
import json
import os
import re
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from wifiplan.errors import MissingError
from wifiplan.predict.maps import gains_db
from wifiplan.predict.obstacles import obstacles
from wifiplan.predict.shadows.grid import Raster
from wifiplan.radio.loss import LAWS, Law
from wifiplan.site.building import Floor, Site, Slab, Wall
from wifiplan.site.network import Band
from wifiplan.units import Array, BoolArray, db_from_ratio, hz_from_mhz, ratio_from_db

CELL_M, RISE_M, N_SUB = 0.5, 1.2, 5
"""Cells of the maps, their height above the floor [m], and into how many parts we cut a cell's edge: the ray tracer's
value is the mean over a cell."""

DEPTH, N_SAMPLES = 8, 2_000_000
MHZ: dict[Band, int] = {"2.4": 2437, "5": 5250, "6": 6500}
NO_PATH_DB = -300.0
STRONG_DB = -100.0
"""Gain below which no Wi-Fi of 20 dBm is of use (-80 dBm); few rays of the tracer arrive there: its map is noisy."""

N_IMAGES = (0, 8, 24, 48)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Scene:
    """A building, antennas (i, 3) [m], the map's size, and the cells that are judged: x0, x1, y0, y1 [m]."""

    site: Site
    source_xyz_m: Array
    size_m: tuple[float, float]
    box_m: tuple[float, float, float, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class Apart:
    """How far our map is from the ray tracer's: mean and root mean square over cells [dB]; both times [s].

    `strong_rmse_db` counts the cells alone whose gain is above `STRONG_DB`.
    """

    band: Band
    n_images: int
    bias_db: float
    rmse_db: float
    strong_rmse_db: float
    ours_s: float
    theirs_s: float | None


def own_scene() -> Scene:
    """Return four classrooms on an open corridor, one of them divided obliquely, under a concrete roof."""
    walls: list[Wall] = [_wall((1, 0), (33, 0), 0.0, 1.1, "brick", 0.12)]
    for k in range(4):
        x = 1.0 + 8.0 * k
        walls += [
            _wall((x, 2.5), (x + 1, 2.5), 0.0, 2.1, "wood", 0.04),
            _wall((x, 2.5), (x + 1, 2.5), 2.1, 3.3, "brick", 0.12),
            _wall((x + 1, 2.5), (x + 8, 2.5), 0.0, 1.2, "brick", 0.12),
            _wall((x + 1, 2.5), (x + 8, 2.5), 1.2, 2.4, "glass", 0.006),
            _wall((x + 1, 2.5), (x + 8, 2.5), 2.4, 3.3, "brick", 0.12),
            _wall((x, 10), (x + 8, 10), 0.0, 0.9, "brick", 0.24),
            _wall((x, 10), (x + 8, 10), 0.9, 2.4, "glass", 0.006),
            _wall((x, 10), (x + 8, 10), 2.4, 3.3, "brick", 0.24),
        ]
    walls += [_wall((1 + 8 * k, 2.5), (1 + 8 * k, 10), 0.0, 3.3, "concrete", 0.15) for k in range(5)]
    walls.append(_wall((18.5, 2.5), (22, 10), 0.0, 3.3, "plasterboard", 0.025))
    outline = ((1.0, 0.0), (33.0, 0.0), (33.0, 10.0), (1.0, 10.0))
    slab = Slab(material="concrete", thickness_m=0.15)
    floors = (
        Floor(level=0, elevation_m=0.0, height_m=3.3, slab=slab, outline=outline, walls=tuple(walls)),
        Floor(level=1, elevation_m=3.3, height_m=3.3, slab=slab, outline=outline),
    )
    sources = np.array([(5.0, 6.5, 3.0), (14.0, 1.2, 2.9), (29.5, 9.0, 2.6)])
    site = Site(name="benchmark", floors=floors)
    return Scene(site=site, source_xyz_m=sources, size_m=(34.0, 11.0), box_m=(1.0, 33.0, 0.0, 10.0))


def stored_scene(folder: Path) -> tuple[Scene, dict[str, Array]]:
    """Return a scene that the ray tracer has seen, and its maps (i, y, x) by name [dB]."""
    drawn = json.loads((folder / "scene.json").read_text(encoding="utf-8"))
    with np.load(folder / "maps.npz") as file:
        maps = {name: np.asarray(file[name], dtype=np.float64) for name in file.files}
    kinds = {name: (kind["itu"], kind["thickness_m"]) for name, kind in drawn["materials"].items()}
    height_m = drawn["storey_height_m"]
    floors = []
    for slab in drawn["slabs"]:
        x0, y0, x1, y1, z = (slab[f"{name}_m"] for name in ("x0", "y0", "x1", "y1", "z"))
        material, thickness_m = kinds[slab["material"]]
        here = (w for w in drawn["walls"] if z - 1e-6 <= w["z0_m"] < z + height_m - 1e-6)
        floors.append(
            Floor(
                level=round(z / height_m),
                elevation_m=z,
                height_m=height_m,
                slab=Slab(material=material, thickness_m=thickness_m),
                outline=((x0, y0), (x1, y0), (x1, y1), (x0, y1)),
                walls=tuple(
                    _wall(
                        (w["x0_m"], w["y0_m"]),
                        (w["x1_m"], w["y1_m"]),
                        w["z0_m"] - z,
                        w["z1_m"] - z,
                        *kinds[w["material"]],
                    )
                    for w in here
                ),
            )
        )
    # sionna_a's own box stands in the facts, not in its scene
    box = tuple(drawn.get("judge_box_m", (2.0, 38.0, 0.0, 12.0)))
    n_y, n_x = maps[f"full_{MHZ['5']}"].shape[1:]
    site = Site(name=drawn["name"], floors=tuple(floors))
    return Scene(site=site, source_xyz_m=maps["aps"], size_m=(n_x * CELL_M, n_y * CELL_M), box_m=box), maps


def ours_db(scene: Scene, band: Band, n_images: int) -> tuple[Array, float]:
    """Return our gain, a mean over every cell (i, y, x) [dB], and the time that it took [s]."""
    started = time.perf_counter()
    things = obstacles(scene.site, law=None, bands=(band,), frequency_hz=hz_from_mhz(MHZ[band]))
    n_x, n_y = (round(side / CELL_M) for side in scene.size_m)
    step = CELL_M / N_SUB
    raster = Raster(step / 2, step, n_x * N_SUB, step / 2, step, n_y * N_SUB, RISE_M)
    base = LAWS["p2040_multi_wall"]
    if not isinstance(base, Law):
        raise TypeError(base)
    # the ray tracer knows no saturation of stacked walls
    law = replace(base, n_images=n_images, max_wall_db=None)
    fine = ratio_from_db(gains_db(things, scene.source_xyz_m, raster, law, n_threads=os.cpu_count() or 1)[:, 0])
    with np.errstate(divide="ignore"):
        cells = db_from_ratio(fine.reshape(-1, n_y, N_SUB, n_x, N_SUB).mean(axis=(2, 4)))
    return np.asarray(cells, dtype=np.float64), time.perf_counter() - started


def judged(scene: Scene, theirs: Array) -> BoolArray:
    """Return which cells (i, y, x) are judged: inside the box, and reached by the ray tracer."""
    x = CELL_M * (0.5 + np.arange(theirs.shape[2]))
    y = CELL_M * (0.5 + np.arange(theirs.shape[1]))
    x0, x1, y0, y1 = scene.box_m
    inside = ((x > x0) & (x < x1))[None, :] & ((y > y0) & (y < y1))[:, None]
    return np.asarray(inside[None] & (theirs > NO_PATH_DB))


def apart(
    scene: Scene,
    theirs: Callable[[Band, bool], tuple[Array, float | None]],
    n_images: Sequence[int] = N_IMAGES,
    bands: Sequence[Band] = tuple(MHZ),
) -> list[Apart]:
    """Return how far our maps are from the ray tracer's, by band and number of images (0: transmission alone)."""
    found = []
    for band in bands:
        for n in n_images:
            wanted, theirs_s = theirs(band, n > 0)
            ours, ours_s = ours_db(scene, band, n)
            cells = judged(scene, wanted) & np.isfinite(ours)
            error, strong = (ours - wanted)[cells], (ours - wanted)[cells & (wanted > STRONG_DB)]
            found.append(
                Apart(
                    band=band,
                    n_images=n,
                    bias_db=float(error.mean()),
                    rmse_db=float(np.sqrt((error**2).mean())),
                    strong_rmse_db=float(np.sqrt((strong**2).mean())),
                    ours_s=ours_s,
                    theirs_s=theirs_s,
                )
            )
    return found


class Sionna:
    """Sionna RT on one scene; every map is traced once for warmth and once for time, then kept."""

    def __init__(self, scene: Scene) -> None:
        for name in ("mitsuba", "sionna.rt"):
            if not _there(name):
                raise MissingError(
                    "Sionna RT is not installed", remedy='pip install "wifiplan[bench]"', where=Path(__file__).name
                )
        newest = newest_llvm()
        if newest is not None:
            os.environ.setdefault("DRJIT_LIBLLVM_PATH", str(newest))
        import mitsuba  # noqa: PLC0415 (an optional extra)

        mitsuba.set_variant("llvm_ad_mono_polarized")
        self.scene = scene
        self._kept: dict[tuple[Band, bool], tuple[Array, float | None]] = {}

    def gain_db(self, band: Band, reflected: bool) -> tuple[Array, float | None]:  # noqa: FBT001 (one of two maps)
        """Return the gain (i, y, x) with or without reflections [dB], and the time of tracing alone [s]."""
        if (band, reflected) not in self._kept:
            self._trace(band, reflected=reflected, seed=1)
            self._kept[band, reflected] = self._trace(band, reflected=reflected, seed=2)
        return self._kept[band, reflected]

    def _trace(self, band: Band, *, reflected: bool, seed: int) -> tuple[Array, float]:
        import mitsuba as mi  # noqa: PLC0415 (an optional extra)
        from sionna import rt  # noqa: PLC0415 (an optional extra)

        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder) / "scene.xml"
            file.write_text(mitsuba_xml(self.scene.site), encoding="utf-8")
            scene = rt.load_scene(str(file), merge_shapes=False)
        scene.frequency = hz_from_mhz(MHZ[band])
        scene.tx_array = rt.PlanarArray(num_rows=1, num_cols=1, pattern="iso", polarization="V")
        scene.rx_array = scene.tx_array
        for i, xyz in enumerate(self.scene.source_xyz_m):
            scene.add(rt.Transmitter(f"ap{i}", position=[float(v) for v in xyz]))
        size_x, size_y = self.scene.size_m
        started = time.perf_counter()
        traced = rt.RadioMapSolver()(
            scene,
            center=mi.Point3f(size_x / 2, size_y / 2, RISE_M),
            orientation=mi.Point3f(0, 0, 0),
            size=mi.Point2f(size_x, size_y),
            cell_size=mi.Point2f(CELL_M, CELL_M),
            samples_per_tx=N_SAMPLES,
            max_depth=DEPTH,
            los=True,
            specular_reflection=reflected,
            diffuse_reflection=False,
            refraction=True,
            seed=seed,
        )
        gain = np.array(traced.path_gain, dtype=np.float64)
        seconds = time.perf_counter() - started
        return np.where(gain > 0, db_from_ratio(np.maximum(gain, 1e-30)), NO_PATH_DB), seconds


def mitsuba_xml(site: Site) -> str:
    """Return a building of rectangular slabs as a Mitsuba scene of Sionna's ITU materials."""
    materials: dict[tuple[str, float], str] = {}
    shapes: list[str] = []

    def shape(kind: tuple[str, float], columns: Sequence[Sequence[float] | Array]) -> None:
        name = materials.setdefault(kind, f"mat-{len(materials)}")
        matrix = np.eye(4)
        matrix[:3] = np.array(columns, dtype=np.float64).T
        values = " ".join(f"{value:.6g}" for value in matrix.ravel())
        shapes.append(
            f'<shape type="rectangle" id="s{len(shapes)}">'
            f'<transform name="to_world"><matrix value="{values}"/></transform>'
            f'<ref id="{name}" name="bsdf"/></shape>'
        )

    for floor in site.floors:
        z = floor.elevation_m
        for wall in floor.walls:
            (xa, ya), (xb, yb) = wall.line
            low, high = z + wall.bottom_m, z + (floor.height_m if wall.top_m is None else wall.top_m)
            along, up = np.array([(xb - xa) / 2, (yb - ya) / 2, 0.0]), np.array([0.0, 0.0, (high - low) / 2])
            across = np.cross(along, up)
            middle = ((xa + xb) / 2, (ya + yb) / 2, (low + high) / 2)
            kind = wall.material, float(wall.thickness_m or 0.0)
            shape(kind, (along, up, across / np.linalg.norm(across), middle))
        corners = np.array(floor.outline)
        (x0, y0), (x1, y1) = corners.min(axis=0), corners.max(axis=0)
        flat = ((x1 - x0) / 2, 0, 0), (0, (y1 - y0) / 2, 0), (0, 0, 1), ((x0 + x1) / 2, (y0 + y1) / 2, z)
        shape((floor.slab.material, floor.slab.thickness_m), flat)
    kinds = [
        f'<bsdf type="itu-radio-material" id="{name}"><string name="type" value="{material}"/>'
        f'<float name="thickness" value="{thickness_m}"/></bsdf>'
        for (material, thickness_m), name in materials.items()
    ]
    return "\n".join(['<scene version="2.1.0">', *kinds, *shapes, "</scene>"])


def show(title: str, rows: Sequence[Apart]) -> None:
    """Print one line a band and number of images."""
    print(f"\n{title}")
    errors = f"{'bias dB':>8} {'RMSE dB':>8} {'strong':>7}"
    print(f"{'band':>5} {'images':>7} {errors} {'ours s':>7} {'tracer s':>13} {'x faster':>13}")
    for row in rows:
        theirs = f"{row.theirs_s:13.2f} {row.theirs_s / row.ours_s:13.1f}" if row.theirs_s else f"{'stored':>13}"
        images = str(row.n_images) if row.n_images else "none"
        errors = f"{row.bias_db:+8.2f} {row.rmse_db:8.2f} {row.strong_rmse_db:7.2f}"
        print(f"{row.band:>5} {images:>7} {errors} {row.ours_s:7.2f} {theirs}")


def main() -> None:
    """Print the tables."""
    for name in sys.argv[1:]:
        scene, maps = stored_scene(Path(name))

        def stored(band: Band, reflected: bool, maps: dict[str, Array] = maps) -> tuple[Array, None]:  # noqa: FBT001
            return maps[f"{'full' if reflected else 'trans'}_{MHZ[band]}"], None

        show(f"{scene.site.name}, {len(scene.source_xyz_m)} antennas, maps made earlier", apart(scene, stored))
    if len(sys.argv) > 1:
        return
    try:
        scene = own_scene()
        show(f"four classrooms, {len(scene.source_xyz_m)} antennas", apart(scene, Sionna(scene).gain_db))
    except (MissingError, ImportError, RuntimeError) as error:
        sys.exit(f"no ray tracer: {error}")


def newest_llvm(folders: Sequence[Path] = (Path("/usr/lib"), Path("/usr/lib64"))) -> Path | None:
    """Return the newest LLVM among the system's libraries, None where there is none.

    Dr.Jit takes the first that it finds, and older ones than 17 end the process on processors with AVX-512.
    """
    found = {}
    for path in (
        path for folder in folders for pattern in ("libLLVM*.so*", "*/libLLVM*.so*") for path in folder.glob(pattern)
    ):
        version = re.search(r"(\d+)", path.name)
        if version is not None:
            found[int(version[1])] = path
    return found[max(found)] if found else None


def _there(name: str) -> bool:
    try:
        return importlib.util.find_spec(name) is not None
    except ModuleNotFoundError:
        return False


def _wall(
    a: tuple[float, float], b: tuple[float, float], bottom_m: float, top_m: float, material: str, thickness_m: float
) -> Wall:
    return Wall(line=(a, b), bottom_m=bottom_m, top_m=top_m, material=material, thickness_m=thickness_m)


if __name__ == "__main__":
    main()
