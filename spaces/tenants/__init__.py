"""What the admin of a tenant sees of it: all its bookings, what is left of its allowance, who belongs to it."""
