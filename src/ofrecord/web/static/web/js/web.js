// The behaviours of all pages. Each works on data- attributes, also in what htmx brings in later,
// because it listens on the document.
import "./menu.js";
import "./select.js";
import "./copy.js";
import "./theme.js";
import "./once.js";
import "./refocus.js";

document.documentElement.classList.add("js");
