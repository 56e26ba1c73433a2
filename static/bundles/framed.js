// A chart in a frame, once a reader points at it.

import "../js/chart.js";
