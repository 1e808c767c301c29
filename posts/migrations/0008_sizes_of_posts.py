"""How many posts a line is: an FTE, a number of posts, hours a week, or not stated; fewer posts are below 0."""

import django.db.models.expressions
import django.db.models.functions.math
from decimal import Decimal
from django.db import migrations, models

RULE = r"""
CREATE OR REPLACE FUNCTION posts_check_line(checked bigint) RETURNS void LANGUAGE plpgsql AS $$
DECLARE line posts_costline%ROWTYPE;
BEGIN
    SELECT * INTO line FROM posts_costline WHERE id = checked;
    IF NOT FOUND THEN RETURN; END IF;
    IF EXISTS (SELECT FROM posts_intake i WHERE i.line_id = line.id AND (i.fte IS NULL) <> (line.fte IS NULL)) THEN
        RAISE EXCEPTION 'an intake has FTE when its line has' USING ERRCODE = 'check_violation', CONSTRAINT = 'intake_fte_belongs_to_posts';
    END IF;
    IF EXISTS (SELECT FROM posts_intake i WHERE i.line_id = line.id AND sign(i.fte) <> sign(line.fte)) THEN
        RAISE EXCEPTION 'a line and its intakes are of more posts, or all of fewer' USING ERRCODE = 'check_violation', CONSTRAINT = 'intake_fte_as_its_line';
    END IF;
    IF EXISTS (SELECT FROM posts_intake i WHERE i.line_id = line.id AND abs(i.fte) > abs(line.fte)) THEN
        RAISE EXCEPTION 'an intake has at most the FTE of its line' USING ERRCODE = 'check_violation', CONSTRAINT = 'intake_fte_within_line';
    END IF;
    IF line.duration = 'fixed_term' AND EXISTS (
        SELECT FROM posts_intake i WHERE i.line_id = line.id AND i.start IS NOT NULL AND i."end" IS NULL) THEN
        RAISE EXCEPTION 'an intake of a fixed-term line ends' USING ERRCODE = 'check_violation', CONSTRAINT = 'intake_of_fixed_term_ends';
    END IF;
    IF line.duration <> 'recurring' AND EXISTS (
        SELECT FROM posts_lineamount a WHERE a.line_id = line.id AND a.financial_year IS NULL AND a.amount IS NOT NULL) THEN
        RAISE EXCEPTION 'a fixed-term or one-off line has no full-year effect'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'full_year_only_where_recurring';
    END IF;
    IF line.duration = 'one_off' AND (SELECT count(*) FROM posts_intake i WHERE i.line_id = line.id) > 1 THEN
        RAISE EXCEPTION 'a one-off cost falls once' USING ERRCODE = 'check_violation', CONSTRAINT = 'one_off_falls_once';
    END IF;
END $$;
"""

RULE_BEFORE = r"""
CREATE OR REPLACE FUNCTION posts_check_line(checked bigint) RETURNS void LANGUAGE plpgsql AS $$
DECLARE line posts_costline%ROWTYPE;
BEGIN
    SELECT * INTO line FROM posts_costline WHERE id = checked;
    IF NOT FOUND THEN RETURN; END IF;
    IF EXISTS (SELECT FROM posts_intake i WHERE i.line_id = line.id AND (i.fte IS NULL) <> (line.fte IS NULL)) THEN
        RAISE EXCEPTION 'an intake has FTE when its line has' USING ERRCODE = 'check_violation', CONSTRAINT = 'intake_fte_belongs_to_posts';
    END IF;
    IF EXISTS (SELECT FROM posts_intake i WHERE i.line_id = line.id AND i.fte > line.fte) THEN
        RAISE EXCEPTION 'an intake has at most the FTE of its line' USING ERRCODE = 'check_violation', CONSTRAINT = 'intake_fte_within_line';
    END IF;
    IF line.duration = 'fixed_term' AND EXISTS (
        SELECT FROM posts_intake i WHERE i.line_id = line.id AND i.start IS NOT NULL AND i."end" IS NULL) THEN
        RAISE EXCEPTION 'an intake of a fixed-term line ends' USING ERRCODE = 'check_violation', CONSTRAINT = 'intake_of_fixed_term_ends';
    END IF;
    IF line.duration <> 'recurring' AND EXISTS (
        SELECT FROM posts_lineamount a WHERE a.line_id = line.id AND a.financial_year IS NULL AND a.amount IS NOT NULL) THEN
        RAISE EXCEPTION 'a fixed-term or one-off line has no full-year effect'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'full_year_only_where_recurring';
    END IF;
    IF line.duration = 'one_off' AND (SELECT count(*) FROM posts_intake i WHERE i.line_id = line.id) > 1 THEN
        RAISE EXCEPTION 'a one-off cost falls once' USING ERRCODE = 'check_violation', CONSTRAINT = 'one_off_falls_once';
    END IF;
END $$;
"""


