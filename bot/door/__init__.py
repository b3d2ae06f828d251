"""What passes through a door, as plain values: requests of people and the answers to them."""
