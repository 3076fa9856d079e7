UPDATE resources SET initials = NULL;
