# nanonas_warnings: linked PRIVATE by every target of ours.
add_library(nanonas_warnings INTERFACE)
target_compile_options(nanonas_warnings INTERFACE
    -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wsign-conversion
    $<$<BOOL:${NANONAS_WERROR}>:-Werror>)
if(NANONAS_SANITIZE)
    add_compile_options(-fsanitize=${NANONAS_SANITIZE} -fno-omit-frame-pointer -g)
    add_link_options(-fsanitize=${NANONAS_SANITIZE})
    if(NANONAS_SANITIZE MATCHES "undefined")
        add_compile_options(-fno-sanitize-recover=undefined)
    endif()
    # GCC's own sanitizer instrumentation makes this warning unreliable (GCC bug 105562).
    target_compile_options(nanonas_warnings INTERFACE
        $<$<CXX_COMPILER_ID:GNU>:-Wno-maybe-uninitialized>)
endif()
