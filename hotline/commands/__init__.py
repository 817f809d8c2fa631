"""The subcommands of `hotline`, one a module, each as `command`."""
