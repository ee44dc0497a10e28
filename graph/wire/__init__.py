"""What a read over a connection needs, whatever the driver: whose turn it is, and its messages."""
