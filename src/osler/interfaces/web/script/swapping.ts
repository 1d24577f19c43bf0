// htmx and its security extension. Settings are in the page's <meta name="htmx-config">, where a test reads them too:
// no answer of 4xx or 5xx is ever swapped in (a failed "give" must leave the dose visibly not given), unless the element
// itself says what a 422 means.
import "htmx.org";
import "htmx.org/dist/ext/hx-csp.js";
