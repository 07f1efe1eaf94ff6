internal import CYAML

/// The libyaml that is linked at run time.
package var yamlVersion: String { unsafe String(cString: yaml_get_version_string()) }
