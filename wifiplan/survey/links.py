"""STUB"""
from dataclasses import dataclass
from collections.abc import Sequence
import numpy as np
from wifiplan.site.building import Site
from wifiplan.site.network import AccessPoint, Band
from wifiplan.survey.records import Survey
from wifiplan.units import Array, IntArray
@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Links:
    """stub"""
    band: Band
    access_points: tuple[AccessPoint, ...]
    place_xyz_m_j: Array
    floor_j: IntArray
    ap_n: IntArray
    place_n: IntArray
    device_n: IntArray
    rssi_dbm_n: Array
    floor_dbm: Array
def links(surveys: Sequence[Survey], site: Site, band: Band, *, matched: object = None) -> Links:
    """stub"""
    no={a.id:i for i,a in enumerate(site.access_points)}
    pl={}
    rows=[]
    for d,v in enumerate(surveys):
        for s in v.samples:
            if s.band!=band or s.bssid not in no: continue
            j=pl.setdefault((s.floor,round(s.x_m,2),round(s.y_m,2)),len(pl))
            rows.append((no[s.bssid],j,d,np.nan if s.rssi_dbm is None else s.rssi_dbm))
    a=np.array(rows).reshape(-1,4)
    return Links(band=band,access_points=site.access_points,place_xyz_m_j=np.array([(x,y,1.0) for _,x,y in pl]).reshape(-1,3),floor_j=np.array([f for f,_,_ in pl],dtype=np.int64),ap_n=a[:,0].astype(int),place_n=a[:,1].astype(int),device_n=a[:,2].astype(int),rssi_dbm_n=a[:,3],floor_dbm=np.full(len(surveys),-92.0))
