"""What is said where the workers, or who leads them, are not as a run needs them."""

from wifiplan.errors import ClusterError


def silent(address: str) -> ClusterError:
    """Return the error of a scheduler that does not answer."""
    return ClusterError(
        f"no Dask scheduler answers at {address}",
        remedy="start one with `dask scheduler`, and on every machine workers with `dask worker "
        "tcp://HOST:8786 --nthreads 1 --nworkers CORES --memory-limit 1.5GB`",
        where="--scheduler",
    )


def empty(address: str, seconds: float) -> ClusterError:
    """Return the error of a scheduler that has had no worker for so long [s]."""
    return ClusterError(
        f"there has been no worker for {seconds:.0f} seconds",
        remedy=f"start some: `dask worker {address} --nthreads 1 --nworkers CORES --memory-limit 1.5GB`, then the "
        "command again with --resume",
        where=address,
    )


def gone(address: str) -> ClusterError:
    """Return the error of a scheduler that was there and is no more."""
    return ClusterError(
        "the scheduler is gone",
        remedy="start it and its workers again, then the command with --resume: what was finished is kept",
        where=address,
    )


def strange(address: str, error: Exception) -> ClusterError:
    """Return the error of workers that cannot load what they are given."""
    return ClusterError(
        f"the workers have no wifiplan like this one ({error})",
        remedy="install the same version and the same libraries everywhere and start the workers again",
        where=address,
    )
