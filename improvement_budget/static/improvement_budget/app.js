// Starts the components of govuk-frontend. Pages add their own modules; nothing here is needed to do the job.
import { initAll } from "../vendor/govuk-frontend/govuk-frontend.min.js";

document.body.classList.add("js-enabled", "govuk-frontend-supported"); // where supported.js has not come yet
initAll();

// A form that changes a view as soon as a choice is made; its button stays for those without JavaScript.
for (const form of document.querySelectorAll("form[data-submit-on-change]")) {
  form.addEventListener("change", () => form.requestSubmit());
}

for (const button of document.querySelectorAll("button[data-print]")) {
  button.hidden = false;
  button.addEventListener("click", () => window.print());
}
