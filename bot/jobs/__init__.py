"""What happens unasked: delivering effects and acting on deadlines."""
