// [data-focus]: takes the focus when it comes into the page, as a refusal or the next step does.
const focus = () => document.querySelector("[data-focus]")?.focus();
focus();
document.addEventListener("htmx:after:swap", focus);

// A page that comes back because of what was sent begins at the first field that is wrong; forms
// that lead nowhere are examples.
if (!document.querySelector("[data-focus]")) {
  document.querySelector("form:not([action='#']) [aria-invalid='true']")?.focus();
}
