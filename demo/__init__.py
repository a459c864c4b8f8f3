"""An invented day at the tafels, sent through the real thing. Every person is invented; the hub needs none of this."""
