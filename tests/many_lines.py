"""A council with a thousand programmes and a hundred thousand lines, written straight into the store."""

from django.db import connection

from tests.lists import without_triggers

_TABLES = ("posts_costline", "posts_lineamount", "posts_team", "phases_phase", "phases_programme")

# :programmes and :lines are counts; what a line is hangs on its number alone.
_STATEMENTS = """
INSERT INTO phases_programme (slug, name, table_title, total_wording, first_year, last_year, basis, abbreviations, appendix,
                              report_number, assumptions, version)
SELECT 'many-' || n, 'Improvement programme ' || n, 'EXPENDITURE', 'RESOURCES REQUESTED', 2016 + n % 3, 2017 + n % 3, 'months',
       '', '', '', '', 1
FROM generate_series(1, {programmes}) AS n;

INSERT INTO phases_phase (programme_id, number, name)
SELECT programme.id, n, 'Phase ' || n FROM phases_programme AS programme, generate_series(1, 3) AS n WHERE slug LIKE 'many-%%';

INSERT INTO posts_team (programme_id, name, position)
SELECT programme.id, 'Team ' || n, n FROM phases_programme AS programme, generate_series(1, 4) AS n WHERE slug LIKE 'many-%%';

INSERT INTO posts_costline (programme_id, phase_id, team_id, position, kind, title, fte, annual_cost, duration,
                            paperwork_complete, recruited_fte, engaged, comment, cost_centre, subjective_code,
                            establishment_number, version)
SELECT phase.programme_id, phase.id, team.id, n, CASE WHEN n %% 10 = 0 THEN 'other' ELSE 'post' END,
       (ARRAY['Social worker', 'Head of service', 'Team manager', 'Quality audits', 'Practitioner'])[1 + n %% 5] || ' ' || n,
       CASE WHEN n %% 10 <> 0 THEN 1 + n %% 3 END, CASE WHEN n %% 7 <> 0 THEN 20000 + n * 7919 %% 80000 END, 'recurring',
       n %% 2 = 0, CASE WHEN n %% 10 <> 0 THEN n %% 2 END, CASE WHEN n %% 10 = 0 THEN 'n/a' ELSE '' END,
       CASE WHEN n %% 4 = 0 THEN 'Agency cover until month ' || n %% 12 ELSE '' END, 'CC' || n %% 500, '', 'E' || n, 1
FROM generate_series(1, {lines}) AS n
JOIN phases_programme AS programme ON programme.slug = 'many-' || 1 + n %% {programmes}
JOIN phases_phase AS phase ON phase.programme_id = programme.id AND phase.number = 1 + n %% 3
JOIN posts_team AS team ON team.programme_id = programme.id AND team.position = 1 + n %% 4;

INSERT INTO posts_lineamount (line_id, financial_year, amount, absence, origin, calculated, reason)
SELECT line.id, year, line.annual_cost, CASE WHEN line.annual_cost IS NULL THEN 'not_stated' ELSE '' END, 'calculated',
       line.annual_cost, ''
FROM posts_costline AS line
JOIN phases_programme AS programme ON programme.id = line.programme_id AND programme.slug LIKE 'many-%%',
     unnest(ARRAY[programme.first_year, programme.last_year, NULL]) AS year;
"""


def make_many(programmes: int = 1000, lines: int = 100_000) -> None:
    """Each programme has three phases, four teams and its share of the lines; a line has two years and a full year."""
    with without_triggers(*_TABLES), connection.cursor() as cursor:
        cursor.execute(_STATEMENTS.format(programmes=programmes, lines=lines).replace("%%", "%"))
    with connection.cursor() as cursor:
        for table in _TABLES:
            cursor.execute(f"ANALYZE {table}")
