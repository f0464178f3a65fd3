"""What is drawn from the register beside the menu: the command palette and the key overview."""
