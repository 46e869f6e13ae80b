"""The planner's server: on this machine's loopback address alone, until Ctrl+C."""

import threading
from collections.abc import Callable
from pathlib import Path
from urllib.parse import quote

from wifiplan.files import SettingsFile
from wifiplan.web.app import application, context_of
from wifiplan.web.folder import Folder
from wifiplan.web.guard import Key
from wifiplan.web.serving import HOST, listening, run


def serve(
    root: Path,
    *,
    first: str | None,
    port: int,
    lang: str,
    settings: SettingsFile,
    told: Callable[[str], None],
    browser: bool,
) -> None:
    """Serve the planner of a folder until Ctrl+C.

    Parameters
    ----------
    root : Path
        The folder.
    first : str or None
        Name of the site to open first.
    port : int
        Port on the loopback address; 0 for any free one.
    lang : str
        Language of the pages.
    settings : SettingsFile
        The settings of plans.
    told : callable
        Is told the address.
    browser : bool
        Whether to open it in the user's browser.

    Raises
    ------
    OutputError
        The port is in use.
    """
    listener = listening(port)
    key = Key(port=listener.getsockname()[1])
    context = context_of(Folder(root), key, settings=settings, lang=lang)
    path = f"/edit/{quote(first)}" if first else "/"
    address = f"http://{HOST}:{key.port}{path}?token={key.token}"
    # by the time a browser has started, the index of a large folder is known
    threading.Thread(target=context.folder.listed, daemon=True).start()
    try:
        run(application(context), listener, address, told=told, browser=browser, stop=context.importer.end)
    finally:
        context.jobs.end()
