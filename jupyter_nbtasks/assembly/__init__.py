"""How the parts are put together, for the server and for the command line alike."""
