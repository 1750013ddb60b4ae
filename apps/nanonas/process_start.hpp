// What must hold before any library of the program looks at the process.
#pragma once

namespace nanonas::app {

/// Descriptors 0, 1 and 2 are open from here on, at least on /dev/null: where a supervisor closed
/// them the first files opened would take their place. What a library throws where nobody can catch
/// it ends the process with one line.
/// Runs by itself before the libraries' constructors where the platform allows; again in main.
/// Before them OpenBLAS is told to start no threads, which the engines use none of: where the
/// system gives it none it ends the process, and where memory is short its threads hold up every
/// exit and fork.
void start_process();

/// Flushes what was printed and ends the process at once: nothing is left to a library's shutdown,
/// which may wait for threads for ever.
[[noreturn]] void end_process(int code);

}  // namespace nanonas::app
