"""The textbook model of the placement, for loads so small that room sets cannot be listed."""

import numpy as np
from scipy import sparse

from wifiplan.design.columns import SLACK_SHARE, shared_rooms
from wifiplan.design.models import Model, Spots
from wifiplan.design.solver import entries, matrix_of
from wifiplan.units import Array, IntArray


def assignment_model(load_share_ir: Array, cap_ir: Array, spots: Spots) -> Model:
    r"""Return the model over pairs (x_ir: i serves r) and candidates (y_i: i serves something).

    .. math:: x_{ir} \le y_i \le \sum_r x_{ir}, \qquad \sum_r a_{ir} x_{ir} \le \min_{r: x_{ir} = 1} c_{ir}

    Parameters
    ----------
    load_share_ir, cap_ir : ndarray (i, r)
        As in `Checked`.
    spots : Spots
        What is known of the candidates.

    Returns
    -------
    Model
        Pairs first, then one variable a candidate. A room that no single candidate can serve fills those that share it.
    """
    n_candidates, n_rooms = load_share_ir.shape
    single = load_share_ir <= cap_ir + SLACK_SHARE
    shared = shared_rooms(load_share_ir, cap_ir) & np.isfinite(load_share_ir) & (cap_ir > 0.0)
    of_i, of_r = np.nonzero(single | shared)
    n_pairs = of_i.size
    whole = single[of_i, of_r]
    cap_p = cap_ir[of_i, of_r]
    load_p = np.where(whole, load_share_ir[of_i, of_r], cap_p)
    part_p = np.where(whole, 1.0, cap_p / np.where(whole, 1.0, load_share_ir[of_i, of_r]))
    limit_gx, limit_g = _limits(of_i, load_p, cap_p, n_candidates)
    return Model(
        part_rx=entries(part_p, of_r, np.arange(n_pairs), (n_rooms, n_pairs + n_candidates)),
        limit_gx=limit_gx,
        limit_g=limit_g,
        counted_x=np.concatenate([np.zeros(n_pairs), (~spots.standing_i).astype(np.float64)]),
        owned_x=np.concatenate([np.zeros(n_pairs), spots.owned_i.astype(np.float64)]),
        preferred_x=np.concatenate([np.zeros(n_pairs), spots.preferred_i.astype(np.float64)]),
        load_x=np.concatenate([load_p, np.zeros(n_candidates)]),
        cost_x=np.concatenate([load_p * spots.heard_i[of_i] + spots.away_ir[of_i, of_r], np.zeros(n_candidates)]),
        candidate_x=np.concatenate([of_i, np.arange(n_candidates)]).astype(np.int64),
        rooms_x=tuple(1 << int(r) for r in of_r) + (0,) * n_candidates,
        partition=True,
        known_x=np.zeros(n_pairs + n_candidates, dtype=np.bool_),
    )


def _limits(of_i: IntArray, load_p: Array, cap_p: Array, n_candidates: int) -> tuple[sparse.csr_array, Array]:
    """Return the rows that tie pairs to candidates and keep the caps."""
    n_pairs = of_i.size
    n_x = n_pairs + n_candidates
    pair, candidate = np.arange(n_pairs), np.arange(n_candidates)
    # a pair only with its candidate
    linked = entries(np.ones(n_pairs), pair, pair, (n_pairs, n_x)) + entries(
        -np.ones(n_pairs), pair, n_pairs + of_i, (n_pairs, n_x)
    )
    # a candidate only with one of its pairs
    useful = entries(-np.ones(n_pairs), of_i, pair, (n_candidates, n_x)) + entries(
        np.ones(n_candidates), candidate, n_pairs + candidate, (n_candidates, n_x)
    )
    # the load under the largest cap
    member = entries(load_p, of_i, pair, (n_candidates, n_x))
    most_i = np.zeros(n_candidates)
    np.maximum.at(most_i, of_i, cap_p)
    capped = member - entries(most_i + SLACK_SHARE, candidate, n_pairs + candidate, (n_candidates, n_x))
    # and under the cap of a room with a smaller one when that room is served
    tight = np.flatnonzero(cap_p < most_i[of_i])
    total_i = np.bincount(of_i, weights=load_p, minlength=n_candidates)
    idle = np.maximum(total_i[of_i[tight]] - cap_p[tight], 0.0)
    tighter = member[of_i[tight]] + entries(idle, np.arange(tight.size), tight, (tight.size, n_x))
    rows = matrix_of(sparse.vstack([linked, useful, capped, tighter]))
    return rows, np.concatenate([np.zeros(n_pairs + 2 * n_candidates), cap_p[tight] + idle + SLACK_SHARE])
