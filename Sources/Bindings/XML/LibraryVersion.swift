internal import CXML2

/// The libxml2 this was compiled with; it offers no other.
package var xmlVersion: String { LIBXML_DOTTED_VERSION }
