"""What the API server fills in where a request says nothing, one file per API group."""
