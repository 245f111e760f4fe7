/** Many fixes at once: those that do not clash, again and again until nothing changes, and never so that the parse gets worse. */
import type { Edit, Fix } from '../rule/rule.ts';
import { clash } from '../text/edits.ts';
import type { Finding } from './finding.ts';

/** 'safe' makes safe fixes alone; 'suggested' those too. */
export type Safety = Fix['safety'];

export interface Linted {
  readonly findings: readonly Finding[];
  /** How many ranges the parser could not read. */
  readonly syntaxErrors: number;
}

export interface Fixed<Document> {
  readonly document: Document;
  /** The findings whose fix was made, in the order they were made. */
  readonly made: readonly Finding[];
  /** What lint says of the result. */
  readonly left: readonly Finding[];
}

/** How a document of the caller's kind (a text, a notebook) is linted and changed. */
export interface Fixable<Document> {
  lint(document: Document): Linted | Promise<Linted>;
  /** Edits in order of position, without overlaps, all of the document's own module. */
  apply(document: Document, edits: readonly Edit[]): Document;
}

/** More rounds than any chain of fixes needs: a bound for rules whose fixes undo each other. */
const mostRounds = 10;

/** The fix that bulk fixing makes for a finding: the first one that is safe enough, all in one file, and needs no user to fill it in. */
export function fixFor(finding: Finding, safety: Safety): Fix | undefined {
  return finding.fixes.find((fix) => (safety === 'suggested' || fix.safety === 'safe') && !fix.placeholder && fix.edits.every((edit) => (edit.module ?? finding.path) === finding.path));
}

/** Findings, by position, whose fixes can be made together. */
export function compatibleFixes(findings: readonly Finding[], safety: Safety): { readonly finding: Finding; readonly edits: readonly Edit[] }[] {
  const chosen: { finding: Finding; edits: readonly Edit[] }[] = [];
  const taken = takenEdits();
  for (const finding of [...findings].sort((a, b) => a.start - b.start)) {
    const fix = fixFor(finding, safety);
    if (!fix) continue;
    const fresh = fix.edits.filter((edit) => !(edit.start === edit.end && isImport(edit) && taken.near(edit).some((other) => isSame(edit, other))));
    if (fresh.length === 0 || fresh.some((edit) => taken.near(edit).some((other) => clash(edit, other)))) continue;
    for (const edit of fresh) taken.add(edit);
    chosen.push({ finding, edits: fresh });
  }
  return chosen;
}

/** Edits by the stretches of text that they touch: those that clash share one. */
function takenEdits(): { add(edit: Edit): void; near(edit: Edit): Edit[] } {
  const byStretch = new Map<number, Edit[]>();
  const stretches = ({ start, end }: Edit): number[] => Array.from({ length: (end >> 8) - (start >> 8) + 1 }, (_, index) => (start >> 8) + index);
  return {
    add(edit) {
      for (const stretch of stretches(edit)) {
        const there = byStretch.get(stretch);
        if (there) there.push(edit);
        else byStretch.set(stretch, [edit]);
      }
    },
    near: (edit) => stretches(edit).flatMap((stretch) => byStretch.get(stretch) ?? []),
  };
}

/** Two fixes may want one and the same import: it is added once. */
const isImport = (edit: Edit): boolean => /^\s*(from \S+ )?import /.test(edit.newText);
const isSame = (a: Edit, b: Edit): boolean => a.start === b.start && a.end === b.end && a.newText === b.newText;

export async function applyFixes<Document>(document: Document, safety: Safety, fixable: Fixable<Document>): Promise<Fixed<Document>> {
  const made: Finding[] = [];
  const refused = new Set<string>();
  let current = document;
  let linted = await fixable.lint(current);
  for (let round = 0; round < mostRounds; round++) {
    const chosen = compatibleFixes(linted.findings.filter((finding) => !refused.has(refusal(finding))), safety);
    if (chosen.length === 0) break;
    const next = await step(current, linted, chosen, fixable);
    for (const finding of next.refused) refused.add(refusal(finding));
    if (next.made.length === 0) continue;
    made.push(...next.made);
    current = next.document;
    linted = next.linted;
  }
  return { document: current, made, left: linted.findings };
}

const refusal = (finding: Finding): string => `${finding.fingerprint}:${finding.start}`;

type Choice = ReturnType<typeof compatibleFixes>[number];

/** All at once; where that gives text that parses worse, one by one, and those that are to blame are left out. */
async function step<Document>(document: Document, before: Linted, chosen: readonly Choice[], fixable: Fixable<Document>): Promise<{ document: Document; linted: Linted; made: Finding[]; refused: Finding[] }> {
  const together = fixable.apply(document, chosen.flatMap(({ edits }) => edits));
  const linted = await fixable.lint(together);
  if (linted.syntaxErrors <= before.syntaxErrors) return { document: together, linted, made: chosen.map(({ finding }) => finding), refused: [] };
  const good: Choice[] = [];
  const refused: Finding[] = [];
  let best = { document, linted: before };
  for (const choice of chosen) {
    const tried = fixable.apply(document, [...good, choice].flatMap(({ edits }) => edits));
    const result = await fixable.lint(tried);
    if (result.syntaxErrors > before.syntaxErrors) refused.push(choice.finding);
    else {
      good.push(choice);
      best = { document: tried, linted: result };
    }
  }
  return { ...best, made: good.map(({ finding }) => finding), refused };
}
