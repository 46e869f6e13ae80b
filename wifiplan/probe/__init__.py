"""What happens on site: frames heard, a whole class on line, services asked, and a verdict that can be signed.

Frames, any bytes in and never an exception:

- `capture_source`, `pcap`, `pcapng`: captures as streams behind caps
- `radiotap`, `ppi`, `prism`, `phy`, `checksum`: what the receiver says of a frame
- `frames`, `element_walk`, `elements`, `multiple_bssid`: what is in it
- `operation`, `capabilities`, `security`, `ssids`: what that says of a network
- `bss`, `bss_row`: the table of networks

Listening:

- `ears`, `helper`, `crew`, `listening`, `hopping`: an interface, the processes behind it, the channels
- `air_reading`, `air_log`, `air_summary`, `airtime`, `air`, `blocks`: packets counted, summed up, and the records

The class test:

- `options`, `records`, `findings`, `foreseen`: what is asked, what was measured, what can be said of it
- `classroom`: controller, pages, tablets
- `streams`, `generator`, `pacing`, `doorway`, `reflector`, `children`: packets to laptops, in processes of their own
- `agent`, `agent_session`, `agent_words`, `receiving`, `round_trips`, `wifi_link`: the laptop's end
- `packets`, `stamp`, `auth`, `clocks`: formats, keys and times that both ends share
- `step_figures`, `statistics`, `quantiles`, `sender_figures`, `confidence`: figures and how sure they are
- `stream_verdict`, `verdict`: PASS, FAIL, INCONCLUSIVE
- `safety`, `one_test`, `guarding`, `pings`: what no test may do, and what stops one

Services and the way out:

- `services`, `capture`: what is asked; the door to scapy and raw frames
- `way_out`, `county`: which part is to blame; the desk of the county's server
"""
