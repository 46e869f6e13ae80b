"""`wifiplan probe serve`: the server at the county's centre, against which schools check their way out."""

import asyncio
import contextlib
import sys
from pathlib import Path

import click

from wifiplan.cli.options import FILE, lang_option, say
from wifiplan.errors import ProbeError
from wifiplan.probe.auth import new_token, token_bytes
from wifiplan.probe.classroom.addresses import own_addresses, web_host
from wifiplan.probe.classroom.centre import Centre, serve
from wifiplan.probe.classroom.pages import texts
from wifiplan.probe.classroom.serving import Door
from wifiplan.probe.county import MOST_MBPS
from wifiplan.probe.safety import allow_list


@click.command("serve")
@click.option("--listen", metavar="ADDR", help="Address of this computer; its first one without it.")
@click.option("--port", type=click.IntRange(0, 65535), default=8090, show_default=True, help="TCP port.")
@click.option(
    "--token",
    envvar="WIFIPLAN_TOKEN",
    help="What the schools' laptops prove to hold (WIFIPLAN_TOKEN); a new one is made and shown without it.",
)
@click.option("--allow", "allowed", multiple=True, metavar="NET", help="A school's public range; local ones may.")
@click.option(
    "--most-mbps",
    type=click.FloatRange(0.1, MOST_MBPS),
    default=MOST_MBPS,
    show_default=True,
    help="Pace of a download.",
)
@click.option("--stamp-port", type=click.IntRange(0, 65535), help="Also reflect STAMP (RFC 8762) at this UDP port.")
@click.option("--cert", type=FILE, help="Certificate (PEM), for HTTPS.")
@click.option("--key", type=FILE, help="Key of the certificate.")
@lang_option
def serve_command(  # noqa: PLR0913, PLR0917 (one name an option)
    listen: str | None,
    port: int,
    token: str | None,
    allowed: tuple[str, ...],
    most_mbps: float,
    stamp_port: int | None,
    cert: Path | None,
    key: Path | None,
    lang: str,
) -> None:
    """Serve schools that check their way out: round trips, and one short, paced download at a time.

    Answers clients of local networks and of --allow alone; a download needs the token. Ctrl-C ends it.
    """
    words = texts(lang)["serve"]
    host = listen or next((own.address for own in own_addresses()), None)
    if host is None:
        raise ProbeError("this computer has no address", remedy="name one with --listen", where="--listen")
    secret = token or new_token()
    centre = Centre(
        door=Door(host=host, port=port, cert=cert, key=key),
        token=token_bytes(secret),
        allowed=allow_list(allowed),
        most_mbps=most_mbps,
        stamp_port=stamp_port,
    )

    def opened(found: int, stamp: int | None) -> None:
        scheme = "https" if cert else "http"
        click.echo(words["open"].format(url=f"{scheme}://{web_host(host)}:{found}"))
        if stamp is not None:
            click.echo(words["stamp"].format(port=stamp))
        if token is None:
            say(words["token"].format(token=secret))
        sys.stdout.flush()

    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(serve(centre, opened))
