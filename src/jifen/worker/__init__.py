"""What is done without anybody waiting for it: the duties of the timetable."""
