# PlatformIO's package tool-scons, from the SCons of the Python that runs it.
from SCons.Script import main

main()
