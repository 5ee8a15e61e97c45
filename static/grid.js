// The commune's grid by keyboard and paste, as in a spreadsheet, with its totals; on a phone by one
// team at a time. Saving is that of every form, see entry.js: it hears of every cell that changes here.

import "./grid/keyboard.js";
import "./grid/not-applicable.js";
import "./grid/paste.js";
import "./grid/picker.js";
import "./grid/totals.js";
