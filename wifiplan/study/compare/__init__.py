"""Plan against plan, or against what hangs there: what differs, exactly, and what it means."""

from wifiplan.study.compare.differ import apply, diff
from wifiplan.study.compare.records import Change, Changes, State
from wifiplan.study.compare.state import plan_of, site_state, state_of

__all__ = ["Change", "Changes", "State", "apply", "diff", "plan_of", "site_state", "state_of"]
