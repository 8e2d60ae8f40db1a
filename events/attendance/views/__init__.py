"""Pages of the day and after: the door, papers, attendance and its correction; tickets, certificates, feedback."""
