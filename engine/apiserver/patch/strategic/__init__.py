"""Strategic merge patches: what a type's merge keys make of a patch."""
