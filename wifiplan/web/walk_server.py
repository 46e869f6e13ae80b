"""The survey page's server: on this machine's loopback address alone, until Ctrl+C."""

from collections.abc import Callable
from pathlib import Path

from wifiplan.site.building import Site
from wifiplan.web.guard import Key
from wifiplan.web.serving import HOST, listening, run
from wifiplan.web.walk_advice import Advisor
from wifiplan.web.walk_app import Walk, application
from wifiplan.web.walk_session import Session


def serve_walk(
    session: Session,
    site: Site,
    site_path: Path,
    *,
    port: int,
    lang: str,
    told: Callable[[str], None],
    browser: bool,
) -> None:
    """Serve the survey page of a site until Ctrl+C.

    Parameters
    ----------
    session : Session
        The survey.
    site, site_path : Site, Path
        The building, and its file: pictures under its floors lie beside it.
    port : int
        Port on the loopback address; 0 for any free one.
    lang : str
        Language of the page.
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
    advisor = Advisor(site_path.resolve(), session.path, lang=lang)
    folder = site_path.resolve().parent
    walk = Walk(session=session, site=site, advisor=advisor, key=key, folder=folder, lang=lang)

    def end() -> None:
        advisor.end()
        session.end()

    address = f"http://{HOST}:{key.port}/?token={key.token}"
    run(application(walk), listener, address, told=told, browser=browser, stop=end)
