"""`composer up` and what it says."""

from __future__ import annotations

from tests.support.command_line import CommandLine


def test_up_creates_and_starts(cli: CommandLine) -> None:
    cli.write("""
        services:
          web:
            image: busybox
    """)
    cli("up -d").says("""
        exit 0
        2|  Network shop_default  Creating
        2|  Network shop_default  Created
        2|  Container shop-web-1  Creating
        2|  Container shop-web-1  Created
        2|  Container shop-web-1  Starting
        2|  Container shop-web-1  Started
    """)
    cli("ps").says("""
        exit 0
        1| NAME         IMAGE     COMMAND   SERVICE   CREATED                  STATUS                  PORTS
        1| shop-web-1   busybox   "sh"      web       Less than a second ago   Up Less than a second
    """)
