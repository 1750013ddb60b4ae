# What `cmake --install` puts where; the tree may be moved. Included last: all libraries are there.
include(CMakePackageConfigHelpers)
include(GNUInstallDirs)

# nanonas::nanonas, all rooms; each room alone is nanonas::<its library's name without nanonas_>.
get_property(nanonas_installed GLOBAL PROPERTY NANONAS_INSTALLED)
add_library(nanonas_umbrella INTERFACE)
add_library(nanonas::nanonas ALIAS nanonas_umbrella)
target_link_libraries(nanonas_umbrella INTERFACE ${nanonas_installed})
set_target_properties(nanonas_umbrella PROPERTIES EXPORT_NAME nanonas)
foreach(library ${nanonas_installed})
    string(REGEX REPLACE "^nanonas_" "" short ${library})
    set_target_properties(${library} PROPERTIES EXPORT_NAME ${short})
endforeach()

if(NOT NANONAS_INSTALL)
    return()
endif()

# Headers are included by their path in this repository; a folder of ours keeps "space/" and "train/"
# out of other people's way.
install(TARGETS nanonas_umbrella ${nanonas_installed}
    EXPORT nanonasTargets
    ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR}
    FILE_SET HEADERS DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}/nanonas COMPONENT nanonas_headers
    INCLUDES DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}/nanonas)
set(nanonas_package ${CMAKE_INSTALL_LIBDIR}/cmake/nanonas)
install(EXPORT nanonasTargets NAMESPACE nanonas:: DESTINATION ${nanonas_package})
configure_package_config_file(cmake/nanonasConfig.cmake.in nanonasConfig.cmake
    INSTALL_DESTINATION ${nanonas_package}
    NO_SET_AND_CHECK_MACRO)
# 0.x: the second number counts what breaks.
write_basic_package_version_file(${CMAKE_CURRENT_BINARY_DIR}/nanonasConfigVersion.cmake
    COMPATIBILITY SameMinorVersion)
install(FILES
    ${CMAKE_CURRENT_BINARY_DIR}/nanonasConfig.cmake
    ${CMAKE_CURRENT_BINARY_DIR}/nanonasConfigVersion.cmake
    DESTINATION ${nanonas_package})

# All that must be built before: ninja to_install && cmake --install <build> --prefix <where>
add_custom_target(to_install DEPENDS ${nanonas_installed})

# The program looks for its files in ../share/nanonas.
if(TARGET nanonas)
    add_dependencies(to_install nanonas)
    install(TARGETS nanonas RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR})
endif()
install(DIRECTORY configs DESTINATION ${CMAKE_INSTALL_DATADIR}/nanonas)
install(FILES LICENSE DESTINATION ${CMAKE_INSTALL_DATADIR}/doc/nanonas)
