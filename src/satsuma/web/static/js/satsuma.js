// What every page does. Each module listens on the document, so that fragments which arrive later need no set-up.
import "./answers.js";
import "./dialogs.js";
import "./folds.js";
import "./forms.js";
import "./keys.js";
import "./messages.js";
import "./scrolling.js";
import "./search_select.js";
import "./segment_box.js";
import "./selection.js";
import "./suggestions.js";
import "./upload.js";
