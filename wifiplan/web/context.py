"""What every answer of the planner needs: the folder, its sessions and jobs, the key and the user's settings."""

from dataclasses import dataclass, field

from starlette.requests import Request

from wifiplan.files import SettingsFile
from wifiplan.report.texts import LANGS
from wifiplan.web.folder import Folder
from wifiplan.web.guard import Key
from wifiplan.web.importing import Importer
from wifiplan.web.jobs import Jobs
from wifiplan.web.sessions import Sessions


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """The planner of one folder."""

    folder: Folder
    sessions: Sessions
    jobs: Jobs
    key: Key
    importer: Importer = field(default_factory=Importer)
    settings: SettingsFile = field(default_factory=SettingsFile)
    lang: str = "zh-TW"

    def lang_of(self, request: Request) -> str:
        """Return the language that a page asks for, else the server's."""
        wanted = request.query_params.get("lang", "")
        return wanted if wanted in LANGS else self.lang


def name_of(request: Request) -> str:
    """Return the name of the site that an address holds."""
    name: str = request.path_params["name"]
    return name
