"""Walls as one source sees them: cut where the loss changes with the angle, turned one way round, in whole quanta."""

from typing import NamedTuple

import numpy as np
from numba import njit

from wifiplan.predict.obstacles import MAX_ANGLE_DEG
from wifiplan.units import Array, CountArray, IntArray

STEP_DB = 1.0
"""A wall is cut where its loss has moved by this much with the angle: 0.3 dB rms from every ray's own angle [dB]."""

QUANTA_PER_DB = 256
"""Losses are added as whole numbers, so that what is added and taken away again leaves nothing behind. So fine, a wall
is right to 0.002 dB, and the sum of 130 of the heaviest walls that there are still fits `grid.FIELD_BITS`."""

EDGE_M = 1e-9
"""Every edge is moved by this much, so that a point exactly on one lies clearly on one side in every kernel [m]."""


class Steps(NamedTuple):
    """How the losses of every kind k change with the angle of incidence, in steps e.

    `n_k` steps each; step e holds between the angles of incidence with tangents `tan_ke[e]` and `tan_ke[e + 1]`;
    `quanta_kef` are the sums f of a crossing there, in 1 / `QUANTA_PER_DB`.
    """

    n_k: IntArray
    tan_ke: Array
    quanta_kef: CountArray


def steps(loss_db_kba: Array, also_kf: Array | None = None) -> Steps:
    """Return the steps of tables by kind, band and whole degree.

    Parameters
    ----------
    loss_db_kba : ndarray (k, b, a)
        Losses by whole degree [dB].
    also_kf : ndarray (k, f), optional
        Further sums, the same at every angle: counts, variances.
    """
    n_kinds, n_bands = loss_db_kba.shape[:2]
    also = np.zeros((n_kinds, 0)) if also_kf is None else also_kf
    found = [_steps_of(table) for table in loss_db_kba]
    most = max((len(edges) - 1 for edges in found), default=1)
    tan_ke = np.full((n_kinds, most + 1), np.inf)
    quanta = np.zeros((n_kinds, most, n_bands + also.shape[1]), dtype=np.int32)
    for k, edges in enumerate(found):
        tan_ke[k, : len(edges) - 1] = np.tan(np.radians(edges[:-1]))
        for e in range(len(edges) - 1):
            mean_b = loss_db_kba[k][:, edges[e] : min(edges[e + 1], MAX_ANGLE_DEG) + 1].mean(axis=1)
            quanta[k, e] = np.rint(np.concatenate([mean_b, also[k]]) * QUANTA_PER_DB)
    return Steps(np.array([len(edges) - 1 for edges in found], dtype=np.int64), tan_ke, quanta)


def _steps_of(loss_db_ba: Array) -> list[int]:
    edges, since = [0], 0
    for degree in range(1, loss_db_ba.shape[1]):
        if np.abs(loss_db_ba[:, degree] - loss_db_ba[:, since]).max() > STEP_DB:
            if degree - 1 > since:
                edges.append(degree - 1)
                since = degree - 1
            else:
                edges.append(degree)
                since = degree
    return [*edges, MAX_ANGLE_DEG + 1]


@njit(cache=True, nogil=True, error_model="numpy")
def cut(
    source: Array, wall_w: Array, kind_w: IntArray, n_k: IntArray, tan_ke: Array, quanta_kef: CountArray
) -> tuple[Array, CountArray]:
    """Return the pieces of walls (n, 6), relative to a source (3,): ax, ay, bx, by, bottom, top; and their sums (n, f).

    The way from a to b turns to the left around the source. A wall in line with the source casts no shadow.
    """
    most = 0
    for w in range(wall_w.shape[0]):
        most += 2 * n_k[kind_w[w]] + 1
    piece = np.empty((most, 6))
    quanta = np.empty((most, quanta_kef.shape[2]), dtype=np.int32)
    n = 0
    for w in range(wall_w.shape[0]):
        ax, ay = wall_w[w, 0] - source[0], wall_w[w, 1] - source[1]
        bx, by = wall_w[w, 2] - source[0], wall_w[w, 3] - source[1]
        across = ax * by - ay * bx
        if across < 0.0:
            ax, ay, bx, by, across = bx, by, ax, ay, -across
        length = np.sqrt((bx - ax) ** 2 + (by - ay) ** 2)
        if across <= EDGE_M * length:
            continue
        ux, uy, away = (bx - ax) / length, (by - ay) / length, across / length
        start = ax * ux + ay * uy
        bottom, top = wall_w[w, 4] - source[2] - EDGE_M, wall_w[w, 5] - source[2] - EDGE_M
        k = kind_w[w]
        # walk along the wall: the angle falls to the foot of the source, then rises
        x, y, s = ax, ay, start
        for turn in range(2 * n_k[k] - 1):
            step = n_k[k] - 1 - turn if turn < n_k[k] else turn - n_k[k] + 1
            last = turn == 2 * n_k[k] - 2
            until = np.inf if last else (-away * tan_ke[k, step] if turn < n_k[k] - 1 else away * tan_ke[k, step + 1])
            if until <= s:
                continue
            ends = until >= start + length
            nx, ny = (bx, by) if ends else (ax + ux * (until - start), ay + uy * (until - start))
            piece[n, 0], piece[n, 1], piece[n, 2], piece[n, 3], piece[n, 4], piece[n, 5] = x, y, nx, ny, bottom, top
            quanta[n] = quanta_kef[k, step]
            n += 1
            if ends:
                break
            x, y, s = nx, ny, until
    return piece[:n], quanta[:n]
