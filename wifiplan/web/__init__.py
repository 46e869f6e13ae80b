"""The planner in a browser: a server on this machine alone, and the pages that it gives."""

from wifiplan.errors import MissingError


def need_extra() -> None:
    """See that the packages of the extra are there.

    Raises
    ------
    MissingError
        They are not.
    """
    try:
        import starlette  # noqa: F401, PLC0415 (an extra)
        import uvicorn  # noqa: F401, PLC0415
    except ImportError as error:
        raise MissingError(
            f"the planner needs a package that is not installed ({error.name})",
            remedy='install it with: pip install "wifiplan[web]"',
            zh=(f"瀏覽器規劃工具需要的套件尚未安裝（{error.name}）", '請執行：pip install "wifiplan[web]"'),
        ) from error
