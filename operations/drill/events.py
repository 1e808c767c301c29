"""What befalls the cluster, one thing at a time. Each event leaves it whole."""

import signal
import time
from collections.abc import Callable
from dataclasses import dataclass

from operations.drill.counting import Run
from operations.drill.machines import DATABASES, Cluster
from operations.drill.parts import send, until
from operations.drill.site import WEBS, Site
from operations.drill.writer import People, SignedIn

BEFORE, AFTER = 2.0, 3.0
"""Seconds of writing before the event, and after writes are confirmed again."""
TTL = 20
RECOVERED = 90.0


@dataclass
class Scene:
    """All that an event may touch."""

    site: Site
    who: SignedIn
    people: People | None = None

    @property
    def cluster(self) -> Cluster:
        return self.site.cluster

    def writes_again(self) -> None:
        """Until what was sent from now on is confirmed."""
        people, moment = self.people, time.monotonic()
        assert people
        until(lambda: people.confirmed_since(moment + 1) > 3, RECOVERED, "no write was confirmed")

    def whole(self) -> None:
        until(self.cluster.is_whole, RECOVERED, "the cluster did not become whole again")


@dataclass(frozen=True)
class Event:
    name: str
    happens: Callable[[Scene], None]
    covered: bool = True


def run(event: Event, site: Site, who: SignedIn) -> Run:
    """The event while people work, until the cluster is whole."""
    scene = Scene(site, who)
    scene.whole()
    scene.people = People(list(WEBS.values()), who, event.name, covered=event.covered)
    scene.people.begin()
    time.sleep(BEFORE)
    try:
        event.happens(scene)
        scene.writes_again()
        time.sleep(AFTER)
    finally:
        ended = scene.people.end()
    scene.whole()
    return ended


def leader_and_its_patroni_killed(scene: Scene) -> None:
    leader = scene.cluster.leads()
    send(signal.SIGKILL, scene.cluster.processes_of(leader))
    scene.cluster.parts[f"patroni-{leader}"].wait()
    scene.writes_again()
    scene.cluster.parts[f"patroni-{leader}"].start()


def patroni_of_the_leader_killed(scene: Scene) -> None:
    """And not started again before another leads: its server stays, writable, and nobody watches it."""
    leader, other = scene.cluster.leads(), scene.cluster.follows()
    scene.cluster.parts[f"patroni-{leader}"].kill_alone()
    until(lambda: scene.cluster.is_primary(other), RECOVERED, "nobody else took the lead")
    time.sleep(AFTER + BEFORE)
    scene.cluster.parts[f"patroni-{leader}"].start()


ALL = (
    Event("leader and its Patroni killed", leader_and_its_patroni_killed),
    Event("Patroni of the leader killed", patroni_of_the_leader_killed),
)
CONTROL = Event("control", patroni_of_the_leader_killed, covered=False)
__all__ = ["ALL", "CONTROL", "DATABASES", "Event", "run"]
