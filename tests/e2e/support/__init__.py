"""What the end-to-end tests share: the server as a process, clients, images, payloads."""
