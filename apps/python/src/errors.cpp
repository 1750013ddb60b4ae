#include "apps/python/src/errors.hpp"

#include <exception>
#include <string>

#include "apps/pipeline/feasibility.hpp"
#include "space/errors.hpp"

namespace nb = nanobind;

namespace nanonas::python {

namespace {

nb::object error_class(const char* name) {
    return nb::module_::import_("nanonas.errors").attr(name);
}

void set(const char* name, const std::exception& error) {
    PyErr_SetString(error_class(name).ptr(), error.what());
}

void translate(const std::exception_ptr& thrown, void*) {
    try {
        std::rethrow_exception(thrown);
    } catch (const Interrupted&) {
        PyErr_SetNone(PyExc_KeyboardInterrupt);
    } catch (const pipeline::NothingFits& error) {
        set("NothingFits", error);
    } catch (const ConfigError& error) {
        set("ConfigError", error);
    } catch (const DataError& error) {
        set("DataError", error);
    } catch (const NetworkError& error) {
        set("NetworkError", error);
    } catch (const ExportError& error) {
        set("ExportError", error);
    } catch (const IoError& error) {
        set("IoError", error);
    } catch (const Error& error) {
        set("Error", error);
    }
}

}  // namespace

void register_errors() {
    nb::register_exception_translator(translate);
}

void throw_from_python(nb::python_error& error) {
    if (error.matches(error_class("NetworkError"))) {
        throw NetworkError(nb::str(error.value()).c_str());
    }
    if (error.matches(PyExc_KeyboardInterrupt)) {
        throw Interrupted();
    }
    throw nb::python_error(error);
}

}  // namespace nanonas::python
