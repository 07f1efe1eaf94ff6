#ifndef CXML2_SHIM_H
#define CXML2_SHIM_H

// Debian builds libxml2 with ICU, whose headers clash with the copy in Swift's Foundation wherever both are imported.
// They only complete the struct of an encoding handler, which we never look into.
#include <libxml/xmlversion.h>
#undef LIBXML_ICU_ENABLED

#include <libxml/parser.h>
#include <libxml/parserInternals.h>
#include <libxml/xmlerror.h>

#endif
