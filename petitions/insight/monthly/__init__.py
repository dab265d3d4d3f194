"""每月一题: candidates, the choice, plan and lists, monthly progress, the measured effect, continue or exit."""
