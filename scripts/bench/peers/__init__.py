"""Servers that Ocelli is compared with, written as their users write them."""
