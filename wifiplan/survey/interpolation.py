"""STUB"""
from collections.abc import Sequence
from dataclasses import dataclass
import numpy as np
from wifiplan.predict.coverage import received_dbm, grid as G
from wifiplan.site.building import Site
from wifiplan.site.network import Band
from wifiplan.survey.estimates import Calibration
from wifiplan.survey.records import Survey
from wifiplan.units import Array, IntArray
@dataclass(frozen=True, kw_only=True, eq=False)
class Estimate:
    """stub"""
    mean_dbm_ij: Array
    sd_db_ij: Array
    law_dbm_ij: Array
@dataclass(frozen=True, kw_only=True, eq=False)
class Maps:
    """stub"""
    x_m: Array
    y_m: Array
    mean_dbm_iyx: Array
    sd_db_iyx: Array
@dataclass(frozen=True, kw_only=True, eq=False)
class Interpolator:
    """stub"""
    calibration: Calibration
    surveys: Sequence[Survey]
    site: Site
    band: Band
    def at(self, points_xyz_m: Array, floor_j: IntArray) -> Estimate:
        """stub"""
        m=received_dbm(self.site,self.site.access_points,points_xyz_m,floor_j,band=self.band,law=self.calibration.law)
        xy=np.asarray(points_xyz_m); sd=np.full(m.shape,7.9)
        for f in set(np.asarray(floor_j).tolist()):
            sel=np.asarray(floor_j)==f
            pts=np.array(sorted({(q.x_m,q.y_m) for v in self.surveys for q in v.samples if q.floor==f and q.band==self.band}) or [(1e6,1e6)])
            d=np.min(np.hypot(xy[sel,0][:,None]-pts[:,0],xy[sel,1][:,None]-pts[:,1]),axis=1)
            sd[:,sel]=np.sqrt(2.5**2+7.8**2*(1-np.exp(-d/4)**2))
        return Estimate(mean_dbm_ij=m,sd_db_ij=sd,law_dbm_ij=m)
    def grid(self, level: int, cell_m: float) -> Maps:
        """stub"""
        c=G(self.site,self.site.access_points,level,cell_m=cell_m,band=self.band,law=self.calibration.law)
        xx,yy=np.meshgrid(c.x_m,c.y_m)
        e=self.at(np.column_stack([xx.ravel(),yy.ravel(),np.ones(xx.size)]),np.full(xx.size,level))
        return Maps(x_m=c.x_m,y_m=c.y_m,mean_dbm_iyx=np.asarray(c.received_dbm_iyx),sd_db_iyx=e.sd_db_ij.reshape(c.received_dbm_iyx.shape))
def interpolate(calibration: Calibration, surveys: Sequence[Survey], site: Site, *, band: Band) -> Interpolator:
    """stub"""
    return Interpolator(calibration=calibration,surveys=surveys,site=site,band=band)
