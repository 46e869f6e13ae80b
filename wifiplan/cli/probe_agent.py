"""`wifiplan probe agent`: this laptop takes part in a class test."""

import asyncio
from collections.abc import Sequence

import click

from wifiplan.cli.options import lang_option, say
from wifiplan.probe.agent import Agent, AgentOptions
from wifiplan.probe.agent_words import verdict_words, words
from wifiplan.probe.auth import token_bytes
from wifiplan.probe.safety import allow_list


@click.command()
@click.argument("url")
@click.option("--code", required=True, help="The room's code, as the controller's screen shows it.")
@click.option(
    "--token",
    required=True,
    envvar="WIFIPLAN_TOKEN",
    help="The test's token; better in WIFIPLAN_TOKEN, where other users of this machine do not see it.",
)
@click.option("--seat", type=click.IntRange(min=1, max=99), help="Seat number (座號); without, the next one free.")
@click.option(
    "--flows",
    "n_flows",
    type=click.IntRange(min=1, max=64),
    default=1,
    show_default=True,
    help="Streams of this one machine; with more than one the result is an upper bound, never a PASS.",
)
@click.option("--allow", "allowed", multiple=True, metavar="NETWORK", help="A public range of the school's own.")
@lang_option
def agent(url: str, code: str, token: str, seat: int | None, n_flows: int, allowed: tuple[str, ...], lang: str) -> None:
    """Take part in a class test with this laptop: paced UDP and STAMP round trips, stamped by the kernel.

    URL is the controller's, as its screen shows it. Exit code 0: the room passed; 1: it did not; 2: no test took place.
    """

    def tell(key: str, values: Sequence[object]) -> None:
        say(words(key, tuple(values), lang))

    options = AgentOptions(
        url=url,
        code=code,
        token=token_bytes(token),
        seat=None if seat is None else f"{seat:02d}",
        n_flows=n_flows,
        allowed=allow_list(allowed),
    )
    verdict = asyncio.run(Agent(options, tell).run())
    click.echo(verdict_words(verdict, lang))
    if verdict in {"fail", "inconclusive"}:
        raise SystemExit(1)
