// Before anything is drawn: said later, the whole page would be styled twice.
document.body.classList.add("js-enabled", "govuk-frontend-supported");
