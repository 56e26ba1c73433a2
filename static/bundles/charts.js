// Pages with a chart that is made interactive, and with the reader's rules.

import "../js/search.js";
import "../js/chart.js";
import "../js/choices.js";
