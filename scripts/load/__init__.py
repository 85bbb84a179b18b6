"""What the load scripts share: images, clients, counts. Needs the Python environment `client`."""
