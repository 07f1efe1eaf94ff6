internal import CCurl

/// The libcurl that is linked at run time.
package var curlVersion: String { unsafe String(cString: ccurl_version()) }
