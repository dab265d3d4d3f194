"""Who answers, and by when: areas, units, the dispatch catalogue and the clocks."""
