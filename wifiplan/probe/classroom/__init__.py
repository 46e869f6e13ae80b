"""The class test: one controller, the pages of a class of tablets, laptops as agents, a ramp, and what it measured.

- `protocol`: what controller and devices say to each other over one WebSocket
- `wire`: the same, read from text that strangers sent
- `playback`: a log of received bytes replayed as a viewer would have seen it
- `rooms`: which rooms are loaded together, how many devices each expects
- `roster`: who has joined, who is alive, who was out of sight
- `segments`, `feeder`: the paced streams, in a process of their own, and the controller's hold on it
- `gate`, `serving`, `server`: the pages and the WebSocket, and what keeps slow and broken clients from hurting others
- `ramp`: baseline, steps, results; `controller` runs the whole test
- `centre`: `wifiplan probe serve`, a stream server without a test
"""
