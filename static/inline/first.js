// Stands in the head of every page: it runs before the first paint, without a request of its own. The
// site's Content-Security-Policy names it by its hash.

import "../js/theme.js";
import "../js/later.js";
