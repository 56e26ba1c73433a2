// What every page has.

import "../js/search.js";
