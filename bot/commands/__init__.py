"""What people type and click: one file per verb, each parse → workflow → reply."""
