// Our errors as exceptions of Python, and back.
#pragma once

#include <nanobind/nanobind.h>

namespace nanonas::python {

/// From now on what is thrown to Python is of the classes in nanonas/errors.py; Interrupted becomes
/// KeyboardInterrupt.
void register_errors();

/// What a method of the user's raised, as C++ should see it: the errors that have a meaning there
/// (NetworkError: no network at this point; KeyboardInterrupt) are ours, all others stay what they
/// are. With the GIL held.
[[noreturn]] void throw_from_python(nanobind::python_error& error);

}  // namespace nanonas::python
