/** Findings for other programs. */
import type { Finding } from '../lint/finding.ts';
import type { Related } from '../rule/rule.ts';
import type { Place } from '../service/placed-text.ts';
import type { ProjectFile } from './engine.ts';
import type { Places } from './places.ts';

export function jsonFinding(finding: Finding, file: ProjectFile, places: Places): object {
  const related = (each: Related): object => ({ ...placed(places.place(file, each.site)), message: each.message });
  return {
    ...placed(places.place(file, finding)),
    rule: finding.rule, severity: finding.severity, message: finding.message, url: finding.url, fingerprint: finding.fingerprint,
    fixes: finding.fixes.map(({ title, safety, edits }) => ({
      title, safety,
      edits: edits.map((edit) => ({ ...placed(places.place(file, edit)), newText: edit.newText })),
    })),
    related: finding.related.map(related),
    evidence: finding.evidence.map(related),
  };
}

export const placed = ({ file, cell, line, column, endLine, endColumn }: Place & { file: string }): object =>
  ({ file, ...(cell === undefined ? {} : { cell }), line, column, endLine, endColumn });

/** An array with one object a line: easy for programs, and for eyes. */
export const jsonArray = (items: readonly object[]): string => (items.length === 0 ? '[]\n' : `[\n${items.map((item) => JSON.stringify(item)).join(',\n')}\n]\n`);
