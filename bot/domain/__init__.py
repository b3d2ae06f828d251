"""What an incident is and what follows from what: pure rules over frozen values, standard library only."""
