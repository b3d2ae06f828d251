"""What Muster can be asked for, the same by every door: find, see, admit, decide, record, audit."""
