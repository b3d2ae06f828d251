"""Third parties: one file each."""
