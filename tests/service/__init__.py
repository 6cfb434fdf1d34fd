"""The whole service on real mail servers: the main job and the faults around it."""
