"""What every runner does beside its work: it says that it lives, and gives back what dead processes held."""

import schedule

from daemon import log
from daemon.store.owner import Owner
from daemon.workplace import Workplace

BURY_SECONDS = 30
BEAT_SECONDS = 60


class Upkeep:
    """Periodic duties of one process; `run_due` is called often and does what is due."""

    def __init__(self, workplace: Workplace, owner: Owner) -> None:
        self._workplace = workplace
        self._owner = owner
        self._jobs = schedule.Scheduler()
        self._jobs.every(BURY_SECONDS).seconds.do(self.bury)
        self._jobs.every(BEAT_SECONDS).seconds.do(self._beat)

    def run_due(self) -> None:
        """Do what is due. Raises `StoreUnavailable`."""
        self._jobs.run_pending()

    def bury(self) -> None:
        """Give back what dead processes held. Raises `StoreUnavailable`."""
        for name in self._owner.bury_the_dead(self._workplace.now(), self._workplace.config.limits.lease_seconds):
            log.owner_buried(owner=name)

    def _beat(self) -> None:
        self._owner.beat(self._workplace.now())
