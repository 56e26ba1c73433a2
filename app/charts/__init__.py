"""From claims and readings to charts. Pure: plain values in, pictures, tables and words out.

What pages call:

- `families.family_order(claims)`: the families of a deployment in the order of their colours;
  `families.rank_families(tallies)` gives the same from counts made in SQL.
- `marks.chart_marks(claims, subject=Subject(noun, unit, kind, starts_on, level_valid_days, place),
  families=..., contested=..., known_on=...) -> Chart`: the one set of marks all else is drawn from.
- `parts.chart_parts(chart, title=..., figure=..., name=..., reading=...) -> ChartParts`:
  everything that the macro in `templates/components/chart.html` needs. It puts together
  `drawing.running_total_svg`, `summary.chart_summary`, `legend.family_legend` and `legend.chart_key`.
- `marks.chart_rows(chart) -> list[ChartRow]`: the same numbers as a table.
- `sparkline.sparkline_svg(chart, title=..., name=..., reading=...)`: the small chart of a list.
- `drawing.running_total_plot(chart, width=..., reading=..., panel=...)`: the drawing in a fixed size, around
  which a file of its own is made (app.downloads.pictures).

A figure needs `static/bundles/charts.css` and `charts.js`.
"""
