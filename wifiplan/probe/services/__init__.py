"""What the school's services answer: DHCP, gateway, DNS, portal, isolation, VLAN, IPv6 and MTU, idle and under load."""
