"""What is told while a run goes on: the events (`types`, the written contract) and their fan-out (`bus`).

Where do I change… what is told: `types.py`; who hears it: whoever subscribes to the bus, mostly
`composer.views`. A journal of a run is `views.json` written to a file.
"""