class Migration(migrations.Migration):

    dependencies = [
        ("phases", "0011_carried_forward"),
        ("posts", "0007_lists_of_lines"),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name='costline',
            name='line_fte_belongs_to_posts',
        ),
        migrations.RemoveConstraint(
            model_name='costline',
            name='line_recruited_fits_its_kind',
        ),
        migrations.RemoveConstraint(
            model_name='costline',
            name='line_post_costs_nothing_less',
        ),
        migrations.RemoveConstraint(
            model_name='intake',
            name='intake_fte_is_more_than_nothing',
        ),
        migrations.AddField(
            model_name='costline',
            name='full_time_hours',
            field=models.DecimalField(blank=True, decimal_places=2, max_digits=5, null=True, verbose_name='full-time hours a week'),
        ),
        migrations.AddField(
            model_name='costline',
            name='headcount',
            field=models.IntegerField(blank=True, null=True, verbose_name='number of posts'),
        ),
        migrations.AddField(
            model_name='costline',
            name='weekly_hours',
            field=models.DecimalField(blank=True, decimal_places=2, max_digits=9, null=True, verbose_name='hours a week'),
        ),
        migrations.AddConstraint(
            model_name='costline',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('kind', 'post'), models.Q(('fte__isnull', True), models.Q(('fte', 0), _negated=True), _connector='OR')), models.Q(('fte__isnull', True), ('kind', 'other')), _connector='OR'), name='line_fte_belongs_to_posts'),
        ),
        migrations.AddConstraint(
            model_name='costline',
            constraint=models.CheckConstraint(condition=models.Q(('headcount__isnull', True), models.Q(('headcount__range', (-9999, 9999)), ('kind', 'post'), models.Q(('headcount', 0), _negated=True), models.Q(('fte__isnull', True), models.Q(('fte__gt', 0), ('headcount__gt', 0)), models.Q(('fte__lt', 0), ('headcount__lt', 0)), _connector='OR')), _connector='OR'), name='line_headcount_belongs_to_posts'),
        ),
        migrations.AddConstraint(
            model_name='costline',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('full_time_hours__isnull', True), ('weekly_hours__isnull', True)), models.Q(('fte', django.db.models.functions.math.Round(django.db.models.expressions.CombinedExpression(models.F('weekly_hours'), '/', models.F('full_time_hours')), precision=2)), ('fte__isnull', False), ('full_time_hours__gt', 0), ('full_time_hours__isnull', False), ('full_time_hours__lte', Decimal('168')), ('headcount__isnull', True), ('kind', 'post'), ('weekly_hours__isnull', False)), _connector='OR'), name='line_fte_follows_its_hours'),
        ),
        migrations.AddConstraint(
            model_name='costline',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('engaged', ''), ('fte__gt', 0), ('fte__isnull', False), ('kind', 'post'), ('recruited_fte__gte', 0), ('recruited_fte__isnull', False)), models.Q(models.Q(('kind', 'other'), ('fte__isnull', True), ('fte__lt', 0), _connector='OR'), ('engaged__in', ['yes', 'no', 'n/a']), ('recruited_fte__isnull', True)), _connector='OR'), name='line_recruited_fits_its_kind'),
        ),
        migrations.AddConstraint(
            model_name='costline',
            constraint=models.CheckConstraint(condition=models.Q(('kind', 'other'), ('annual_cost__isnull', True), ('annual_cost__gte', 0), models.Q(('fte__isnull', False), ('fte__lt', 0)), models.Q(('headcount__isnull', False), ('headcount__lt', 0)), _connector='OR'), name='line_post_costs_nothing_less'),
        ),
        migrations.AddConstraint(
            model_name='intake',
            constraint=models.CheckConstraint(condition=models.Q(('fte__isnull', True), models.Q(('fte', 0), _negated=True), _connector='OR'), name='intake_fte_is_not_nothing'),
        ),
        migrations.RunSQL(RULE, RULE_BEFORE),
    ]
