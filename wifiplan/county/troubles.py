"""What is said where the workers, or who leads them, are not as a run needs them."""

from wifiplan.errors import ClusterError


def silent(address: str) -> ClusterError:
    """Return the error of a scheduler that does not answer."""
    return ClusterError(
        f"no Dask scheduler answers at {address}",
        remedy="start one with `dask scheduler`, and on every machine workers with `dask worker "
        "tcp://HOST:8786 --nthreads 1 --nworkers CORES --memory-limit 1.5GB`",
        where="--scheduler",
        zh=(
            f"{address} 沒有 Dask 排程器回應",
            (
                "先以 `dask scheduler` 啟動排程器，再於每臺電腦啟動 `dask worker tcp://主機:8786 --nthreads 1 "
                "--nworkers 核心數 --memory-limit 1.5GB`"
            ),
        ),
    )


def empty(address: str, seconds: float) -> ClusterError:
    """Return the error of a scheduler that has had no worker for so long [s]."""
    return ClusterError(
        f"there has been no worker for {seconds:.0f} seconds",
        remedy=f"start some: `dask worker {address} --nthreads 1 --nworkers CORES --memory-limit 1.5GB`, then the "
        "command again with --resume",
        where=address,
        zh=(
            f"已有 {seconds:.0f} 秒沒有任何工作行程",
            f"先啟動 `dask worker {address} --nthreads 1 --nworkers 核心數 --memory-limit 1.5GB`，再加 --resume 接續",
        ),
    )


def gone(address: str) -> ClusterError:
    """Return the error of a scheduler that was there and is no more."""
    return ClusterError(
        "the scheduler is gone",
        remedy="start it and its workers again, then the command with --resume: what was finished is kept",
        where=address,
        zh=("排程器已中斷", "重新啟動排程器與工作行程，再以同一指令加 --resume 接續；已完成者皆保留"),
    )


def strange(address: str, error: Exception) -> ClusterError:
    """Return the error of workers that cannot load what they are given."""
    return ClusterError(
        f"the workers have no wifiplan like this one ({error})",
        remedy="install the same version and the same libraries everywhere and start the workers again",
        where=address,
        zh=(f"工作行程的 wifiplan 與本機不同（{error}）", "各電腦安裝相同版本的 wifiplan 與函式庫，再重新啟動工作行程"),
    )
