"""What befalls the cluster, one thing at a time. Each event leaves it whole."""

import signal
import time
from collections.abc import Callable
from dataclasses import dataclass

from operations.drill import machines
from operations.drill.counting import Run
from operations.drill.machines import Cluster
from operations.drill.parts import family, send, until
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


def switched_over(scene: Scene) -> None:
    scene.cluster.switch_over()


def server_of_the_leader_killed(scene: Scene) -> None:
    """Its Patroni starts it again."""
    send(signal.SIGKILL, family(scene.cluster.server_of(scene.cluster.leads())))


def leader_frozen(scene: Scene) -> None:
    """Longer than its lease lasts, then let go on: for a while it does not know that another leads."""
    frozen = scene.cluster.processes_of(scene.cluster.leads())
    send(signal.SIGSTOP, frozen)
    try:
        scene.writes_again()
    finally:
        send(signal.SIGCONT, frozen)


def standby_killed(scene: Scene) -> None:
    standby = scene.cluster.follows()
    send(signal.SIGKILL, scene.cluster.processes_of(standby))
    scene.cluster.parts[f"patroni-{standby}"].wait()
    scene.writes_again()
    scene.cluster.parts[f"patroni-{standby}"].start()


def waits_for_the_standby_cancelled(scene: Scene) -> None:
    """An administrator cancels what waits for a standby that hangs, and then the leader is lost: the server had said COMMIT."""
    leader, standby = scene.cluster.leads(), scene.cluster.follows()
    frozen = family(scene.cluster.server_of(standby))
    send(signal.SIGSTOP, frozen)
    try:
        until(lambda: len(scene.cluster.sql(CANCEL)) > 1, RECOVERED, "nothing waited for the standby")
        send(signal.SIGKILL, scene.cluster.processes_of(leader))
        scene.cluster.parts[f"patroni-{leader}"].wait()
    finally:
        send(signal.SIGCONT, frozen)
    scene.writes_again()
    scene.cluster.parts[f"patroni-{leader}"].start()


def disk_of_the_leader_full(scene: Scene) -> None:
    """It goes on leading: what makes a table larger is refused, until somebody hands over. The second machine's disk is small."""
    if scene.cluster.leads() != machines.SMALL:
        scene.cluster.switch_over()
        scene.whole()
    filler = scene.cluster.fill_disk()
    try:
        time.sleep(2 * AFTER)
        scene.cluster.switch_over()
        scene.writes_again()
    finally:
        filler.unlink()


def killed(*names: str, away: float = 2.0) -> Callable[[Scene], None]:
    """kill -9 of these parts, which are started again after so many seconds, as systemd does."""

    def happens(scene: Scene) -> None:
        parts = [(scene.cluster.parts | scene.site.parts)[name] for name in names]
        for part in parts:
            part.kill()
        time.sleep(away)
        for part in parts:
            part.start()

    return happens


CANCEL = "SELECT pg_cancel_backend(pid) FROM pg_stat_activity WHERE wait_event = 'SyncRep'"
VOTERS = [f"etcd-{name}" for name in machines.NUMBERS]
ALL = (
    Event("switchover", switched_over),
    Event("leader and its Patroni killed", leader_and_its_patroni_killed),
    Event("server of the leader killed", server_of_the_leader_killed),
    Event("Patroni of the leader killed", patroni_of_the_leader_killed),
    Event("leader frozen and let go on", leader_frozen),
    Event("standby killed", standby_killed),
    Event("waits for the standby cancelled, leader killed", waits_for_the_standby_cancelled),
    Event("one etcd killed", killed("etcd-one")),
    Event("every etcd killed", killed(*VOTERS, away=TTL + 5)),
    Event("HAProxy killed", killed("haproxy")),
    Event("PgBouncer killed", killed("pgbouncer")),
    Event("a web server killed", killed("web-one")),
    Event("worker killed", killed("worker")),
    Event("disk of the leader full, then a switchover", disk_of_the_leader_full),
)
CONTROL = Event("control", patroni_of_the_leader_killed, covered=False)
