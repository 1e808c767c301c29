"""What all our forms promise: nothing typed is lost or cut off, nothing of somebody else's is overwritten unseen, and what only
the database can refuse comes back as a message at its field."""

from collections.abc import Callable, Mapping
from copy import copy
from typing import Any

from django import forms
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db import IntegrityError, models, transaction

from costing.frozen import canonical, digest

LONGEST_TEXT = 50_000
"""Characters in one text; a resolution with its reasons has some thousands."""

DJANGO_ROWS = "10"
"""The height of a text area for which no other was asked."""

_CHOSEN = (forms.Select, forms.RadioSelect, forms.CheckboxSelectMultiple)


class CarefulForm(forms.BaseForm):
    """Carries a mark of the values it was made on (`made_on`, a hidden input), and asks for what is missing in words.

    `broken_rules` says for a constraint of the database which field it belongs to, and what is wrong in a sentence.
    """

    is_new = False
    broken_rules: Mapping[str, tuple[str | None, str]] = {}

    def prepare(self) -> None:
        """To be called once fields and initial values stand."""
        self.made_on = _mark(self.initial)
        for field in self.fields.values():
            label = str(field.label or "")
            verb = "Choose" if isinstance(field.widget, _CHOSEN) else "Enter"
            field.error_messages["required"] = f"{verb} the {label[:1].lower()}{label[1:]}."
            if isinstance(field.widget, forms.Textarea):
                if str(field.widget.attrs.get("rows")) == DJANGO_ROWS:
                    field.widget.attrs["rows"] = 4
                field.validators.append(_not_too_long)
            # A browser silently cuts a paste at maxlength: what was typed would be lost without a word.
            field.widget.attrs.pop("maxlength", None)

    def is_stale(self) -> bool:
        """Whether what is stored changed since the page was opened. If so, each field that differs shows the stored value."""
        if self.is_new or self.data.get("made_on") == self.made_on:
            return False
        self.is_valid()
        for name in self.fields:
            shown = self[name]
            if _comparable(shown.field.prepare_value(self.initial.get(name))) != _comparable(shown.value()):
                shown.help_text = f"Stored now: {_in_words(shown.field, self.initial.get(name))}"
        self.add_error(
            None,
            "Somebody else changed this after you opened the page. The stored values are shown next to yours. "
            "Save again to replace them with yours.",
        )
        return True

    def save_with(self, save: Callable[[], Any]) -> Any:
        """What `save` returns, or None with the reason at its field. A refusal of the database undoes `save` alone."""

        def undone_alone() -> Any:
            with transaction.atomic():
                return save()

        return self.explained(undone_alone)

    def explained(self, act: Callable[[], Any]) -> Any:
        """What an action returns, which is one transaction already; None, with the reason at its field, where it refuses."""
        try:
            return act()
        except (ValidationError, IntegrityError) as error:
            self._explain(error)
            return None

    def add_broken_rule(self, rule: str) -> None:
        """Say what is wrong in the words of the broken rule."""
        field, sentence = self.broken_rules.get(rule, (None, "This was not saved: it conflicts with other records."))
        self.add_error(field if field in self.fields else None, sentence)

    def _explain(self, error: ValidationError | IntegrityError) -> None:
        if isinstance(error, IntegrityError):
            diagnosis = getattr(error.__cause__, "diag", None)
            self.add_broken_rule(getattr(diagnosis, "constraint_name", None) or "")
            return
        by_field = error.error_dict if hasattr(error, "error_dict") else {NON_FIELD_ERRORS: error.error_list}
        for name, errors in by_field.items():
            for each in errors:
                if rule := self._rule_of(each):
                    self.add_broken_rule(rule)
                else:
                    self.add_error(name if name in self.fields else None, ValidationError(each.messages))

    def _rule_of(self, error: ValidationError) -> str | None:
        """The name of the constraint behind a message that Django made of it, if it is one of ours."""
        return None


class EditForm(CarefulForm, forms.ModelForm):
    """A careful form on a copy of `instance`: what is stored stays as it was read, for comparing."""

    def __init__(self, data: Mapping[str, Any] | None = None, *, instance: Any, **options: Any) -> None:
        super().__init__(data, instance=copy(instance), **options)
        self.is_new = instance.pk is None
        self.prepare()

    @property
    def values(self) -> dict[str, Any]:
        """The cleaned fields that are stored on the row itself."""
        return {field: self.cleaned_data[field] for field in self._meta.fields or () if field in self.fields}

    def _rule_of(self, error: ValidationError) -> str | None:
        checked = (error.params or {}).get("unique_check")
        for constraint in self._meta.model._meta.constraints:
            if checked and getattr(constraint, "fields", None) == tuple(checked):
                return constraint.name
            if error.message == constraint.get_violation_error_message():
                return constraint.name
        return None


def _mark(initial: Mapping[str, Any]) -> str:
    return digest(canonical({name: _comparable(value) for name, value in initial.items()}))[:20]


def _comparable(value: Any) -> Any:
    if isinstance(value, list | tuple | models.QuerySet):
        return sorted(str(getattr(item, "pk", item)) for item in value)
    return "" if value is None else str(value).replace("\r\n", "\n").strip()


def _in_words(field: forms.Field, value: Any) -> str:
    if isinstance(field, forms.BooleanField):
        return "ticked" if value else "not ticked"
    if isinstance(field, forms.ChoiceField | forms.ModelChoiceField):
        chosen = set(_comparable(value)) if isinstance(value, list) else {_comparable(value)}
        choices: Any = field.choices
        return ", ".join(str(label) for key, label in choices if str(key) and str(key) in chosen) or "blank"
    return _comparable(field.prepare_value(value)) or "blank"


def _not_too_long(text: str) -> None:
    if len(text) > LONGEST_TEXT:
        raise ValidationError(f"This text has {len(text):,} characters: shorten it to {LONGEST_TEXT:,}.")
