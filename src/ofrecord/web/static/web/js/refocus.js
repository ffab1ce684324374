// [data-focus]: takes the focus when it comes into the page, as a refusal or the next step does.
const focus = () => document.querySelector("[data-focus]")?.focus();
focus();
document.addEventListener("htmx:after:swap", focus);
