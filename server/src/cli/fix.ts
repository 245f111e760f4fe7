/** Making fixes in files: all that go together, again until nothing changes, then one atomic write. */
import { chmodSync, readFileSync, realpathSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import type { Finding } from '../lint/finding.ts';
import { applyFixes, type Safety } from '../lint/fixes.ts';
import type { Edit } from '../rule/rule.ts';
import { applyToNotebook } from '../syntax/index.ts';
import { applyEdits } from '../text/edits.ts';
import type { ProjectFile } from './engine.ts';
import { isUtf8 } from '../lsp/node-host.ts';

export interface FixedText {
  readonly text: string;
  readonly made: readonly Finding[];
}

/** The file's text with its fixes made. Writes nothing. */
export async function fixedText(file: ProjectFile, safety: Safety): Promise<FixedText> {
  const { project, path } = file;
  const before = project.files.read(path);
  if (before === undefined) return { text: '', made: [] };
  // Most files have nothing to fix: they are not opened for changes.
  if (!project.check(path).findings.some((finding) => finding.fixes.length > 0)) return { text: before, made: [] };
  const { document, made } = await applyFixes<string>(before, safety, {
    lint(text) {
      project.setText(path, text);
      return { findings: project.check(path).findings, syntaxErrors: project.syntaxErrors(path).length };
    },
    apply: (text, edits) => applied(file, text, edits),
  });
  project.setText(path, undefined);
  return { text: document, made };
}

/** A notebook's edits count in its cells, and go back into its JSON. */
function applied({ project, path }: ProjectFile, text: string, edits: readonly Edit[]): string {
  if (!path.endsWith('.ipynb')) return applyEdits(text, edits);
  project.setText(path, text);
  const source = project.source(path);
  return source ? applyToNotebook(text, source, edits) : text;
}

/** Writes the text where it changed. Returns how many findings were fixed on the disk. */
export function fixFile({ text, made }: FixedText, file: ProjectFile, tell: (message: string) => void): number {
  if (made.length === 0) return 0;
  const path = resolve(file.root, file.path);
  try {
    if (!isUtf8(readFileSync(path))) {
      tell('is no valid UTF-8: its fixes were not made');
      return 0;
    }
    writeAtomically(path, text);
  } catch (error) {
    tell(`could not be written (${(error as NodeJS.ErrnoException).code ?? String(error)}): its fixes were not made`);
    return 0;
  }
  file.project.changed(file.path);
  return made.length;
}

/** The old file or the new one, never half of one: a new file beside it takes its place. Links and modes stay. */
export function writeAtomically(path: string, text: string): void {
  const target = realpathSync(path);
  const temporary = join(dirname(target), `.${basename(target)}.${process.pid}.tmp`);
  try {
    const { mode } = statSync(target);
    writeFileSync(temporary, text, { mode });
    chmodSync(temporary, mode);
    renameSync(temporary, target);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw error;
  }
}
