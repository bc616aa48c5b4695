"""Every shape of build, through the whole sandbox: which of them a rescue heals."""
