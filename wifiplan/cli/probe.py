"""`wifiplan probe`: what happens on site; one module a question, loaded when it is asked."""

import click

from wifiplan.cli.lazy import Commands, lazy_group

QUESTIONS: Commands = {
    "agent": ("wifiplan.cli.probe_agent", "agent", "Take part in a class test with this laptop."),
    "class": ("wifiplan.cli.probe_class", "class_command", "Put a whole class on line at once: PASS, FAIL or open."),
    "decode": ("wifiplan.cli.probe_decode", "decode_command", "List the networks in a capture of 802.11 frames."),
    "listen": ("wifiplan.cli.probe_listen", "listen_command", "Hear what is on the air, and hold it against a plan."),
    "serve": ("wifiplan.cli.probe_serve", "serve_command", "Serve schools that check their way out (county centre)."),
    "services": ("wifiplan.cli.probe_services", "services_command", "Ask DHCP, DNS, gateway and the way out."),
    "sheet": ("wifiplan.cli.probe_sheet", "sheet", "Print the sheet of a class test again."),
}
"""What can be asked on site."""


@click.group(cls=lazy_group(QUESTIONS))
def probe() -> None:
    """Hear the air, put a whole class on line, ask the school's services, and give a verdict."""
