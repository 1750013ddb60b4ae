"""Workers on the nodes of a Ray cluster, behind one pair of pipes: python3 -m nanonas.ray."""
