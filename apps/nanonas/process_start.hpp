// What must hold before any library of the program looks at the process.
#pragma once

namespace nanonas::app {

/// Descriptors 0, 1 and 2 are open from here on, at least on /dev/null: a supervisor that closed
/// them would have the first files opened take their place. OpenBLAS starts no threads, which the
/// engines use none of: where the system gives none it ends the process before main. Runs by itself
/// before the libraries' constructors where the platform allows; again in main.
void start_process();

/// Flushes what was printed and ends the process at once: nothing is left to a library's shutdown,
/// which may wait for threads for ever.
[[noreturn]] void end_process(int code);

}  // namespace nanonas::app
