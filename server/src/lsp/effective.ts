/** The effective configuration of a document's jobs, as text with links. */
import { registry } from '../knowledge/registry-reader.ts';
import { lineOf } from '../rule/targets.ts';
import { effectivesOf, moveOf } from '../service/effective.ts';
import { effectiveLines, type Line, moveLines, type View } from '../service/effective-text.ts';
import { type PlacedText, placedText } from '../service/placed-text.ts';
import type { Placed, Workspace } from './documents.ts';
import type { EffectiveConfiguration } from './protocol.ts';

const releases: readonly string[] = [...new Set(registry.releases.map(lineOf))];

export async function configurationOf(workspace: Workspace, placed: Placed, targetSpark: string | undefined): Promise<EffectiveConfiguration | null> {
  const { project, path } = placed;
  // What starts it, or what it starts, may be written in another language.
  project.jobs(path);
  if (project.lacks()) await project.ready(path);
  const jobs = effectivesOf(project, path);
  if (jobs.length === 0) return null;
  const texts = new Map<string, PlacedText>();
  const textOf = (file: string): PlacedText => {
    const source = project.source(file);
    const text = texts.get(file) ?? placedText(source?.text ?? project.files.read(file) ?? '', file.endsWith('.ipynb') ? source?.pieces : undefined);
    texts.set(file, text);
    return text;
  };
  const view: View = {
    width: Number.POSITIVE_INFINITY,
    shown: (file) => file,
    place(site) {
      const { line, cell } = textOf(site.module).place(site);
      return `${site.module}:${cell === undefined ? '' : `cell ${cell + 1}:`}${line}`;
    },
    written: (site) => textOf(site.module).text.slice(site.start, site.end),
  };
  const target = targetSpark !== undefined && registry.knows(targetSpark) ? targetSpark : undefined;
  const lines = jobs.flatMap((effective, index): Line[] => [...(index > 0 ? [[]] : []), ...effectiveLines(effective, view), ...(target === undefined ? [] : moveLines(moveOf(effective, target), view, true))]);
  return { text: lines.map((line) => `${line.map(({ text }) => text).join('').trimEnd()}\n`).join(''), links: lines.flatMap(linksIn), releases };

  function linksIn(line: Line, index: number): EffectiveConfiguration['links'] {
    let column = 0;
    return line.flatMap(({ text, site }) => {
      const start = column;
      column += text.length;
      if (!site) return [];
      const { line: row, column: character } = textOf(site.module).place(site);
      return [{ line: index, start, end: column, uri: workspace.uriOf(placed, site.module), target: { line: row - 1, character: character - 1 } }];
    });
  }
}
