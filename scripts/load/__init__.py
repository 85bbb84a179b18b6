"""The parts of scripts/swarm.py and scripts/soak: images, clients, counts, reports. Needs the environment `client`."""
