"""日报和考核期报告: figures as values, sentences made from them, and the files that people send."""
