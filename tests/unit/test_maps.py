import numpy as np
import pytest

from tests.unit.test_mirrors import building
from wifiplan.predict.losses import loss_db
from wifiplan.predict.maps import gains_db
from wifiplan.predict.obstacles import obstacles
from wifiplan.predict.shadows.grid import Raster
from wifiplan.radio.loss import ImagesP2040, Law
from wifiplan.radio.measured import InBand

CALIBRATED = Law(
    offset_db=11.0,
    max_wall_db=25.0,
    in_band=(
        InBand(band="2.4", offset_db=-3.0, exponent=2.4, max_wall_db=14.0, wall_db=(("brick", 5.0),)),
        InBand(band="6", exponent=1.7, wall_db=(("brick", -2.5), ("concrete", -9.0))),
    ),
)


@pytest.mark.parametrize("law", [Law(), ImagesP2040(), CALIBRATED])
@pytest.mark.parametrize(("source", "z_m"), [((2.6, 3.3, 2.9), 1.0), ((8.2, 9.1, 5.9), 4.2)])
def test_a_quick_map_is_near_what_every_ray_gives(law: Law, source: tuple[float, ...], z_m: float) -> None:
    things = obstacles(building(2, 0.0), law=law)
    antenna = np.array([source])
    raster = Raster(x_m=0.3, dx_m=0.5, n_x=23, y_m=0.3, dy_m=0.5, n_y=23, z_m=z_m)
    at = 0.3 + 0.5 * np.arange(23)
    xx, yy = np.meshgrid(at, at)
    points = np.stack([xx.ravel(), yy.ravel(), np.full(xx.size, z_m)], axis=1)
    quick_db = gains_db(things, antenna, raster, law)[0]
    for b, band in enumerate(things.bands):
        error_db = quick_db[b] + loss_db(things, antenna, points, law, band=band).reshape(23, 23)
        assert np.percentile(np.abs(error_db), 90) < 1.2
        assert abs(np.median(error_db)) < 0.1
